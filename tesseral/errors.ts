/** What an error may tell about a request: never its body or its credentials. */
export interface RequestLine {
  method: string;
  path: string;
}

/** Why a request failed, or was not even sent. */
export type TesseralErrorCode =
  | "malformed-backend-api-key"
  | "malformed-api-url"
  | "malformed-id"
  | "malformed-proxy"
  | "wrong-credentials"
  | "not-found"
  | "api-keys-off-for-project"
  | "api-keys-off-for-organization"
  | "wrong-address"
  | "refused"
  | NoAnswerCode
  | "endless-list"
  | "retries-spent"
  | "create-outcome-unknown"
  | "ambiguous-create";

/** Why no usable answer came. `redirected` and `not-tesseral`: another server answered. */
export type NoAnswerCode =
  | "unreachable"
  | "connection-lost"
  | "timeout"
  | "empty-answer"
  | "unexpected-answer"
  | "redirected"
  | "not-tesseral";

/** Base of every error that this client throws. */
export class TesseralError extends Error {
  override readonly name: string = "TesseralError";

  constructor(
    readonly code: TesseralErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server answered, and the answer was an error. */
export class TesseralApiError extends TesseralError {
  override readonly name: string = "TesseralApiError";
  /** What was asked. */
  readonly request: RequestLine;

  constructor(
    { method, path }: RequestLine,
    /** HTTP status. */
    readonly status: number,
    /** gRPC code in the answer's body, if it had one. */
    readonly grpcCode: number | undefined,
    /** The answer's `message`, such as `permission_denied`: the token to test. */
    readonly reason: string,
    /** The answer's `details[0].description`: text for people. */
    readonly description: string,
    /** `Retry-After` in milliseconds, where the server sent one. */
    readonly retryAfterMs?: number,
    code = apiErrorCode(status, grpcCode, description),
  ) {
    const said = [reason, description].filter((text) => text !== "");
    const text = said.length > 0 ? `${status} ${said.join(": ")}` : `${status}`;
    super(code, `Tesseral: ${method} ${path} failed with ${text}`);
    this.request = { method, path };
  }

  /** True for an object that does not exist, and for nothing else: a wrong backend API key is also answered with 404. */
  get isGone(): boolean {
    return this.code === "not-found";
  }

  /** True when the backend API key itself is missing, malformed, unknown or revoked. */
  get isWrongCredentials(): boolean {
    return this.code === "wrong-credentials";
  }
}

/** Descriptions that the server gives, by what they mean. */
const codesOfDescriptions: Record<string, TesseralErrorCode> = {
  "backend api key not found": "wrong-credentials",
  "invalid backend api key secret token": "wrong-credentials",
  "api keys are not enabled for this project": "api-keys-off-for-project",
  "api keys are not enabled for this organization": "api-keys-off-for-organization",
};

function apiErrorCode(status: number, grpcCode: number | undefined, description: string): TesseralErrorCode {
  if (status === 401) {
    return "wrong-credentials";
  }
  const isGone = status === 404 && grpcCode === 5 && /not found/.test(description);
  return codesOfDescriptions[description] ?? (isGone ? "not-found" : "refused");
}

/** No answer came, or none that can be understood. Unless the code is `unreachable`, the server may have done its work. */
export class TesseralNoAnswerError extends TesseralError {
  override readonly name: string = "TesseralNoAnswerError";
  /** Why there is no answer. */
  override readonly code: NoAnswerCode;
  /** What was asked. */
  readonly request: RequestLine;

  constructor({ method, path }: RequestLine, code: NoAnswerCode, detail: string, options?: ErrorOptions) {
    super(code, `Tesseral: ${method} ${path} got no usable answer: ${detail}`, options);
    this.code = code;
    this.request = { method, path };
  }
}

/** Everything allowed was tried, and the last attempt, its `cause`, failed too. */
export class TesseralRetriesSpentError extends TesseralError {
  override readonly name: string = "TesseralRetriesSpentError";
  /** How the last attempt failed. */
  override readonly cause: TesseralError;
  /** What was asked. */
  readonly request: RequestLine;

  constructor(
    { method, path }: RequestLine,
    /** What each attempt met: `503`, `timeout`. */
    readonly attempts: readonly string[],
    readonly seconds: number,
    cause: TesseralError,
  ) {
    const line = `Tesseral: ${method} ${path} `;
    const times = attempts.length === 1 ? "once" : `${attempts.length} times`;
    super(
      "retries-spent",
      `${line}was tried ${times} in ${seconds.toFixed(1)} s (${summary(attempts)}) and given up; ` +
        `the last time it ${cause.message.replace(line, "")}`,
    );
    this.cause = cause;
    this.request = { method, path };
  }
}

/** `["503", "503", "timeout"]` as `2 × 503, timeout`. */
function summary(attempts: readonly string[]): string {
  const runs: { what: string; times: number }[] = [];
  for (const what of attempts) {
    const last = runs.at(-1);
    if (last?.what === what) {
      last.times += 1;
    } else {
      runs.push({ what, times: 1 });
    }
  }
  return runs.map(({ what, times }) => (times === 1 ? what : `${times} × ${what}`)).join(", ");
}

/** Whether the server may have carried the request out although no success was answered. */
export function outcomeUnknown(error: unknown): boolean {
  if (error instanceof TesseralRetriesSpentError) {
    return outcomeUnknown(error.cause);
  }
  if (error instanceof TesseralNoAnswerError) {
    return error.code !== "unreachable";
  }
  // 500 with code 2 is a refusal of the request's shape, made before anything is done.
  return error instanceof TesseralApiError && error.status >= 500 && error.grpcCode !== 2;
}

/** Statuses after which the same request may succeed later. Often they are a proxy's, whose answer is not JSON. */
export const retryableStatuses: ReadonlySet<number> = new Set([
  408, // a proxy waited too long for the request
  429, // too many requests; nothing was done
  500, // a fault of the server, or an outdated webhook
  502, // a proxy could not reach the server
  503, // overloaded or being restarted
  504, // a proxy waited too long for the server
]);

/** Whether repeating the request can help, leaving open whether repeating it is safe. */
export function worthRepeating(error: unknown): boolean {
  if (error instanceof TesseralNoAnswerError) {
    return true;
  }
  return error instanceof TesseralApiError && retryableStatuses.has(error.status) && error.grpcCode !== 2;
}

/** A few words for one failed attempt: `503`, `timeout`. */
export function shortly(error: TesseralError): string {
  if (error instanceof TesseralApiError) {
    return String(error.status);
  }
  if (error.code === "redirected" || error.code === "not-tesseral") {
    return "unexpected answer";
  }
  return error instanceof TesseralNoAnswerError ? error.code.replace("-", " ") : error.name;
}
