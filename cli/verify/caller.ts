/** Calls a backend with tokens at a limited pace, and tells only the status of each answer. */
import type { Answer } from "../../report/verification";
import { retryAfter } from "../../tesseral/answers";
import { Limiter } from "../../tesseral/limiter";
import { type Fetch, proxyOf } from "../../tesseral/proxy";
import { isLoopback } from "./backendUrl";

interface CallerOptions {
  url: URL;
  /** How many calls are under way at once. */
  concurrency: number;
  /** How many calls are begun in a second. */
  rate: number;
  /** Milliseconds after which a call is given up: a function that was idle takes some seconds to start. */
  timeout: number;
  fetch?: Fetch;
}

export interface Called {
  answer: Answer;
  milliseconds: number;
}

/** How often a call is repeated while the backend answers 429. */
const mostTries = 5;

/** Bytes of an answer that are read: its content does not matter, but the time until it is there does. */
const mostBytes = 1_000_000;

export class Caller {
  readonly #options: CallerOptions;
  readonly #limiter: Limiter;
  readonly #fetch: Fetch;
  /** Said of a call without an answer: the proxy may be why. */
  readonly #way: string;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#limiter = new Limiter({ maxConcurrentRequests: options.concurrency, requestsPerSecond: options.rate });
    const proxy = options.fetch === undefined ? proxyOf(options.url.href) : undefined;
    this.#fetch = options.fetch ?? proxy?.fetch ?? fetch;
    this.#way =
      proxy === undefined || isLoopback(options.url.hostname)
        ? ""
        : `, asked through the proxy of ${proxy.variable} unless NO_PROXY names it`;
  }

  /** One call with `Authorization: Bearer`, or without any key. Repeated after a 429, unless that asks for more patience than a call has time. */
  async call(token: string | undefined): Promise<Called> {
    const ticket = this.#limiter.ticket();
    for (let tried = 1; ; tried += 1) {
      const { retryAfterMs, ...called } = await this.#limiter.run(ticket, () => this.#once(token));
      const isBusy =
        "status" in called.answer && called.answer.status === 429 && (retryAfterMs ?? 0) <= this.#options.timeout;
      if (isBusy) {
        this.#limiter.refused(retryAfterMs);
      } else {
        this.#limiter.accepted();
      }
      if (!isBusy || tried === mostTries) {
        return called;
      }
    }
  }

  async #once(token: string | undefined): Promise<Called & { retryAfterMs?: number | undefined }> {
    const { url, timeout } = this.#options;
    const began = performance.now();
    const took = () => Math.round((performance.now() - began) * 10) / 10;
    try {
      const response = await this.#fetch(url.href, {
        method: "GET",
        headers: {
          accept: "*/*",
          "user-agent": "pulumi-tesseral-verify",
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        // The token must not be sent to wherever a redirect leads.
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      await readOut(response);
      const { status, headers } = response;
      return {
        // A function URL marks its own refusals so; answers of the function have no such mark.
        answer: { status, ...(status === 403 && headers.has("x-amzn-errortype") && { isEntry: true }) },
        milliseconds: took(),
        retryAfterMs: retryAfter(response, Date.now()),
      };
    } catch (error) {
      return { answer: { failure: `${failureOf(error, url, timeout)}${this.#way}` }, milliseconds: took() };
    }
  }
}

async function readOut(response: Response): Promise<void> {
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) {
      return;
    }
  }
}

const failures: Record<string, (host: string) => string> = {
  ECONNREFUSED: (host) => `nothing listens at ${host}`,
  ENOTFOUND: (host) => `the host ${host} is not known`,
  EAI_AGAIN: (host) => `the host ${host} could not be looked up`,
  ECONNRESET: (host) => `${host} ended the connection without an answer`,
  UND_ERR_SOCKET: (host) => `${host} ended the connection without an answer`,
};

/** Why there is no answer: by the error's code alone, since its message may quote the request. */
function failureOf(error: unknown, { host }: URL, timeout: number): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `${host} did not answer within ${timeout / 1000} s`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (/^(HPE_|ERR_SSL_|EPROTO$)/.test(code)) {
    return `what answers at ${host} does not speak ${code.startsWith("HPE_") ? "HTTP" : "TLS: its address may begin with http://"} (${code})`;
  }
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO/.test(code);
  return (
    failures[code]?.(host) ??
    (isCertificate
      ? `the certificate of ${host} is not trusted (${code})`
      : `${host} could not be reached${/^[A-Z_]+$/.test(code) ? ` (${code})` : ""}`)
  );
}
