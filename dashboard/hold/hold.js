// A button that must be held: a short press, a double press and Enter do nothing.
const states = new WeakMap();

function build(parentElement) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "hold";
  const fill = document.createElement("span");
  fill.className = "hold-fill";
  const label = document.createElement("span");
  label.className = "hold-label";
  button.append(fill, label);
  parentElement.append(button);
  return { button, fill, label, since: null, frame: 0, done: false };
}

function stop(state) {
  cancelAnimationFrame(state.frame);
  state.since = null;
  if (!state.done) state.fill.style.width = "0";
}

function step(state) {
  const share = Math.min(1, (performance.now() - state.since) / state.data.milliseconds);
  state.fill.style.width = `${100 * share}%`;
  if (share < 1) {
    state.frame = requestAnimationFrame(() => step(state));
    return;
  }
  state.done = true; // once is enough: whatever is pressed now is no second command
  state.since = null;
  state.button.disabled = true;
  state.label.textContent = state.data.done;
  state.tell("held", state.data.token);
}

function begin(state) {
  if (state.done || state.since !== null || state.button.disabled) return;
  state.since = performance.now();
  step(state);
}

function listen(state) {
  const { button } = state;
  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0) begin(state);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
    button.addEventListener(name, () => stop(state));
  }
  button.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key !== " ") return;
    event.preventDefault();
    begin(state);
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " ") stop(state);
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

export default function ({ data, parentElement, setTriggerValue }) {
  let state = states.get(parentElement);
  if (!state) {
    state = build(parentElement);
    states.set(parentElement, state);
    listen(state);
  }
  state.data = data;
  state.tell = setTriggerValue;
  if (!state.done) state.label.textContent = data.label;
}
