// Proves that what the long form of the fault harness has found stays mended. Other faults than these: the files beside it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { runLife } from "./lives/runLife";
import { type RunResult, run, type Scenario } from "./run";
import type { DeclaredCustomer } from "./tenant";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const customer = (displayName: string, more: Partial<DeclaredCustomer> = {}): DeclaredCustomer => ({
  displayName,
  suspended: false,
  domains: undefined,
  logInWithEmail: undefined,
  roles: {},
  keys: { ci: { roles: [] } },
  ...more,
});

it("settles a kill at every request while the key of a lost answer is got rid of", async () => {
  const scenario: Omit<Scenario, "stop"> = {
    operation: "up",
    after: { acme: customer("Acme") },
    faults: [{ kind: "reset after commit", route: "POST /v1/api-keys", skip: 0, times: 1 }],
  };
  const { requests } = await run(emulator, scenario);
  const results: RunResult[] = [];
  for (const index of requests.keys()) {
    for (const when of ["before", "after"] as const) {
      results.push(await run(emulator, { ...scenario, stop: { at: "request", index, when } }));
    }
  }
  expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  const killedBetween = results.filter(({ requests: sent }) => sent.at(-1)?.route === "POST /v1/api-keys/{id}/revoke");
  expect(killedBetween.length).toBeGreaterThan(0);
});

it("changes no customer that is let go while a refresh reads it", async () => {
  const { problems } = await run(emulator, {
    operation: "refresh",
    before: { globex: customer("Globex", { onRemoval: "release" }), acme: customer("Acme") },
    after: { acme: customer("Acme") },
    faults: [],
    drift: { kind: "rename the organization", skip: 0 },
  });
  expect(problems).toEqual([]);
});

it("makes the successor of a token without overlap before that ends, and another one if the update is killed then", async () => {
  const turn = { hours: 0, skew: 0 };
  for (const request of [8, 9, 10, 11]) {
    const { problems } = await runLife({
      turns: [
        { ...turn, edit: "nothing" },
        { ...turn, edit: "leak" },
        { ...turn, edit: "nothing", hours: 24 * 40 },
        { ...turn, edit: "nothing" },
        { ...turn, edit: "delete" },
      ],
      mishaps: [{ turn: 2, kind: "kill", request, when: "before" }],
    });
    expect(problems).toEqual([]);
  }
});
