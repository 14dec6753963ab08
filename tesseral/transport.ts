import { apiError, noAnswer, parsed, retryAfter } from "./answers";
import { type RequestLine, TesseralNoAnswerError } from "./errors";
import { Limiter, type LimiterOptions, realTiming, type Timing } from "./limiter";
import { proxyOf } from "./proxy";
import { type HttpAnswer, type Send, senderThrough } from "./send";
import { ServerClock } from "./serverClock";

export interface TransportOptions extends LimiterOptions {
  /** Beginning of every URL, before `/v1`. @default "https://api.tesseral.com" */
  apiUrl?: string;
  /** The backend API key, `tesseral_secret_key_…`. */
  backendApiKey: string;
  /** Seconds after which a request without an answer is abandoned. @default 10 */
  requestTimeout?: number;
  /** Retries that one operation may spend on failures other than 429. @default 8 */
  retries?: number;
  /** Milliseconds before the first repetition; doubled for each further one, with jitter, up to sixteenfold. @default 500 */
  retryDelay?: number;
  /** Seconds after which an operation is no longer repeated; with 429s, seconds during which nothing at all was accepted. @default 120 */
  operationDeadline?: number;
  /** The `fetch` to use; tests pass their own. @default undici's `request`, through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` */
  fetch?: typeof fetch;
  /** The clock and the waiting; tests pass their own. @default those of this machine */
  timing?: Timing;
}

/** One request, and what may be done about its failure. */
export interface Call<T> extends RequestLine {
  body?: unknown;
  /** Makes the result of a 200's body; throws or answers undefined when the body is not what the route answers. */
  read: (body: Record<string, unknown>) => T | undefined;
  /**
   * `create`: sent once, except when the server certainly did nothing (connection refused, 429).
   * `repeatable`: sent again after any transient failure.
   */
  repeat: "create" | "repeatable";
  /**
   * Checks whether a change whose answer was lost, or was a 5xx, was made after all; if so, returns its result.
   * Asked before every repetition, since 500 can mean "done".
   */
  look?: () => Promise<T | undefined>;
}

/** What is shared by all operations of a process: the limiter, the clock, the address and the key. */
export class Transport {
  readonly timing: Timing;
  readonly limiter: Limiter;
  readonly clock = new ServerClock();
  readonly apiUrl: string;
  readonly #key: string;
  readonly #send: Send;
  /** Where requests go, for messages. */
  readonly #address: string;
  /** Milliseconds after which a request is abandoned. */
  readonly timeoutMs: number;
  /** Our clock when the server last accepted anything: how long 429s are waited out depends on it. */
  lastAccepted: number;

  constructor(readonly options: TransportOptions) {
    this.timing = options.timing ?? realTiming;
    this.limiter = new Limiter(options);
    this.apiUrl = (options.apiUrl ?? "https://api.tesseral.com").replace(/\/+$/, "");
    this.#key = options.backendApiKey;
    const proxy = options.fetch ? undefined : proxyOf(this.apiUrl);
    this.#send = options.fetch ?? senderThrough(proxy);
    this.#address = proxy ? `${this.apiUrl} through the proxy of ${proxy.variable}` : this.apiUrl;
    this.timeoutMs = (options.requestTimeout ?? 10) * 1000;
    this.lastAccepted = this.timing.now();
  }

  /** Sends a request once, when the limiter lets it through. Throws {@link TesseralApiError} or {@link TesseralNoAnswerError}. */
  async attempt<T>(call: Call<T>, ticket: number): Promise<T> {
    return this.limiter.run(ticket, async () => {
      const sentAt = this.timing.now();
      const { response, text } = await this.#exchange(call);
      const receivedAt = this.timing.now();
      this.clock.learnDate(response.headers.get("date"), sentAt, receivedAt);
      if (response.status === 429) {
        this.limiter.refused(retryAfter(response, receivedAt));
      } else {
        this.limiter.accepted();
        this.lastAccepted = receivedAt;
      }
      if (response.status !== 200) {
        throw apiError(call, response, text, receivedAt);
      }
      const result = call.read(parsed(call, response, text));
      if (result === undefined) {
        throw new TesseralNoAnswerError(call, "unexpected-answer", "200 without the object that this route returns");
      }
      learnFromWrite(this.clock, call, result, sentAt, receivedAt);
      return result;
    });
  }

  async #exchange(call: Call<unknown>): Promise<{ response: HttpAnswer; text: string }> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.#key}`,
      // The server gives up a little earlier on its own: what it then answers with an error, it will not do later.
      "x-server-timeout": (this.timeoutMs * 0.0009).toFixed(3),
    };
    if (call.body !== undefined) {
      headers["content-type"] = "application/json";
    }
    // Not AbortSignal.timeout: its timers, and what hangs on them, live on for the whole time after the answer.
    const abandoning = new AbortController();
    const timer = setTimeout(() => abandoning.abort(new DOMException("", "TimeoutError")), this.timeoutMs);
    try {
      const response = await this.#send(this.apiUrl + call.path, {
        method: call.method,
        headers,
        redirect: "manual", // the credentials must not travel elsewhere
        signal: abandoning.signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw noAnswer(call, error, this.timeoutMs, this.#address);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The `updateTime` of an object that was just written tells the database's clock. */
function learnFromWrite(
  clock: ServerClock,
  call: Call<unknown>,
  result: unknown,
  sentAt: number,
  receivedAt: number,
): void {
  if (call.method === "GET" || typeof result !== "object" || result === null) {
    return;
  }
  const { updateTime } = result as { updateTime?: unknown };
  if (typeof updateTime === "string") {
    clock.learnWrite(updateTime, sentAt, receivedAt);
  }
}
