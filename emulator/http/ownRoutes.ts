import type { SettableClock } from "../records/clock";
import { idDigits, idPrefixes } from "../records/ids";
import type { Answer } from "./answer";
import type { RequestLog, RequestRecord } from "./requestLog";

const prefix = "/_emulator/";

/** So many requests are listed. */
const mostListed = 1000;

/** Whether the path is one of the emulator's own, which no Tesseral server has. */
export const isControl = (path: string): boolean => path.startsWith(prefix);

/**
 * Answers what people ask of the emulator itself. These requests are not in `requests`, and no fault or limit hits them.
 *
 * - `GET /_emulator/health`: 200 as soon as it serves
 * - `GET /_emulator/clock`: what its clock says
 * - `POST /_emulator/clock` with `{"time": RFC 3339}` or `{"advance": ISO 8601 duration}`
 * - `GET /_emulator/requests`: the latest requests, the last one last
 * - `DELETE /_emulator/requests`: forgets them
 */
export function answerControl(
  { clock, log }: { clock: SettableClock; log: RequestLog },
  method: string,
  path: string,
  body: Buffer,
): Answer {
  const request = `${method} ${path.slice(prefix.length)}`;
  if (request === "GET health") {
    return answer(200, { status: "ok" });
  }
  if (request === "GET requests" || request === "DELETE requests") {
    if (request === "DELETE requests") {
      log.clear();
    }
    return listed(log.records.slice(-mostListed));
  }
  if (request !== "GET clock" && request !== "POST clock") {
    return answer(404, { error: `the emulator has no ${method} ${path}` });
  }
  if (request === "POST clock") {
    try {
      changeClock(clock, JSON.parse(body.toString("utf8")));
    } catch (error) {
      return answer(400, { error: error instanceof Error ? error.message : String(error) });
    }
  }
  return answer(200, { time: clock.now().toISOString(), stands: clock.stands });
}

function changeClock(clock: SettableClock, wanted: unknown): void {
  const { time, advance }: { time?: unknown; advance?: unknown } = typeof wanted === "object" ? (wanted ?? {}) : {};
  if (typeof time === "string" && advance === undefined) {
    clock.set(time);
  } else if (typeof advance === "string" && time === undefined) {
    clock.advance(advance);
  } else {
    throw new Error('expected {"time": "2030-01-31T00:00:00Z"} or {"advance": "P90D"}');
  }
}

/** JSON with a line for each request, so that `grep` finds some. Headers and bodies are left out, and queries: they can hold secrets. */
function listed(records: readonly RequestRecord[]): Answer {
  const lines = records.map(({ startedAt, method, path, status, committed }) =>
    JSON.stringify({
      time: new Date(startedAt).toISOString(),
      method,
      path: shownPath(path),
      status,
      committed,
    }),
  );
  return json(200, lines.length === 0 ? '{"requests":[]}' : `{"requests":[\n${lines.join(",\n")}\n]}`);
}

/** Words and ids alone are shown: a key may have been put into a path by mistake, as the publishable key of `/v1/config/` is on purpose. */
function shownPath(path: string): string {
  return path
    .split("/")
    .map((part) => (/^(?:[a-z-]*|v[0-9])$/.test(part) || isId(part) ? part : "…"))
    .join("/");
}

const { publishableKey: _, ...shownPrefixes } = idPrefixes;

function isId(text: string): boolean {
  const prefix = Object.values(shownPrefixes).find(
    (one) => text.startsWith(one) && text.length === one.length + idDigits,
  );
  return prefix !== undefined && /^[0-9a-z]+$/.test(text.slice(prefix.length));
}

const answer = (status: number, body: object): Answer => json(status, JSON.stringify(body));

const json = (status: number, text: string): Answer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${text}\n`,
});
