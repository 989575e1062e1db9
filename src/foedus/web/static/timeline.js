// The line of time zooms, moves and filters without asking the server again; without this script the form does it.
const chart = document.getElementById("chart");
const form = document.getElementById("choices");
const readout = document.getElementById("readout");
const zoom = document.querySelector(".zoom");
const listed = new Map([...document.querySelectorAll("#list > li")].map((item) => [item.dataset.number, item]));
const marks = [...chart.querySelectorAll("a[data-span]")].map((node) => {
  const [earliest, latest] = ends(node.dataset.span);
  const sure = node.dataset.sure ? ends(node.dataset.sure) : null;
  return { node, earliest, latest, sure, lines: [...node.querySelectorAll("line")], caption: node.querySelector("text") };
});
const [whole, usual] = [zoom.dataset.whole, zoom.dataset.usual].map((days) => days.split(",").map(Number));
const KEYS = ["actor", "theme", "kind", "tenor", "modality"];
const EPOCH = 719163; // the ordinal of 1 January 1970, day 1 being 1 January of year 1
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
let [first, last] = [Number(chart.dataset.first), Number(chart.dataset.last)];

function ends(text) {
  const [from, to] = text.split(",");
  return [from ? Number(from) : -Infinity, to ? Number(to) : Infinity];
}

function iso(ordinal) {
  return new Date((Math.round(ordinal) - EPOCH) * 86400000).toISOString().slice(0, 10);
}

function at(ordinal) {
  return Math.min(102, Math.max(-2, (100 * (ordinal - first)) / (last + 1 - first)));
}

function chosen({ node, earliest, latest }) {
  return earliest <= last && latest >= first &&
    KEYS.every((key) => !form[key].value || node.dataset[key].split(" ").includes(form[key].value));
}

// The same rows as the server finds: below the others what has no first or no last day.
function stack(strip, marks) {
  const svg = strip.querySelector("svg");
  const moments = strip.classList.contains("strip");
  const [gap, height] = [moments ? 1.1 : 0, Number(svg.dataset.row)];
  let above = 0;
  for (const bounded of [true, false]) {
    const taken = [];
    const some = marks.filter((mark) => (!moments || Number.isFinite(mark.earliest + mark.latest)) === bounded);
    for (const { earliest, latest, lines, caption } of some.sort((one, other) => one.earliest - other.earliest)) {
      const start = at(earliest);
      const words = caption ? Math.max(start, 0) + caption.textContent.length * 0.6 : 0;
      let row = taken.findIndex((end) => end + gap <= start);
      if (row < 0) row = taken.push(0) - 1;
      taken[row] = Math.max(at(latest + 1), words);
      const y = (above + row) * height + (moments ? 11 : height - 6);
      for (const line of lines) for (const end of ["y1", "y2"]) line.setAttribute(end, y);
      caption?.setAttribute("text-anchor", words > 100 ? "end" : "start");
      caption?.setAttribute("x", words > 100 ? "99.8%" : `${Math.max(start, 0.2)}%`);
      caption?.setAttribute("y", y - 8);
    }
    above += taken.length;
  }
  svg.setAttribute("height", Math.max(1, above) * height + (moments ? 10 : 3));
}

function ticks() {
  const svg = chart.querySelector(".axis svg");
  const [from, to] = [new Date((first - EPOCH) * 86400000), new Date((last - EPOCH) * 86400000)];
  const months = last - first < 3 * 366;
  const count = (date) => (months ? date.getUTCFullYear() * 12 + date.getUTCMonth() : date.getUTCFullYear());
  const span = count(to) - count(from) + 1;
  const step = (months ? [1, 2, 3, 6, 12] : STEPS).find((step) => span / step <= 14) ?? 500;
  svg.replaceChildren();
  for (let n = Math.ceil(count(from) / step) * step; n <= count(to); n += step) {
    const day = new Date(0);
    day.setUTCFullYear(months ? Math.floor(n / 12) : n, months ? n % 12 : 0, 1);
    const text = document.createElementNS(svg.namespaceURI, "text");
    text.setAttribute("x", `${at(day / 86400000 + EPOCH)}%`);
    text.setAttribute("y", "15");
    text.textContent = months && n % 12
      ? day.toLocaleString("en", { month: "short", timeZone: "UTC" }) : day.getUTCFullYear();
    svg.append(text);
  }
}

function draw() {
  const shown = new Set();
  for (const strip of chart.querySelectorAll(".lane:not(.axis)")) {
    const within = marks.filter(({ node }) => strip.contains(node));
    const visible = within.filter(chosen);
    for (const mark of within) {
      const seen = visible.includes(mark);
      mark.node.toggleAttribute("display", false);
      if (!seen) mark.node.setAttribute("display", "none");
      else shown.add(mark.node.dataset.number);
      for (const line of mark.lines) {
        const [from, to] = line.classList.contains("held") ? mark.sure : [mark.earliest, mark.latest];
        line.setAttribute("x1", `${at(from)}%`);
        line.setAttribute("x2", `${at(from === to && !line.matches(".may, .held") ? from : to + 1)}%`);
      }
    }
    strip.hidden = !visible.length;
    const number = strip.querySelector("h2 .quiet");
    if (number) number.textContent = visible.length;
    stack(strip, visible);
  }
  for (const band of chart.querySelectorAll("section")) band.hidden = !band.querySelector(".lane:not([hidden])");
  for (const [number, item] of listed) item.hidden = !shown.has(number);
  ticks();
  readout.textContent = `${shown.size} shown, ${iso(first)} to ${iso(last)}`;
}

function remember() {
  const values = new URLSearchParams();
  for (const key of KEYS) if (form[key].value) values.set(key, form[key].value);
  if (first !== usual[0] || last !== usual[1]) {
    values.set("from", iso(first));
    values.set("to", iso(last));
  }
  [form.from.value, form.to.value] = [values.get("from") ?? "", values.get("to") ?? ""];
  history.replaceState(null, "", values.size ? `?${values}` : location.pathname);
}

function show(from, to) {
  const least = Math.min(whole[0], usual[0]);
  const most = Math.max(whole[1], usual[1]);
  const days = Math.min(Math.max(to - from, 30), most - least);
  first = Math.round(Math.min(Math.max(from, least), most - days));
  last = Math.round(first + days);
  draw();
  remember();
}

function scaled(factor, share = 0.5) {
  const pivot = first + (last - first) * share;
  show(pivot - (pivot - first) * factor, pivot + (last - pivot) * factor);
}

const moves = {
  "Zoom in": () => scaled(0.5),
  "Zoom out": () => scaled(2),
  Earlier: () => show(first - (last - first) / 2, last - (last - first) / 2),
  Later: () => show(first + (last - first) / 2, last + (last - first) / 2),
};
for (const [name, move] of Object.entries(moves)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", move);
  zoom.append(button);
}
zoom.addEventListener("click", (event) => {
  const to = event.target.dataset.zoom;
  if (!to) return;
  event.preventDefault();
  show(...(to === "whole" ? whole : usual));
});
form.addEventListener("change", (event) => {
  if (KEYS.includes(event.target.name)) {
    draw();
    remember();
  }
});
function day(text, end) {
  const [, year, month, date] = /^\s*(\d{4})(?:-(\d\d))?(?:-(\d\d))?\s*$/.exec(text) ?? [];
  if (!year) return null;
  const found = new Date(0);
  if (end && !date) found.setUTCFullYear(Number(year) + (month ? 0 : 1), month ? Number(month) : 0, 0);
  else found.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(date ?? 1));
  return found / 86400000 + EPOCH;
}

function asked() {
  const from = form.from.value.trim() ? day(form.from.value, false) : usual[0];
  const to = form.to.value.trim() ? day(form.to.value, true) : usual[1];
  return from === null || to === null || to < from ? null : [from, to];
}

form.addEventListener("submit", (event) => {
  const days = asked();
  if (!days) return; // the server says what is wrong with it
  event.preventDefault();
  show(...days);
});
chart.addEventListener("keydown", (event) => {
  const move = { "+": "Zoom in", "-": "Zoom out" }[event.key];
  if (move) moves[move]();
});
chart.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return; // a plain wheel scrolls the page
  event.preventDefault();
  const box = chart.querySelector(".axis svg").getBoundingClientRect();
  scaled(event.deltaY > 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width);
}, { passive: false });
chart.addEventListener("pointerover", (event) => {
  const node = event.target.closest("a[data-span]");
  if (node) readout.textContent = node.querySelector("title").textContent;
});
// Where the page is a file, nobody has read its address before.
for (const [key, value] of new URLSearchParams(location.search)) if (form[key]) form[key].value = value;
[first, last] = asked() ?? [first, last];
draw();
