// Proves that the program that `pulumi up` runs, `index.ts` as it was built, does what Pulumi.dev.yaml says: on the real engine, with
// the emulator for Tesseral. The node process that Pulumi itself would start for it is not part of this.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { CustomerEntries } from "../../config";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, OperationFailed, openStack } from "../engine/stack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const require = createRequire(resolve("package.json"));
const dist = resolve("dist");
const dev: CustomerEntries = parse(readFileSync("Pulumi.dev.yaml", "utf8")).config["tesseral:customers"];

/** Runs the built program anew, as each update does. */
const program: PulumiFn = async () => {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(dist)) delete require.cache[file];
  }
  const run: PulumiFn = require(`${dist}/index.js`);
  return run();
};

let emulator: Emulator;
let stack: EngineStack;

beforeEach(async () => {
  emulator = await startEmulator();
  stack = await openStack(program, {
    config: {
      "tesseral:apiUrl": emulator.url,
      "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
    },
  });
});

afterEach(async () => {
  stack.close();
  await emulator.close();
});

async function configure(customers: Record<string, unknown>): Promise<void> {
  await stack.automation.setConfig("tesseral:customers", { value: JSON.stringify(customers) });
}

/** The requests since the last call that were sent to change something. */
function changes(): string[] {
  const sent = emulator.requests.slice(seen).filter(({ method }) => method !== "GET");
  seen = emulator.requests.length;
  return sent.map(({ route }) => route ?? "").sort();
}
let seen = 0;

beforeEach(() => {
  seen = 0;
});

it("brings the customers of Pulumi.dev.yaml into being, and then leaves them alone", async () => {
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
  expect(outputs.organizationIds?.value).toEqual({
    acme: expect.stringMatching(/^org_/),
    globex: expect.stringMatching(/^org_/),
    initech: expect.stringMatching(/^org_/),
  });
  expect(outputs.apiKeyIds?.value).toEqual({
    acme: { production: expect.stringMatching(/^api_key_/), ci: expect.stringMatching(/^api_key_/) },
    globex: { production: expect.stringMatching(/^api_key_/) },
    initech: {},
  });
  const token = expect.stringMatching(/^acme_sk_/);
  expect(outputs.secretTokens).toEqual({
    secret: true,
    value: { acme: { production: token, ci: token }, globex: { production: token }, initech: {} },
  });
  expect(outputs.backendUrl).toEqual({ secret: false, value: null });
  expect(Object.keys(require.cache).filter((file) => file.includes("@pulumi/aws"))).toEqual([]);
  const tokens = Object.values<Record<string, string>>(outputs.secretTokens?.value).flatMap(Object.values<string>);
  expect(tokens).toHaveLength(3);
  expect(tokens.filter((each) => stack.everythingSaid().includes(each))).toEqual([]);

  expect((await stack.preview()).changes).toEqual({ same: 13 });
  expect(changes()).toEqual([]);
});

it("suspends a customer by one request, and brings it back with the keys it had", async () => {
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
  expect(again.outputs.secretTokens?.value).toEqual(outputs.secretTokens?.value);
});

it("refuses to remove a customer whose entry is only taken away, and removes it in two steps", async () => {
  await configure(dev);
  await stack.up();
  changes();
  const { globex, ...rest } = dev;
  await configure(rest);
  await expect(stack.preview()).rejects.toThrow(/globex" cannot be deleted\nbecause it is protected/);
  expect(changes()).toEqual([]);

  await configure({ ...rest, globex: { ...globex, protect: false } });
  expect((await stack.up()).changes).toEqual({ same: 13 });
  await configure(rest);
  expect((await stack.up()).changes).toEqual({ same: 9, delete: 4 });
  // Its role and its key go with the organization.
  expect(changes()).toEqual(["DELETE /v1/organizations/{id}"]);
});

it("takes away a key and a role of a protected customer", async () => {
  await configure(dev);
  await stack.up();
  changes();
  await configure({ ...dev, globex: { displayName: "Globex" } });
  expect((await stack.up()).changes).toEqual({ same: 11, delete: 2 });
  expect(changes()).toEqual(["DELETE /v1/api-keys/{id}", "DELETE /v1/roles/{id}", "POST /v1/api-keys/{id}/revoke"]);
});

it("stops at a mistake with one message, before it creates or asks for anything", async () => {
  await configure({ ...dev, hooli: { displayname: "Hooli", apiKeys: { ci: { role: ["reader"] } } } });
  const failed = await stack.up().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(OperationFailed);
  const { outcome } = failed as OperationFailed;
  // The engine hears of it twice: of the program that failed, and of the update that did.
  expect([...new Set(outcome.diagnostics)]).toEqual([
    `2 problems in the configuration, so nothing was created or changed:
tesseral:customers.hooli.displayname: unknown field, did you mean "displayName"?
tesseral:customers.hooli.apiKeys.ci.role: unknown field, did you mean "roles"?`,
  ]);
  expect(outcome.steps).toEqual([]);
  expect(emulator.requests).toEqual([]);
});
