// Proves that requests which meet under latency disturb each other as on the real server: lost updates, rows gone under way.
// Which of two wins is chance there and the order of arrival here.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ latency: 30 });
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const organization = () => emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
const statuses = async (requests: Promise<{ status: number }>[]) =>
  (await Promise.all(requests)).map(({ status }) => status);

/** Resolves when the request has read its rows and waits to write them. */
async function underWay(method: string): Promise<void> {
  await emulator.waitFor((record) => record.method === method);
  await new Promise((resolve) => setImmediate(resolve));
}

it("loses one of two PATCHes of one organization that meet, and answers 200 to both", async () => {
  const { id } = organization();
  const patch = (body: unknown) => send(emulator, "PATCH", `/v1/organizations/${id}`, { body });
  expect(await statuses([patch({ displayName: "Renamed" }), patch({ scimEnabled: true })])).toEqual([200, 200]);
  const { displayName, scimEnabled } = emulator.store.organizations.get(id) ?? {};
  expect([displayName === "Renamed", scimEnabled].filter(Boolean)).toHaveLength(1);
});

it("keeps both when they follow each other, or are of two organizations", async () => {
  const [one, other] = [organization().id, organization().id];
  const patch = (id: string, body: unknown) => send(emulator, "PATCH", `/v1/organizations/${id}`, { body });
  await Promise.all([
    patch(one, { displayName: "Renamed" }).then(() => patch(one, { scimEnabled: true })),
    patch(other, { displayName: "Other" }),
  ]);
  expect(emulator.store.organizations.get(one)).toMatchObject({ displayName: "Renamed", scimEnabled: true });
  expect(emulator.store.organizations.get(other)).toMatchObject({ displayName: "Other", scimEnabled: false });
});

it("keeps what a person changes in the console between two PATCHes, but not within one", async () => {
  const { id } = organization();
  const patching = send(emulator, "PATCH", `/v1/organizations/${id}`, { body: { scimEnabled: true } });
  await underWay("PATCH");
  emulator.console.renameOrganization(id, "Renamed meanwhile");
  await patching;
  expect(emulator.store.organizations.get(id)).toMatchObject({ displayName: "Acme", scimEnabled: true });
});

it("answers 500 to a PATCH whose organization is deleted under way", async () => {
  const { id } = organization();
  const patching = send(emulator, "PATCH", `/v1/organizations/${id}`, { body: { scimEnabled: true } });
  await underWay("PATCH");
  emulator.console.deleteOrganization(id);
  expect((await patching).status).toBe(500);
  expect(emulator.requests.at(-1)).toMatchObject({ committed: false });
});

it("answers 500 to the creation of a key whose organization is deleted under way", async () => {
  const { id } = organization();
  const creating = send(emulator, "POST", "/v1/api-keys", { body: { apiKey: { organizationId: id } } });
  await underWay("POST");
  emulator.console.deleteOrganization(id);
  expect((await creating).status).toBe(500);
  expect(emulator.store.apiKeys.size).toBe(0);
});

it("assigns a role once of eight times at once, and revokes eight times", async () => {
  const { id } = organization();
  const key = emulator.console.createApiKey({ organizationId: id });
  const role = emulator.console.createRole({ displayName: "reader", organizationId: id });
  const body = { apiKeyRoleAssignment: { apiKeyId: key.id, roleId: role.id } };
  const assign = () => send(emulator, "POST", "/v1/api-key-role-assignments", { body });
  const revoke = () => send(emulator, "POST", `/v1/api-keys/${key.id}/revoke`);
  expect((await statuses(Array.from({ length: 8 }, assign))).sort()).toEqual([200, ...new Array(7).fill(500)]);
  expect(await statuses(Array.from({ length: 8 }, revoke))).toEqual(new Array(8).fill(200));
});

it("writes nothing when the client hangs up before the write", async () => {
  const slow = await startEmulator({ latency: 60_000 });
  const client = new AbortController();
  const creating = send(slow, "POST", "/v1/organizations", { signal: client.signal });
  const outcome = expect(creating).rejects.toThrow("aborted");
  await slow.waitFor(({ status }) => status === "pending");
  client.abort();
  await outcome;
  const record = await slow.waitFor(({ endedAt }) => endedAt !== undefined);
  expect(record).toMatchObject({ status: "abandoned", committed: false });
  expect(slow.store.organizations.size).toBe(0);
  await slow.close();
});

it("takes as long as the latency says", async () => {
  const began = performance.now();
  await send(emulator, "GET", "/v1/project");
  expect(performance.now() - began).toBeGreaterThanOrEqual(29);
});
