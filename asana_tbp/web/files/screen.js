// The screen: all of it, awake, and dark or light.

import { remember, remembered } from "./sound.js";

let lock = null;
let wanted = false;
let asking = false;

/** Whether the user wants the screen to stay awake while a task runs. */
export const staysAwake = () => remembered("asana-tbp-awake", "yes") === "yes";

/** Keep the screen awake from now on, or no longer. */
export function keepAwake(on) {
  wanted = on && staysAwake();
  settle();
}

// One request to the browser at a time: two would give two locks, one of them never released.
async function settle() {
  if (asking) return;
  asking = true;
  try {
    while (wanted !== (lock !== null)) {
      const held = lock;
      lock = null;
      if (held) await held.release();
      else if (document.hidden || !navigator.wakeLock) break;
      else lock = await navigator.wakeLock.request("screen");
      lock?.addEventListener("release", ({ target }) => target === lock && (lock = null));
    }
  } catch {
    // The browser has its reasons, such as an empty battery; the next change asks again.
  }
  asking = false;
}
document.addEventListener("visibilitychange", settle);

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
