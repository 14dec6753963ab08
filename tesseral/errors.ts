/** What a request was, as far as an error may tell: never its body, never its credentials. */
export interface RequestLine {
  method: string;
  path: string;
}

/** Base of every error that this client throws. */
export class TesseralError extends Error {
  override readonly name: string = "TesseralError";
}

/** The server answered, and the answer was an error. */
export class TesseralApiError extends TesseralError {
  override readonly name: string = "TesseralApiError";

  constructor(
    readonly request: RequestLine,
    /** HTTP status. */
    readonly status: number,
    /** Code of the answer's body (a gRPC code), if it had one. */
    readonly code: number | undefined,
    /** The answer's `message`, such as `permission_denied`: the token to test. */
    readonly reason: string,
    /** The answer's `details[0].description`: text for people. */
    readonly description: string,
    /** `Retry-After` in milliseconds, where the server sent one. */
    readonly retryAfterMs?: number,
  ) {
    const said = [reason, description].filter((text) => text !== "");
    const text = said.length > 0 ? `${status} ${said.join(": ")}` : `${status}`;
    super(`Tesseral: ${request.method} ${request.path} failed with ${text}${adviceFor(status, description)}`);
  }

  /** True for an object that does not exist, and for nothing else: a wrong backend API key is also answered with 404. */
  get isGone(): boolean {
    return this.status === 404 && this.code === 5 && !this.isWrongCredentials && /not found/.test(this.description);
  }

  /** True when the backend API key itself is missing, malformed, unknown or revoked. */
  get isWrongCredentials(): boolean {
    return (
      this.status === 401 ||
      this.description === "backend api key not found" ||
      this.description === "invalid backend api key secret token"
    );
  }
}

function adviceFor(status: number, description: string): string {
  if (status === 401 || description === "backend api key not found") {
    return ". The backend API key is unknown or revoked: check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Console";
  }
  if (description === "api keys are not enabled for this project") {
    return ". Turn on Managed API Keys in the Tesseral Console under Project settings, API Keys";
  }
  if (description === "api keys are not enabled for this organization") {
    return ". Enable them on the organization first (apiKeysEnabled: true, or apiAccess: enabled): no key can be created while they are off";
  }
  return "";
}

/** Why no usable answer came. */
export type NoAnswerCause = "unreachable" | "connection lost" | "timeout" | "empty answer" | "unexpected answer";

/** No answer came, or none that can be understood. Unless `cause` is `unreachable`, the server may have done its work. */
export class TesseralNoAnswerError extends TesseralError {
  override readonly name: string = "TesseralNoAnswerError";

  constructor(
    readonly request: RequestLine,
    readonly kind: NoAnswerCause,
    detail: string,
  ) {
    super(`Tesseral: ${request.method} ${request.path} got no usable answer: ${detail}`);
  }
}

/** Everything allowed was tried, and the last attempt failed too. */
export class TesseralRetriesSpentError extends TesseralError {
  override readonly name: string = "TesseralRetriesSpentError";

  constructor(
    readonly request: RequestLine,
    readonly attempts: readonly string[],
    seconds: number,
    readonly last: TesseralError,
  ) {
    const line = `Tesseral: ${request.method} ${request.path} `;
    const times = attempts.length === 1 ? "once" : `${attempts.length} times`;
    super(
      `${line}was tried ${times} in ${seconds.toFixed(1)} s (${summary(attempts)}) and given up; ` +
        `the last time it ${last.message.replace(line, "")}. Run the update again when Tesseral answers`,
    );
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
    return outcomeUnknown(error.last);
  }
  if (error instanceof TesseralNoAnswerError) {
    return error.kind !== "unreachable";
  }
  // 500 with code 2 is a refusal of the request's shape, made before anything is done.
  return error instanceof TesseralApiError && error.status >= 500 && error.code !== 2;
}

/** Statuses after which the same request may succeed later. Often a proxy's, whose answer is no JSON. */
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
  return error instanceof TesseralApiError && retryableStatuses.has(error.status) && error.code !== 2;
}

/** A few words for one failed attempt: `503`, `timeout`. */
export function shortly(error: TesseralError): string {
  if (error instanceof TesseralApiError) {
    return String(error.status);
  }
  return error instanceof TesseralNoAnswerError ? error.kind : error.name;
}
