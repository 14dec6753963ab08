// Proves that the fault harness sees what it is for: each part of the recovery, taken out, makes it fail.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { PlannedFault, RunResult, Scenario } from "./run";
import { fixedScenarios } from "./scenarios";

let emulator: Emulator;

beforeEach(async () => {
  vi.resetModules();
  emulator = await startEmulator();
});

afterEach(async () => {
  vi.doUnmock("../../tesseral/lostCreates");
  vi.doUnmock("../../providers/lifecycle");
  vi.doUnmock("../../providers/refusals");
  vi.doUnmock("../../providers/removal");
  vi.doUnmock("./tenant");
  await emulator.close();
});

const create = { ...fixedScenarios.create, operation: "up", after: fixedScenarios.create?.after ?? {} } as const;

const fault = (route: string, kind: string): PlannedFault => ({ kind, route, skip: 0, times: 1 });

/** A run with the modules as they are mocked at this moment. */
async function mutated(scenario: Scenario): Promise<RunResult> {
  const { run } = await import("./run.js");
  // The first run loads modules meanwhile, and a request that waits for one is abandoned before the fault meets it.
  await run(emulator, { ...create, faults: [] });
  return run(emulator, scenario);
}

type LostCreates = typeof import("../../tesseral/lostCreates");

describe("without the look-up of a lost create", () => {
  beforeEach(() =>
    vi.doMock("../../tesseral/lostCreates", async (original) => ({
      ...(await original<LostCreates>()),
      createOnce: async ({ create: send }: { create: () => Promise<object> }) => {
        const made = await send().catch(send);
        return { made, discardLate: async () => {} };
      },
    })),
  );

  it.each([
    ["POST /v1/organizations", "duplicate: organization"],
    ["POST /v1/api-keys", "duplicate: API key"],
    ["POST /v1/roles", "duplicate: role"],
  ])("%s leaves a duplicate", async (route, problem) => {
    const { problems } = await mutated({ ...create, faults: [fault(route, "reset after commit")] });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });
});

it("without the mark, somebody else's organization is taken for ours", async () => {
  vi.doMock("../../tesseral/lostCreates", async (original) => ({
    ...(await original<LostCreates>()),
    markedName: (displayName: string) => displayName,
  }));
  const { problems } = await mutated({
    ...create,
    faults: [fault("POST /v1/organizations", "reset before")],
    person: "organization",
  });
  expect(problems).toContainEqual(expect.stringContaining("touched bystander: org_"));
});

describe("an API key that somebody made in a new organization a while before ours", () => {
  const acme = {
    displayName: "Acme",
    suspended: false,
    domains: undefined,
    logInWithEmail: undefined,
    roles: { reader: ["widgets.read"] },
    keys: { production: { roles: ["reader"] } },
  };
  const scenario: Scenario = {
    operation: "up",
    after: { acme },
    // The first makes the while, the second loses our create.
    faults: [fault("POST /v1/roles", "slow drip"), fault("POST /v1/api-keys", "reset before")],
    person: "early API key",
  };

  it("is left alone", async () => {
    const { problems, met } = await mutated(scenario);
    expect(met).toContain("reset before");
    expect(problems).toEqual([]);
  });

  it("is revoked without the check of the time", async () => {
    vi.doMock("../../tesseral/lostCreates", async (original) => ({
      ...(await original<LostCreates>()),
      createdWithin: () => true,
    }));
    const { problems } = await mutated(scenario);
    expect(problems).toContainEqual(expect.stringContaining("touched bystander: api_key_"));
  });
});

it("without the token in the partial failure, the token is lost", async () => {
  vi.doMock("../../providers/lifecycle", async (original) => {
    const real = await original<typeof import("../../providers/lifecycle")>();
    return {
      ...real,
      afterFirstWrite: (
        id: string,
        properties: () => Record<string, unknown>,
        what: string,
        steps: () => Promise<unknown>,
      ) => real.afterFirstWrite(id, () => ({ ...properties(), secretToken: undefined }), what, steps),
    };
  });
  const { problems } = await mutated({
    ...create,
    faults: [{ kind: "503", route: "POST /v1/api-key-role-assignments", skip: 0, times: "always" }],
  });
  expect(problems).toContainEqual(
    expect.stringContaining("lost token: the state does not hold the secret token of acme-production"),
  );
});

describe("a kill", () => {
  const scenario: Scenario = { ...create, faults: [], stop: { at: "request", index: 3, when: "after" } };

  it("while an organization is created is settled by a recovery", async () => {
    const { problems, met, errors } = await mutated(scenario);
    expect(met).toEqual(["killed"]);
    expect(errors.join("\n")).toContain("inventory --recover");
    expect(problems).toEqual([]);
  });

  it("leaves a duplicate, if the next update does not ask for a recovery", async () => {
    vi.doMock("../../providers/refusals", async (original) => ({
      ...(await original<typeof import("../../providers/refusals")>()),
      refuseInterrupted: async () => {},
    }));
    const problems: string[] = [];
    for (const index of [2, 3, 4, 5, 6, 7]) {
      problems.push(...(await mutated({ ...scenario, stop: { at: "request", index, when: "after" } })).problems);
    }
    expect(problems).toContainEqual(expect.stringContaining("duplicate: organization org_"));
  });

  it("loses an organization that was renamed, without its alias", async () => {
    vi.doMock("./tenant", async (original) => {
      const real = await original<typeof import("./tenant")>();
      const programOf: typeof real.programOf = (...args) =>
        new Map([...real.programOf(...args)].map(([name, { aliases: _, ...rest }]) => [name, rest]));
      return { ...real, programOf };
    });
    const rename = fixedScenarios["rename a customer, its role and its key"];
    const { problems } = await mutated({ ...create, ...rename, faults: [] });
    expect(problems).toContainEqual(expect.stringMatching(/^cut-off: the token of acme-corp-live has ended/));
  });
});

it("without the release, what was released is gone", async () => {
  vi.doMock("../../providers/removal", async (original) => ({
    ...(await original<typeof import("../../providers/removal")>()),
    staysInTesseral: async () => false,
  }));
  const { problems } = await mutated({ ...create, ...fixedScenarios["release one, remove one"], faults: [] });
  expect(problems).toContainEqual(expect.stringMatching(/^touched bystander: org_\w+ is gone/));
});
