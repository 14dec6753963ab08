// Customers that go on calling an API while their keys are rotated. Real are: the component and its provider on the Pulumi engine, the
// rotations, the versions of secrets in moto, the API, which asks the emulator about every call: that of the demo, or an example backend. Simulated are:
// Tesseral, its clock, Secrets Manager, and Pulumi's AWS plugin, in whose place a stand-in writes what the component registered into moto.
import { setTimeout as after } from "node:timers/promises";
import { type GuardedApi, type GuardedApiOptions, startGuardedApi } from "../../../cli/demo/guardedApi";
import type { CustomerArgs } from "../../../components/customerArgs";
import { customers, openDeliveredStack } from "./deliveredStack";
import { startMoto } from "./moto";

export interface LoadOptions {
  customers: number;
  rotations: number;
  /** Of all customers together. */
  requestsPerSecond: number;
  /** Milliseconds between two readings of a secret. */
  readEvery: number;
  /** Starts what the customers call, and is told where Tesseral is. @default the API of the demo */
  startApi?: (options: GuardedApiOptions) => Promise<GuardedApi>;
  /** Called with a line when something is done. */
  onProgress?: (line: string) => void;
}

export interface LoadResult {
  requests: number;
  /** What was answered to those that were not let in, by status or error. */
  refused: Record<string, number>;
  /** By customer, the number of tokens that it called with. */
  tokens: number[];
  /** What the labels of a secret say at the end: whether each previous version holds the token before. */
  previousKept: boolean;
}

const day = 24 * 3_600_000;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { onProgress = () => {}, startApi = startGuardedApi } = options;
  let ahead = 0;
  const names = Array.from({ length: options.customers }, (_, index) => `customer-${index + 1}`);
  const declared = names.map((name): [string, CustomerArgs] => [
    name,
    {
      displayName: `Customer ${name}`,
      apiKeys: { ci: { rotateEvery: "P30D", overlap: "P7D" } },
      deliverTo: { awsSecretsManager: {} },
      protect: false,
    },
  ]);
  const moto = await startMoto();
  const tesseral = await openDeliveredStack(customers(Object.fromEntries(declared)), {
    emulator: { now: () => new Date(Date.now() + ahead), keepRequests: 1000 },
    env: { ECHO_SECRETS_MANAGER_URL: moto.url },
  });
  const { url: tesseralUrl, backendApiKey } = tesseral.emulator;
  const api = await startApi({ tesseralUrl, backendApiKey });
  const secretName = (name: string) => `tesseral/test/${name}/ci`;
  let client: Client | undefined;
  try {
    await tesseral.stack.up();
    client = new Client(api.url, names, async (name) => JSON.parse(await moto.secret(secretName(name))).secretToken);
    await client.start(options);
    for (let rotation = 1; rotation <= options.rotations; rotation += 1) {
      // The update that rotates is also the first after the overlap of the rotation before.
      ahead += 30 * day + 60_000;
      await tesseral.stack.up();
      await client.everyoneReads();
      onProgress(`rotation ${rotation}: ${client.requests} requests so far, refused ${JSON.stringify(client.refused)}`);
    }
    ahead += 8 * day;
    await tesseral.stack.up();
    await client.everyoneReads();
    const previous = await Promise.all(names.map((name) => moto.secret(secretName(name), "AWSPREVIOUS")));
    const current = await Promise.all(names.map((name) => moto.secret(secretName(name))));
    return {
      requests: client.requests,
      refused: client.refused,
      tokens: names.map((name) => client?.tokensOf(name) ?? 0),
      // The last version dropped the token before, which the version before it still has beside the same current one.
      previousKept: previous.every((text, index) => {
        const [old, now] = [JSON.parse(text), JSON.parse(current[index] ?? "{}")];
        return (
          old.secretToken === now.secretToken &&
          old.previousSecretToken !== undefined &&
          !("previousSecretToken" in now)
        );
      }),
    };
  } finally {
    await client?.stop();
    api.close();
    await tesseral.close();
    moto.close();
  }
}

/** Calls an API at a steady pace, each customer in turn with the token that it read last. */
class Client {
  requests = 0;
  readonly refused: Record<string, number> = {};
  readonly #tokens = new Map<string, string>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #readings = 0;
  #turn = 0;
  #loops: Promise<void>[] = [];

  constructor(
    readonly url: string,
    readonly names: readonly string[],
    readonly read: (name: string) => Promise<string>,
  ) {}

  async start({ requestsPerSecond, readEvery }: LoadOptions): Promise<void> {
    await this.#readAll();
    const pause = (milliseconds: number) =>
      after(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => {});
    const until = async (work: () => unknown, milliseconds: number) => {
      while (!this.#stopped.signal.aborted) {
        await work();
        await pause(milliseconds);
      }
    };
    const startedAt = performance.now();
    // What a busy machine is late with is made up for.
    const beginDue = () => {
      const due = ((performance.now() - startedAt) / 1000) * requestsPerSecond;
      while (this.#turn < due) {
        this.#begin();
      }
    };
    this.#loops = [until(() => this.#readAll(), readEvery), until(beginDue, 10)];
  }

  /** Waits until every customer has read its secret again, and called with what it read. */
  async everyoneReads(): Promise<void> {
    // The reading that is under way may have begun before.
    const wanted = this.#readings + 2;
    const turn = () => this.#turn;
    while (this.#readings < wanted) {
      await after(20);
    }
    const called = turn() + 2 * this.names.length;
    while (turn() < called) {
      await after(20);
    }
  }

  tokensOf(name: string): number {
    return this.#seen.get(name)?.size ?? 0;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#loops, ...this.#underWay]);
  }

  async #readAll(): Promise<void> {
    await Promise.all(this.names.map(async (name) => this.#tokens.set(name, await this.read(name))));
    this.#readings += 1;
  }

  #begin(): void {
    const name = this.names[this.#turn % this.names.length] ?? "";
    this.#turn += 1;
    const call = this.#call(name).finally(() => this.#underWay.delete(call));
    this.#underWay.add(call);
  }

  async #call(name: string): Promise<void> {
    const token = this.#tokens.get(name) ?? "";
    const seen = this.#seen.get(name) ?? new Set();
    this.#seen.set(name, seen.add(token));
    const answer = await fetch(this.url, { headers: { authorization: `Bearer ${token}` } }).then(
      async (response) => {
        await response.arrayBuffer();
        return String(response.status);
      },
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.requests += 1;
    if (answer !== "200") {
      this.refused[answer] = (this.refused[answer] ?? 0) + 1;
    }
  }
}
