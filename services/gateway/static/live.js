// Keeps the scorecard as last said, from one stream, without moving what a reader holds on to.
// A tile changes at most once a second; one sentence now and then is spoken, not every number.

const TILE_MS = 1000;
const SPOKEN_MS = 20000;
const WAITS_MS = [2000, 5000, 10000, 30000, 60000];

const box = document.querySelector("[data-live]");
const state = box.querySelector("[data-state]");
const words = box.querySelector("[data-state-words]");
const button = box.querySelector("[data-pause]");
const summary = box.querySelector("[data-summary]");
const asAt = document.querySelector("[data-as-at]");
const alerts = document.querySelector("[data-alerts-here]");

const waiting = new Map(); // indicator -> the latest tile not shown yet
const shownAt = new Map(); // indicator -> when its tile last changed
const changed = new Map(); // indicator -> its sentence, not spoken yet
let paused = false;
let source = null;
let failures = 0;
let spokenAt = performance.now();
let timer = 0;

function say(name, text) {
  state.dataset.state = name;
  if (words.textContent !== text) words.textContent = text;
}

function sayState() {
  if (paused) say("paused", "Paused: figures stay as they are");
  else if (source && source.readyState === EventSource.OPEN) say("live", "Live");
  else say("waiting", failures > 1 ? "Connection lost: trying again" : "Connecting");
}

function connect() {
  source = new EventSource(box.dataset.live);
  source.addEventListener("open", () => { failures = 0; sayState(); });
  source.addEventListener("error", () => {
    failures += 1;
    sayState();
    // The browser tries again by itself, unless it was refused.
    if (source.readyState !== EventSource.CLOSED) return;
    const wait = WAITS_MS[Math.min(failures - 1, WAITS_MS.length - 1)];
    setTimeout(() => { if (source.readyState === EventSource.CLOSED) connect(); }, wait);
    if (failures > 2) say("waiting", "Not updating: load the page again, you may have to sign in");
  });
  source.addEventListener("tile", (event) => {
    const tile = JSON.parse(event.data);
    waiting.set(tile.indicator, tile);
    schedule();
  });
  source.addEventListener("alert", () => { alertsChanged = true; schedule(); });
  sayState();
}

let alertsChanged = false;

function schedule() {
  if (!timer && !paused) timer = setTimeout(() => { timer = 0; requestAnimationFrame(show); }, 0);
}

function show() {
  if (paused) return;
  const now = performance.now();
  let next = Infinity;
  for (const [indicator, tile] of waiting) {
    const due = (shownAt.get(indicator) ?? -Infinity) + TILE_MS;
    if (due > now) { next = Math.min(next, due - now); continue; }
    waiting.delete(indicator);
    shownAt.set(indicator, now);
    put(tile);
  }
  if (alertsChanged) { alertsChanged = false; fetchAlerts(); }
  speak(now);
  if (next < Infinity && !timer) timer = setTimeout(() => { timer = 0; requestAnimationFrame(show); }, next);
}

function put(tile) {
  const here = document.querySelector(`[data-tile="${CSS.escape(tile.indicator)}"]`);
  // The first figures of an authority: the page has no place for them yet.
  if (!here) { location.reload(); return; }
  const holder = document.createElement("template");
  holder.innerHTML = tile.html;
  const made = holder.content.querySelector("[data-tile]");
  if (asAt) asAt.textContent = tile.as_at;
  here.className = made.className;
  for (const part of made.querySelectorAll("[data-part]")) {
    const old = here.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!old || old.innerHTML === part.innerHTML) continue;
    old.replaceChildren(...part.childNodes);
    if (part.dataset.part !== "now") continue;
    old.classList.remove("changed");
    void old.offsetWidth; // starts the animation anew
    old.classList.add("changed");
    changed.set(tile.indicator, tile.sentence);
  }
}

function speak(now) {
  if (!changed.size || now - spokenAt < SPOKEN_MS) return;
  const sentences = [...changed.values()];
  const more = sentences.length > 2 ? ` and ${sentences.length - 2} more` : "";
  summary.textContent = `Changed: ${sentences.slice(0, 2).join("; ")}${more}.`;
  changed.clear();
  spokenAt = now;
}

async function fetchAlerts() {
  try {
    const answer = await fetch(box.dataset.alerts, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (alerts.innerHTML.trim() !== text.trim()) alerts.innerHTML = text;
  } catch {
    alertsChanged = true; // asked again with the next figure
  }
}

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? "Go on with updates" : "Pause updates";
  sayState();
  if (!paused) { timer = 0; show(); }
});

window.addEventListener("pagehide", () => source && source.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });

button.hidden = false;
connect();
