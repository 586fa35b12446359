// The overlay for a stream: shows each view, sends nothing, makes no sound.

import { clockText, fractionOf, handoverOf, leftOf, untilNextSecond } from "./moment.js";
import { Wire } from "./wire.js";

if (location.search) history.replaceState(null, "", location.pathname);

let view = { phase: "none", standing: {} };
let timer = 0;
const wire = new Wire((next) => { view = next; draw(); }, () => draw(), () => draw());

function set(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}

function draw() {
  clearTimeout(timer);
  const now = wire.now();
  let left = leftOf(view, now);
  if (view.phase === "running") left = Math.max(0, left);
  const shown = view.title || view.phase === "break";
  document.body.dataset.phase = shown ? view.phase : "none";
  document.body.toggleAttribute("data-urgent", view.phase === "running" && left <= Math.max(view.warn || 0, 1));
  set("title", view.title || "Break");
  set("left", shown ? clockText(left) : "");
  const word = handoverOf(view, now) ? "NEXT" : view.standing.word;
  set("state", shown && view.phase !== "break" ? (word ?? "") : "");
  set("next", view.fits > 0 ? `Next: ${view.queue[0].title}` : "");
  document.getElementById("bar-fill").style.transform = `scaleX(${fractionOf(view, now).toFixed(4)})`;
  timer = setTimeout(draw, untilNextSecond(view, now));
}
