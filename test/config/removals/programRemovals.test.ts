// Proves how customers leave this repository's program, and what stops them, on the real engine and without a preview, as the
// Automation API runs updates: the emulator stands in for Tesseral. removals.test.ts has the rules in all their cases.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { failureOf } from "../../engine/tesseralStack";
import { dev, openProgram, type ProgramStack } from "../programStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { acme, globex, initech } = dev;
let opened: ProgramStack;

beforeEach(async () => {
  opened = await openProgram();
});

afterEach(() => opened.close());

interface StateResource {
  urn: string;
  type: string;
  id?: string;
}

/** The organizations, roles and keys in the state, with all that it holds of them, tokens decrypted. */
async function inState(): Promise<StateResource[]> {
  const state: { deployment: { resources?: StateResource[] } } = await opened.stack.automation.exportStack();
  return (state.deployment.resources ?? []).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/tesseral:"));
}

/** The ids of the keys that Tesseral would accept, and of those that the state knows. */
async function keys(): Promise<{ live: string[]; known: string[] }> {
  const live = [...opened.emulator.store.apiKeys.values()].flatMap(({ id, revoked }) => (revoked ? [] : [id]));
  const known = (await inState()).flatMap(({ type, id }) => (type.endsWith(":ManagedApiKey") && id ? [id] : []));
  return { live: live.sort(), known: known.sort() };
}

it("refuses an update that would remove a protected customer, changes nothing, and goes on refusing", async () => {
  const { stack, configure, changes } = opened;
  await configure(dev);
  const { outputs } = await stack.up();
  changes();
  const before = await inState();
  expect(before.map(({ type }) => type).filter((type) => type.endsWith(":ManagedApiKey"))).toHaveLength(3);

  await configure({ acme: { ...acme, displayName: "Acme" }, initech });
  const refusal = `Nothing was created, changed or deleted.
The entries of protected customers are gone: globex. (TSL-PROTECTED)
Put them back. To delete a customer, set \`apiAccess: offboarding\` in its entry, run \`pulumi up\`, and only then remove the entry.`;
  const target = before.flatMap(({ urn }) => (urn.endsWith("Organization::acme") ? [urn] : []));
  for (const options of [{}, {}, { target }]) {
    const { outcome } = await failureOf(stack.up(undefined, options));
    expect([...new Set(outcome.diagnostics)]).toEqual([refusal]);
    expect(outcome.steps).toEqual([]);
  }
  expect(changes()).toEqual([]);
  expect(await inState()).toEqual(before);

  await configure(dev);
  const again = await stack.up();
  expect(again.changes).toEqual({ same: 13 });
  expect(again.outputs.customers).toEqual(outputs.customers);
});

it("removes a customer in two steps, the second of which is one request", async () => {
  const { stack, configure, changes } = opened;
  await configure(dev);
  await stack.up();
  changes();
  await configure({ ...dev, globex: { ...globex, protect: false } });
  const lifted = await stack.up();
  expect(lifted.changes).toEqual({ same: 13 });
  expect(lifted.steps).toEqual([]);
  expect(changes()).toEqual([]);

  await configure({ acme, initech });
  expect((await stack.up()).changes).toEqual({ same: 9, delete: 4 });
  // Its role and its key go with the organization.
  expect(changes()).toEqual(["DELETE /v1/organizations/{id}"]);
  const { live, known } = await keys();
  expect(live).toHaveLength(2);
  expect(known).toEqual(live);
});

it("removes no more customers at once than tesseral:maxRemovals allows", async () => {
  const { stack, configure, changes } = opened;
  await configure({ acme, globex: { ...globex, protect: false }, initech: { ...initech, protect: false } });
  await stack.up();
  changes();
  await configure({ acme });
  const refused = (allowed: string) => `Nothing was created, changed or deleted.
2 customers would be deleted, and tesseral:maxRemovals allows ${allowed}: globex, initech. (TSL-BRAKE)
If that is meant: pulumi config set tesseral:maxRemovals 2`;
  const byDefault = await failureOf(stack.up());
  expect([...new Set(byDefault.outcome.diagnostics)]).toEqual([refused("1")]);
  await stack.automation.setConfig("tesseral:maxRemovals", { value: "40%" });
  const byPercentage = await failureOf(stack.preview());
  expect([...new Set(byPercentage.outcome.diagnostics)]).toEqual([refused("1 (40% of 3)")]);
  expect(changes()).toEqual([]);

  await stack.automation.setConfig("tesseral:maxRemovals", { value: "2" });
  await stack.up();
  expect(changes()).toEqual(["DELETE /v1/organizations/{id}", "DELETE /v1/organizations/{id}"]);
});

it("knows every key that is left when protected customers are destroyed without a preview", async () => {
  const { emulator, stack, configure } = opened;
  await configure(dev);
  await stack.up();
  const { message } = await failureOf(stack.destroy());
  // What is in a protected organization is refused by the provider, the organization itself by Pulumi: whichever comes first.
  expect(message).toMatch(
    /which is protected: without the program nothing in it is deleted|cannot be deleted\nbecause it is protected/,
  );
  expect(emulator.store.organizations.size).toBe(3);
  const { live, known } = await keys();
  expect(known).toEqual(expect.arrayContaining(live));
});
