// Proves what becomes of a static key that no longer works while the program declares its organization with API keys off, by a model of the
// engine. With an organization that the program does not declare: rotatedApiKey.test.ts. On the engine: test/config/removals/programSuspended.test.ts.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { ModelEngine } from "../faults/modelEngine";
import type { Declared, Program } from "../faults/program";
import { startProcess } from "./process";

let emulator: Emulator;
let engine: ModelEngine;
let warnings: string[];

beforeEach(async () => {
  emulator = await startEmulator();
  warnings = [];
  engine = new ModelEngine(async () => startProcess(emulator, { warnings }));
});

afterEach(() => emulator.close());

const ownerOf = (name: string) => `organization/tesseral/prod/${name}`;

/** The organization with its key; it is known as `acme` to begin with. */
const acme = (apiKeysEnabled: boolean, name = "acme"): Program =>
  new Map([
    ["acme", { kind: "organization", inputs: { displayName: "Acme", apiKeysEnabled, managedBy: ownerOf(name) } }],
    ["ci", keyOf({ ref: "acme" }, name)],
  ]);

const keyOf = (organizationId: unknown, name = "acme"): Declared => ({
  kind: "managedApiKey",
  inputs: { organizationId, displayName: "ci", managedBy: ownerOf(`${name}-ci`) },
});

/** An update that succeeds; answers its steps and what it warned of. */
async function up(program: Program): Promise<{ steps: string[]; said: string[] }> {
  const before = warnings.length;
  const { errors, steps } = await engine.up(program);
  expect(errors).toEqual([]);
  return { steps, said: warnings.slice(before) };
}

const stored = () => structuredClone(engine.state.get("ci"));

const waits = (name: string, status: string) =>
  `API key "${name}-ci" has a token that no longer works (${status}), and a suspended customer gets no new one: ` +
  "the first update after API access is enabled makes it";
const madeAnew = (name: string, status: string) =>
  `API key "${name}-ci" gets a new token: the previous one no longer works (${status})`;

it.each([
  ["revoked", (id: string) => emulator.console.revokeApiKey(id)],
  ["gone", (id: string) => emulator.console.deleteApiKey(id)],
] as const)(
  "says that it waits where it is %s, shows no difference, and names it as it is called now",
  async (status, end) => {
    await up(acme(true));
    await up(acme(false));
    end(stored()?.id ?? "");
    await engine.refresh();
    const found = stored();
    expect(found?.inputs).toMatchObject({ status, generation: 1 });
    for (const name of ["acme", "acme", "acme-corp"]) {
      expect(await up(acme(false, name))).toEqual({ steps: [], said: [waits(name, status)] });
      expect(stored()).toEqual(found);
      await engine.refresh();
    }
    expect(await up(acme(true, "acme-corp"))).toEqual({
      steps: ["update acme", "update ci"],
      said: [madeAnew("acme-corp", status)],
    });
    expect(stored()?.outputs).toMatchObject({ generation: 2, status: "active" });
    expect([...emulator.store.apiKeys.values()].map(({ secretToken }) => secretToken)).toEqual([
      stored()?.outputs.secretToken,
    ]);
    expect(await up(acme(true, "acme-corp"))).toEqual({ steps: [], said: [] });
  },
);

it("says that it waits in the update already that turns the API keys off", async () => {
  await up(acme(true));
  emulator.console.deleteApiKey(stored()?.id ?? "");
  await engine.refresh();
  expect(await up(acme(false))).toEqual({ steps: ["update acme"], said: [waits("acme", "gone")] });
});

// So it is after an update with --target, which does not ask for the organization.
it.each([false, true])(
  "shows no difference where Tesseral has refused a new one before, refreshed since: %s",
  async (refreshed) => {
    await up(acme(true));
    await up(acme(false));
    const organizationId = engine.state.get("acme")?.id;
    emulator.console.deleteApiKey(stored()?.id ?? "");
    await engine.refresh();
    const organization = engine.state.get("acme");
    engine.state.delete("acme");
    expect((await up(new Map([["ci", keyOf(organizationId)]]))).steps).toEqual(["update ci"]);
    expect(stored()).toMatchObject({ inputs: { generation: 2 }, outputs: { generation: 1, waitsForApiKeys: true } });
    if (organization !== undefined) {
      engine.state.set("acme", organization);
    }
    if (refreshed) {
      await engine.refresh();
    }
    for (const _ of ["first", "second"]) {
      expect(await up(acme(false))).toEqual({ steps: [], said: [waits("acme", "gone")] });
    }
    expect(await up(acme(true))).toEqual({ steps: ["update acme", "update ci"], said: [madeAnew("acme", "gone")] });
    expect(stored()?.outputs).toMatchObject({ generation: 2, status: "active" });
    expect(stored()?.outputs).not.toHaveProperty("waitsForApiKeys");
    expect(await up(acme(true))).toEqual({ steps: [], said: [] });
  },
);
