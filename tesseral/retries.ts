import {
  outcomeUnknown,
  shortly,
  TesseralApiError,
  TesseralError,
  TesseralNoAnswerError,
  TesseralRetriesSpentError,
  worthRepeating,
} from "./errors";
import type { Call, Transport } from "./transport";

/** Retries after answers that are not Tesseral's: if more of them are needed, the address is wrong, and nobody should wait. */
const mostUnexpected = 2;

/**
 * One operation of a caller, such as the creation of a customer's organization: several requests that share one budget
 * of retries and one deadline.
 */
export class Operation {
  #retriesLeft: number;
  #begunAt: number;
  readonly #deadlineMs: number;
  readonly #delayMs: number;
  #delays = 0;
  #unexpected = 0;

  constructor(readonly transport: Transport) {
    this.#begunAt = transport.timing.now();
    this.#retriesLeft = transport.options.retries ?? 8;
    this.#deadlineMs = (transport.options.operationDeadline ?? 120) * 1000;
    this.#delayMs = transport.options.retryDelay ?? 500;
  }

  /** Sends a request and repeats it as far as that is safe, allowed and can help. */
  async send<T>(call: Call<T>): Promise<T> {
    const { timing, limiter } = this.transport;
    const ticket = limiter.ticket();
    const startedAt = timing.now();
    const failures: string[] = [];
    while (true) {
      try {
        return await this.transport.attempt(call, ticket);
      } catch (error) {
        if (!(error instanceof TesseralError)) {
          throw error;
        }
        failures.push(shortly(error));
        const uncertain = outcomeUnknown(error);
        if (!worthRepeating(error) || (call.repeat === "create" && uncertain)) {
          throw error;
        }
        const allowed = await this.permitsRetry(error);
        if (uncertain && call.look !== undefined) {
          const result = await call.look();
          if (result !== undefined) {
            return result;
          }
        }
        if (!allowed) {
          throw new TesseralRetriesSpentError(call, failures, (timing.now() - startedAt) / 1000, error);
        }
      }
    }
  }

  /** Does work with a deadline of its own: its time does not count for this operation. */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    const { timing } = this.transport;
    const pausedAt = timing.now();
    try {
      return await work();
    } finally {
      this.#begunAt += timing.now() - pausedAt;
    }
  }

  /**
   * Waits the delay before a retry, or before a look at what a lost request did, and takes one retry from the
   * budget. False when the budget or the time is spent: then there may be a look, but no retry.
   */
  async permitsRetry(error: TesseralError): Promise<boolean> {
    const { timing } = this.transport;
    if (error instanceof TesseralApiError && error.status === 429) {
      return timing.now() - this.transport.lastAccepted < this.#deadlineMs; // the limiter waits
    }
    if (error instanceof TesseralNoAnswerError && shortly(error) === "unexpected answer") {
      this.#unexpected += 1;
    }
    const permitted =
      this.#retriesLeft > 0 && this.#unexpected <= mostUnexpected && timing.now() - this.#begunAt < this.#deadlineMs;
    if (permitted) {
      this.#retriesLeft -= 1;
    } else if (!outcomeUnknown(error)) {
      return false;
    }
    const wait = this.#delayMs * 2 ** Math.min(this.#delays, 4) * (0.5 + Math.random() / 2);
    this.#delays += 1;
    const asked = error instanceof TesseralApiError ? (error.retryAfterMs ?? 0) : 0;
    await timing.sleep(Math.max(wait, Math.min(asked, this.#deadlineMs)));
    return permitted;
  }
}
