// A report of a backtest: shown by the browser in a sandbox that grants nothing at all.
const frames = new WeakMap();

export default function ({ data, parentElement }) {
  let frame = frames.get(parentElement);
  if (!frame) {
    frame = document.createElement("iframe");
    frame.className = "report";
    frame.setAttribute("sandbox", "");
    frame.setAttribute("referrerpolicy", "no-referrer");
    parentElement.append(frame);
    frames.set(parentElement, frame);
  }
  frame.title = data.title;
  if (frame.srcdoc !== data.html) frame.srcdoc = data.html;
}
