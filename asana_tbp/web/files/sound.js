// Sound. Takes the sound device only for the length of a chime: the studio needs it.

const NOTES = {
  end: [[880, 0], [1174.7, 0.18], [1760, 0.36], [880, 0.9], [1174.7, 1.08], [1760, 1.26]],
  rest: [[659.3, 0], [880, 0.22], [659.3, 0.44]],
  warn: [[659.3, 0]],
};
const VOLUME = "asana-tbp-volume";

/** What this browser remembers under a name. */
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Have this browser remember a value under a name. */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A private window forgets.
  }
}

/** 0 to 100. */
export function volume() {
  const kept = Number(remembered(VOLUME, "70"));
  return Number.isFinite(kept) ? Math.min(100, Math.max(0, kept)) : 70;
}

export function setVolume(value) {
  remember(VOLUME, String(value));
}

/** Whether the browser plays sound already; some require a click first. */
export function allowed() {
  return navigator.userActivation?.hasBeenActive ?? true;
}

/** Play a chime, once for all pages of this browser that use the same `name`; returns whether it can be heard. */
export async function chime(kind, name) {
  const loud = volume() / 100;
  if (!loud) return true;
  const context = new AudioContext();
  try {
    if (context.state !== "running") {
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 400))]);
    }
    if (context.state !== "running") return false;
    if (!navigator.locks) await play(context, kind, loud);
    else {
      await navigator.locks.request(`asana-tbp-chime-${name}`, { ifAvailable: true }, (lock) =>
        lock ? play(context, kind, loud) : null,
      );
    }
    return true;
  } finally {
    context.close();
  }
}

function play(context, kind, loud) {
  const begin = context.currentTime + 0.03;
  const out = new GainNode(context, { gain: loud * loud * (kind === "warn" ? 0.5 : 0.8) });
  out.connect(context.destination);
  let end = begin;
  for (const [frequency, at] of NOTES[kind]) {
    const envelope = new GainNode(context, { gain: 0 });
    const tone = new OscillatorNode(context, { type: "sine", frequency });
    const start = begin + at;
    envelope.gain.setValueAtTime(0, start);
    envelope.gain.linearRampToValueAtTime(1, start + 0.012);
    envelope.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(envelope).connect(out);
    tone.start(start);
    tone.stop(start + 0.52);
    end = start + 0.55;
  }
  // Held a second longer, so that a page that is late does not play it again.
  return new Promise((done) => setTimeout(done, (end - context.currentTime) * 1000 + 1000));
}
