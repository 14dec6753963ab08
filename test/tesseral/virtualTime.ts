// Time that passes only when everything waits for it: minutes of waiting take milliseconds, and take them alike every time.
import type { Timing } from "../../tesseral/limiter";

export class VirtualTime implements Timing {
  /** Milliseconds since 1970. */
  #present: number;
  readonly #sleepers: { until: number; wake: () => void }[] = [];

  constructor(start = Date.UTC(2030, 0, 1)) {
    this.#present = start;
  }

  now(): number {
    return this.#present;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.#present + milliseconds, wake });
    });
  }

  /** Lets time pass until the work is done; answers its result, or throws its error. */
  async during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {}); // thrown below
    while (true) {
      // All that can go on without time passing does so first.
      await new Promise((resolve) => setImmediate(resolve));
      if (done) {
        return await settled;
      }
      const [first] = this.#sleepers;
      if (first === undefined) {
        continue;
      }
      const next = this.#sleepers.reduce((a, b) => (b.until < a.until ? b : a), first);
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#present = Math.max(this.#present, next.until);
      next.wake();
    }
  }
}
