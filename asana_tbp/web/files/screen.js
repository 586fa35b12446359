// The screen: all of it, awake, and dark or light. Knows the browser's offers; each of them may be missing.

import { remember, remembered } from "./sound.js";

let lock = null;
let wanted = false;

/** Whether the user wants the screen to stay awake while a box runs. */
export const staysAwake = () => remembered("asana-tbp-awake", "yes") === "yes";

/** Keep the screen awake from now on, or no longer. */
export async function keepAwake(on) {
  wanted = on && staysAwake();
  try {
    if (!wanted) {
      await lock?.release();
      lock = null;
    } else if (!lock && !document.hidden) {
      lock = await navigator.wakeLock?.request("screen");
      lock?.addEventListener("release", () => (lock = null));
    }
  } catch {
    lock = null;
  }
}
document.addEventListener("visibilitychange", () => wanted && keepAwake(true));

/** Use the whole screen, or no longer. */
export function fullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
  done?.catch(() => {});
}

/** Dark, light, or "" as the system. */
export function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  remember("asana-tbp-theme", theme);
}
setTheme(remembered("asana-tbp-theme", ""));
