// Proves on the real engine, for a selection, what the fault harness shows on its model of it: after a fault, and one more
// update, the tenant holds exactly what is declared and the state every token, and nothing that was said or stored shows a secret. Not all
// faults, nor at every request.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Fault } from "../../emulator";
import { ManagedApiKey, Organization, Role } from "../../library";
import { OperationFailed } from "../engine/stack";
import { openTesseralStack, type TesseralStack } from "../engine/tesseralStack";
import { faultKinds } from "./faultKinds";
import { Secrets } from "./secrets";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const names = ["acme", "globex"];

const program = async () => {
  const tokens: Record<string, ManagedApiKey["secretToken"]> = {};
  for (const name of names) {
    const organization = new Organization(name, { displayName: name.toUpperCase(), domains: [`${name}.example`] });
    const organizationId = organization.id;
    const role = new Role(`${name}-reader`, { organizationId, displayName: "reader", actions: ["widgets.read"] });
    const key = new ManagedApiKey(`${name}-ci`, { organizationId, displayName: "ci", roles: [role.id] });
    tokens[name] = key.secretToken;
  }
  return tokens;
};

let tesseral: TesseralStack;

beforeAll(async () => {
  // Time enough for a loaded machine: only what hangs takes it.
  tesseral = await openTesseralStack(program, { config: { "tesseral:requestTimeout": "1", "tesseral:retries": "2" } });
});

afterAll(() => tesseral.close());

type Named = Pick<Fault, "method" | "path" | "skip" | "times">;
const createOrganization: Named = { method: "POST", path: "/v1/organizations" };
const createKey: Named = { method: "POST", path: "/v1/api-keys" };
const createRole: Named = { method: "POST", path: "/v1/roles" };
const enable: Named = { method: "PATCH", path: "/v1/organizations/{id}" };
const assign: Named = { method: "POST", path: "/v1/api-key-role-assignments" };
const listKeys: Named = { method: "GET", path: "/v1/api-keys" };

describe.each<[string, Fault[]]>([
  [
    "organizations are made and the connection is reset",
    [{ ...createOrganization, ...kind("reset after commit"), times: 2 }],
  ],
  ["a key is made and the answer times out", [{ ...createKey, ...kind("timeout after commit") }]],
  [
    "a key is made, nothing is heard of it, and it cannot be looked up",
    [
      { ...createKey, ...kind("500 after commit") },
      { ...listKeys, ...kind("503"), times: "always" },
    ],
  ],
  [
    "every create of a role is answered with an empty 200",
    [{ ...createRole, ...kind("empty 200 after commit"), times: "always" }],
  ],
  ["API keys cannot be enabled", [{ ...enable, ...kind("502"), times: "always" }]],
  ["roles cannot be assigned", [{ ...assign, ...kind("500 before"), times: "always" }]],
])("when %s", (_, faults) => {
  it("the next update leaves what is declared, and the destroy nothing", async () => {
    tesseral.emulator.reset();
    const bystander = tesseral.emulator.console.createOrganization({ displayName: "Umbrella" });
    // Those of keys that are gone again, too.
    const secrets = new Secrets(tesseral.emulator);
    let isOver = false;
    const watch = () => {
      secrets.watch();
      return isOver;
    };
    tesseral.emulator.waitFor(watch, 3_600_000).catch(() => {});
    const handle = tesseral.emulator.fail(faults);
    await tesseral.stack.up().catch((error: unknown) => {
      if (!(error instanceof OperationFailed)) {
        throw error;
      }
    });
    expect(handle.hits).toBeGreaterThanOrEqual(faults.length);
    handle.remove();
    const { outputs } = await tesseral.stack.up();

    const { store } = tesseral.emulator;
    const ours = [...store.organizations.values()].filter(({ id }) => id !== bystander.id);
    expect(
      ours.map(({ displayName, apiKeysEnabled, domains }) => ({ displayName, apiKeysEnabled, domains })).sort(byName),
    ).toEqual(
      names.map((name) => ({ displayName: name.toUpperCase(), apiKeysEnabled: true, domains: [`${name}.example`] })),
    );
    const keys = [...store.apiKeys.values()];
    expect(keys.map(({ displayName, revoked }) => ({ displayName, revoked }))).toEqual(
      names.map(() => ({ displayName: "ci", revoked: false })),
    );
    expect(keys.map(({ secretToken }) => secretToken).sort()).toEqual(names.map((name) => outputs[name]?.value).sort());
    expect([...store.roles.values()].map(({ displayName }) => displayName)).toEqual(["reader", "reader"]);
    expect(store.apiKeyRoleAssignments.size).toBe(2);

    await tesseral.stack.destroy();
    isOver = true;
    expect(secrets.tokens).toBeGreaterThanOrEqual(names.length);
    expect(secrets.problems([{ what: "what was said and stored", text: tesseral.stack.everythingSaid() }])).toEqual([]);
    expect([...store.organizations.keys()]).toEqual([bystander.id]);
    expect(store.apiKeys.size).toBe(0);
  });
});

function kind(name: string): Pick<Fault, "when" | "do"> {
  const found = faultKinds[name];
  if (found === undefined) {
    throw new Error(`there is no fault "${name}"`);
  }
  return found;
}

function byName(a: { displayName: string }, b: { displayName: string }): number {
  return a.displayName < b.displayName ? -1 : 1;
}
