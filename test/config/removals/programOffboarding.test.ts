// Proves on the real engine, with the built program and the emulator for Tesseral, how a customer leaves in steps that can be undone, and that
// one who is to be kept is neither removed nor destroyed before. removalBrake.test.ts has the rules in all their cases.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { failureOf, stepsOf } from "../../engine/tesseralStack";
import { openProgram, type ProgramStack } from "../programStack";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let opened: ProgramStack;

beforeEach(async () => {
  opened = await openProgram();
});

afterEach(() => opened.close());

const acme = {
  displayName: "Acme",
  roles: { reader: { actions: ["widgets.read"] } },
  apiKeys: { production: { roles: ["reader"], rotateEvery: "P90D", overlap: "P7D" }, ci: {} },
};
const globex = { displayName: "Globex" };

/** The tokens that the stack gives out, and those of them that Tesseral accepts. */
async function tokens() {
  const { apiKeys, organizations } = opened.emulator.store;
  const { customers } = await opened.stack.automation.outputs();
  const handedOut: string[] = Object.values(customers?.value.acme.secretTokens ?? {});
  const accepted = [...apiKeys.values()].filter(
    ({ revoked, organizationId }) => !revoked && organizations.get(organizationId)?.apiKeysEnabled,
  );
  return { handedOut, accepted: handedOut.filter((token) => accepted.some((key) => key.secretToken === token)) };
}

const refusalOf = async (operation: Parameters<typeof failureOf>[0]) =>
  [...new Set((await failureOf(operation)).outcome.diagnostics)].join("\n");

it("ends a customer with one word, brings everything back with another, and deletes it when the entry goes", async () => {
  const { stack, emulator, configure, changes } = opened;
  await configure({ acme, globex });
  await stack.up();
  changes();
  const { handedOut } = await tokens();
  expect(handedOut).toHaveLength(2);

  await configure({ acme: { ...acme, apiAccess: "offboarding" }, globex });
  const steps = ["update acme-production: suspended", "update acme: apiKeysEnabled"];
  expect(stepsOf(await stack.preview()).sort()).toEqual(steps);
  expect(stepsOf(await stack.up()).sort()).toEqual(steps);
  expect(changes()).toEqual(["PATCH /v1/organizations/{id}"]);
  expect(await tokens()).toEqual({ handedOut, accepted: [] });
  await stack.preview(undefined, { expectNoChanges: true });
  expect((await stack.refresh()).changes).toEqual({ same: 8 });

  await configure({ acme, globex });
  await stack.up();
  expect(changes()).toEqual(["PATCH /v1/organizations/{id}"]);
  expect(await tokens()).toEqual({ handedOut, accepted: handedOut });
  await configure({ globex });
  expect(await refusalOf(stack.preview())).toContain("The entries of protected customers are gone: acme.");

  await configure({ acme: { ...acme, apiAccess: "offboarding" }, globex });
  await stack.up();
  changes();
  await configure({ globex });
  await stack.up();
  expect(changes()).toEqual(["DELETE /v1/organizations/{id}"]);
  expect([...emulator.store.organizations.values()].map(({ displayName }) => displayName)).toEqual(["Globex"]);
});

it("neither removes nor destroys a customer before the day until which it is kept, and removes it then", async () => {
  const { stack, emulator, configure, changes } = opened;
  const leaving = { ...acme, apiAccess: "offboarding" };
  await configure({ acme, globex });
  await stack.up();
  await configure({ acme: { ...leaving, keepUntil: "2099-12-31" }, globex });
  expect(stepsOf(await stack.up()).sort()).toEqual([
    "update acme-production: suspended",
    "update acme: apiKeysEnabled, keepUntil",
  ]);
  changes();

  await configure({ globex });
  for (const operate of [() => stack.preview(), () => stack.up()]) {
    expect(await refusalOf(operate())).toBe(
      "Nothing was created, changed or deleted.\nacme is kept until 2099-12-31, and can be deleted from 2100-01-01T00:00:00Z on: its removal is due later. " +
        "Put its entry back until then. If it must go earlier, remove keepUntil from the entry, run `pulumi up`, and only then remove the entry. (TSL-KEEP-UNTIL)",
    );
  }
  expect(await refusalOf(stack.destroy())).toMatch(
    /is kept until 2099-12-31|cannot be deleted\nbecause it is protected/,
  );
  expect(changes()).toEqual([]);
  expect(emulator.store.apiKeys.size).toBe(2);

  // A key may go while its customer is kept, also when nothing else is looked at.
  await configure({
    acme: { ...leaving, keepUntil: "2099-12-31", apiKeys: { production: acme.apiKeys.production } },
    globex,
  });
  await stack.up();
  expect(changes()).toEqual(["DELETE /v1/api-keys/{id}", "POST /v1/api-keys/{id}/revoke"]);

  await configure({
    acme: { ...leaving, keepUntil: "2020-12-31", apiKeys: { production: acme.apiKeys.production } },
    globex,
  });
  expect(stepsOf(await stack.up())).toEqual(["update acme: keepUntil"]);
  expect(changes()).toEqual([]);
  await configure({ globex });
  await stack.up();
  expect(emulator.store.organizations.size).toBe(1);
  expect(emulator.store.apiKeys.size).toBe(0);
});
