// Counts ages locally every half second. Text goes in by textContent only: labels are not HTML.
const running = new WeakMap();

function shown(age, units) {
  if (age === null) return "—";
  if (age < 60) return Math.floor(age) + units.s;
  if (age < 3600) return Math.floor(age / 60) + units.min;
  if (age < 86400) return Math.floor(age / 3600) + units.h;
  return Math.floor(age / 86400) + units.d;
}

function level(clock, age) {
  if (age === null) return "unknown";
  return age > clock.red ? "red" : age > clock.amber ? "amber" : "fresh";
}

const SIGNS = { fresh: "●", amber: "◐", red: "▲", unknown: "○" };

function chip(clock, age, units) {
  const box = document.createElement("span");
  const found = level(clock, age);
  box.className = `clock ${found}`;
  box.textContent = [SIGNS[found], clock.label, clock.word, shown(age, units)]
    .filter(Boolean).join(" ");
  return box;
}

// The server names the page once; from then on its title follows what is known here.
function entitle(title, warned) {
  const wanted = warned ? `⚠ ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}

export default function ({ data, parentElement }) {
  clearInterval(running.get(parentElement));
  let row = parentElement.querySelector(".clocks");
  if (!row) {
    row = document.createElement("div");
    row.className = "clocks";
    row.setAttribute("role", "status");
    parentElement.appendChild(row);
  }
  const since = performance.now();
  const draw = () => {
    const passed = (performance.now() - since) / 1000;
    const ages = data.clocks.map((c) => (c.age === null ? null : c.age + passed));
    const chips = data.clocks.map((c, i) => chip(c, ages[i], data.units));
    const screen = level(data.clocks[0], ages[0]);
    const bot = level(data.clocks[1], ages[1]);
    if (screen === "red") {
      const box = document.createElement("span");
      box.className = "frozen";
      box.textContent = data.frozen;
      chips.push(box);
    }
    row.replaceChildren(...chips);
    const old = screen === "red" || bot === "red";
    document.documentElement.classList.toggle("trader-stale", old);
    entitle(data.title, old);
  };
  draw();
  running.set(parentElement, setInterval(draw, 500));
}
