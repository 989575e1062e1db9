// The network slides over the years and chooses without asking the server again; without this script the form does it.
const form = document.getElementById("choices");
const slider = document.getElementById("slider");
const readout = document.getElementById("readout");
const nets = [...document.querySelectorAll(".net")];
const MOST = Number(nets[0].dataset.most);
const SCORE = 1000; // what a certain strand weighs against possible ones, as on the server
const EPOCH = 719163; // the ordinal of 1 January 1970, day 1 being 1 January of year 1
const rows = [...document.querySelectorAll("#list tbody tr")].map((node) => {
  const [earliest, sureFrom, sureUntil, latest] = node.dataset.days.split(",").map((day) => (day ? Number(day) : null));
  const { strand, one, other, sort } = node.dataset;
  const what = `${node.cells[2].textContent} (${node.querySelector("a").textContent})`;
  return { node, strand, one, other, sort, earliest, sureFrom, sureUntil, latest, what,
    told: node.classList.contains("told"), state: node.querySelector(".state") };
});
const sides = new Set([...document.querySelectorAll(".wide .side")].map((node) => node.dataset.id));
const names = new Map([...document.querySelectorAll(".wide .disc")].map((node) => [node.dataset.id, node.querySelector("title").textContent]));
const embedded = slider?.hasAttribute("data-embedded");
const whole = embedded && !form.actor.value; // of one actor the server gives only the ties
let [first, last] = nets[0].dataset.days.split(",").map(Number);

const date = (ordinal) => new Date((ordinal - EPOCH) * 86400000);
const ordinal = (year, month, day) => {
  const found = new Date(0);
  found.setUTCFullYear(year, month, day);
  return Math.round(found / 86400000) + EPOCH;
};
const spoken = (ordinal) => date(ordinal).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const iso = (ordinal) => date(ordinal).toISOString().slice(0, 10);

function held({ sort, earliest, sureFrom, sureUntil, latest }) {
  let [from, to] = [first, last];
  const passing = sort === "dealings";
  if (passing) [from, to] = [ordinal(date(first).getUTCFullYear(), 0, 1), ordinal(date(last).getUTCFullYear(), 11, 31)];
  if ((earliest ?? -Infinity) > to || (latest ?? Infinity) < from) return "";
  const sure = passing
    ? earliest !== null && latest !== null && from <= earliest && latest <= to
    : sureFrom !== null && sureUntil !== null && sureFrom <= from && to <= sureUntil;
  return sure ? "certain" : "possible";
}

function draw() {
  const kinds = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
  const actor = form.actor.value;
  const strands = new Map();
  for (const row of rows) {
    const found = (kinds.size && !kinds.has(row.sort)) || (actor && actor !== row.one && actor !== row.other) ? "" : held(row);
    row.held = found;
    const strand = strands.get(row.strand) ?? { ...row, best: 0, count: 0 };
    strands.set(row.strand, strand);
    // A tie that is only claimed or planned shows as told, whatever its days.
    strand.best = Math.max(strand.best, !found ? 0 : row.told ? 1 : found === "certain" ? 3 : 2);
  }
  const onlySure = form.show.value === "certain";
  const scores = new Map();
  for (const strand of strands.values()) {
    if (onlySure && strand.best < 3) strand.best = 0;
    for (const end of strand.best ? [strand.one, strand.other] : []) {
      scores.set(end, (scores.get(end) ?? 0) + (strand.best === 3 ? SCORE : 1));
    }
  }
  const order = [...scores.keys()].sort((a, b) => sides.has(b) - sides.has(a) || scores.get(b) - scores.get(a) || (a < b ? -1 : 1));
  const drawn = new Set(order.slice(0, MOST));
  const certain = new Set();
  for (const strand of strands.values()) {
    strand.state = drawn.has(strand.one) && drawn.has(strand.other) ? ["", "told", "possible", "certain"][strand.best] : "";
    if (strand.state === "certain") certain.add(strand.one).add(strand.other);
  }
  for (const net of nets) {
    for (const path of net.querySelectorAll("path")) {
      const { state } = strands.get(path.dataset.strand);
      path.toggleAttribute("data-shown", Boolean(state));
      if (state) path.removeAttribute("display");
      else path.setAttribute("display", "none");
      for (const name of ["certain", "possible", "told"]) path.classList.toggle(name, name === (state || "certain"));
    }
    for (const disc of net.querySelectorAll(".disc")) {
      if (drawn.has(disc.dataset.id)) disc.removeAttribute("display");
      else disc.setAttribute("display", "none");
      disc.classList.toggle("ghost", !certain.has(disc.dataset.id));
    }
  }
  for (const row of rows) {
    row.held = onlySure && row.held !== "certain" ? "" : row.held;
    row.node.hidden = !row.held;
    row.state.textContent = row.held;
  }
  const left = document.getElementById("left");
  left.hidden = order.length <= MOST;
  left.querySelector("span").textContent = order.length - drawn.size;
  document.getElementById("actors").textContent = drawn.size;
  document.getElementById("sure").textContent = certain.size;
  document.getElementById("day").textContent = first === last ? spoken(first) : `${spoken(first)} – ${spoken(last)}`;
  const year = date(first).getUTCFullYear();
  for (const bar of slider?.querySelectorAll("rect") ?? []) bar.classList.toggle("now", Number(bar.dataset.year) === year);
  if (range) range.value = year;
}

function remember() {
  const asked = new URLSearchParams({ on: form.on.value });
  for (const key of ["actor", "show"]) if (form[key].value) asked.set(key, form[key].value);
  const boxes = [...form.querySelectorAll("[name=kind]")];
  if (boxes.some((box) => !box.checked)) for (const box of boxes) if (box.checked) asked.append("kind", box.value);
  history.replaceState(null, "", `?${asked}`);
}

// Another year, on the same day of it.
function slide(year) {
  const [from, to] = [date(first), date(last)];
  const span = to.getUTCFullYear() - from.getUTCFullYear();
  const whole = /^\s*\d{4}(?:-\d\d)?\s*$/.exec(form.on.value);
  const day = (when, year) => {
    const days = new Date(Date.UTC(2000, when.getUTCMonth() + 1, 0));
    days.setUTCFullYear(year, when.getUTCMonth() + 1, 0);
    const end = days.getUTCDate();
    return ordinal(year, when.getUTCMonth(), whole && when === to ? end : Math.min(when.getUTCDate(), end));
  };
  const single = first === last;
  first = day(from, year);
  last = single ? first : day(to, year + span);
  form.on.value = whole ? String(year).padStart(4, "0") + form.on.value.trim().slice(4) : single ? iso(first) : `${iso(first)}..${iso(last)}`;
  if (embedded) {
    draw();
    remember();
  } else form.requestSubmit();
}

let range = null;
if (slider) {
  range = document.createElement("input");
  Object.assign(range, { type: "range", min: slider.dataset.first, max: slider.dataset.last, step: 1 });
  range.setAttribute("aria-label", "Year");
  range.value = date(first).getUTCFullYear();
  range.addEventListener(embedded ? "input" : "change", () => slide(Number(range.value)));
  slider.querySelector("svg").after(range);
  slider.dataset.live = "";
  slider.querySelector(".steps")?.remove();
  slider.querySelector("svg").addEventListener("click", ({ target }) => target.dataset.year && slide(Number(target.dataset.year)));
}

function light(ids, strandsOf) {
  for (const net of nets) {
    const near = new Set(ids);
    for (const path of net.querySelectorAll("path")) {
      const row = rows.find((row) => row.strand === path.dataset.strand);
      const on = path.hasAttribute("data-shown") && strandsOf(row);
      path.classList.toggle("on", on);
      if (on) near.add(row.one).add(row.other);
    }
    for (const disc of net.querySelectorAll(".disc")) disc.classList.toggle("on", near.has(disc.dataset.id));
    net.classList.add("lit");
  }
}

function dark() {
  for (const net of nets) net.classList.remove("lit");
  readout.textContent = "";
}

const SHOWN = 3;
function tell(node) {
  const { id } = node.dataset;
  light([id], (row) => row.one === id || row.other === id);
  const ties = rows.filter((row) => row.held && (row.one === id || row.other === id));
  const some = ties.slice(0, SHOWN).map((row) => `${names.get(row.one === id ? row.other : row.one).split(", ")[0]}: ${row.what}`);
  readout.textContent = `${names.get(id)}. ${some.join("; ")}${ties.length > SHOWN ? `; and ${ties.length - SHOWN} more` : ""}`;
}

for (const net of nets) {
  net.addEventListener("pointerover", ({ target }) => {
    const disc = target.closest(".disc");
    if (disc) tell(disc);
  });
  net.addEventListener("pointerout", ({ target }) => target.closest(".disc") && dark());
  net.addEventListener("focusin", ({ target }) => tell(target.closest(".disc")));
  net.addEventListener("focusout", dark);
}
for (const label of form.querySelectorAll(".sorts label")) {
  const sort = label.querySelector("input").value;
  label.addEventListener("pointerenter", () => light([], (row) => row.sort === sort));
  label.addEventListener("pointerleave", dark);
}
// A day, month or year as it is written, where this script understands it.
function choose(text) {
  const [, year, month, day] = /^\s*(\d{4})(?:-(\d\d))?(?:-(\d\d))?\s*$/.exec(text) ?? [];
  if (!year) return false;
  first = ordinal(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  last = day ? first : ordinal(Number(year), Number(month ?? 12), 0);
  return true;
}

form.addEventListener("change", ({ target }) => {
  if (target.name === "on" || !whole) return;
  draw();
  remember();
});
form.addEventListener("submit", (event) => {
  if (!whole || !choose(form.on.value)) return;
  event.preventDefault();
  draw();
  remember();
});
// Where the page is a file, nobody has read its address before.
if (whole) {
  const asked = new URLSearchParams(location.search);
  for (const key of ["on", "actor", "show"]) if (asked.has(key)) form[key].value = asked.get(key);
  const kinds = asked.getAll("kind");
  for (const box of form.querySelectorAll("[name=kind]")) if (kinds.length) box.checked = kinds.includes(box.value);
  if (asked.has("on")) choose(asked.get("on"));
}
draw();
