import { STATUS_CODES } from "node:http";
import { ApiError, Panic, PlainError, Redirect } from "../errors";
import type { StatusEffect } from "../faults";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** The connection ends after it, unannounced. @default false */
  thenCloses?: boolean;
}

const plain = "text/plain; charset=utf-8";
/** Every answer of the API itself carries this, oddly, as a response header; by it gzip tells them from the others. */
const apiHeaders = { "Content-Type": "application/json", "Accept-Encoding": "gzip" };

export const isApiAnswer = (answer: Answer): boolean => "Accept-Encoding" in answer.headers && answer.body !== "";

export const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  headers: apiHeaders,
  body: JSON.stringify(body),
});

/** What the server does when it panics. */
export const panicAnswer: Answer = {
  status: 200,
  headers: { "Content-Type": "application/json" },
  body: "",
  thenCloses: true,
};

/** What the client gets for an error. Throws an error that is not the server's own. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) {
    return jsonAnswer(error.status, { code: error.code, message: error.message, details: error.details });
  }
  if (error instanceof Panic) {
    return panicAnswer;
  }
  if (error instanceof PlainError) {
    return { status: error.status, headers: { "Content-Type": plain, ...error.headers }, body: error.body };
  }
  if (error instanceof Redirect) {
    const link = `<a href="${error.location.replaceAll('"', "%22")}">${STATUS_CODES[307]}</a>.\n\n`;
    return {
      status: 307,
      headers: { "Content-Type": "text/html; charset=utf-8", Location: error.location },
      body: link,
    };
  }
  throw error;
}

/** gRPC codes and messages of the statuses that the API itself could give; others are a proxy's, in plain text. */
const apiStatuses: Record<number, [code: number, message: string]> = {
  400: [3, "invalid_argument"],
  401: [16, "unauthenticated"],
  403: [7, "permission_denied"],
  404: [5, "not_found"],
  409: [6, "already_exists"],
  429: [8, "resource_exhausted"],
  500: [13, "internal server error"],
};

export function statusAnswer({ status, body, headers = {} }: StatusEffect): Answer {
  const known = apiStatuses[status];
  if (body === undefined && known !== undefined) {
    const answer = errorAnswer(new ApiError(status, known[0], known[1]));
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const text = body ?? `${STATUS_CODES[status] ?? status}\n`;
  if (typeof text === "string") {
    return { status, headers: { "Content-Type": plain, ...headers }, body: text };
  }
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(text) };
}

/** Stops in the middle of `answer`, or of a made-up answer. */
export const garbageAnswer = (answer: Answer | undefined): Answer => ({
  status: 200,
  headers: apiHeaders,
  body: answer === undefined ? '{"organization":{"id":"org_' : answer.body.slice(0, Math.ceil(answer.body.length / 2)),
});

export const htmlAnswer: Answer = {
  status: 200,
  headers: { "Content-Type": "text/html; charset=utf-8" },
  body: "<!doctype html>\n<html><head><title>Sign in</title></head><body><p>Please sign in.</p></body></html>\n",
};
