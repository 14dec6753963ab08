// Proves that a person in the console can change everything that the API cannot, and that requests see it at once.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { reason, send, textAt } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const authenticate = (secretToken: string) =>
  send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken } });

it("creates, renames, changes and deletes organizations", async () => {
  const { id } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const read = () => send(emulator, "GET", `/v1/organizations/${id}`);
  expect((await read()).json).toMatchObject({ organization: { displayName: "Acme", apiKeysEnabled: true } });
  emulator.console.renameOrganization(id, "Acme Corp");
  emulator.console.updateOrganization(id, { apiKeysEnabled: false });
  const changed = await read();
  expect(changed.json).toMatchObject({ organization: { displayName: "Acme Corp", apiKeysEnabled: false } });
  expect(textAt(changed, "organization", "updateTime") > textAt(changed, "organization", "createTime")).toBe(true);
  emulator.console.deleteOrganization(id);
  expect(reason(await read())).toBe("organization not found");
});

it("deletes an organization with its keys and roles", () => {
  const { id } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId: id });
  const role = emulator.console.createRole({ displayName: "reader", organizationId: id });
  emulator.console.assignRole(key.id, role.id);
  emulator.console.deleteOrganization(id);
  const { apiKeys, roles, apiKeyRoleAssignments } = emulator.store;
  expect([apiKeys.size, roles.size, apiKeyRoleAssignments.size]).toEqual([0, 0, 0]);
});

it("creates, renames, revokes and deletes keys, whose tokens tests can know", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId, displayName: "CI", expireTime: "2999-01-01T00:00:00Z" });
  expect((await authenticate(key.secretToken)).json).toEqual({ apiKeyId: key.id, organizationId });
  expect(emulator.store.apiKeyBySecretToken(key.secretToken)).toBe(key);
  emulator.console.renameApiKey(key.id, "CI two");
  expect(textAt(await send(emulator, "GET", `/v1/api-keys/${key.id}`), "apiKey", "displayName")).toBe("CI two");
  emulator.console.revokeApiKey(key.id);
  expect(reason(await authenticate(key.secretToken))).toBe("invalid_api_key_secret_token");
  expect(emulator.store.apiKeyBySecretToken(key.secretToken)?.revoked).toBe(true);
  emulator.console.deleteApiKey(key.id);
  expect(emulator.store.apiKeyBySecretToken(key.secretToken)).toBeUndefined();
});

it("knows the token of a key that the API created", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const created = await send(emulator, "POST", "/v1/api-keys", { body: { apiKey: { organizationId } } });
  const token = textAt(created, "apiKey", "secretToken");
  expect(emulator.store.apiKeyBySecretToken(token)?.id).toBe(textAt(created, "apiKey", "id"));
});

it("assigns, changes and removes roles", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId });
  const role = emulator.console.createRole({ displayName: "reader", actions: ["widgets.read"] });
  emulator.console.assignRole(key.id, role.id);
  expect((await authenticate(key.secretToken)).json).toHaveProperty("actions", ["widgets.read"]);
  emulator.console.updateRole(role.id, { actions: ["widgets.write"] });
  expect((await authenticate(key.secretToken)).json).toHaveProperty("actions", ["widgets.write"]);
  emulator.console.unassignRole(key.id, role.id);
  expect((await authenticate(key.secretToken)).json).not.toHaveProperty("actions");
  emulator.console.deleteRole(role.id);
  expect(emulator.store.roles.size).toBe(0);
});

it("turns API keys off and on for the project, and old tokens live again", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId });
  emulator.console.setProject({ apiKeysEnabled: false });
  expect(reason(await authenticate(key.secretToken))).toBe("api keys are not enabled for this project");
  const read = () => send(emulator, "GET", `/v1/organizations/${organizationId}`);
  expect((await read()).json).toHaveProperty("organization.apiKeysEnabled", false);
  emulator.console.setProject({ apiKeysEnabled: true });
  expect((await authenticate(key.secretToken)).status).toBe(200);
  expect((await read()).json).toHaveProperty("organization.apiKeysEnabled", true);
});

it("changes the prefix: old tokens become malformed, the same digits behind the new one are good", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId });
  emulator.console.setProject({ apiKeySecretTokenPrefix: "new_sk_" });
  expect(reason(await authenticate(key.secretToken))).toBe("malformed_api_key_secret_token");
  expect((await authenticate(`new_sk_${key.secretDigits}`)).status).toBe(200);
});

it("cannot turn API keys on without a prefix", () => {
  expect(() => emulator.console.setProject({ apiKeysEnabled: true }, "disabled")).toThrow(
    "managed API keys need a prefix: set apiKeySecretTokenPrefix too",
  );
  const change = { apiKeysEnabled: true, apiKeySecretTokenPrefix: "now_sk_" };
  expect(emulator.console.setProject(change, "disabled")).toMatchObject(change);
});

it("creates and revokes backend API keys", async () => {
  const key = emulator.console.createBackendApiKey("second");
  const read = () => send(emulator, "GET", "/v1/project", { key });
  expect(textAt(await read(), "project", "id")).toBe(emulator.store.projectByName("second")?.id);
  emulator.console.revokeBackendApiKey(key);
  expect(await read()).toMatchObject({ status: 404 });
  expect(reason(await read())).toBe("backend api key not found");
});

it("works in any project, and projects do not see each other", async () => {
  const { id } = emulator.console.createOrganization({ project: "second", displayName: "Acme" });
  expect((await send(emulator, "GET", `/v1/organizations/${id}`)).status).toBe(404);
  expect((await send(emulator, "GET", "/v1/organizations")).json).toEqual({});
  expect((await send(emulator, "GET", `/v1/organizations/${id}`, { key: "second-project-key" })).status).toBe(200);
});

it("leaves no trace in the requests", () => {
  emulator.console.createOrganization({});
  expect(emulator.requests).toEqual([]);
});

it("says when there is no such thing", () => {
  const { console } = emulator;
  expect(() => console.renameOrganization("org_1", "x")).toThrow("the emulator has no org_1");
  expect(() => console.createOrganization({ project: "third" })).toThrow("the emulator has no project third");
  expect(() => console.revokeBackendApiKey("x")).toThrow("the emulator has no such backend API key");
  const organizationId = console.createOrganization({}).id;
  expect(() => console.createApiKey({ organizationId, expireTime: "tomorrow" })).toThrow("tomorrow is not RFC 3339");
});
