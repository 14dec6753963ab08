/** What the client got: a status, or how it was left without one. `abandoned`: it went away before the answer. */
export type Outcome = number | "pending" | "reset" | "hang" | "cut" | "abandoned";

/** One request that reached the emulator. */
export interface RequestRecord {
  method: string;
  /** As it was sent, without the query string. */
  path: string;
  /** Without the `?`. */
  query: string;
  /** Method and template, e.g. `PATCH /v1/organizations/{id}`; absent if no route fits. */
  route?: string;
  status: Outcome;
  /** Whether it changed something. */
  committed: boolean;
  /** What broke it, e.g. `after reset`; beyond `requestsPerSecond` it is `before 429`. Absent if nothing did. */
  fault?: string;
  /** Milliseconds since 1970 by the system's clock, when the request had been read. */
  startedAt: number;
  /** When its answer was sent, or it ended without one. */
  endedAt?: number;
  /** Counts connections from 1. */
  connectionId: number;
  /** What was sent, if it was JSON. Can hold secrets, so it is not enumerable: nothing prints it by accident. */
  body?: unknown;
}

type Watcher = (record: RequestRecord) => void;

/** Requests in order, and whoever waits for one. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  #current = new WeakSet<RequestRecord>();
  readonly #watchers = new Set<Watcher>();
  readonly #waiting = new Set<(reason: Error) => void>();
  readonly #most: number;

  /** `most`: how many requests it keeps, the latest. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  begin(
    request: Pick<RequestRecord, "method" | "path" | "query" | "connectionId">,
    more: { route?: string | undefined; fault?: string | undefined; body: Buffer },
  ): RequestRecord {
    const { route, fault, body } = more;
    const record: RequestRecord = {
      ...request,
      ...(route === undefined ? {} : { route }),
      status: "pending",
      committed: false,
      ...(fault === undefined ? {} : { fault }),
      startedAt: Date.now(),
    };
    Object.defineProperty(record, "body", { get: () => parse(body), enumerable: false });
    this.records.push(record);
    this.#current.add(record);
    if (this.records.length > this.#most) {
      this.records.shift();
    }
    this.changed(record);
    return record;
  }

  /** Forgets all requests; those in flight no longer belong to anybody. */
  clear(): void {
    this.records.length = 0;
    this.#current = new WeakSet();
  }

  end(record: RequestRecord, status: Outcome): void {
    record.status = status;
    record.endedAt = Date.now();
    this.changed(record);
  }

  changed(record: RequestRecord): void {
    if (!this.#current.has(record)) {
      return;
    }
    for (const watcher of this.#watchers) {
      watcher(record);
    }
  }

  /** The first request, past or future, for which `is` is true. Rejects when there is none within `timeout` milliseconds. */
  waitFor(is: (record: RequestRecord) => boolean, timeout: number): Promise<RequestRecord> {
    const known = this.records.find(is);
    if (known !== undefined) {
      return Promise.resolve(known);
    }
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        this.#waiting.delete(fail);
      };
      const fail = (reason: Error) => {
        end();
        reject(reason);
      };
      const timer = setTimeout(() => fail(new Error(`no such request within ${timeout} ms`)), timeout);
      const watcher = (record: RequestRecord) => {
        if (is(record)) {
          end();
          resolve(record);
        }
      };
      this.#watchers.add(watcher);
      this.#waiting.add(fail);
    });
  }

  /** No more requests will come: whoever waits for one is told so at once. */
  close(): void {
    for (const fail of [...this.#waiting]) {
      fail(new Error("the emulator was closed before such a request came"));
    }
  }
}

function parse(body: Buffer): unknown {
  if (body.length === 0) {
    return undefined;
  }
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    // A body that is not JSON is for the request's own answer to complain about.
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
