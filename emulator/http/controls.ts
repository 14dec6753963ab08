import type { SettableClock } from "../records/clock";
import type { Answer } from "./answer";

const prefix = "/_emulator/";

/** Whether the path is one of the emulator's own, which no Tesseral server has. */
export const isControl = (path: string): boolean => path.startsWith(prefix);

/**
 * Answers what people ask of the emulator itself. These requests are not in `requests`, and no fault or limit hits them.
 *
 * - `GET /_emulator/health`: 200 as soon as it serves
 * - `GET /_emulator/clock`: what its clock says
 * - `POST /_emulator/clock` with `{"time": RFC 3339}` or `{"advance": ISO 8601 duration}`
 */
export function answerControl(clock: SettableClock, method: string, path: string, body: Buffer): Answer {
  const request = `${method} ${path.slice(prefix.length)}`;
  if (request === "GET health") {
    return answer(200, { status: "ok" });
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

const answer = (status: number, body: object): Answer => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(body)}\n`,
});
