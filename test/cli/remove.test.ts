// Proves what `pulumi-tesseral remove` deletes and what it refuses, as a process of its own, against the emulator. The `pulumi` that it asks
// is a stand-in; the real one is met in test/crash. The answer to its question at a terminal: test/cli/confirm.test.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type Ran, StandInPulumi, type StandInStack } from "./standInPulumi";

let emulator: Emulator;
let pulumi: StandInPulumi;
let project: string;
let organizationId: string;
let keyId: string;
let roleId: string;

beforeEach(async () => {
  emulator = await startEmulator();
  pulumi = new StandInPulumi();
  project = `${emulator.store.projectByName("first")?.id} (Project first)`;
  organizationId = emulator.console.createOrganization({ displayName: "Acme" }).id;
  keyId = emulator.console.createApiKey({ organizationId, displayName: "by hand" }).id;
  roleId = emulator.console.createRole({ displayName: "reader" }).id;
  answer([]);
});

afterEach(async () => {
  pulumi.close();
  await emulator.close();
});

function answer(resources: NonNullable<StandInStack["resources"]>, ...others: StandInStack[]): void {
  const config = {
    "tesseral:apiUrl": { value: emulator.url },
    "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
  };
  pulumi.answer({ stack: "prod", resources, config }, ...others);
}

/** Runs it; no secret must be seen. */
async function remove(...args: string[]): Promise<Ran> {
  const secrets = [emulator.backendApiKey, ...[...emulator.store.apiKeys.values()].map((key) => key.secretToken)];
  const ran = await pulumi.type(["remove", ...args]);
  expect(secrets.filter((secret) => (ran.stdout + ran.stderr).includes(secret))).toEqual([]);
  return ran;
}

const writes = () => emulator.requests.filter(({ method }) => method !== "GET").map(({ route }) => route);

it("deletes organizations, keys and roles in the order in which they are named, keys revoked first", async () => {
  expect(await remove(keyId, roleId, organizationId, "--yes", "--stack", "prod")).toEqual({
    code: 0,
    stderr: "",
    stdout: [
      `API key ${keyId} of Tesseral project ${project}`,
      `role ${roleId} of Tesseral project ${project}`,
      `organization ${organizationId} of Tesseral project ${project}`,
      `removed API key ${keyId}`,
      `removed role ${roleId}`,
      `removed organization ${organizationId}`,
      "",
    ].join("\n"),
  });
  expect(writes()).toEqual([
    "POST /v1/api-keys/{id}/revoke",
    "DELETE /v1/api-keys/{id}",
    "DELETE /v1/roles/{id}",
    "DELETE /v1/organizations/{id}",
  ]);
  const { organizations, apiKeys, roles } = emulator.store;
  expect([organizations.size, apiKeys.size, roles.size]).toEqual([0, 0, 0]);
});

it("tells what it removed as JSON, for programs", async () => {
  const { code, stdout } = await remove(keyId, "--json", "--yes");
  expect({ code, removed: JSON.parse(stdout) }).toEqual({
    code: 0,
    removed: { removed: [{ id: keyId, what: "API key", wasGone: false }] },
  });
  expect(await remove(roleId, "--json")).toEqual({
    ...{ code: 2, stdout: "" },
    stderr: "pulumi-tesseral remove: --json prints a document and asks nothing: pass --yes, too (TSL-USAGE)\n",
  });
});

it("takes a key that is revoked already, and one that is gone", async () => {
  emulator.console.revokeApiKey(keyId);
  expect((await remove(keyId, "--yes")).stdout).toContain(`removed API key ${keyId}\n`);
  expect(await remove(keyId, "--yes")).toEqual({
    code: 0,
    stderr: "",
    stdout: `API key ${keyId} of Tesseral project ${project}\nAPI key ${keyId} was gone already\n`,
  });
});

it("refuses what the stack manages, before it removes anything", async () => {
  answer([{ kind: "Organization", name: "acme", id: organizationId }]);
  expect(await remove(keyId, organizationId, "--yes")).toEqual({
    code: 1,
    stdout: "",
    stderr: `pulumi-tesseral: organization ${organizationId} is managed by stack prod as "acme": remove it from the program, then run pulumi up --stack prod. Nothing was removed (TSL-REMOVE)\n`,
  });
  expect(writes()).toEqual([]);
});

it("refuses what another stack of the project manages, protected or not, and what holds something of it", async () => {
  const resources = [
    { kind: "Organization", name: "acme", id: organizationId, protect: true },
    { kind: "Role", name: "reader", id: roleId },
  ];
  answer([], { stack: "eu", resources });
  const go = "remove it from the program, then run pulumi up --stack eu";
  expect(await remove(organizationId, keyId, roleId, "--yes", "--stack", "prod")).toEqual({
    code: 1,
    stdout: "",
    stderr:
      `pulumi-tesseral: organization ${organizationId} is managed by stack eu as "acme", which is protected: ${go}; ` +
      `role ${roleId} is managed by stack eu as "reader": ${go}. Nothing was removed (TSL-REMOVE)\n`,
  });
  answer([], {
    stack: "eu",
    resources: [{ kind: "ManagedApiKey", name: "ci", id: keyId, outputs: { organizationId } }],
  });
  expect((await remove(organizationId, "--yes")).stderr).toBe(
    `pulumi-tesseral: organization ${organizationId} holds "ci", which stack eu manages: ${go}. Nothing was removed (TSL-REMOVE)\n`,
  );
  expect(writes()).toEqual([]);
});

it("refuses what an entry of any stack adopts with its next update", async () => {
  const acme = { displayName: "Acme", adopt: organizationId, apiKeys: { ci: { adopt: keyId } } };
  const entry = { "tesseral:customers": { acme } };
  writeFileSync(join(pulumi.project, "Pulumi.eu.yaml"), JSON.stringify({ config: entry }));
  answer([], { stack: "eu" });
  expect((await remove(organizationId, "--yes")).stderr).toBe(
    `pulumi-tesseral: organization ${organizationId} is adopted by the entry acme of stack eu: remove the line adopt from it first. Nothing was removed (TSL-REMOVE)\n`,
  );
  expect((await remove(keyId, "--yes")).stderr).toBe(
    `pulumi-tesseral: API key ${keyId} is adopted by the entry acme.apiKeys.ci of stack eu: remove the line adopt from it first. Nothing was removed (TSL-REMOVE)\n`,
  );
  expect(writes()).toEqual([]);
});

it("removes nothing while a stack cannot be read, unless somebody answers for it", async () => {
  answer([], { stack: "old", unreadable: "error: no passphrase" });
  const { code, stdout, stderr } = await remove(keyId, "--yes");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "pulumi-tesseral: stack old cannot be read (pulumi ended with 255: error: no passphrase), so what it manages is not known. " +
      "Nothing was removed. Make it readable, or, if nothing of this Tesseral project is in it, pass --unread-stack old (TSL-UNREAD-STACK)\n",
  );
  expect(writes()).toEqual([]);
  expect((await remove(keyId, "--yes", "--unread-stack", "old")).stdout).toContain(`removed API key ${keyId}`);
});

it("refuses both keys of one that was rotated", async () => {
  const previous = emulator.console.createApiKey({ organizationId, displayName: "by hand" }).id;
  const outputs = { apiKeyId: keyId, previousApiKeyId: previous };
  answer([{ kind: "ManagedApiKey", name: "acme-ci", id: "api_key_0000000000000000000000001", outputs }]);
  for (const [id, name] of [
    [keyId, "acme-ci"],
    [previous, "acme-ci (previous)"],
  ] as const) {
    expect((await remove(id, "--yes")).stderr).toBe(
      `pulumi-tesseral: API key ${id} is managed by stack prod as "${name}": remove it from the program, then run pulumi up --stack prod. Nothing was removed (TSL-REMOVE)\n`,
    );
  }
  expect(writes()).toEqual([]);
});

it.each(["acme", "org_1", "backend_api_key_0000000000000000000000001"])(
  "refuses %s, which is no id, before it asks for anything",
  async (id) => {
    expect(await remove(keyId, id, "--yes")).toEqual({
      code: 2,
      stdout: "",
      stderr: `pulumi-tesseral remove: "${id}" is not the id of an organization, an API key or a role; \`pulumi-tesseral inventory\` lists them (TSL-USAGE)\n`,
    });
    expect(emulator.requests).toEqual([]);
  },
);

it("does not repeat a token that stands in the place of an id", async () => {
  const token = emulator.store.apiKeys.get(keyId)?.secretToken ?? "";
  for (const args of [[token], [keyId, token, "--yes"], [keyId, `--${token}`]]) {
    expect((await remove(...args)).code).not.toBe(0);
  }
  expect(writes()).toEqual([]);
});

it("shows what it would remove, and removes nothing where it is not told to and there is nobody to ask", async () => {
  expect(await remove(organizationId)).toEqual({
    code: 1,
    stdout: `organization ${organizationId} of Tesseral project ${project}\n`,
    stderr: "pulumi-tesseral: there is nobody to ask: pass --yes to remove without a question (TSL-CONFIRM)\n",
  });
  expect(writes()).toEqual([]);
});

it("stops at the first thing that cannot be removed, and says what was", async () => {
  emulator.fail({ method: "DELETE", path: "/v1/roles/{id}", do: { status: 403 } });
  const { code, stdout, stderr } = await remove(keyId, roleId, organizationId, "--yes");
  expect(code).toBe(1);
  expect(stdout.split("\n").slice(3)).toEqual([`removed API key ${keyId}`, ""]);
  expect(stderr).toMatch(new RegExp(`^pulumi-tesseral: Tesseral: DELETE /v1/roles/${roleId} failed with 403.*\\n$`));
  expect(emulator.store.organizations.size).toBe(1);
});
