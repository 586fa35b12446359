// The page: shows each view and sends the commands of keys and buttons. Text is set as text, never as markup.

import { aheadOf, boxName, budgetText, clockText, courseOf, fractionOf, handoverOf, leftOf, occasion, untilNextSecond } from "./moment.js";
import { fullScreen, keepAwake, setTheme, staysAwake } from "./screen.js";
import { allowed, chime, remember, remembered, setVolume, volume } from "./sound.js";
import { tabIcon, tabTitle } from "./tab.js";
import { Wire } from "./wire.js";

// The link has done its work; its secret need not stay in the address.
if (location.search) history.replaceState(null, "", location.pathname);

const at = (id) => document.getElementById(id);
const body = document.body;
let view = { phase: "none", standing: {}, actions: [] };
let drawn = "";
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

/** The session's word for its state; if the connection is lost, only that the time is up. */
function stateWords(left) {
  if (wire.state === "lost" && view.phase === "running" && left <= 0) return view.time_up;
  return view.standing.word;
}

const named = (label) => label.charAt(0).toUpperCase() + label.slice(1);

/** A button for each thing that can be done now; the one that had the focus keeps it. */
function drawActions() {
  const buttons = JSON.stringify([view.actions, view.come_back]);
  if (buttons === drawn) return;
  drawn = buttons;
  const focused = document.activeElement?.closest?.("#answers, #actions") ? document.activeElement.dataset.press : "";
  const made = view.actions.map(({ key, label, asked }, place) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `${named(label)} ` });
    button.dataset.press = key;
    if (asked && place === 0) button.className = "primary";
    if (key === "b") button.setAttribute("aria-pressed", view.come_back === true);
    button.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    return [asked, button];
  });
  at("answers").replaceChildren(...made.filter(([asked]) => asked).map(([, button]) => button));
  const stop = Object.assign(document.createElement("button"), { type: "button", textContent: "Stop " });
  stop.dataset.press = "q";
  stop.append(Object.assign(document.createElement("kbd"), { textContent: "q" }));
  at("actions").replaceChildren(...made.filter(([asked]) => !asked).map(([, button]) => button), stop);
  if (focused) document.querySelector(`main [data-press="${CSS.escape(focused)}"]`)?.focus();
}

function draw() {
  clearTimeout(timer);
  const now = wire.now();
  const [first, second] = view.queue ?? [];
  const waits = view.phase === "waiting" && view.waits_for !== "break" ? first : undefined;
  let left = waits ? waits.budget : leftOf(view, now);
  // Only the session knows whether it goes beyond zero; without it the countdown ends there.
  if (view.phase === "running") left = Math.max(0, left);
  if (wire.state === "lost" && view.phase === "running" && left <= 0 && rung !== boxName(view)) {
    rung = boxName(view);
    if (known) ring("end", `${rung}:end`);
  }
  const running = view.title || view.phase === "break" || waits;
  const urgent = view.phase === "running" && left <= Math.max(view.warn || 0, 1);
  body.dataset.phase = view.phase;
  body.toggleAttribute("data-urgent", urgent);
  const handover = handoverOf(view, now);
  body.toggleAttribute("data-handover", Boolean(handover));
  if (running) {
    const text = clockText(left);
    set("left", text);
    // A plus is as wide as two digits and a half.
    at("left").toggleAttribute("data-long", text.replace("+", "00").length > 5);
    at("left").removeAttribute("data-words");
    const title = view.title || waits?.title || view.rest_title || "Break";
    set("title", title);
    const mark = { paused: "⏸ ", held: "● ", asking: "? ", waiting: "▸ " }[view.phase] ?? "";
    tabTitle(`${mark}${text} ${title}`);
  } else {
    set("left", view.standing.word ?? "…");
    at("left").setAttribute("data-words", "");
    const rest = view.phase === "waiting" ? view.rest_title || "Break" : "";
    set("title", view.phase === "ended" ? `${view.done} of ${view.total} tasks done` : rest);
    tabTitle(view.phase === "ended" ? `${view.standing.word}: ${view.done} of ${view.total}` : "asana-tbp");
  }
  set("state", handover ? "NEXT" : running ? (stateWords(left) ?? "") : "");
  set("hint", handover || (view.standing.hint ?? ""));
  drawActions();
  at("summary").hidden = view.phase !== "ended";
  if (view.phase === "ended") at("summary").replaceChildren(...rowsOf(finishedRows()));
  set("section", [view.section, view.assumed && "no time in its name"].filter(Boolean).join(" · "));
  set("song", view.song || "");
  set("asana", view.standing.asana ?? "");
  const fraction = fractionOf(view, now);
  at("fill").style.transform = `scaleX(${fraction.toFixed(4)})`;
  drawCourse(now, waits ? second : first, view.fits > (waits ? 1 : 0));
  tabIcon(view.phase, left, fraction, urgent);
  timer = setTimeout(draw, untilNextSecond(view, now));
}

function drawCourse(now, following, fits) {
  if (!view.total) {
    set("next", "");
    set("course-words", "");
  } else {
    if (view.phase === "ended") set("next", view.notice || "");
    else if (!following) set("next", "Last task");
    else if (!fits) set("next", `Last task, no time for ${view.left_out} more`);
    else set("next", `Next: ${following.title} (${budgetText(following.budget)})`);
    const ends = new Date(Date.now() + aheadOf(view, now)).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const spent = view.all_spent + Math.max(0, view.left - leftOf(view, now));
    const when = view.phase === "ended" ? "" : `${view.left_out ? "stops" : "song done"} at ${ends} · `;
    const times = `${when}${clockText(Math.floor(spent + 1e-6))} of ${clockText(view.all_budget)}`;
    // A narrow screen breaks between the parts, not in them.
    const whole = times.replaceAll(" ", "\u00a0").replace("·\u00a0", "· ");
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

const NO_MAP = "This song was not made from a song map: only its tasks are known.";

/** The song's page: headings, entries, and the lines of each. */
async function drawSong() {
  set("song-words", view.song || "The song");
  const { song, parts } = await wire.read("/song", { song: "", parts: [] });
  if (song) set("song-words", song);
  const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const shown = parts.flatMap(([title, entries]) => {
    const list = document.createElement("ul");
    for (const lines of entries) {
      const entry = document.createElement("li");
      entry.append(...lines.map((line) => make("p", line)));
      list.append(entry);
    }
    return [make("h3", title), list];
  });
  at("song-parts").replaceChildren(...(shown.length ? shown : [make("p", NO_MAP)]));
}

function open(id) {
  if (document.querySelector("dialog[open]")) return;
  if (id === "list") drawList();
  if (id === "song-page") drawSong();
  if (id === "sound") set("sound-state", allowed() ? "" : "This browser plays no sound until you click once.");
  at(id).showModal();
  // The focused button is at the end; reading starts at the top.
  at(id).scrollTop = 0;
}

const KEYS = JSON.parse(body.dataset.keys);

/** What a key or its button does: a command, one of the page's dialogs, or the whole screen. */
function press(key) {
  const message = KEYS[key === "space" ? " " : key];
  const dialog = document.querySelector(`dialog[data-key="${CSS.escape(key)}"]`);
  if (message) tell(message);
  else if (dialog) open(dialog.id);
  else if (key === "f") fullScreen();
  else return false;
  return true;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  // Space presses the focused button, and must not pause as well.
  if (event.key === " " && event.target instanceof HTMLButtonElement && event.target.matches(":focus-visible")) return;
  if (press(event.key)) event.preventDefault();
});

addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.press) press(button.dataset.press);
  if (button.dataset.do) tell({ do: button.dataset.do });
  if (button.classList.contains("close") || button.dataset.do === "stop") button.closest("dialog")?.close();
});

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
