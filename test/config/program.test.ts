// Proves that the program that `pulumi up` runs, `index.ts` as it was built, does what Pulumi.dev.yaml says: on the real engine, with
// the emulator for Tesseral. The node process that Pulumi itself would start for it is not part of this.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OperationFailed } from "../engine/stack";
import { dev, openProgram, type ProgramStack, require } from "./programStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let opened: ProgramStack;

beforeEach(async () => {
  opened = await openProgram();
});

afterEach(() => opened.close());

it("brings the customers of Pulumi.dev.yaml into being, and then leaves them alone", async () => {
  const { changes, configure, stack } = opened;
  await configure(dev);
  const { outputs, changes: counts } = await stack.up();
  expect(counts).toEqual({ create: 13 });
  expect(changes().filter((route) => route.startsWith("POST"))).toEqual([
    "POST /v1/api-key-role-assignments",
    "POST /v1/api-key-role-assignments",
    "POST /v1/api-key-role-assignments",
    "POST /v1/api-keys",
    "POST /v1/api-keys",
    "POST /v1/api-keys",
    "POST /v1/organizations",
    "POST /v1/organizations",
    "POST /v1/organizations",
    "POST /v1/roles",
    "POST /v1/roles",
    "POST /v1/roles",
  ]);
  const organizationId = expect.stringMatching(/^org_/);
  const apiKeyId = expect.stringMatching(/^api_key_/);
  const token = expect.stringMatching(/^acme_sk_/);
  expect(outputs.customers).toEqual({
    secret: true,
    value: {
      acme: {
        organizationId,
        apiKeyIds: { production: apiKeyId, ci: apiKeyId },
        secretTokens: { production: token, ci: token },
      },
      globex: { organizationId, apiKeyIds: { production: apiKeyId }, secretTokens: { production: token } },
      initech: { organizationId, apiKeyIds: {}, secretTokens: {} },
    },
  });
  expect(outputs.backendUrl).toEqual({ secret: false, value: null });
  expect(Object.keys(require.cache).filter((file) => file.includes("@pulumi/aws"))).toEqual([]);
  const tokens = Object.values<{ secretTokens: Record<string, string> }>(outputs.customers?.value).flatMap((customer) =>
    Object.values(customer.secretTokens),
  );
  expect(tokens).toHaveLength(3);
  expect(tokens.filter((each) => stack.everythingSaid().includes(each))).toEqual([]);

  expect((await stack.preview()).changes).toEqual({ same: 13 });
  expect(changes()).toEqual([]);
});

it("suspends a customer by one request, and brings it back with the keys it had", async () => {
  const { changes, configure, stack } = opened;
  await configure(dev);
  const { outputs } = await stack.up();
  changes();
  await configure({ ...dev, acme: { ...dev.acme, apiAccess: "suspended" } });
  const { steps } = await stack.up();
  expect(steps.map(({ op, type, name, diffs }) => ({ op, type, name, diffs }))).toEqual([
    { op: "update", type: "Organization", name: "acme", diffs: ["apiKeysEnabled"] },
  ]);
  expect(changes()).toEqual(["PATCH /v1/organizations/{id}"]);

  await configure(dev);
  const again = await stack.up();
  expect(changes()).toEqual(["PATCH /v1/organizations/{id}"]);
  expect(again.outputs.customers?.value).toEqual(outputs.customers?.value);
});

it("takes away a key and a role of a protected customer", async () => {
  const { changes, configure, stack } = opened;
  await configure(dev);
  await stack.up();
  changes();
  await configure({ ...dev, globex: { displayName: "Globex" } });
  expect((await stack.up()).changes).toEqual({ same: 11, delete: 2 });
  expect(changes()).toEqual(["DELETE /v1/api-keys/{id}", "DELETE /v1/roles/{id}", "POST /v1/api-keys/{id}/revoke"]);
});

it("stops at a mistake with one message, before it creates or asks for anything", async () => {
  const { configure, emulator, stack } = opened;
  await configure({ ...dev, hooli: { displayname: "Hooli", apiKeys: { ci: { role: ["reader"] } } } });
  const failed = await stack.up().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(OperationFailed);
  const { outcome } = failed as OperationFailed;
  // The engine hears of it twice: of the program that failed, and of the update that did.
  expect([...new Set(outcome.diagnostics)]).toEqual([
    `2 problems in the configuration, so nothing was created or changed:
tesseral:customers.hooli.displayname: unknown field, did you mean "displayName"? (TSL-FIELD)
tesseral:customers.hooli.apiKeys.ci.role: unknown field, did you mean "roles"? (TSL-FIELD)`,
  ]);
  expect(outcome.steps).toEqual([]);
  expect(emulator.requests).toEqual([]);
});
