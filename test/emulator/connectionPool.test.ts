// Proves that creating API keys stalls an emulator with few database connections as it stalls the real server, whom that
// harms, and what ends it. The real server stalls by chance from four creates on; the emulator does so as soon as it can.
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import type { Pool } from "../../emulator/http/pool";
import { type Emulator, startEmulator } from "../../emulator/index";
import { type Answered, send } from "./exchange";

let emulator: Emulator;
afterEach(() => emulator.close());

/** An emulator with an organization that takes keys. */
async function start(databaseConnections?: number): Promise<string> {
  emulator = await startEmulator({
    latency: 20,
    ...(databaseConnections === undefined ? {} : { databaseConnections }),
  });
  return emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
}

interface UnderWay {
  answer: Promise<Answered | undefined>;
  hangUp(): void;
}

/** Creates that many keys at once; an answer is undefined if the client hung up. */
function createKeys(organizationId: string, count: number, headers: Record<string, string> = {}): UnderWay[] {
  return Array.from({ length: count }, () => {
    const client = new AbortController();
    const body = { apiKey: { organizationId } };
    const answer = send(emulator, "POST", "/v1/api-keys", { body, headers, signal: client.signal }).catch(
      () => undefined,
    );
    return { answer, hangUp: () => client.abort() };
  });
}

/** Creates eight keys that all wait for their first of four connections at the same moment, whenever each of them arrives. */
async function createEight(organizationId: string, headers: Record<string, string> = {}): Promise<UnderWay[]> {
  const pool = emulator.connections as Pool;
  const holding = new AbortController();
  const held = once(holding.signal, "abort");
  const holders = Array.from({ length: 4 }, () => pool.use(new AbortController().signal, () => held));
  const creates = createKeys(organizationId, 8, headers);
  await expect.poll(() => pool.waiting, { interval: 5 }).toBe(8);
  holding.abort();
  await Promise.all(holders);
  return creates;
}

const stalled = () => expect.poll(() => emulator.connections.stalled, { interval: 5 }).toBe(true);

it("never stalls without a limit", async () => {
  const id = await start();
  const answers = await Promise.all(createKeys(id, 32).map(({ answer }) => answer));
  expect(answers.map((answered) => answered?.status)).toEqual(new Array(32).fill(200));
});

it("never stalls with three creates at once and four connections, whatever else is asked", async () => {
  const id = await start(4);
  const worker = async () => {
    for (let i = 0; i < 4; i += 1) {
      await createKeys(id, 1)[0]?.answer;
    }
  };
  const others = Array.from({ length: 30 }, (_, i) =>
    i % 2 === 0 ? send(emulator, "GET", "/v1/project") : send(emulator, "POST", "/v1/organizations"),
  );
  await Promise.all([worker(), worker(), worker(), ...others]);
  expect(emulator.requests.map(({ status }) => status)).toEqual(new Array(42).fill(200));
  expect(emulator.connections).toMatchObject({ free: 4, stalled: false, stalls: 0 });
});

it("does not stall when 64 organizations are created at once", async () => {
  await start(4);
  const all = Array.from({ length: 64 }, () => send(emulator, "POST", "/v1/organizations"));
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual(new Array(64).fill(200));
});

it("stalls with eight creates at once, and ends when enough clients have hung up", async () => {
  const id = await start(4);
  const creates = await createEight(id);
  await stalled();
  expect(emulator.store.apiKeys.size).toBe(0);

  const read = send(emulator, "GET", "/v1/project");
  await emulator.waitFor(({ route }) => route === "GET /v1/project");
  creates[0]?.hangUp();
  await creates[0]?.answer;
  // The connection that one client gave back is taken by the next create in line.
  await expect.poll(() => emulator.connections.stalls).toBe(2);
  expect(emulator.connections).toMatchObject({ free: 0, stalled: true });
  expect(emulator.requests.filter(({ status }) => status === 200)).toEqual([]);

  for (const create of creates) {
    create.hangUp();
  }
  expect((await read).status).toBe(200);
  await Promise.all(creates.map(({ answer }) => answer));
  const made = emulator.requests.filter(({ committed }) => committed).length;
  expect(emulator.store.apiKeys.size).toBe(made);
  await expect.poll(() => emulator.connections).toMatchObject({ free: 4, stalled: false });
});

it("ends when X-Server-Timeout runs out, with 500 and without a key", async () => {
  const id = await start(4);
  const creates = await createEight(id, { "X-Server-Timeout": "0.3" });
  const answers = await Promise.all(creates.map(({ answer }) => answer));
  const failed = answers.filter((answered) => answered?.status === 500);
  // All of them are stalled until the first one's time is out. What it gives back lets another go on whose time is not.
  expect(failed.length).toBeGreaterThanOrEqual(1);
  expect(failed[0]?.json).toEqual({ code: 13, message: "internal server error", details: [] });
  expect(emulator.store.apiKeys.size).toBe(8 - failed.length);
  expect(emulator.connections.free).toBe(4);
});

it("stores an organization that gets no answer when keys stall it between commit and webhook", async () => {
  await start(4);
  const pool = emulator.connections as Pool;
  const creates = new AbortController();
  const { signal } = creates;
  const holders: Promise<unknown>[] = [];
  // In the very moment of the commit four creates of keys take the connections, as no four requests can be made to.
  const committed = emulator.waitFor((record) => {
    if (!record.committed) {
      return false;
    }
    for (let i = 0; i < 4; i += 1) {
      holders.push(pool.use(signal, () => pool.second(signal)));
    }
    return true;
  });
  const client = new AbortController();
  const creating = send(emulator, "POST", "/v1/organizations", { signal: client.signal });
  const outcome = expect(creating).rejects.toThrow("aborted");
  const record = await committed;
  await stalled();
  expect(record).toMatchObject({ status: "pending", committed: true });
  client.abort();
  await outcome;
  // The server notices that the client is gone while it still waits for a connection.
  await emulator.waitFor(({ endedAt }) => endedAt !== undefined);
  creates.abort();
  await Promise.allSettled(holders);
  expect(record).toMatchObject({ status: "abandoned", committed: true });
  expect(emulator.store.organizations.size).toBe(2);
});

it("frees every connection when it is reset", async () => {
  const id = await start(4);
  const creates = await createEight(id);
  await stalled();
  emulator.reset();
  await Promise.all(creates.map(({ answer }) => answer));
  expect((await send(emulator, "GET", "/v1/project")).status).toBe(200);
  expect(emulator.connections.free).toBe(4);
});
