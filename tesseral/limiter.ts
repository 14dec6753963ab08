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
  /** Requests in flight at once. @default 8 */
  maxConcurrentRequests?: number;
  /** Requests started per second. @default unlimited, until the server answers 429 */
  requestsPerSecond?: number;
  /** Milliseconds for which the first 429 holds everything back, and in which the pace is measured. @default 1000 */
  pacePeriod?: number;
  timing?: Timing;
}

/** Milliseconds by which timers are expected to be late. */
const latestTimer = 20;
/** The slowest pace that 429s can bring about: one request in five seconds. */
const leastRate = 0.2;
/** How much of the measured pace is used: jitter brings requests closer together than they were sent. */
const safety = 0.985;
/** The smallest and the largest part by which the pace changes. */
const leastStep = 0.01;
const greatestStep = 0.1;

/**
 * The one gate that all requests of a process pass:
 *
 * 1. At most `maxConcurrentRequests` are under way; at most `requestsPerSecond` begin in a second, evenly.
 * 2. The oldest goes first, and one that is sent again keeps its place.
 * 3. `Retry-After` holds everything back until then; without one, the first 429 does so for a second.
 * 4. The first 429 sets the pace to what the server accepted until then; each later one lowers it.
 * 5. Calm raises it in small steps, which become rarer the better the limit is known, so that 429s stay few.
 */
export class Limiter {
  readonly #timing: Timing;
  readonly #maxConcurrent: number;
  readonly #ceiling: number;
  readonly #period: number;
  readonly #queue: { ticket: number; start: () => void }[] = [];
  #tickets = 0;
  #underWay = 0;
  #draining = false;
  #nextStart = 0;
  #heldUntil = 0;
  /** Requests per second; infinite while nothing limits them. */
  #rate: number;
  #step = 2 * leastStep;
  /** Whether the pace was raised since the last 429. */
  #raised = false;
  #raisedAt = 0;
  /** From when on, and how many, accepted requests were counted. */
  #since: number;
  #acceptedSince = 0;

  constructor(options: LimiterOptions = {}) {
    this.#timing = options.timing ?? realTiming;
    this.#maxConcurrent = options.maxConcurrentRequests ?? 8;
    this.#ceiling = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
    this.#period = options.pacePeriod ?? 1000;
    this.#rate = this.#ceiling;
    this.#since = this.#timing.now();
  }

  /** A place in the order of arrival; a request that has to be sent again keeps its own. */
  ticket(): number {
    this.#tickets += 1;
    return this.#tickets;
  }

  /** Runs one attempt of a request when its turn has come. */
  async run<T>(ticket: number, attempt: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      if (this.#queue.length === 0 && this.#underWay === 0 && this.#rate === Number.POSITIVE_INFINITY) {
        this.#count(this.#timing.now()); // idle time tells nothing of the server
      }
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
    this.#acceptedSince += 1;
    const now = this.#timing.now();
    const calm = now - Math.max(this.#since, this.#raisedAt);
    if (this.#rate >= this.#ceiling || calm < Math.max((0.4 / this.#step) * this.#period, 4000 / this.#rate)) {
      return;
    }
    if (this.#raised) {
      this.#step = Math.min(greatestStep, this.#step * 2);
    }
    this.#rate = Math.min(this.#ceiling, this.#rate * (1 + this.#step));
    this.#raised = true;
    this.#raisedAt = now;
  }

  /** Tells that the server answered 429, and the milliseconds of its `Retry-After`, if any. */
  refused(retryAfterMs: number | undefined): void {
    const now = this.#timing.now();
    const unpaced = this.#rate === Number.POSITIVE_INFINITY;
    const heldUntil = Math.max(this.#heldUntil, now + (retryAfterMs ?? (unpaced ? this.#period : 0)));
    const held = heldUntil - Math.max(now, this.#heldUntil);
    this.#heldUntil = heldUntil;
    const elapsed = now - this.#since;
    if (unpaced) {
      const span = Math.max(this.#period, elapsed, retryAfterMs ?? 0);
      this.#rate = Math.min(this.#ceiling, Math.max(leastRate, (safety * this.#acceptedSince * 1000) / span));
    } else if (elapsed < Math.max(this.#period, 1000 / this.#rate)) {
      this.#since += held; // so soon after the last one it tells nothing new
      return;
    } else if (this.#raised) {
      this.#rate *= safety / (1 + this.#step);
      this.#step = Math.max(leastStep, this.#step / 4);
    } else {
      this.#step = Math.min(greatestStep, this.#step * 2);
      // At most one more would have been accepted.
      const seen = (safety * (this.#acceptedSince + 0.5) * 1000) / elapsed;
      this.#rate = Math.max(leastRate, this.#rate / 2, Math.min(seen, this.#rate / (1 + this.#step)));
    }
    this.#raised = false;
    this.#count(Math.max(now, heldUntil));
  }

  #count(since: number): void {
    this.#since = since;
    this.#acceptedSince = 0;
  }

  async #drain(): Promise<void> {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.length > 0 && this.#underWay < this.#maxConcurrent) {
      const now = this.#timing.now();
      const wait = Math.max(this.#nextStart, this.#heldUntil) - now;
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
