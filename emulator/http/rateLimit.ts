import { performance } from "node:perf_hooks";

/** A bucket that holds one second's worth of requests (at least one), filled evenly. */
export class RateLimit {
  readonly #size: number;
  #tokens: number;
  #filledAt: number;

  readonly #requestsPerSecond: number;
  readonly #now: () => number;

  /** `now` is in milliseconds. */
  constructor(requestsPerSecond: number, now: () => number = () => performance.now()) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#now = now;

    this.#filledAt = now();
    this.#size = Math.max(1, requestsPerSecond);
    this.#tokens = this.#size;
  }

  /** 0 if the request may pass, else the seconds until the next one may. */
  take(): number {
    const now = this.#now();
    const filled = ((now - this.#filledAt) / 1000) * this.#requestsPerSecond;
    this.#tokens = Math.min(this.#size, this.#tokens + filled);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      return (1 - this.#tokens) / this.#requestsPerSecond;
    }
    this.#tokens -= 1;
    return 0;
  }
}
