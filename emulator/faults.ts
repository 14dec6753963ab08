import { validateHeaderName, validateHeaderValue } from "node:http";
import type { RequestRecord } from "./http/requestLog";

/** An answer in place of the real one. Without `body`, it has the body that the server, or a proxy in front of it, sends with that status. */
export interface StatusEffect {
  status: number;
  /** Text is sent as `text/plain`, anything else as JSON; `headers` can say otherwise. */
  body?: unknown;
  /** E.g. `{ "Retry-After": "1" }`. */
  headers?: Readonly<Record<string, string>>;
}

/** The named ways to break an answer. */
export const effectNames = [
  /** The connection is reset. */
  "reset",
  /** Nothing is answered until the client hangs up or the emulator closes. */
  "hang",
  /** The real answer, a few bytes at a time, over `durationMs`. */
  "slow",
  /** The real answer, but the connection ends in the middle of it. */
  "cut",
  /** 200 with JSON that stops in the middle. */
  "garbage",
  /** 200 with an HTML page, as a login page or a wrong host answers. */
  "html",
  /** 200 with an empty body, then the connection ends: the server panicked. */
  "empty",
  /** The real answer after `durationMs`. `before` the commit the change is made late, even if the client has gone by then. */
  "delay",
  /** The real answer: for `meanwhile` alone. */
  "pass",
] as const;

/** What happens to a request instead of, or besides, its answer. */
export type Effect = StatusEffect | (typeof effectNames)[number];

/** What goes wrong, with which requests, how often. Except for `meanwhile` and a RegExp, it is plain JSON. */
export interface Fault {
  /** `GET`, `POST`, …. @default every method */
  method?: string;
  /**
   * Compared with the route's template (`/v1/organizations/{id}`) and with the path itself; one of them has to match as a
   * whole. In a text `*` stands for any characters. @default every path
   */
  path?: string | RegExp;
  /** How many requests it happens to; `"always"` or Infinity for all. @default 1 */
  times?: number | "always";
  /** How many matching requests pass before the first. @default 0 */
  skip?: number;
  /** Whether the change is made (`after`) or not (`before`). `slow` and `cut` always make it. @default "before" */
  when?: "before" | "after";
  /** What happens. */
  do: Effect;
  /** Milliseconds for `slow` and `delay`. @default 1000 */
  durationMs?: number;
  /** Called, and awaited, at that moment: before the request is executed, or between its commit and its answer. */
  meanwhile?: (record: RequestRecord) => void | Promise<void>;
}

/** Faults that were added. */
export interface FaultHandle {
  /** How many requests it has happened to so far. */
  hits: number;
  /** From now on they happen no more. */
  remove(): void;
}

interface Armed {
  fault: Fault;
  seen: number;
  hits: number;
}

/** The faults that have yet to happen; of several that fit a request, the one that was added first happens. */
export class Faults {
  #armed: Armed[] = [];

  /** Throws Error for what cannot be answered. */
  add(faults: readonly Fault[]): FaultHandle {
    for (const { do: effect } of faults) {
      const problem = effectProblem(effect);
      if (problem !== undefined) {
        throw new Error(`fault: do${problem}`);
      }
    }
    const added = faults.map((fault): Armed => ({ fault, seen: 0, hits: 0 }));
    this.#armed.push(...added);
    return {
      get hits() {
        return added.reduce((sum, armed) => sum + armed.hits, 0);
      },
      remove: () => {
        this.#armed = this.#armed.filter((armed) => !added.includes(armed));
      },
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault for this request, which counts as one use of it. `template` is undefined if no route fits. */
  take(method: string, path: string, template: string | undefined): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!matches(fault, method, path, template)) {
        continue;
      }
      armed.seen += 1;
      const times = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
      if (armed.seen <= (fault.skip ?? 0) || armed.hits >= times) {
        continue;
      }
      armed.hits += 1;
      return fault;
    }
    return undefined;
  }
}

/** What `do` has to be. */
export const effectForm = `{ "status": number } or one of ${effectNames.map((name) => `"${name}"`).join(", ")}`;

/** Why an effect cannot happen, with its place in the fault first; undefined if it can. A program that TypeScript has not seen can have any. */
export function effectProblem(effect: unknown): string | undefined {
  if (typeof effect !== "object" || effect === null) {
    return effectNames.some((name) => name === effect) ? undefined : `: expected ${effectForm}`;
  }
  const { status, headers = {} } = effect as Partial<StatusEffect>;
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599) {
    return ".status: expected a number from 200 to 599";
  }
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      return `.headers: ${error instanceof Error ? error.message : error}`;
    }
  }
  return undefined;
}

/** How a record names a fault: `before reset`, `after 503`. */
export const describeFault = ({ when = "before", do: effect }: Fault): string =>
  `${when} ${typeof effect === "string" ? effect : effect.status}`;

function matches(fault: Fault, method: string, path: string, template: string | undefined): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) {
    return false;
  }
  if (fault.path === undefined) {
    return true;
  }
  const pattern = typeof fault.path === "string" ? wildcards(fault.path) : fault.path;
  return [path, template].some((text) => text !== undefined && text.search(pattern) !== -1);
}

function wildcards(path: string): RegExp {
  const parts = path.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
