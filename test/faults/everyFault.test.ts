// Proves that after any single failure of any request the next update leaves the tenant as declared: nothing orphaned, duplicated,
// lost or touched. Not the real engine (realEngine.test.ts) nor every number of repetitions (npm run test:faults).
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { everyFault, randomRuns, Tally } from "./campaign";

/** Which share of all runs this is, and which random ones: the same every time. FAULT_SEED in the environment takes others. */
const seed = Number(process.env.FAULT_SEED ?? 20);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

it.each([
  ["create", 1],
  ["update and replace", 5],
  ["add, suspend and remove customers", 5],
  ["rotate and leak", 5],
  ["refresh", 3],
  ["refresh while a key is revoked", 10],
  ["destroy", 1],
  ["rename a customer, its role and its key", 1],
  ["rename and change a customer", 3],
  ["adopt an organization", 3],
  ["release one, remove one", 1],
  ["release a customer of a destroyed stack", 1],
  ["exchange two customers", 3],
] as const)(
  "survives every fault of every request of: %s (one run out of %i)",
  async (name, of) => {
    const tally = new Tally();
    await everyFault(emulator, name, { times: [1], shard: { index: seed % of, of }, tally });
    expect(tally.failures).toEqual([]);
    expect(tally.runs).toBeGreaterThan(20);
  },
  120_000,
);

it("survives random stacks, changes and faults", async () => {
  const tally = new Tally();
  await randomRuns(emulator, { runs: 100, seed, tally });
  expect([...tally.problems]).toEqual([]);
}, 120_000);
