// Proves that an update that is killed with SIGKILL leaves nothing that cannot be found and settled by the commands that the
// messages name, with the real CLI. Not what Pulumi Cloud does with a killed update.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Fault, RequestRecord } from "../../emulator";
import { OperationFailed } from "../engine/stack";
import { KilledUpdate } from "./killedUpdate";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let killed: KilledUpdate;

afterEach(() => killed.close());

const requested = (route: string) => (record: RequestRecord) => record.route === route && record.committed;

const committedAndSilent = (method: string, path: string): Fault => ({ method, path, when: "after", do: "hang" });

/** The text of a refused operation; throws when it is not refused. */
async function refusal(operation: Promise<unknown>): Promise<string> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof OperationFailed) {
    return error.message;
  }
  throw error ?? new Error("it was not refused");
}

const refused = (kind: string, name: string) =>
  `pulumi-nodejs:dynamic/tesseral:${kind} resource '${name}' has a problem: an earlier update was interrupted while it created ${kind} "${name}", so Tesseral may have it without this stack knowing. ` +
  "Nothing was created. Run `npx pulumi-tesseral inventory --recover`, and the update again (TSL-INTERRUPTED)";

/** The commands that an inventory names for something, by what they are for. */
function commandsFor(inventory: string, id: string): Record<string, string> {
  const lines = inventory.split("\n").filter((line) => line.includes(id));
  const found = lines.flatMap((line) => {
    const [, to, run] = /^ {4}to ([^:]+): (.+)$/.exec(line) ?? [];
    return to === undefined || run === undefined ? [] : [[to, run]];
  });
  return Object.fromEntries(found);
}

const posts = () =>
  killed.emulator.requests.filter(({ method, path }) => method === "POST" && !path.endsWith("/revoke")).length;

describe.each([
  ["its create was committed", "POST /v1/organizations", /^Acme \(being created, [0-9a-f]{12}\)$/],
  ["its API keys were enabled", "PATCH /v1/organizations/{id}", /^Acme$/],
])("an update killed after an organization's request was made: %s", (_, route, name) => {
  it("is noticed before anything is created, and settled by adopting what it left", async () => {
    killed = await KilledUpdate.open({ "acme.displayName": "Acme" });
    const [method = "", path = ""] = route.split(" ");
    killed.emulator.fail(committedAndSilent(method, path));
    await killed.killAt(requested(route), "cli");
    await killed.cancel();

    const [left] = [...killed.emulator.store.organizations.values()];
    expect(left?.displayName).toMatch(name);
    const before = posts();
    expect(await refusal(killed.stack.preview())).toBe(refused("Organization", "acme"));
    expect(await refusal(killed.stack.up())).toBe(refused("Organization", "acme"));
    expect(posts()).toBe(before);

    const inventory = await killed.run("npx pulumi-tesseral inventory");
    expect(inventory).toContain("acme: its creation was interrupted; if it exists, it is listed here as unknown");
    const commands = commandsFor(inventory, left?.id ?? "");
    await killed.run(commands.adopt ?? "");
    await killed.run("pulumi refresh --clear-pending-creates --yes");
    await killed.stack.up();

    const organizations = [...killed.emulator.store.organizations.values()];
    expect(organizations.map(({ id, displayName, apiKeysEnabled }) => ({ id, displayName, apiKeysEnabled }))).toEqual([
      { id: left?.id, displayName: "Acme", apiKeysEnabled: true },
    ]);
    expect(await killed.run("npx pulumi-tesseral inventory")).toContain("The stack and Tesseral agree.");
  });
});

it("settles a killed creation of a key by removing it: its token is lost", async () => {
  killed = await KilledUpdate.open({ "acme.displayName": "Acme", "acme.apiKeys.ci.displayName": "ci" });
  killed.emulator.fail(committedAndSilent("POST", "/v1/api-keys"));
  await killed.killAt(requested("POST /v1/api-keys"), "cli");
  await killed.cancel();

  const [left] = [...killed.emulator.store.apiKeys.values()];
  expect(await refusal(killed.stack.up())).toBe(refused("ManagedApiKey", "acme-ci"));
  expect(killed.emulator.store.apiKeys.size).toBe(1);

  const inventory = await killed.run("npx pulumi-tesseral inventory");
  expect(inventory).not.toContain(left?.secretToken);
  // Neither adopted as a second key of that name, nor removed while its creation is pending.
  expect(commandsFor(inventory, left?.id ?? "")).toEqual({});
  const [, recover = ""] = /^ {4}to recover: (npx pulumi-tesseral inventory --recover .*)$/m.exec(inventory) ?? [];
  expect(await killed.run(`${recover} --yes`)).toContain(`removed ManagedApiKey ${left?.id}\n`);
  const { outputs } = await killed.stack.up();

  const keys = [...killed.emulator.store.apiKeys.values()];
  expect(keys.map(({ displayName, revoked }) => ({ displayName, revoked }))).toEqual([
    { displayName: "ci", revoked: false },
  ]);
  expect(outputs.customers?.value.acme.secretTokens).toEqual({ ci: keys[0]?.secretToken });
  expect(killed.emulator.store.organizations.size).toBe(1);

  const [organization = ""] = killed.emulator.store.organizations.keys();
  await expect(killed.run(`npx pulumi-tesseral remove ${organization} --yes`)).rejects.toThrow(
    `organization ${organization} is managed by stack test as "acme", which is protected: remove it from the program, then run pulumi up`,
  );
  await expect(killed.run(`npx pulumi-tesseral remove ${left?.id}`)).rejects.toThrow(
    "there is nobody to ask: pass --yes to remove without a question",
  );
  expect(await killed.run(`npx pulumi-tesseral remove ${left?.id} --yes`)).toContain(
    `API key ${left?.id} was gone already`,
  );
  expect(killed.emulator.store.organizations.size).toBe(1);
});

it("settles a killed creation of an organization by removing it, and creates it anew", async () => {
  killed = await KilledUpdate.open({ "acme.displayName": "Acme" });
  killed.emulator.fail(committedAndSilent("POST", "/v1/organizations"));
  await killed.killAt(requested("POST /v1/organizations"), "cli");
  await killed.cancel();

  const [left = ""] = killed.emulator.store.organizations.keys();
  const { remove = "" } = commandsFor(await killed.run("npx pulumi-tesseral inventory"), left);
  const project = killed.emulator.store.projectByName("first")?.id;
  expect(await killed.run(`${remove} --yes`)).toBe(
    `organization ${left} of Tesseral project ${project} (Project first)\nremoved organization ${left}\n`,
  );
  await killed.run("pulumi refresh --clear-pending-creates --yes");
  await killed.stack.up();
  const organizations = [...killed.emulator.store.organizations.values()];
  expect(organizations.map(({ displayName }) => displayName)).toEqual(["Acme"]);
  expect(organizations[0]?.id).not.toBe(left);
  expect(await killed.run("npx pulumi-tesseral inventory")).toContain("The stack and Tesseral agree.");
});

it("takes over an organization that nobody declared, whatever it is called, by the commands that are named", async () => {
  killed = await KilledUpdate.open({ "acme.displayName": "Acme" });
  await killed.stack.up();
  const { id } = killed.emulator.console.createOrganization({ displayName: "-'4\"2 $HOME" });
  const { adopt = "" } = commandsFor(await killed.run("npx pulumi-tesseral inventory"), id);
  await killed.run(adopt);
  const { outputs } = await killed.stack.up();
  const ids = Object.values<{ organizationId: string }>(outputs.customers?.value).map((one) => one.organizationId);
  expect(ids).toHaveLength(2);
  expect(ids).toContain(id);
  // As it was: adopting it turns nothing on.
  expect(killed.emulator.store.organizations.get(id)).toMatchObject({
    displayName: "-'4\"2 $HOME",
    apiKeysEnabled: false,
  });
  expect(await killed.run("npx pulumi-tesseral inventory")).toContain("The stack and Tesseral agree.");
});

describe("an update whose provider process alone was killed", () => {
  /** Pulumi takes it for a failure of the resource, and keeps no pending operation. */
  const pending = () => JSON.parse(killed.stack.stateFile()).checkpoint.latest?.pending_operations ?? [];

  it("goes on with the organization that it left", async () => {
    killed = await KilledUpdate.open({ "acme.displayName": "Acme" });
    killed.emulator.fail(committedAndSilent("POST", "/v1/organizations"));
    await killed.killAt(requested("POST /v1/organizations"), "plugin");
    expect(pending()).toEqual([]);

    const [left] = [...killed.emulator.store.organizations.values()];
    await killed.stack.up();
    const organizations = [...killed.emulator.store.organizations.values()];
    expect(organizations.map(({ id, displayName }) => ({ id, displayName }))).toEqual([
      { id: left?.id, displayName: "Acme" },
    ]);
  });

  it("replaces the key that it left in an organization of an earlier update", async () => {
    killed = await KilledUpdate.open({ "acme.displayName": "Acme" });
    await killed.stack.up();
    await killed.stack.automation.setConfig("tesseral:customers.acme.apiKeys.ci.displayName", { value: "ci" }, true);
    killed.emulator.fail(committedAndSilent("POST", "/v1/api-keys"));
    await killed.killAt(requested("POST /v1/api-keys"), "plugin");
    expect(pending()).toEqual([]);

    const [left] = [...killed.emulator.store.apiKeys.values()];
    expect(left?.displayName).toMatch(/^ci \(being created, [0-9a-f]{12}\)$/);
    const { outputs } = await killed.stack.up();
    const keys = [...killed.emulator.store.apiKeys.values()];
    expect(keys.map(({ displayName, revoked }) => ({ displayName, revoked }))).toEqual([
      { displayName: "ci", revoked: false },
    ]);
    expect(keys[0]?.id).not.toBe(left?.id);
    expect(outputs.customers?.value.acme.secretTokens).toEqual({ ci: keys[0]?.secretToken });
  });

  it("names the key that it left in an organization of its own: nothing tells it from one made by hand", async () => {
    killed = await KilledUpdate.open({ "acme.displayName": "Acme", "acme.apiKeys.ci.displayName": "ci" });
    killed.emulator.fail(committedAndSilent("POST", "/v1/api-keys"));
    await killed.killAt(requested("POST /v1/api-keys"), "plugin");
    expect(pending()).toEqual([]);

    const [left] = [...killed.emulator.store.apiKeys.values()];
    const { printed } = await killed.stack.up();
    expect(printed).toContain(`has an API key "ci" that this stack does not know: ${left?.id} (created `);
    const command = /can be removed: (npx pulumi-tesseral remove \S+)$/m.exec(printed)?.[1] ?? "";
    await killed.run(`${command} --yes`);
    const keys = [...killed.emulator.store.apiKeys.values()];
    expect(keys.map(({ id }) => id)).toEqual([expect.not.stringMatching(left?.id ?? "")]);
    expect(await killed.run("npx pulumi-tesseral inventory")).toContain("The stack and Tesseral agree.");
  });
});
