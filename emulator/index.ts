import { Console } from "./console";
import { type Fault, type FaultHandle, Faults } from "./faults";
import type { Backend, Latency } from "./http/execution";
import { type Connections, Pool } from "./http/pool";
import { RateLimit } from "./http/rateLimit";
import { RequestLog, type RequestRecord } from "./http/requestLog";
import { HttpServer } from "./http/server";
import { createClock } from "./records/clock";
import { Pages } from "./records/pagination";
import type { Store } from "./records/store";
import { recordingsSeed } from "./seed/recordingsSeed";
import { buildStore, type Seed } from "./seed/seed";

export type { Effect, Fault, FaultHandle, StatusEffect } from "./faults";
export { effectNames } from "./faults";
export type { Latency } from "./http/execution";
export type { Connections } from "./http/pool";
export type { Outcome, RequestRecord } from "./http/requestLog";
export type { Timestamp } from "./protojson/timestamp";
export { formatTimestamp, parseTimestamp } from "./protojson/timestamp";
export type {
  ApiKey,
  ApiKeyRoleAssignment,
  BackendApiKey,
  Organization,
  Project,
  Role,
  User,
  UserInvite,
  UserRoleAssignment,
} from "./records/store";
export { Store } from "./records/store";
export { faultsFromJson, seedFromJson } from "./seed/jsonFiles";
export type { ApiKeySeed, BackendApiKeySeed, OrganizationSeed, ProjectSeed, RoleSeed, Seed } from "./seed/seed";
export { Console };

export interface EmulatorOptions {
  /** What there is at the start. @default "recordings": one project of each kind, without organizations */
  seed?: "recordings" | Seed;
  /** Faults from the start; `reset` removes them. */
  faults?: Fault[];
  /** Milliseconds that each request takes, between reading and writing. @default 0 */
  latency?: Latency;
  /** @default 0: any that is free */
  port?: number;
  /** The server's clock. @default the system's */
  now?: () => Date;
  /** Database connections: 4 stalls like a server with the default pool. @default no limit */
  databaseConnections?: number;
  /** Answers 429 beyond it; a second's worth may come at once. @default no limit */
  requestsPerSecond?: number;
  /** Whether an answer of 429 carries `Retry-After` (seconds). @default false */
  retryAfter?: boolean;
  /** How many of the latest requests `requests` holds. @default all */
  keepRequests?: number;
}

/** A running emulator of Tesseral's Backend API. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** A backend API key of the first project. */
  backendApiKey: string;
  /** All backend API keys of the seed by name, e.g. `backend-key`, `second-project-key`. */
  keys: Readonly<Record<string, string>>;
  /** The requests in order, those under way included. */
  requests: readonly RequestRecord[];
  /** The emulator's own records; another object after a `reset`. */
  store: Store;
  /** What a person does in the console meanwhile. */
  console: Console;
  /** How the database connections are doing; another object after a `reset`. */
  connections: Connections;
  /** Adds faults. */
  fail(fault: Fault | readonly Fault[]): FaultHandle;
  /** The first request, past or future, for which `is` is true. Rejects after `timeout` milliseconds (@default 10000). */
  waitFor(is: (record: RequestRecord) => boolean, timeout?: number): Promise<RequestRecord>;
  /** Back to the seed, with the same keys, no faults and no requests; drops requests that are under way. */
  reset(): void;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}

/** Starts an emulator on loopback. Rejects if the port is taken, or the seed is not what a project can be. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { seed = "recordings", latency = 0 } = options;
  const clock = createClock(options.now);
  const { store: seeded, keys } = buildStore(seed === "recordings" ? recordingsSeed : seed, clock);
  const pages = new Pages();
  const fresh = (): Backend => ({
    store: seeded.clone(),
    clock,
    pages,
    pool: new Pool(options.databaseConnections),
    latency,
  });
  let backend = fresh();
  const faults = new Faults();
  faults.add(options.faults ?? []);
  const log = new RequestLog(options.keepRequests);
  const server = new HttpServer({
    backend: () => backend,
    faults,
    log,
    rateLimit: options.requestsPerSecond === undefined ? undefined : new RateLimit(options.requestsPerSecond),
    retryAfter: options.retryAfter ?? false,
  });
  const port = await server.listen(options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    backendApiKey: Object.values(keys)[0] ?? "",
    keys,
    requests: log.records,
    get store() {
      return backend.store;
    },
    console: new Console(() => backend.store, clock),
    get connections() {
      return backend.pool;
    },
    fail: (fault) => faults.add(Array.isArray(fault) ? fault : [fault]),
    waitFor: (is, timeout = 10_000) => log.waitFor(is, timeout),
    reset() {
      server.drop();
      faults.clear();
      log.clear();
      backend = fresh();
    },
    close: () => server.close(),
  };
}
