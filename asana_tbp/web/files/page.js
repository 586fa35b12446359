// The page: shows each view and sends what is pressed. Text from the session is set as text, never as markup.

import { aheadOf, boxName, budgetText, clockText, courseOf, fractionOf, leftOf, occasion, untilNextSecond } from "./moment.js";
import { fullScreen, keepAwake, setTheme, staysAwake } from "./screen.js";
import { allowed, chime, remember, remembered, setVolume, volume } from "./sound.js";
import { tabIcon, tabTitle } from "./tab.js";
import { Wire } from "./wire.js";

// The link has let us in; its secret need not stay in the address.
if (location.search) history.replaceState(null, "", location.pathname);

const at = (id) => document.getElementById(id);
const body = document.body;
let view = { phase: "none" };
let known = false;
let timer = 0;
let rung = "";
let silence = 0;

const wire = new Wire(
  (next) => {
    const what = known ? occasion(view, next, wire.now()) : null;
    const run = boxName(view);
    view = next;
    known = true;
    if (what && !(what !== "warn" && rung === run)) ring(what, `${run}:${what}`);
    if (what && what !== "warn") rung = run;
    keepAwake(view.moving === true);
    draw();
  },
  () => draw(),
  (state) => {
    const lost = state === "lost" && view.phase !== "ended" && view.phase !== "none";
    const words = {
      lost: "The timer can't be reached. This page keeps counting and tries again.",
      refused: "This link is no longer valid. Print the new one with: asana-tbp web --link",
    };
    set("lost", state === "refused" || lost ? words[state] : "");
    at("lost").hidden = !(state === "refused" || lost);
    draw();
  },
);

async function ring(kind, name) {
  if (!(await chime(kind, name))) say("Click anywhere once; until then this browser plays no sound.");
}

function set(id, text) {
  const place = at(id);
  if (place.textContent !== text) place.textContent = text;
}

function say(sentence) {
  set("said", sentence);
  at("said").hidden = !sentence;
  clearTimeout(silence);
  silence = setTimeout(() => (at("said").hidden = true), 6000);
}

function stateWords(left) {
  switch (view.phase) {
    case "paused":
      if (view.slept) return `The machine slept for ${clockText(view.slept)}. Did you work meanwhile?`;
      return `Paused${view.held ? ", on hold" : ""}`;
    case "held":
      return left < 0 ? "On hold, time is up: alarms muted until you press h" : "On hold: alarms muted until you press h";
    case "asking":
      if (view.gate) return "Keep or scrap?";
      return "Time is up";
    case "overtime":
      return "Overtime";
    case "waiting":
      return view.waits_for === "break" ? "Press space to start the break" : "Press space to start";
    case "break":
      return view.rest_title ? "Break" : "";
    case "running":
      return wire.state === "lost" && left <= 0 ? "Time is up" : "";
    default:
      return "";
  }
}

function asanaWords() {
  const waiting = view.unsent ? `, ${view.unsent} waiting` : "";
  switch (view.link) {
    case "sent":
      return view.completes === false ? "" : "Asana: sent";
    case "queued":
      return `Asana: ${view.unsent} waiting`;
    case "offline":
      return `Asana: offline${waiting}`;
    case "refused":
      return `Asana refuses the token${waiting}`;
    default:
      return "";
  }
}

function draw() {
  clearTimeout(timer);
  const now = wire.now();
  const [first, second] = view.queue ?? [];
  const waits = view.phase === "waiting" && view.waits_for !== "break" ? first : undefined;
  let left = waits ? waits.budget : leftOf(view, now);
  // Only the session knows that it goes beyond zero; without it the count ends there.
  if (view.phase === "running") left = Math.max(0, left);
  if (wire.state === "lost" && view.phase === "running" && left <= 0 && rung !== boxName(view)) {
    rung = boxName(view);
    if (known) ring("end", `${rung}:end`);
  }
  const running = view.title || view.phase === "break" || waits;
  const urgent = view.phase === "running" && left <= Math.max(view.warn || 0, 1);
  body.dataset.phase = view.phase;
  body.toggleAttribute("data-urgent", urgent);
  if (running) {
    const text = clockText(left);
    set("left", text);
    at("left").toggleAttribute("data-long", text.length > 5);
    at("left").removeAttribute("data-words");
    const title = view.title || waits?.title || view.rest_title || "Break";
    set("title", title);
    const mark = { paused: "⏸ ", held: "● ", asking: "? ", waiting: "▸ " }[view.phase] ?? "";
    tabTitle(`${mark}${text} ${title}`);
  } else {
    const over = { stopped: "Stopped", time: "Time is up", lost: "Broken off" }[view.ended] ?? "Done";
    const words = { ended: over, waiting: "Ready?", none: known ? "No session" : "…" }[view.phase] ?? "";
    set("left", words);
    at("left").setAttribute("data-words", "");
    const rest = view.phase === "waiting" ? view.rest_title || "Break" : "";
    set("title", view.phase === "ended" ? `${view.done} of ${view.total} tasks done` : rest);
    tabTitle(view.phase === "ended" ? `${over}: ${view.done} of ${view.total}` : "asana-tbp");
  }
  set("state", view.phase === "none" && known ? "Begin one with: asana-tbp start" : stateWords(left));
  at("gate").hidden = !view.gate;
  at("time-up").hidden = view.phase !== "asking" || view.gate === true;
  at("summary").hidden = view.phase !== "ended";
  if (view.phase === "ended") at("summary").replaceChildren(...rowsOf(finishedRows()));
  at("ask").hidden = !(view.phase === "paused" && view.slept);
  set("section", view.section || "");
  set("song", view.song || "");
  set("asana", asanaWords());
  const fraction = fractionOf(view, now);
  at("fill").style.transform = `scaleX(${fraction.toFixed(4)})`;
  drawCourse(now, waits ? second : first);
  tabIcon(view.phase, left, fraction, urgent);
  at("toggle").disabled = view.phase === "asking";
  at("toggle").firstChild.data = { paused: "Resume ", waiting: "Start " }[view.phase] ?? "Pause ";
  at("hold").setAttribute("aria-pressed", String(view.held === true));
  at("back").setAttribute("aria-pressed", String(view.come_back === true));
  timer = setTimeout(draw, untilNextSecond(view, now));
}

function drawCourse(now, following) {
  if (!view.total) {
    set("next", "");
    set("course-words", "");
  } else {
    if (view.phase === "ended") set("next", view.notice || "");
    else set("next", following ? `Next: ${following.title} (${budgetText(following.budget)})` : "Last task");
    const ends = new Date(Date.now() + aheadOf(view, now)).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const spent = view.all_spent + Math.max(0, view.left - leftOf(view, now));
    const when = view.phase === "ended" ? "" : `song done at ${ends} · `;
    const times = `${when}${clockText(spent)} of ${clockText(view.all_budget)}`;
    // A narrow screen breaks between the parts, not in them.
    const whole = times.replaceAll(" ", "\u00a0").replace("\u00a0·", " ·");
    set("course-words", `${view.done} of ${view.total} done ·\u00a0${whole}`);
  }
  at("bar-fill").style.transform = `scaleX(${courseOf(view, now).toFixed(4)})`;
  at("bar").style.visibility = view.total ? "" : "hidden";
}

/** A finished run undone since is no longer done: it is in what comes next. */
function finishedRows() {
  return (view.finished ?? [])
    .filter((over) => over.why !== "undone")
    .map((over) => [
      `${over.done ? "✓" : "–"} ${over.title}${over.come_back ? " (come back)" : ""}`,
      `${clockText(Math.floor(over.spent))} of ${budgetText(over.budget)}`,
    ]);
}

function rowsOf(lines, now = -1) {
  return lines.map(([title, time], place) => {
    const row = document.createElement("li");
    if (place === now) row.className = "now";
    for (const text of [title, time]) row.append(Object.assign(document.createElement("span"), { textContent: text }));
    return row;
  });
}

function drawList() {
  const rows = finishedRows();
  const running = view.title ? [[`▸ ${view.title}${view.come_back ? " (come back)" : ""}`, `${clockText(leftOf(view, wire.now()))} left`]] : [];
  const queue = (view.queue ?? []).map((next) => [next.title, budgetText(next.budget)]);
  at("runs").replaceChildren(...rowsOf([...rows, ...running, ...queue], running.length ? rows.length : -1));
}

async function tell(message) {
  const refused = await wire.tell(message);
  if (refused) say(refused);
}

function open(id) {
  if (document.querySelector("dialog[open]")) return;
  if (id === "list") drawList();
  if (id === "sound") set("sound-state", allowed() ? "" : "This browser plays no sound until you click once.");
  at(id).showModal();
}

const KEYS = {
  " ": { do: "toggle" }, p: { do: "toggle" }, d: { do: "done" }, s: { do: "skip" }, x: { do: "scrap" }, "+": { do: "extend", seconds: 120 },
  "=": { do: "extend", seconds: 120 }, "-": { do: "extend", seconds: -120 }, b: { do: "come-back" },
  B: { do: "come-back", last: true }, h: { do: "hold" }, u: { do: "undo" },
};
const OPENS = { q: "stop-ask", l: "list", m: "sound", "?": "help" };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  // A focused button is pressed by space; that is not a pause as well.
  if (event.key === " " && event.target instanceof HTMLButtonElement && event.target.matches(":focus-visible")) return;
  if (KEYS[event.key]) tell(KEYS[event.key]);
  else if (OPENS[event.key]) open(OPENS[event.key]);
  else if (event.key === "f") fullScreen();
  else return;
  event.preventDefault();
});

addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.do) {
    const message = { do: button.dataset.do };
    if (button.dataset.seconds) message.seconds = Number(button.dataset.seconds);
    if (button.dataset.counting) message.counting = true;
    tell(message);
  }
  if (button.classList.contains("close") || button.dataset.do === "stop") button.closest("dialog")?.close();
});

at("stop").addEventListener("click", () => open("stop-ask"));
at("list-open").addEventListener("click", () => open("list"));
at("sound-open").addEventListener("click", () => open("sound"));
at("help-open").addEventListener("click", () => open("help"));
at("screen").addEventListener("click", fullScreen);
at("volume").value = volume();
at("volume").addEventListener("input", (event) => setVolume(event.target.value));
at("test").addEventListener("click", () => {
  set("sound-state", volume() ? "Do you hear it?" : "The volume is off.");
  ring("end", "test");
});
at("awake").checked = staysAwake();
at("awake").addEventListener("change", (event) => {
  remember("asana-tbp-awake", event.target.checked ? "yes" : "no");
  keepAwake(view.moving === true);
});
at("theme").value = remembered("asana-tbp-theme", "");
at("theme").addEventListener("change", (event) => setTheme(event.target.value));
