import { Pace } from "./pace";

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
  /** How many stacks work with the same Tesseral project at once and share `requestsPerSecond`. @default 1 */
  partsAtOnce?: number;
  /** Milliseconds over which the requests that the server takes are counted. @default 1000 */
  pacePeriod?: number;
  timing?: Timing;
}

/** Milliseconds by which timers may be late. */
const latestTimer = 20;

/**
 * The one gate that all requests of a process pass:
 *
 * 1. At most `maxConcurrentRequests` are under way; at most `requestsPerSecond` begin in a second, evenly.
 * 2. The oldest goes first, and one that is sent again keeps its place.
 * 3. A 429 holds everything back until its `Retry-After`; without that, the first one does until its second is over.
 * 4. From then on as many begin in a second as the server took in one; two seconds in a row that bring 429s lower that.
 * 5. Calm raises it, in steps that grow while they succeed; after one that failed, the next is taken later.
 *
 * {@link Pace} does 4 and 5.
 */
export class Limiter {
  readonly #timing: Timing;
  readonly #maxConcurrent: number;
  readonly #roundMs: number;
  readonly #pace: Pace;
  readonly #queue: { ticket: number; start: () => void }[] = [];
  #tickets = 0;
  #underWay = 0;
  #draining = false;
  #nextStart = 0;
  #heldUntil = 0;
  #roundBegan = Number.NEGATIVE_INFINITY;
  #sent = 0;
  #round = { accepted: 0, refused: 0, toldRetryAfter: false };

  constructor(options: LimiterOptions = {}) {
    this.#timing = options.timing ?? realTiming;
    this.#maxConcurrent = options.maxConcurrentRequests ?? 8;
    this.#roundMs = options.pacePeriod ?? 1000;
    const { requestsPerSecond = Number.POSITIVE_INFINITY, partsAtOnce = 1 } = options;
    this.#pace = new Pace(((requestsPerSecond / partsAtOnce) * this.#roundMs) / 1000);
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

  /** Tells that the server took a request, whatever it answered. */
  accepted(): void {
    this.#round.accepted += 1;
  }

  /** Tells that the server answered 429, and the milliseconds of its `Retry-After`, if any. */
  refused(retryAfterMs: number | undefined): void {
    this.#round.refused += 1;
    if (retryAfterMs !== undefined) {
      this.#round.toldRetryAfter = true;
      this.#heldUntil = Math.max(this.#heldUntil, this.#timing.now() + retryAfterMs);
    } else if (!this.#pace.evenly) {
      this.#heldUntil = Math.max(this.#heldUntil, this.#roundEnd());
    }
  }

  #roundEnd(): number {
    return this.#roundBegan + this.#pace.length * this.#roundMs;
  }

  /** Milliseconds until the next request may begin. */
  #wait(now: number): number {
    const { quota, evenly } = this.#pace;
    const turn = this.#sent >= quota ? this.#roundEnd() : evenly ? this.#nextStart : now;
    return Math.max(turn, this.#heldUntil) - now;
  }

  async #drain(): Promise<void> {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.length > 0 && this.#underWay < this.#maxConcurrent) {
      const now = this.#timing.now();
      if (now >= Math.max(this.#roundEnd(), this.#heldUntil)) {
        this.#pace.learn({ full: this.#sent >= this.#pace.quota, ...this.#round });
        this.#roundBegan = now;
        this.#sent = 0;
        this.#round = { accepted: 0, refused: 0, toldRetryAfter: false };
      }
      const wait = this.#wait(now);
      if (wait > 0) {
        await this.#timing.sleep(wait);
        continue;
      }
      // A timer that fired late does not slow the pace, but a pause gives no right to a burst.
      const gap = (this.#pace.length * this.#roundMs) / this.#pace.quota;
      this.#nextStart = (now > this.#nextStart + latestTimer ? now : this.#nextStart) + gap;
      this.#sent += 1;
      this.#underWay += 1;
      this.#queue.shift()?.start();
    }
    this.#draining = false;
  }
}
