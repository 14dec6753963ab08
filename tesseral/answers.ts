/** What an answer, or the lack of one, means. */
import {
  type NoAnswerCode,
  type RequestLine,
  retryableStatuses,
  TesseralApiError,
  type TesseralError,
  TesseralNoAnswerError,
} from "./errors";
import type { HttpAnswer } from "./send";

/** Milliseconds of a `Retry-After` header, which holds seconds or a date. */
export function retryAfter(response: HttpAnswer, now: number): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) {
    return undefined;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.min(seconds, 600_000));
}

export function apiError(call: RequestLine, response: HttpAnswer, text: string, now: number): TesseralError {
  if (response.status >= 300 && response.status < 400) {
    return new TesseralNoAnswerError(call, "redirected", `${response.status}, a redirection`);
  }
  const body = asObject(text);
  const isStranger = body === undefined && !retryableStatuses.has(response.status);
  const detail = Array.isArray(body?.details)
    ? (body.details as { description?: unknown }[])[0]?.description
    : undefined;
  return new TesseralApiError(
    call,
    response.status,
    typeof body?.code === "number" ? body.code : undefined,
    typeof body?.message === "string"
      ? body.message
      : isStranger
        ? `an answer that is not JSON (${contentType(response)})`
        : "",
    typeof detail === "string" ? detail : "",
    retryAfter(response, now),
    isStranger && response.status !== 401 ? "wrong-address" : undefined,
  );
}

export function parsed(call: RequestLine, response: HttpAnswer, text: string): Record<string, unknown> {
  if (text === "") {
    throw new TesseralNoAnswerError(
      call,
      "empty-answer",
      "200 with an empty body, which is what a crashed server sends",
    );
  }
  const body = asObject(text);
  if (body === undefined) {
    throw new TesseralNoAnswerError(
      call,
      "not-tesseral",
      `200 with a body that is not a JSON object (${contentType(response)})`,
    );
  }
  return body;
}

function contentType(response: HttpAnswer): string {
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
  /^(bad port|the proxy answered \d+|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|.*CERT.*|UNABLE_TO_.*|EPROTO|ERR_INVALID_URL)$/;

/** @param address where the request was to go, for the message */
export function noAnswer(call: RequestLine, cause: unknown, timeoutMs: number, address: string): TesseralNoAnswerError {
  const codes = causes(cause);
  const code = codes.find((name) => name !== "") ?? "unknown error";
  if (code === "TimeoutError") {
    return new TesseralNoAnswerError(call, "timeout", `none within ${timeoutMs / 1000} s`, { cause });
  }
  const why: NoAnswerCode = codes.some((name) => neverSent.test(name)) ? "unreachable" : "connection-lost";
  const detail = why === "unreachable" ? `${code}: ${address} cannot be reached` : `the connection was lost (${code})`;
  return new TesseralNoAnswerError(call, why, detail, { cause });
}

/** The codes of an error and of what it was caused by: `fetch` only says "fetch failed". Without any code, the innermost message. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) {
    return [];
  }
  if (error.name === "TimeoutError") {
    return [error.name];
  }
  const tunnel = /^Proxy response \((\d+)\)/.exec(error.message);
  if (tunnel) {
    return [`the proxy answered ${tunnel[1]}`];
  }
  const { code } = error as { code?: unknown };
  const codes = (error instanceof AggregateError ? error.errors : [error.cause]).flatMap(causes);
  if (typeof code === "string") {
    return [code, ...codes];
  }
  return codes.length > 0 ? codes : [error.message];
}
