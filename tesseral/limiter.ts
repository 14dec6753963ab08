/** What the limiter needs of time; tests pass their own. Milliseconds. */
export interface Timing {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const realTiming: Timing = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface LimiterOptions {
  /** Requests under way at once. @default 8 */
  maxConcurrentRequests?: number;
  /** Requests begun in a second. @default unlimited, until the server answers 429 */
  requestsPerSecond?: number;
  /** Milliseconds after which the pace is reconsidered, and for which the first 429 holds everything back. @default 1000 */
  pacePeriod?: number;
  timing?: Timing;
}

interface Waiter {
  /** Order of arrival, kept when a request is sent again: the oldest goes first. */
  ticket: number;
  start: () => void;
}

/** The slowest pace that 429s can bring about: one request in five seconds. */
const leastRate = 0.2;

/** Milliseconds by which timers are expected to be late. */
const latestTimer = 20;

/**
 * The one gate that all requests of a process pass. It bounds how many are under way and how many begin in a second, and
 * it learns the server's rate from its 429s. The first one holds everything back for a second and then sets the pace for
 * all callers to what the server accepted in the second before. From there the pace rises while there is calm and falls
 * a little with every second that brought a 429, so that it settles just below the server's limit. `Retry-After` holds
 * everything back until then.
 */
export class Limiter {
  readonly #timing: Timing;
  readonly #maxConcurrent: number;
  readonly #ceiling: number;
  readonly #period: number;
  readonly #queue: Waiter[] = [];
  #tickets = 0;
  #underWay = 0;
  #nextStart = 0;
  #pausedUntil = 0;
  #draining = false;
  /** Requests a second; infinite as long as nothing limits. */
  #rate: number;
  #periodStart = 0;
  #accepted = 0;
  #refused = 0;
  /** Milliseconds of this period during which everything was held back. */
  #held = 0;
  /** Periods since the last one that brought a 429; before the pace met the limit from below it rises faster. */
  #calm = 0;
  #searching = true;

  constructor(options: LimiterOptions = {}) {
    this.#timing = options.timing ?? realTiming;
    this.#maxConcurrent = options.maxConcurrentRequests ?? 8;
    this.#ceiling = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
    this.#period = options.pacePeriod ?? 1000;
    this.#rate = this.#ceiling;
  }

  /** A place in the order of arrival; a request that has to be sent again keeps its own. */
  ticket(): number {
    this.#tickets += 1;
    return this.#tickets;
  }

  /** Runs one attempt of a request when its turn has come. */
  async run<T>(ticket: number, attempt: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      const at = this.#queue.findIndex((waiter) => waiter.ticket > ticket);
      this.#queue.splice(at < 0 ? this.#queue.length : at, 0, { ticket, start: resolve });
      void this.#drain();
    });
    try {
      return await attempt();
    } finally {
      this.#underWay -= 1;
      void this.#drain();
    }
  }

  /** Tells that the server took a request, whatever it thought of it. */
  accepted(): void {
    this.#reconsider();
    this.#accepted += 1;
  }

  /** Tells that the server answered 429, and the milliseconds of its `Retry-After`, if any. */
  refused(retryAfterMs: number | undefined): void {
    this.#reconsider();
    const now = this.#timing.now();
    // What was under way when everything was held back tells nothing new.
    if (now >= this.#pausedUntil) {
      this.#refused += 1;
    }
    const unpaced = this.#rate === Number.POSITIVE_INFINITY;
    const hold = retryAfterMs ?? (unpaced ? this.#period : 0);
    this.#held += Math.max(0, now + hold - Math.max(now, this.#pausedUntil));
    this.#pausedUntil = Math.max(this.#pausedUntil, now + hold);
  }

  /** Sets the pace by what the last period brought, once it is over. */
  #reconsider(): void {
    const now = this.#timing.now();
    const elapsed = now - this.#periodStart;
    if (elapsed < this.#period) {
      return;
    }
    if (this.#refused > 0) {
      const overdone = this.#rate === Number.POSITIVE_INFINITY || this.#refused > 4 * (this.#accepted + 1);
      const seen = (this.#accepted * 1000) / Math.max(this.#period, elapsed - this.#held);
      // Where each 429 holds everything back (`Retry-After`), meeting the limit is dear, so more distance is kept.
      this.#rate = Math.max(leastRate, overdone ? Math.max(2, seen) : this.#rate * (this.#held > 0 ? 0.9 : 0.97));
      if (!overdone) {
        this.#searching = false;
      }
      this.#calm = 0;
    } else if (this.#rate !== Number.POSITIVE_INFINITY) {
      this.#calm += 1;
      if (this.#searching || this.#calm > 15) {
        this.#rate = Math.min(this.#ceiling, this.#rate * (this.#searching ? 1.1 : 1.02));
      }
    }
    this.#periodStart = now;
    this.#accepted = 0;
    this.#refused = 0;
    this.#held = 0;
  }

  async #drain(): Promise<void> {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.length > 0 && this.#underWay < this.#maxConcurrent) {
      this.#reconsider();
      const now = this.#timing.now();
      const wait = Math.max(this.#nextStart, this.#pausedUntil) - now;
      if (wait > 0) {
        await this.#timing.sleep(wait);
        continue;
      }
      // A timer that fired late does not slow the pace, but a pause gives no right to a burst.
      this.#nextStart = Math.max(this.#nextStart, now - latestTimer) + 1000 / this.#rate;
      this.#underWay += 1;
      this.#queue.shift()?.start();
    }
    this.#draining = false;
  }
}
