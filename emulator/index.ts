import { type AccessTokenOptions, newAccessToken } from "./accessToken";
import { Console } from "./console";
import { type Fault, type FaultHandle, Faults } from "./faults";
import { makeCertificate } from "./http/certificate";
import type { Backend, Latency } from "./http/execution";
import { type Connections, Pool } from "./http/pool";
import { RateLimit } from "./http/rateLimit";
import { RequestLog, type RequestRecord } from "./http/requestLog";
import { Router } from "./http/router";
import { HttpServer } from "./http/server";
import { createClock, SettableClock } from "./records/clock";
import { DataFile } from "./records/dataFile";
import { Pages } from "./records/pagination";
import type { Store } from "./records/store";
import { routes } from "./routes/index";
import { recordingsSeed } from "./seed/recordingsSeed";
import { buildStore, type Seed } from "./seed/seed";

export type { AccessTokenOptions } from "./accessToken";
export type { Effect, Fault, FaultHandle, StatusEffect } from "./faults";
export { effectNames } from "./faults";
export type { Latency } from "./http/execution";
export type { Connections } from "./http/pool";
export type { Outcome, RequestRecord } from "./http/requestLog";
export type { Timestamp } from "./protojson/timestamp";
export { formatTimestamp, parseTimestamp } from "./protojson/timestamp";
export { SettableClock } from "./records/clock";
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

/** How an emulator starts. */
export interface EmulatorOptions {
  /** The records at the start. @default "recordings": one project of each kind, without organizations */
  seed?: "recordings" | Seed;
  /** Faults from the start; `reset` removes them. */
  faults?: Fault[];
  /** Milliseconds that each request takes, between reading and writing. @default 0 */
  latency?: Latency;
  /** The port to listen on. @default 0: any that is free */
  port?: number;
  /** The address to listen on. @default "127.0.0.1" */
  host?: string;
  /** Speaks HTTPS by a certificate that is made at the start. @default false */
  tls?: boolean;
  /** A file that keeps the records across restarts: what it holds takes precedence over the seed. @default none */
  dataFile?: string;
  /** The server's clock; a test can set and advance it, and let others follow it. @default one that runs with the system's */
  clock?: SettableClock;
  /** The server's clock, where nothing needs to set it. */
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
  /** `http://127.0.0.1:PORT`, or with `tls` `https://…` */
  url: string;
  /** With `tls`: the file with the certificate of the authority that clients have to trust, in PEM; gone after `close`. */
  caFile: string | undefined;
  /** A backend API key of the first project. */
  backendApiKey: string;
  /** All backend API keys of the seed by name, e.g. `backend-key`, `second-project-key`. */
  keys: Readonly<Record<string, string>>;
  /** The first project's, for `GET /v1/config/{publishableKey}` and the middlewares that ask it. */
  publishableKey: string;
  /** Those of all projects by name, e.g. `first`, `second`. */
  publishableKeys: Readonly<Record<string, string>>;
  /** Secret tokens at the start: by the `name`s of organizations and API keys in the seed. */
  tokens: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the server's clock says; can be set and advanced. */
  clock: SettableClock;
  /** The requests in order, those under way included. */
  requests: readonly RequestRecord[];
  /** The emulator's own records; another object after a `reset`. */
  store: Store;
  /** What a person does in the console meanwhile. */
  console: Console;
  /** An access token, as somebody has who logged in. Throws Error for unknown ids. */
  accessToken(options: AccessTokenOptions): string;
  /** How the database connections are doing; another object after a `reset`. */
  connections: Connections;
  /** Adds faults. */
  fail(fault: Fault | readonly Fault[]): FaultHandle;
  /** The first request, past or future, for which `is` is true. Rejects after `timeout` milliseconds (@default 10000), or when the emulator is closed. */
  waitFor(is: (record: RequestRecord) => boolean, timeout?: number): Promise<RequestRecord>;
  /** Back to the seed, with the same keys, no faults and no requests; drops requests that are under way. */
  reset(): void;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}

/** Starts an emulator. Rejects if the port is in use, the seed is impossible, or the data file is not one. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("startEmulator takes its options as an object, or none: startEmulator({ port: 8080 })");
  }
  const { seed = "recordings", latency = 0, host = "127.0.0.1" } = options;
  const settable = options.clock ?? new SettableClock(options.now);
  const clock = createClock(settable, options.now !== undefined);
  const dataFile = options.dataFile === undefined ? undefined : new DataFile(options.dataFile);
  const contents = buildStore(seed === "recordings" ? recordingsSeed : seed, clock, dataFile?.read());
  const { store: seeded, keys } = contents;
  const pages = new Pages();
  const fresh = (): Backend => {
    const store = seeded.clone();
    dataFile?.keep({ store, keys });
    return { store, clock, pages, pool: new Pool(options.databaseConnections), latency, save: () => dataFile?.save() };
  };
  let backend: Backend;
  const faults = new Faults();
  faults.add(options.faults ?? []);
  const log = new RequestLog(options.keepRequests);
  const certificate = options.tls === true ? await makeCertificate(host) : undefined;
  const console = new Console(() => backend.store, clock);
  const server = new HttpServer({
    router: new Router(routes),
    clock: settable,
    console,
    certificate,
    backend: () => backend,
    faults,
    log,
    rateLimit: options.requestsPerSecond === undefined ? undefined : new RateLimit(options.requestsPerSecond),
    retryAfter: options.retryAfter ?? false,
  });
  let port: number;
  try {
    port = await server.listen(options.port ?? 0, host);
    // Not before: where the port is in use, the data file stays with the emulator that has both.
    backend = fresh();
  } catch (error) {
    await server.close();
    certificate?.remove();
    throw error;
  }
  const publishableKeys = Object.fromEntries(
    [...seeded.projects.values()].map((one) => [one.name, one.publishableKey]),
  );
  return {
    url: `${certificate === undefined ? "http" : "https"}://${reachable(host)}:${port}`,
    caFile: certificate?.caFile,
    backendApiKey: Object.values(keys)[0] ?? "",
    keys,
    publishableKey: Object.values(publishableKeys)[0] ?? "",
    publishableKeys,
    tokens: tokensOf(seeded),
    clock: settable,
    requests: log.records,
    get store() {
      return backend.store;
    },
    console,
    accessToken: (whose) => newAccessToken(backend.store, clock, whose),
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
    async close() {
      await server.close();
      log.close();
      certificate?.remove();
    },
  };
}

/** Where clients on this machine find a server that listens on that address. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") {
    return "127.0.0.1";
  }
  return host.includes(":") ? `[${host}]` : host;
}

function tokensOf({ organizations, apiKeys }: Store): Record<string, Record<string, string>> {
  const named = [...organizations.values()].filter(({ name }) => name !== "");
  return Object.fromEntries(
    named.map(({ id, name }) => [
      name,
      Object.fromEntries(
        apiKeys
          .by("organization", id)
          .filter((key) => key.name !== "" && !key.revoked)
          .map((key) => [key.name, key.secretToken]),
      ),
    ]),
  );
}
