import {
  type NoAnswerCause,
  outcomeUnknown,
  type RequestLine,
  retryableStatuses,
  shortly,
  TesseralApiError,
  TesseralError,
  TesseralNoAnswerError,
  TesseralRetriesSpentError,
  worthRepeating,
} from "./errors";
import { Limiter, type LimiterOptions, realTiming, type Timing } from "./limiter";
import { ServerClock } from "./serverClock";

export interface TransportOptions extends LimiterOptions {
  /** Beginning of every URL, before `/v1`. @default "https://api.tesseral.com" */
  apiUrl?: string;
  /** The backend API key, `tesseral_secret_key_…`. */
  backendApiKey: string;
  /** Seconds after which a request without an answer is given up. @default 10 */
  requestTimeout?: number;
  /** Repetitions that one operation may spend on failures other than 429. @default 8 */
  retries?: number;
  /** Milliseconds before the first repetition; doubled for each further one, with jitter, up to sixteenfold. @default 500 */
  retryDelay?: number;
  /** Seconds after which an operation is not repeated any more; with 429s: after which nothing at all was accepted. @default 120 */
  operationDeadline?: number;
  /** The `fetch` to use; tests pass their own. */
  fetch?: typeof fetch;
  timing?: Timing;
}

/** One request, and what may be done about its failure. */
export interface Call<T> extends RequestLine {
  body?: unknown;
  /** Makes the result of a 200's body; throws or answers undefined when the body is not what the route answers. */
  read: (body: Record<string, unknown>) => T | undefined;
  /**
   * `create`: sent once, except when the server certainly did nothing (connection refused, 429).
   * `repeatable`: sent again after any passing failure.
   */
  repeat: "create" | "repeatable";
  /**
   * Looks whether a change whose answer was lost, or was a 5xx, has been made all the same; answers its result then.
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
  private readonly key: string;
  private readonly fetch: typeof fetch;
  /** Milliseconds after which a request is given up. */
  readonly timeoutMs: number;
  /** Our clock when the server last accepted anything: how long a 429 is waited out depends on it. */
  lastAccepted: number;

  constructor(readonly options: TransportOptions) {
    this.timing = options.timing ?? realTiming;
    this.limiter = new Limiter(options);
    this.apiUrl = (options.apiUrl ?? "https://api.tesseral.com").replace(/\/+$/, "");
    this.key = options.backendApiKey;
    this.fetch = options.fetch ?? fetch;
    this.timeoutMs = (options.requestTimeout ?? 10) * 1000;
    this.lastAccepted = this.timing.now();
  }

  /** Sends a request once, when the limiter lets it through. Throws {@link TesseralApiError} or {@link TesseralNoAnswerError}. */
  async attempt<T>(call: Call<T>, ticket: number): Promise<T> {
    return this.limiter.run(ticket, async () => {
      const sentAt = this.timing.now();
      const { response, text } = await this.exchange(call);
      const receivedAt = this.timing.now();
      this.clock.learnDate(response.headers.get("date"), sentAt, receivedAt);
      if (response.status === 429) this.limiter.noteRefused(retryAfter(response, receivedAt));
      else {
        this.limiter.noteAccepted();
        this.lastAccepted = receivedAt;
      }
      if (response.status !== 200) throw apiError(call, response, text, receivedAt);
      const result = call.read(parsed(call, response, text));
      if (result === undefined)
        throw new TesseralNoAnswerError(
          line(call),
          "unexpected answer",
          "200 without the object that the route answers",
        );
      learnFromWrite(this.clock, call, result, sentAt, receivedAt);
      return result;
    });
  }

  private async exchange(call: Call<unknown>): Promise<{ response: Response; text: string }> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.key}`,
      // The server gives up on its own a little earlier: what it answers with an error then, it does not do later.
      "x-server-timeout": (this.timeoutMs * 0.0009).toFixed(3),
    };
    if (call.body !== undefined) headers["content-type"] = "application/json";
    try {
      const response = await this.fetch(this.apiUrl + call.path, {
        method: call.method,
        headers,
        redirect: "manual", // the credentials must not travel elsewhere
        signal: AbortSignal.timeout(this.timeoutMs),
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw noAnswer(call, error, this.timeoutMs, this.apiUrl);
    }
  }
}

/** Repetitions after answers that are not Tesseral's: more of them are a wrong address, which nobody should wait for. */
const mostUnexpected = 2;

/**
 * One operation of a caller, such as the creation of a customer's organization: several requests that share one budget
 * of repetitions and one deadline.
 */
export class Operation {
  private retriesLeft: number;
  private readonly begunAt: number;
  private readonly deadlineMs: number;
  private readonly delayMs: number;
  private delays = 0;
  private unexpected = 0;

  constructor(readonly transport: Transport) {
    this.begunAt = transport.timing.now();
    this.retriesLeft = transport.options.retries ?? 8;
    this.deadlineMs = (transport.options.operationDeadline ?? 120) * 1000;
    this.delayMs = transport.options.retryDelay ?? 500;
  }

  /** Sends a request and repeats it as far as that is safe, allowed and can help. */
  async send<T>(call: Call<T>): Promise<T> {
    const { timing, limiter } = this.transport;
    const ticket = limiter.ticket();
    const startedAt = timing.now();
    const failures: string[] = [];
    for (;;) {
      try {
        return await this.transport.attempt(call, ticket);
      } catch (error) {
        if (!(error instanceof TesseralError)) throw error;
        failures.push(shortly(error));
        const uncertain = outcomeUnknown(error);
        if (!worthRepeating(error) || (call.repeat === "create" && uncertain)) throw error;
        const allowed = await this.permitsRetry(error);
        if (uncertain && call.look !== undefined) {
          const result = await call.look();
          if (result !== undefined) return result;
        }
        if (!allowed)
          throw new TesseralRetriesSpentError(line(call), failures, (timing.now() - startedAt) / 1000, error);
      }
    }
  }

  /**
   * Waits the delay before a repetition, or before a look at what a lost request did, and takes one repetition from the
   * budget. False when the budget or the time is spent: then there may be a look, but no repetition.
   */
  async permitsRetry(error: TesseralError): Promise<boolean> {
    const { timing } = this.transport;
    if (error instanceof TesseralApiError && error.status === 429)
      return timing.now() - this.transport.lastAccepted < this.deadlineMs; // the limiter waits
    if (error instanceof TesseralNoAnswerError && error.kind === "unexpected answer") this.unexpected += 1;
    const permitted =
      this.retriesLeft > 0 && this.unexpected <= mostUnexpected && timing.now() - this.begunAt < this.deadlineMs;
    if (permitted) this.retriesLeft -= 1;
    else if (!outcomeUnknown(error)) return false;
    const wait = this.delayMs * 2 ** Math.min(this.delays, 4) * (0.5 + Math.random() / 2);
    this.delays += 1;
    const asked = error instanceof TesseralApiError ? (error.retryAfterMs ?? 0) : 0;
    await timing.sleep(Math.max(wait, Math.min(asked, this.deadlineMs)));
    return permitted;
  }
}

function line(call: RequestLine): RequestLine {
  return { method: call.method, path: call.path };
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date. */
function retryAfter(response: Response, now: number): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.min(seconds, 600_000));
}

function apiError(call: RequestLine, response: Response, text: string, now: number): TesseralError {
  if (response.status >= 300 && response.status < 400)
    return new TesseralNoAnswerError(
      line(call),
      "unexpected answer",
      `${response.status}, a redirection. Check tesseral:apiUrl`,
    );
  const body = asObject(text);
  const detail = Array.isArray(body?.details)
    ? (body.details as { description?: unknown }[])[0]?.description
    : undefined;
  return new TesseralApiError(
    line(call),
    response.status,
    typeof body?.code === "number" ? body.code : undefined,
    typeof body?.message === "string"
      ? body.message
      : body === undefined && !retryableStatuses.has(response.status)
        ? `an answer that is not JSON (${contentType(response)}). Check tesseral:apiUrl`
        : "",
    typeof detail === "string" ? detail : "",
    retryAfter(response, now),
  );
}

function parsed(call: RequestLine, response: Response, text: string): Record<string, unknown> {
  if (text === "")
    throw new TesseralNoAnswerError(
      line(call),
      "empty answer",
      "200 with an empty body, which is how a crash of the server looks",
    );
  const body = asObject(text);
  if (body === undefined)
    throw new TesseralNoAnswerError(
      line(call),
      "unexpected answer",
      `200 with a body that is not a JSON object (${contentType(response)}). Check tesseral:apiUrl`,
    );
  return body;
}

function contentType(response: Response): string {
  return response.headers.get("content-type") ?? "no content type";
}

function asObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // said by the caller, which knows the request
  }
}

/** Error codes of connections that were never made: the request certainly did not arrive. `bad port` is one that fetch refuses. */
const neverSent =
  /^(bad port|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|.*CERT.*|UNABLE_TO_.*|EPROTO|ERR_INVALID_URL)$/;

function noAnswer(call: RequestLine, error: unknown, timeoutMs: number, apiUrl: string): TesseralNoAnswerError {
  const codes = causes(error);
  const code = codes.find((name) => name !== "") ?? "unknown error";
  if (code === "TimeoutError")
    return new TesseralNoAnswerError(line(call), "timeout", `none within ${timeoutMs / 1000} s`);
  const kind: NoAnswerCause = codes.some((name) => neverSent.test(name)) ? "unreachable" : "connection lost";
  const advice =
    kind === "unreachable"
      ? `${code}: ${apiUrl} cannot be reached. Check tesseral:apiUrl and the network`
      : `the connection was lost (${code})`;
  return new TesseralNoAnswerError(line(call), kind, advice);
}

/** The codes of an error and of what it was caused by: `fetch` only says "fetch failed". Without any code, the innermost message. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  if (error.name === "TimeoutError") return [error.name];
  const { code } = error as { code?: unknown };
  const codes = (error instanceof AggregateError ? error.errors : [error.cause]).flatMap(causes);
  if (typeof code === "string") return [code, ...codes];
  return codes.length > 0 ? codes : [error.message];
}

/** The `updateTime` of an object that was just written tells the database's clock. */
function learnFromWrite(
  clock: ServerClock,
  call: Call<unknown>,
  result: unknown,
  sentAt: number,
  receivedAt: number,
): void {
  if (call.method === "GET" || typeof result !== "object" || result === null) return;
  const { updateTime } = result as { updateTime?: unknown };
  if (typeof updateTime === "string") clock.learnWrite(updateTime, sentAt, receivedAt);
}
