import { setTimeout as wait } from "node:timers/promises";
import { PlainError } from "../errors";
import type { Message } from "../protojson/message";
import type { Clock } from "../records/clock";
import type { Pages } from "../records/pagination";
import type { Store } from "../records/store";
import { projectOfKey } from "./credentials";

import type { Pool } from "./pool";
import { type Call, type Reply, type Route, Write } from "./route";

/** Milliseconds between reading and writing: always the same, or at random between two. */
export type Latency = number | { min: number; max: number };

/** What requests are executed against. */
export interface Backend {
  store: Store;
  clock: Clock;
  pages: Pages;
  pool: Pool;
  latency: Latency;
  /** Keeps what was changed, beyond this process if need be. Throws Error if it cannot. */
  save: () => void;
}

/**
 * Executes one decoded request in three steps, each with a database connection: look up the backend API key; read, check
 * and write; whatever follows the commit. Throws ApiError, Panic, or the signal's reason; `committed` tells of the commit.
 */
export async function execute(
  backend: Backend,
  route: Route,
  request: Message,
  backendApiKey: string,
  signal: AbortSignal,
  committed: () => void,
): Promise<Reply> {
  const { store, clock, pages, pool, latency, save } = backend;
  const project = await pool.use(signal, () => projectOfKey(store, backendApiKey));
  const call: Call = { request, project, store, clock, pages };
  const reply = await pool.use(signal, async () => {
    const result = route.handle(call);
    await pause(latency, signal);
    if (!(result instanceof Write)) {
      return result;
    }
    if (route.nestedConnection === true) {
      await pool.second(signal);
    }
    signal.throwIfAborted();
    const written = result.commit();
    committed();
    orAnswer(save);
    return written;
  });
  const { afterCommit } = route;
  if (afterCommit !== undefined) {
    await pool.use(signal, () => afterCommit(call));
  }
  return reply;
}

/** No Tesseral server would answer so, and the client's own output is where somebody looks first. */
function orAnswer(save: () => void): void {
  try {
    save();
  } catch (error) {
    throw new PlainError(500, `the emulator: ${error instanceof Error ? error.message : error}\n`);
  }
}

async function pause(latency: Latency, signal: AbortSignal): Promise<void> {
  const { min, max } = typeof latency === "number" ? { min: latency, max: latency } : latency;
  const time = min + Math.random() * (max - min);
  if (time > 0) {
    await wait(time, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
