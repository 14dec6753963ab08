/** What an answer, or the lack of one, means. */
import {
  type NoAnswerCause,
  type RequestLine,
  retryableStatuses,
  TesseralApiError,
  type TesseralError,
  TesseralNoAnswerError,
} from "./errors";

export function line(call: RequestLine): RequestLine {
  return { method: call.method, path: call.path };
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date. */
export function retryAfter(response: Response, now: number): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) {
    return undefined;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.min(seconds, 600_000));
}

export function apiError(call: RequestLine, response: Response, text: string, now: number): TesseralError {
  if (response.status >= 300 && response.status < 400) {
    return new TesseralNoAnswerError(
      line(call),
      "unexpected answer",
      `${response.status}, a redirection. Check tesseral:apiUrl`,
    );
  }
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

export function parsed(call: RequestLine, response: Response, text: string): Record<string, unknown> {
  if (text === "") {
    throw new TesseralNoAnswerError(
      line(call),
      "empty answer",
      "200 with an empty body, which is how a crash of the server looks",
    );
  }
  const body = asObject(text);
  if (body === undefined) {
    throw new TesseralNoAnswerError(
      line(call),
      "unexpected answer",
      `200 with a body that is not a JSON object (${contentType(response)}). Check tesseral:apiUrl`,
    );
  }
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

export function noAnswer(call: RequestLine, error: unknown, timeoutMs: number, apiUrl: string): TesseralNoAnswerError {
  const codes = causes(error);
  const code = codes.find((name) => name !== "") ?? "unknown error";
  if (code === "TimeoutError") {
    return new TesseralNoAnswerError(line(call), "timeout", `none within ${timeoutMs / 1000} s`);
  }
  const kind: NoAnswerCause = codes.some((name) => neverSent.test(name)) ? "unreachable" : "connection lost";
  const advice =
    kind === "unreachable"
      ? `${code}: ${apiUrl} cannot be reached. Check tesseral:apiUrl and the network`
      : `the connection was lost (${code})`;
  return new TesseralNoAnswerError(line(call), kind, advice);
}

/** The codes of an error and of what it was caused by: `fetch` only says "fetch failed". Without any code, the innermost message. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) {
    return [];
  }
  if (error.name === "TimeoutError") {
    return [error.name];
  }
  const { code } = error as { code?: unknown };
  const codes = (error instanceof AggregateError ? error.errors : [error.cause]).flatMap(causes);
  if (typeof code === "string") {
    return [code, ...codes];
  }
  return codes.length > 0 ? codes : [error.message];
}
