// The tab: its title and icon show the countdown, so that it can be read among other tabs.

const COLOURS = { running: "#7fd1c4", break: "#8fd6a0", held: "#c9a9ff", overtime: "#ff6b66", asking: "#ff6b66" };
let drawn = "";

/** Set the tab's title. */
export function tabTitle(text) {
  if (document.title !== text) document.title = text;
}

/** Draw the icon: minutes, or seconds of the last one, in a ring of what is left. */
export function tabIcon(phase, left, fraction, urgent) {
  const whole = Math.max(0, Math.ceil(Math.abs(left)));
  const label = whole > 60 ? String(Math.min(999, Math.ceil(whole / 60))) : String(whole);
  const steps = Math.round(fraction * 24);
  const key = `${phase}${label}${steps}${urgent}`;
  if (key === drawn) return;
  drawn = key;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  const last = urgent && phase === "running";
  // Nobody would see a ring that is nearly empty: an urgent state fills the icon.
  const loud = last || phase === "asking" || phase === "overtime";
  const colour = last ? "#f2b45c" : COLOURS[phase] ?? "#8b96a0";
  pen.fillStyle = loud ? colour : "#0b0d10";
  pen.beginPath();
  pen.arc(32, 32, 32, 0, 7);
  pen.fill();
  if (!loud) {
    pen.lineWidth = 7;
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.arc(32, 32, 28, -Math.PI / 2 + (steps / 24) * 2 * Math.PI, 1.5 * Math.PI);
    pen.stroke();
  }
  pen.fillStyle = loud ? "#0b0d10" : "#fff";
  pen.font = `700 ${label.length > 2 ? 25 : 38}px sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(phase === "none" || phase === "ended" ? "–" : label, 32, 35);
  document.querySelector("link[rel=icon]").href = canvas.toDataURL();
}
