// What a view means at a moment. Pure: uses neither the page nor the server.
// Times are seconds. `now` is the server's elapsed time, as `wire.js` estimates it.

/** Seconds left of the task or the break; negative once the budget is used up. */
export function leftOf(view, now) {
  if (!view.moving) return view.left ?? 0;
  const left = view.left - Math.max(0, now - view.taken) * view.speed;
  return view.phase === "break" ? Math.max(0, left) : left;
}

/** `24:59`, or `1:30:00` from an hour on; `+0:30` beyond the budget. Zero only when time is up. */
export function clockText(seconds) {
  let whole = Math.ceil(seconds);
  const sign = whole < 0 ? "+" : "";
  whole = Math.abs(whole);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return `${sign}${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** `25m` or `1h30m`, as in a task's name; in seconds below a minute. */
export function budgetText(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.round(seconds)}s`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours ? `${hours}h` : ""}${rest || !hours ? `${rest}m` : ""}`;
}

/** How much of the task's time is used, 0 to 1. */
export function fractionOf(view, now) {
  if (view.phase === "ended") return courseOf(view, now);
  if (!(view.budget > 0)) return 0;
  return Math.min(1, Math.max(0, 1 - leftOf(view, now) / view.budget));
}

/** How much of the session's time is used, 0 to 1. */
export function courseOf(view, now) {
  const ahead = Math.max(0, leftOf(view, now)) + (view.after ?? 0);
  if (view.phase === "ended") return view.total ? view.done / view.total : 1;
  const behind = (view.all_spent ?? 0) + (view.left - leftOf(view, now));
  return behind + ahead > 0 ? Math.min(1, Math.max(0, behind / (behind + ahead))) : 0;
}

/** Milliseconds of the machine until all is done, if everything continues now. */
export function aheadOf(view, now) {
  return ((Math.max(0, leftOf(view, now)) + (view.after ?? 0)) / (view.speed || 1)) * 1000;
}

const HANDED_OVER = 3; // seconds that the handover from one task to the next is shown

/** The sentence between the task that is done and the one that has just begun, or "". */
export function handoverOf(view, now) {
  const spent = (view.spent ?? 0) + view.left - leftOf(view, now);
  return view.phase === "running" && spent < HANDED_OVER * view.speed ? (view.standing.handover ?? "") : "";
}

/** Milliseconds until the countdown shows another second. */
export function untilNextSecond(view, now) {
  if (!view.moving) return 1000;
  const left = leftOf(view, now);
  const rest = left - (Math.ceil(left) - 1);
  return Math.min(1000, Math.max(40, (rest / view.speed) * 1000 + 6));
}

/** A name for the run of a task: two views with the same name show the same run. */
export function boxName(view) {
  return `${view.session}:${view.over}:${view.phase === "break" ? "break" : ""}`;
}

/** The sound to play when one view follows another: "end", "rest", "warn" or none. */
export function occasion(before, after, now) {
  if (!before || before.session !== after.session || before.held || after.held) return null;
  const last = (after.finished ?? []).at(-1);
  const up = ["asking", "overtime"];
  // A task that asked what to do was heard then.
  if (after.over > before.over && !up.includes(before.phase) && after.at_zero === "complete" && last?.why === "time") return "end";
  if (up.includes(after.phase) && !up.includes(before.phase)) return "end";
  if (before.phase === "break" && after.phase !== "break" && leftOf(before, now) <= 1) return "rest";
  if (after.warned && !before.warned && after.over === before.over) return "warn";
  return null;
}
