// Proves that a data file brings every record back after a restart and after SIGKILL, how other files are refused, and what happens to one that
// is taken, deleted or cannot be written. A power failure is not tested.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send, textAt } from "./exchange";

const folder = mkdtempSync(path.join(tmpdir(), "emulator-data-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newFile = () => {
  count += 1;
  return path.join(folder, `${count}.data`);
};

const running: Emulator[] = [];
afterEach(async () => {
  for (const emulator of running.splice(0)) {
    await emulator.close();
  }
});
async function start(dataFile: string, more: Parameters<typeof startEmulator>[0] = {}): Promise<Emulator> {
  const emulator = await startEmulator({ dataFile, ...more });
  running.push(emulator);
  return emulator;
}

const records = ({ store }: Emulator) =>
  [
    store.projects,
    store.organizations,
    store.apiKeys,
    store.roles,
    store.apiKeyRoleAssignments,
    store.users,
    store.userInvites,
    store.userRoleAssignments,
    store.invitesOfDay,
    store.backendApiKeys,
  ].map((table) => new Map<string, unknown>(table));

/** One of everything that the API can change. */
async function changeEverything(emulator: Emulator): Promise<string> {
  const ids = new Map<string, string>();
  const call = async (method: string, target: string, body?: unknown, kind?: string) => {
    const answered = await send(emulator, method, target, body === undefined ? {} : { body });
    expect([answered.status, answered.text]).toEqual([200, answered.text]);
    if (kind !== undefined) {
      ids.set(kind, textAt(answered, kind, "id"));
    }
    return answered;
  };
  await call("POST", "/v1/organizations", { displayName: "Acme" }, "organization");
  const organizationId = ids.get("organization") ?? "";
  await call("PATCH", `/v1/organizations/${organizationId}`, { apiKeysEnabled: true });
  await call("PATCH", `/v1/organizations/${organizationId}/domains`, { domains: ["acme.example"] });
  const key = { organizationId, displayName: "production", expireTime: "2200-01-01T00:00:00.123456Z" };
  const created = await call("POST", "/v1/api-keys", { apiKey: key }, "apiKey");
  await call("POST", "/v1/roles", { organizationId, displayName: "Reader", actions: ["widgets.read"] }, "role");
  const [apiKeyId, roleId] = [ids.get("apiKey"), ids.get("role")];
  await call("POST", "/v1/api-key-role-assignments", { apiKeyRoleAssignment: { apiKeyId, roleId } });
  await call("POST", "/v1/users", { organizationId, email: "a@acme.example" }, "user");
  await call("POST", "/v1/user-role-assignments", { userId: ids.get("user"), roleId });
  await call("POST", "/v1/user-invites", { organizationId, email: "b@acme.example" });
  await call("POST", "/v1/roles", { displayName: "Gone" }, "role");
  await call("DELETE", `/v1/roles/${ids.get("role")}`);
  return textAt(created, "apiKey", "secretToken");
}

it("brings everything back, keys and tokens too, and goes on from there", async () => {
  const file = newFile();
  const first = await start(file);
  const secretToken = await changeEverything(first);
  await first.close();
  const second = await start(file);
  expect(records(second)).toEqual(records(first));
  expect([second.keys, second.publishableKeys]).toEqual([first.keys, first.publishableKeys]);
  const answered = await send(second, "POST", "/v1/api-keys/authenticate", { body: { secretToken } });
  expect(answered.json).toMatchObject({ actions: ["widgets.read"] });
  second.console.createOrganization({ displayName: "Globex" });
  await Promise.resolve();
  expect((await start(file)).store.organizations.size).toBe(2);
});

it("has everything in the file that was answered: nothing has to be done at the end", async () => {
  const file = newFile();
  const first = await start(file);
  await changeEverything(first);
  const asItWas = `${file}.copy`;
  writeFileSync(asItWas, readFileSync(file));
  expect(records(await start(asItWas))).toEqual(records(first));
});

it("passes over a last line that was cut, which nobody was told of", async () => {
  const file = newFile();
  const first = await start(file);
  first.console.createOrganization({ displayName: "Acme" });
  await first.close();
  appendFileSync(file, '[["organizations","org_1",{"id":"org');
  expect(records(await start(file))).toEqual(records(first));
});

it("goes back to the seed on reset, and keeps that", async () => {
  const file = newFile();
  const first = await start(file);
  first.console.createOrganization({ displayName: "Acme" });
  first.reset();
  first.console.createOrganization({ displayName: "Globex" });
  await first.close();
  const [organization, ...others] = (await start(file)).store.organizations.values();
  expect([organization?.displayName, others]).toEqual(["Globex", []]);
});

it("starts with the records of another seed, whose keys keep their names", async () => {
  const file = newFile();
  const shop = await start(file, { seed: { projects: [{ name: "shop" }] } });
  await shop.close();
  const { keys } = await start(file);
  expect(keys).toMatchObject({ "backend-key": shop.keys["backend-key"], "first-backend-key": expect.any(String) });
  expect((await start(file)).keys).toEqual(keys);
});

it("adds organizations of the seed whose names it does not have, and leaves the others as they have become", async () => {
  const file = newFile();
  const seed = (...names: string[]) => ({
    projects: [
      { name: "first", organizations: names.map((name) => ({ name, displayName: name, apiKeys: [{ name: "ci" }] })) },
    ],
  });
  const first = await start(file, { seed: seed("acme") });
  const [acme] = first.store.organizations.values();
  first.console.renameOrganization(acme?.id ?? "", "Acme Corp");
  await first.close();
  const second = await start(file, { seed: seed("acme", "globex") });
  expect([...second.store.organizations.values()].map(({ displayName }) => displayName)).toEqual([
    "Acme Corp",
    "globex",
  ]);
  expect(Object.keys(second.tokens)).toEqual(["acme", "globex"]);
  expect(second.tokens.acme).toEqual(first.tokens.acme);
});

it("refuses a file that is something else, and a line in the middle that is broken", async () => {
  const other = newFile();
  writeFileSync(other, '{"name":"package"}\n');
  await expect(startEmulator({ dataFile: other })).rejects.toThrow(`${other} does not hold an emulator's records`);
  writeFileSync(other, "customers:\n");
  await expect(startEmulator({ dataFile: other })).rejects.toThrow(`${other}:1 is not JSON`);
  const broken = newFile();
  const emulator = await start(broken);
  await emulator.close();
  appendFileSync(broken, "nonsense\n[]\n");
  await expect(startEmulator({ dataFile: broken })).rejects.toThrow(`${broken}:2 is not JSON`);
});

const create = (emulator: Emulator, displayName: string) =>
  send(emulator, "POST", "/v1/organizations", { body: { displayName } });
const names = ({ store }: Emulator) => [...store.organizations.values()].map(({ displayName }) => displayName).sort();
const namesIn = async (file: string) => names(await start(file));

it("leaves its file to an emulator that starts with it, and says so at its next change", async () => {
  const file = newFile();
  const first = await start(file);
  await create(first, "before");
  const second = await start(file);
  await create(second, "second");
  const refused = await create(first, "lost");
  const why = `the data file ${file} was taken by another emulator, or replaced: what changes here is not kept`;
  expect([refused.status, refused.text]).toEqual([500, `the emulator: ${why}\n`]);
  expect(() => first.reset()).toThrow(why);
  const rotated = await fetch(`${first.url}/_emulator/backend-api-keys`, { method: "POST" });
  expect([rotated.status, await rotated.json()]).toEqual([400, { error: why }]);
  await create(second, "third");
  expect(await namesIn(file)).toEqual(["before", "second", "third"]);
});

it("warns once of a change by a program that it cannot keep", async () => {
  const file = newFile();
  const first = await start(file);
  await start(file);
  const warned: string[] = [];
  const listen = ({ message }: Error) => warned.push(message);
  process.on("warning", listen);
  for (const displayName of ["Acme", "Globex"]) {
    first.console.createOrganization({ displayName });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.off("warning", listen);
  expect(warned).toEqual([expect.stringContaining(`${file} was taken by another emulator`)]);
});

it("makes its file anew, as a whole, where somebody has deleted it", async () => {
  const file = newFile();
  const first = await start(file);
  await create(first, "before");
  rmSync(file);
  await create(first, "after");
  await create(first, "later");
  expect(await namesIn(file)).toEqual(["after", "before", "later"]);
});

it("answers 500 with the reason while its file cannot be written, and keeps everything as soon as it can", async () => {
  const inner = path.join(folder, "inner");
  mkdirSync(inner);
  const file = path.join(inner, "data");
  const first = await start(file);
  await create(first, "before");
  renameSync(inner, `${inner}-away`);
  const refused = await create(first, "under way");
  expect(refused.status).toBe(500);
  expect(refused.text).toMatch(/^the emulator: the data file \S+ cannot be written: ENOENT: [^\n]*\n$/);
  renameSync(`${inner}-away`, inner);
  expect((await create(first, "after")).status).toBe(200);
  expect(existsSync(`${file}.next`)).toBe(false);
  expect(await namesIn(file)).toEqual(["after", "before", "under way"]);
});

it("names the data file that cannot be read or written at the start", async () => {
  await expect(startEmulator({ dataFile: folder })).rejects.toThrow(`the data file ${folder} cannot be read: EISDIR`);
  const missing = path.join(folder, "none", "data");
  await expect(startEmulator({ dataFile: missing })).rejects.toThrow(
    `the data file ${missing} cannot be written: ENOENT`,
  );
});

it("knows an organization by its id, where its name in the seed is another one now", async () => {
  const file = newFile();
  const seed = (name: string) => ({
    projects: [
      { name: "first", organizations: [{ name, id: "org_0000000000000000000000001", apiKeys: [{ name: "ci" }] }] },
    ],
  });
  const first = await start(file, { seed: seed("acme") });
  const { tokens } = first;
  await first.close();
  const second = await start(file, { seed: seed("acme-corp") });
  expect(second.tokens).toEqual({ "acme-corp": tokens.acme });
  expect(second.store.apiKeys.size).toBe(1);
});

it("leaves the file to the emulator that has it where the port is in use, too", async () => {
  const file = newFile();
  const first = await start(file);
  const port = Number(new URL(first.url).port);
  await expect(startEmulator({ dataFile: file, port })).rejects.toThrow("EADDRINUSE");
  expect((await create(first, "Acme")).status).toBe(200);
  expect(await namesIn(file)).toEqual(["Acme"]);
});
