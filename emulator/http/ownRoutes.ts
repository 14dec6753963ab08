import type { Console } from "../console";
import type { SettableClock } from "../records/clock";
import { idDigits, idPrefixes } from "../records/ids";
import type { Answer } from "./answer";
import type { Backend } from "./execution";
import type { RequestLog, RequestRecord } from "./requestLog";

const prefix = "/_emulator/";

/** So many requests are listed. */
const mostListed = 1000;

/** Whether the path is one of the emulator's own, which no Tesseral server has. */
export const isControl = (path: string): boolean => path.startsWith(prefix);

interface Parts {
  clock: SettableClock;
  log: RequestLog;
  console: Console;
  backend: () => Pick<Backend, "save">;
}

/** What a body can hold. */
interface Fields {
  time?: unknown;
  advance?: unknown;
  project?: unknown;
  backendApiKey?: unknown;
}

/** What is asked by which method and path; what throws is answered with 400. */
const routes: Readonly<Record<string, (parts: Parts, sent: Fields) => Answer>> = {
  "GET health": () => answer(200, { status: "ok" }),
  "GET clock": ({ clock }) => time(clock),
  "POST clock": ({ clock }, sent) => {
    changeClock(clock, sent);
    return time(clock);
  },
  "GET requests": ({ log }) => listed(log.records.slice(-mostListed)),
  "DELETE requests": ({ log }) => {
    log.clear();
    return listed([]);
  },
  "POST backend-api-keys": ({ console, backend }, sent) => {
    const backendApiKey = console.createBackendApiKey(textOf("project", sent));
    backend().save();
    return answer(200, { backendApiKey });
  },
  "POST backend-api-keys/revoke": ({ console, backend }, sent) => {
    console.revokeBackendApiKey(textOf("backendApiKey", sent) ?? "");
    backend().save();
    return answer(200, {});
  },
};

/**
 * Answers what people ask of the emulator itself. These requests are not in `requests`, and no fault or limit hits them.
 *
 * - `GET /_emulator/health`: 200 as soon as it serves
 * - `GET /_emulator/clock`: what its clock says
 * - `POST /_emulator/clock` with `{"time": RFC 3339}` or `{"advance": ISO 8601 duration}`
 * - `GET /_emulator/requests`: the latest requests, the last one last
 * - `DELETE /_emulator/requests`: forgets them
 * - `POST /_emulator/backend-api-keys`, with `{"project": name}` for another than the first: a new backend API key, as the console makes them
 * - `POST /_emulator/backend-api-keys/revoke` with `{"backendApiKey": key}`
 */
export function answerControl(parts: Parts, method: string, path: string, body: Buffer): Answer {
  const name = `${method} ${path.slice(prefix.length)}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) {
    return answer(404, { error: `the emulator has no ${method} ${path}` });
  }
  try {
    return route(parts, fieldsIn(body));
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** The fields of a body of JSON, which may be empty. */
function fieldsIn(body: Buffer): Fields {
  const sent: unknown = body.length === 0 ? {} : parsed(body.toString("utf8"));
  return typeof sent === "object" ? (sent ?? {}) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function textOf(name: keyof Fields, { [name]: value }: Fields): string | undefined {
  if (value !== undefined && typeof value !== "string") {
    throw new Error(`${name} must be text`);
  }
  return value;
}

function time(clock: SettableClock): Answer {
  return answer(200, { time: clock.now().toISOString(), stands: clock.stands });
}

function changeClock(clock: SettableClock, { time, advance }: Fields): void {
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
