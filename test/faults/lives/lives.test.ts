// Proves that no fault, kill or lost record in the whole life of a customer's keys cuts the customer off, leaves or duplicates a key, or
// loses a token, and that the harness sees it if one does. On a model of the engine: test/engine/rotation.test.ts has the real one.
import { afterEach, expect, it, vi } from "vitest";
import { Tally } from "../campaign";
import { livesWithMishaps, randomLives } from "./campaign";
import { endedWhileSuspended, type Life, wholeLife } from "./life";
import { runLife } from "./runLife";

vi.setConfig({ testTimeout: 300_000 });

/** Which share of all runs this is, and which random ones: the same every time. FAULT_SEED in the environment takes others. */
const seed = Number(process.env.FAULT_SEED ?? 20);
const turns = [...wholeLife];

it("hands out a token for each generation of a whole life, and leaves nothing", async () => {
  const { problems, errors, tokens, turns: done } = await runLife({ turns, mishaps: [] });
  expect([problems, errors]).toEqual([[], []]);
  expect(done).toHaveLength(turns.length);
  // Five rotations in time, of two keys, and more when asked for.
  expect(tokens).toBeGreaterThanOrEqual(15);
});

it.each(["revokes", "deletes"] as const)(
  "makes the next token of one that somebody %s while its customer is suspended when API keys are on again",
  async (somebody) => {
    const {
      problems,
      errors,
      warnings,
      turns: done,
    } = await runLife({ turns: endedWhileSuspended(somebody), mishaps: [] });
    expect([problems, errors]).toEqual([[], []]);
    // Three, the rotation of two, and one for that which has ended. None is asked for meanwhile: Tesseral would refuse it.
    const sent = done.map(({ routes }) => routes.filter((route) => route === "POST /v1/api-keys").length);
    expect(sent).toEqual([3, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    const waits =
      /^API key "acme-production" has a token that no longer works .* the first update after API access is enabled makes it$/;
    expect(warnings.filter((text) => waits.test(text))).toHaveLength(4);
  },
);

it("survives a share of all mishaps of a whole life", async () => {
  const tally = new Tally();
  await livesWithMishaps({ runs: 40, seed, tally });
  expect(tally.failures).toEqual([]);
  expect(tally.runs).toBeGreaterThanOrEqual(40);
  expect([tally.met.get("kill"), tally.met.get("lost checkpoint")].every((runs = 0) => runs > 0)).toBe(true);
});

it("survives random lives", async () => {
  const tally = new Tally();
  await randomLives({ runs: 40, seed, tally });
  expect([...tally.problems]).toEqual([]);
});

afterEach(() => {
  vi.doUnmock("../../../providers/rotation");
  vi.resetModules();
});

type Rotation = typeof import("../../../providers/rotation");

/** The problems of a life with the arithmetic as it is mocked. */
async function mutated(change: (original: Rotation) => Partial<Rotation>, life: Life): Promise<string[]> {
  vi.resetModules();
  vi.doMock("../../../providers/rotation", async (original) => {
    const real = await original<Rotation>();
    return { ...real, ...change(real) };
  });
  const { runLife: run } = await import("./runLife.js");
  return (await run(life)).problems;
}

it("sees an overlap that is cut short", async () => {
  const problems = await mutated(
    ({ nextLife }) => ({
      // As if the overlap had begun a month before.
      nextLife: (olds, news, now) => nextLife(olds, news, olds.retireAfter === undefined ? now : now + 30 * 86_400_000),
      exactRetireTime: (_, createTime) => createTime,
    }),
    { turns: turns.map((turn) => ({ ...turn, hours: Math.min(turn.hours, 24 * 30 + 1) })), mishaps: [] },
  );
  expect(problems).toContainEqual(expect.stringContaining("before the current one has ended before its overlap"));
});

it("sees a token that goes on working although its leak was declared", async () => {
  const problems = await mutated(
    ({ nextLife }) => ({
      nextLife: (olds, news, now) => nextLife(olds, news.overlap === "PT0S" ? { ...news, overlap: "P1D" } : news, now),
    }),
    { turns, mishaps: [] },
  );
  expect(problems).toContainEqual(expect.stringContaining("survivor: a leaked token of production works"));
});
