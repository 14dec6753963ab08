// Proves on the real engine, with the built program and the emulator for Tesseral, that keys which cannot be made while their customer is suspended
// stop nobody's update, and are made when it is enabled. identities.test.ts has the rules, rotatedApiKey.test.ts what the provider does.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { failureOf, foundBy, stepsOf } from "../../engine/tesseralStack";
import { openProgram, type ProgramStack } from "../programStack";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let opened: ProgramStack;

beforeEach(async () => {
  opened = await openProgram();
});

afterEach(() => opened.close());

const roles = { reader: { actions: ["widgets.read"] } };
const ci = { roles: ["reader"], expireTime: "2099-01-01T01:00:00+01:00" };
const acme = { displayName: "Acme", roles, apiKeys: { ci } };
const suspended = { ...acme, apiAccess: "suspended" };
const globex = { displayName: "Globex", apiKeys: { production: {} } };

/** The names of a customer's keys in Tesseral that are not revoked. */
const keysOf = (displayName: string) => {
  const { apiKeys, organizations } = opened.emulator.store;
  return [...apiKeys.values()]
    .filter((key) => !key.revoked && organizations.get(key.organizationId)?.displayName === displayName)
    .map((key) => key.displayName)
    .sort();
};

const tokensOf = async (customer: string): Promise<Record<string, string | null>> =>
  (await opened.stack.automation.outputs()).customers?.value[customer].secretTokens;

/** Somebody deletes the key of Acme in the Tesseral Console. */
function deleteKeyOfAcme(): void {
  const { apiKeys, organizations } = opened.emulator.store;
  const found = [...apiKeys.values()].find(
    ({ organizationId }) => organizations.get(organizationId)?.displayName === "Acme",
  );
  opened.emulator.console.deleteApiKey(found?.id ?? "");
}

it.each([
  ["a refresh before the update", false],
  ["a refresh in the update, as the daily run has it", true],
])("goes on for everybody when a suspended customer's key was deleted, with %s", async (_, refresh) => {
  const { stack, configure, changes } = opened;
  await configure({ acme, globex });
  await stack.up();
  await configure({ acme: suspended, globex });
  await stack.up();
  deleteKeyOfAcme();
  changes();
  if (!refresh) {
    expect(foundBy(await stack.refresh())).toEqual(["update acme-ci: status"]);
  }

  const edited = { ...globex, displayName: "Globex Corp", apiKeys: { production: {}, ci: {} } };
  await configure({ acme: suspended, globex: edited });
  const waits =
    'API key "acme-ci" has a token that no longer works (gone), and a suspended customer gets no new one: ' +
    "the first update after API access is enabled makes it";
  const first = await stack.up(undefined, { refresh });
  expect(first.printed).toContain(waits);
  const steps = stepsOf(first).filter((step) => !step.startsWith("refresh "));
  expect(steps.sort()).toEqual(["create globex-ci", "update globex: displayName"]);
  for (const operation of ["preview", "up"] as const) {
    const { printed } = await stack[operation](undefined, { expectNoChanges: true });
    expect(printed, operation).toContain(waits);
  }
  expect([keysOf("Acme"), keysOf("Globex Corp")]).toEqual([[], ["ci", "production"]]);

  await configure({ acme, globex: edited });
  const madeAnew = 'API key "acme-ci" gets a new token: the previous one no longer works (gone)';
  expect((await stack.preview()).printed).toContain(madeAnew);
  expect((await stack.up(undefined, { refresh })).printed).toContain(madeAnew);
  expect(keysOf("Acme")).toEqual(["ci"]);
  const { ci: token } = await tokensOf("acme");
  expect([...opened.emulator.store.apiKeys.values()].map(({ secretToken }) => secretToken)).toContain(token);
  await stack.preview(undefined, { expectNoChanges: true });
});

it("makes the keys of customers who start out suspended, or get a new one meanwhile, when they are enabled", async () => {
  const { stack, configure } = opened;
  await configure({ acme: suspended, globex });
  const waits = (customer: string, key: string) =>
    expect.stringContaining(
      `customers.${customer}.apiKeys.${key}: is not in the stack, and Tesseral makes no key while the customer has apiAccess: suspended: ` +
        "the first update after access is enabled makes it (TSL-API-KEYS-SUSPENDED)",
    );
  expect((await stack.preview()).diagnostics).toEqual([waits("acme", "ci")]);
  expect((await stack.up()).diagnostics).toEqual([waits("acme", "ci")]);
  expect([keysOf("Acme"), keysOf("Globex")]).toEqual([[], ["production"]]);
  expect(await tokensOf("acme")).toEqual({});

  const more = { ...globex, apiAccess: "suspended", apiKeys: { production: {}, build: {} } };
  await configure({ acme: suspended, globex: more });
  const { diagnostics, ...outcome } = await stack.up();
  expect(diagnostics).toEqual([waits("acme", "ci"), waits("globex", "build")]);
  expect(stepsOf({ ...outcome, diagnostics })).toEqual(["update globex: apiKeysEnabled"]);
  await stack.preview(undefined, { expectNoChanges: true });

  const replaced = { ...more, apiKeys: { production: { expireTime: "2099-01-01T00:00:00Z" }, build: {} } };
  await configure({ acme: suspended, globex: replaced });
  expect((await failureOf(stack.preview())).message).toContain(
    "customers.globex.apiKeys.production.expireTime: is another than before, which makes a new key, and Tesseral makes none while the customer has " +
      "apiAccess: suspended: change it when access is enabled. It is not set so far (TSL-API-KEYS-SUSPENDED)",
  );

  await configure({ acme, globex: { ...more, apiAccess: "enabled" } });
  const enabled = await stack.up();
  expect(enabled.diagnostics).toEqual([]);
  expect(stepsOf(enabled).sort()).toEqual([
    "create acme-ci",
    "create globex-build",
    "update acme: apiKeysEnabled",
    "update globex: apiKeysEnabled",
  ]);
  expect([keysOf("Acme"), keysOf("Globex")]).toEqual([["ci"], ["build", "production"]]);
  await stack.preview(undefined, { expectNoChanges: true });
});
