// Every way in which a request can fail, as data.
import type { Fault } from "../../emulator";

type Kind = Pick<Fault, "when" | "do" | "durationMs">;

/** Milliseconds after which the harness's client gives a request up; what hangs takes as long. */
export const requestTimeoutMs = 100;

/** By the name under which the runs that met it are counted. */
export const faultKinds: Readonly<Record<string, Kind>> = {
  "reset before": { do: "reset", when: "before" },
  "reset after commit": { do: "reset", when: "after" },
  "timeout before": { do: "hang", when: "before" },
  "timeout after commit": { do: "hang", when: "after" },
  "500 before": { do: { status: 500 }, when: "before" },
  "500 after commit": { do: { status: 500 }, when: "after" },
  "429": { do: { status: 429 }, when: "before" },
  "429 with Retry-After": { do: { status: 429, headers: { "Retry-After": "0" } }, when: "before" },
  "502": { do: { status: 502 }, when: "before" },
  "502 after commit": { do: { status: 502 }, when: "after" },
  "503": { do: { status: 503 }, when: "before" },
  "empty 200 before": { do: "empty", when: "before" },
  "empty 200 after commit": { do: "empty", when: "after" },
  HTML: { do: "html", when: "before" },
  "HTML after commit": { do: "html", when: "after" },
  "truncated JSON": { do: "garbage", when: "after" },
  "connection cut in the answer": { do: "cut", when: "after" },
  "slow drip": { do: "slow", when: "after", durationMs: 3 * requestTimeoutMs },
};

export type FaultKind = keyof typeof faultKinds;

/** Seconds for which the harness's client waits: little where a fault takes as long, so that others do not depend on how busy the machine is. */
export function patience(kinds: readonly string[]): { requestTimeout: number; operationDeadline: number } {
  const hangs = kinds.some((kind) => ["hang", "slow"].includes(String(faultKinds[kind]?.do)));
  // A 429 is repeated until the operation's deadline.
  return {
    requestTimeout: hangs ? requestTimeoutMs / 1000 : 5,
    operationDeadline: hangs || kinds.some((kind) => kind.startsWith("429")) ? 0.5 : 10,
  };
}
