import { setTimeout as wait } from "node:timers/promises";

/** How long one query takes when connections are counted, in milliseconds; without it requests would never overlap. */
const queryTime = 1;

/** The observable state of the database connections. */
export interface Connections {
  /** How many can be taken now; Infinity without a limit. */
  free: number;
  /** Whether every connection is held by somebody who waits for a second one: nothing moves until clients give up. */
  stalled: boolean;
  /** How often that has happened. */
  stalls: number;
}

/**
 * The server's database connections. With a limit, whoever asks waits in line; a POST of an API key asks for a second one
 * while it holds its first, so as many of those as there are connections stall the server until clients give up.
 */
export class Pool implements Connections {
  #free: number;
  #waitingForSecond = 0;
  #stalls = 0;
  readonly #waiting: (() => void)[] = [];

  /** Without `size` there is no limit. */
  constructor(readonly size?: number) {
    this.#free = size ?? Number.POSITIVE_INFINITY;
  }

  get free(): number {
    return this.#free;
  }

  get stalled(): boolean {
    return this.#waitingForSecond === this.size;
  }

  get stalls(): number {
    return this.#stalls;
  }

  /** How many wait in line for a connection. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `work` with a connection of its own. Throws the signal's reason when it aborts while waiting. */
  async use<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.size === undefined) {
      return work();
    }
    await this.#acquire(signal);
    try {
      await wait(queryTime, undefined, { signal }).catch(() => signal.throwIfAborted());
      return await work();
    } finally {
      this.#release();
    }
  }

  /** Takes a second connection for a moment, while the caller holds its first. */
  async second(signal: AbortSignal): Promise<void> {
    this.#waitingForSecond += 1;
    if (this.stalled) {
      this.#stalls += 1;
    }
    let waiting = true;
    const arrived = () => {
      if (waiting) {
        this.#waitingForSecond -= 1;
      }
      waiting = false;
    };
    try {
      await this.use(signal, arrived);
    } finally {
      arrived();
    }
  }

  #acquire(signal: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free += 1;
    } else {
      next();
    }
  }
}
