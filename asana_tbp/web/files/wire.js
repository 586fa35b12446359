// The connection to the session: views come in, commands go out; and whether it holds.

const SILENCE = 4; // seconds without a message after which the connection counts as lost
const PATIENCE = 5; // seconds between two tries, at most

export class Wire {
  #source = null;
  #offset = null;
  #heard = 0;
  #looked = 0;
  #tries = 0;
  #retry = 0;
  #late = 0;
  state = "opening"; // opening, open, lost, refused

  /** Calls `shown(view)` for each view, `beat()` each second, `changed(state)` when the connection changes. */
  constructor(shown, beat, changed) {
    this.shown = shown;
    this.beat = beat;
    this.changed = changed;
    this.#open();
    this.measure();
    setInterval(() => this.#watch(), 1000);
    for (const name of ["pageshow", "online", "focus"]) addEventListener(name, () => this.wake());
    document.addEventListener("resume", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** The server's elapsed time in seconds, as far as it is known. */
  now() {
    return performance.now() / 1000 + (this.#offset ?? 0);
  }

  /** Ask the server for the time; how far off we can be is half of how long it took. */
  async measure() {
    const asked = performance.now() / 1000;
    try {
      const answer = await fetch("/now", { cache: "no-store", signal: AbortSignal.timeout(3000) });
      if (answer.status === 403) return this.#set("refused");
      if (!answer.ok) return;
      const { now } = await answer.json();
      const answered = performance.now() / 1000;
      const offset = now - (asked + answered) / 2;
      // A difference within the error of measurement is ignored.
      if (this.#offset === null || Math.abs(offset - this.#offset) > (answered - asked) / 2) this.#offset = offset;
      this.beat();
    } catch {
      // The stream notices that the connection is lost.
    }
  }

  /** Catch up after the page was asleep or hidden. */
  wake() {
    this.measure();
    if (this.state === "lost") this.#open();
  }

  /** The JSON at a path of the server; `otherwise` if it can't be read. */
  async read(path, otherwise) {
    try {
      const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(8000) });
      return answer.ok ? await answer.json() : otherwise;
    } catch {
      return otherwise;
    }
  }

  /** Send a command; returns why it was refused, or "". */
  async tell(message) {
    try {
      const answer = await fetch("/command", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status === 403) return "This link is no longer valid.";
      const said = await answer.json();
      return said.ok ? "" : said.sentence || "That was refused.";
    } catch {
      return "The timer can't be reached.";
    }
  }

  #open() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#heard = performance.now() / 1000;
    const source = (this.#source = new EventSource("/events"));
    source.addEventListener("view", (event) => this.#hear(event, source));
    source.addEventListener("beat", (event) => this.#hear(event, source));
    source.addEventListener("error", () => source === this.#source && this.#lose());
  }

  #hear(event, source) {
    if (source !== this.#source) return;
    const here = performance.now() / 1000;
    this.#heard = here;
    this.#tries = 0;
    const { now, view } = JSON.parse(event.data);
    // A message can only be late: the fastest one shows the server's clock best.
    const offset = now - here;
    if (this.#offset === null || offset > this.#offset) this.#offset = offset;
    this.#late = this.#offset - offset > 0.25 ? this.#late + 1 : 0;
    if (this.#late >= 3) {
      this.#late = 0;
      this.measure();
    }
    if (this.state !== "open") {
      if (this.state === "lost") this.measure();
      this.#set("open");
    }
    if (view) this.shown(view);
    else this.beat();
  }

  #lose() {
    this.#source?.close();
    this.#source = null;
    this.#tries += 1;
    if (this.state !== "refused") this.#set("lost");
    this.measure();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), 1000 * Math.min(PATIENCE, this.#tries));
  }

  #watch() {
    const now = performance.now() / 1000;
    // This page slept for a while without a wake-up event: the server's time may be out of date.
    if (now - this.#looked > 3 && this.#looked) this.wake();
    this.#looked = now;
    if (this.#source && now - this.#heard > SILENCE) this.#lose();
  }

  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed(state);
  }
}
