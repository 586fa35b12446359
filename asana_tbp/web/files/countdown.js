// A plain countdown that starts from the address, such as /25m. It lives in this tab alone, without a session.

import { clockText } from "./moment.js";
import { fullScreen, keepAwake } from "./screen.js";
import { chime, setVolume, volume } from "./sound.js";
import { tabIcon, tabTitle } from "./tab.js";

// The link has done its work; its secret need not stay in the address.
if (location.search) history.replaceState(null, "", location.pathname);

const KEPT = `asana-tbp-countdown-${location.pathname}`;
const at = (id) => document.getElementById(id);
const asked = Number(document.body.dataset.seconds);
// A time of day, in milliseconds; 0 where a length was asked for.
const until = Number(document.body.dataset.until) * 1000;
let timer = 0;
// `end` is a moment of the wall clock, so it is right even after the machine slept. While paused, `left` counts.
let count = { budget: asked, left: asked, end: until || null, over: false };

try {
  // Started in this tab before: a reload continues it. A time of day needs no saved state.
  const kept = until ? null : JSON.parse(sessionStorage.getItem(KEPT));
  if (kept && Number.isFinite(kept.budget) && Number.isFinite(kept.left)) count = kept;
} catch {
  // Nothing was saved.
}

const leftNow = () => (count.end === null ? count.left : (count.end - Date.now()) / 1000);

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(count));
  } catch {
    // Then a reload starts over.
  }
}

function toggle() {
  if (until) return;
  if (count.over) return again();
  if (count.end === null) count.end = Date.now() + count.left * 1000;
  else count = { ...count, left: leftNow(), end: null };
  draw();
}

function again() {
  count = { budget: asked, left: asked, end: Date.now() + asked * 1000, over: false };
  draw();
}

function add(seconds) {
  if (count.over || leftNow() + seconds <= 0) return;
  count.budget += seconds;
  if (count.end === null) count.left += seconds;
  else count.end += seconds * 1000;
  draw();
}

function draw() {
  clearTimeout(timer);
  let left = leftNow();
  if (count.end !== null && left <= 0) {
    const late = -left;
    left = 0;
    count = { ...count, left: 0, end: null, over: true };
    // Much too late, after sleep for example, it only shows, without a sound.
    if (late < 60) chime("end", "countdown");
  }
  keep();
  const runs = count.end !== null;
  const phase = count.over ? "asking" : runs ? "running" : count.left === asked && count.budget === asked ? "ready" : "paused";
  document.body.dataset.phase = phase;
  const urgent = runs && left <= Math.min(60, count.budget / 5);
  document.body.toggleAttribute("data-urgent", urgent);
  const text = clockText(left);
  at("left").textContent = text;
  at("left").toggleAttribute("data-long", text.length > 5);
  const words = { asking: "TIME IS UP", running: "", paused: "PAUSED", ready: "Click Start to begin." }[phase];
  if (at("state").textContent !== words) at("state").textContent = words;
  at("start-line").hidden = phase !== "ready";
  at("toggle").hidden = phase === "ready" || until > 0;
  at("again").hidden = until > 0;
  at("toggle").textContent = count.over ? "Again" : runs ? "Pause" : phase === "ready" ? "Start" : "Resume";
  const fraction = Math.min(1, Math.max(0, 1 - left / count.budget));
  at("fill").style.transform = `scaleX(${fraction.toFixed(4)})`;
  tabTitle(count.over ? "TIME IS UP" : `${text} asana-tbp`);
  tabIcon(phase, left, fraction, urgent);
  keepAwake(runs);
  const rest = left - (Math.ceil(left) - 1);
  if (runs) timer = setTimeout(draw, Math.min(1000, Math.max(30, rest * 1000 + 6)));
}

at("start").addEventListener("click", toggle);
at("toggle").addEventListener("click", toggle);
at("again").addEventListener("click", again);
at("less").addEventListener("click", () => add(-60));
at("more").addEventListener("click", () => add(60));
at("screen").addEventListener("click", fullScreen);
at("test").addEventListener("click", () => chime("end", "test"));
at("volume").value = volume();
at("volume").addEventListener("input", (event) => setVolume(event.target.value));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target instanceof HTMLInputElement) return;
  const does = { " ": toggle, "+": () => add(60), "=": () => add(60), "-": () => add(-60), f: fullScreen }[event.key];
  if (!does || (event.key === " " && event.target instanceof HTMLButtonElement)) return;
  event.preventDefault();
  does();
});
document.addEventListener("visibilitychange", () => document.hidden || draw());
draw();
