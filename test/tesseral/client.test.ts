// Proves against the emulator which request each method makes, that lists are read whole, that ids are looked at before they
// become part of a path, and that what must not meet does not. Lost answers are the matter of lostAnswers.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, type RequestRecord, startEmulator } from "../../emulator";
import { TesseralClient, TesseralError } from "../../tesseral";

let emulator: Emulator;
let client: TesseralClient;

beforeAll(async () => {
  emulator = await startEmulator({ latency: 10 });
});

beforeEach(() => {
  emulator.reset();
  client = new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl: emulator.url, retryDelay: 1 });
});

afterAll(() => emulator.close());

const routes = () => emulator.requests.map(({ route }) => route);

/** An organization with API keys on, a key and a role of it. */
function made() {
  const { console } = emulator;
  const organization = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const organizationId = organization.id;
  const role = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] });
  const key = console.createApiKey({ organizationId, displayName: "ci" });
  return { organization, organizationId, role, key };
}

describe("each method", () => {
  it("makes the request it is named after, and answers what Tesseral answers", async () => {
    const { organizationId, role, key } = made();
    const { organizations, apiKeys, apiKeyRoleAssignments, roles, projects } = client;
    expect((await projects.getProject()).project.displayName).toBe("Project first");
    expect((await organizations.getOrganization(organizationId)).organization.displayName).toBe("Acme");
    expect((await organizations.listOrganizations()).organizations.map(({ id }) => id)).toEqual([organizationId]);
    const created = (await organizations.createOrganization({ displayName: "Globex" })).organization;
    expect(created).toMatchObject({ displayName: "Globex", apiKeysEnabled: false });
    expect((await organizations.updateOrganization(created.id, { apiKeysEnabled: true })).organization).toMatchObject({
      apiKeysEnabled: true,
    });
    const newKey = (await apiKeys.createApiKey({ apiKey: { organizationId: created.id, displayName: "ci" } })).apiKey;
    expect(newKey.secretToken).toBe(emulator.store.apiKeys.get(newKey.id)?.secretToken);
    expect((await apiKeys.getApiKey(key.id)).apiKey.displayName).toBe("ci");
    expect((await apiKeys.listApiKeys({ organizationId })).apiKeys).toHaveLength(1);
    expect((await apiKeys.updateApiKey(key.id, { apiKey: { displayName: "cd" } })).apiKey.displayName).toBe("cd");
    const newRole = (await roles.createRole({ organizationId, displayName: "writer", actions: ["widgets.write"] }))
      .role;
    expect(newRole.actions).toEqual(["widgets.write"]);
    expect((await roles.getRole(role.id)).role.displayName).toBe("reader");
    expect((await roles.listRoles({ organizationId })).roles).toHaveLength(2);
    expect((await roles.listRoles()).roles).toEqual([]);
    expect((await roles.updateRole(role.id, { displayName: "viewer" })).role.displayName).toBe("viewer");
    const pair = { apiKeyRoleAssignment: { apiKeyId: key.id, roleId: role.id } };
    const { apiKeyRoleAssignment } = await apiKeyRoleAssignments.createApiKeyRoleAssignment(pair);
    expect((await apiKeyRoleAssignments.listApiKeyRoleAssignments({ apiKeyId: key.id })).apiKeyRoleAssignments).toEqual(
      [apiKeyRoleAssignment],
    );
    expect(await apiKeys.authenticateApiKey({ secretToken: key.secretToken })).toEqual({
      apiKeyId: key.id,
      organizationId,
      actions: ["widgets.read"],
    });
    await apiKeyRoleAssignments.deleteApiKeyRoleAssignment(apiKeyRoleAssignment.id);
    await apiKeys.revokeApiKey(key.id);
    await apiKeys.deleteApiKey(key.id);
    await roles.deleteRole(role.id);
    await organizations.deleteOrganization(organizationId);
    expect(routes()).toEqual([
      "GET /v1/project",
      "GET /v1/organizations/{id}",
      "GET /v1/organizations",
      "POST /v1/organizations",
      "PATCH /v1/organizations/{id}",
      "POST /v1/api-keys",
      "GET /v1/api-keys/{id}",
      "GET /v1/api-keys",
      "PATCH /v1/api-keys/{id}",
      "POST /v1/roles",
      "GET /v1/roles/{id}",
      "GET /v1/roles",
      "GET /v1/roles",
      "PATCH /v1/roles/{id}",
      "POST /v1/api-key-role-assignments",
      "GET /v1/api-key-role-assignments",
      "POST /v1/api-keys/authenticate",
      "DELETE /v1/api-key-role-assignments/{id}",
      "POST /v1/api-keys/{id}/revoke",
      "DELETE /v1/api-keys/{id}",
      "DELETE /v1/roles/{id}",
      "DELETE /v1/organizations/{id}",
    ]);
  });

  it("refuses a token that is not good by an error that says so", async () => {
    const work = client.apiKeys.authenticateApiKey({ secretToken: "acme_sk_nonsense" });
    await expect(work).rejects.toMatchObject({ status: 400, reason: "unauthenticated_api_key" });
  });

  it("sets the three lists of an organization as sets, and answers them sorted", async () => {
    const { organizationId } = made();
    const { organizations } = client;
    const values = ["b.example", "a.example", "b.example"];
    const sorted = ["a.example", "b.example"];
    expect(await organizations.updateOrganizationDomains(organizationId, values)).toEqual(sorted);
    expect(await organizations.updateOrganizationGoogleHostedDomains(organizationId, values)).toEqual(sorted);
    expect(await organizations.updateOrganizationMicrosoftTenantIDs(organizationId, values)).toEqual(sorted);
    expect(await organizations.getOrganizationDomains(organizationId)).toEqual(sorted);
    expect(await organizations.getOrganizationGoogleHostedDomains(organizationId)).toEqual(sorted);
    expect(await organizations.getOrganizationMicrosoftTenantIDs(organizationId)).toEqual(sorted);
    expect(await organizations.updateOrganizationDomains(organizationId, [])).toEqual([]);
    expect(emulator.store.organizations.get(organizationId)?.domains).toEqual([]);
  });

  it("assigns a role that the key has already without an error", async () => {
    const { key, role } = made();
    const pair = { apiKeyRoleAssignment: { apiKeyId: key.id, roleId: role.id } };
    const first = await client.apiKeyRoleAssignments.createApiKeyRoleAssignment(pair);
    expect(await client.apiKeyRoleAssignments.createApiKeyRoleAssignment(pair)).toEqual(first);
  });
});

describe("a list of more than a page", () => {
  it("is read to its end", async () => {
    const { organizationId, key } = made();
    const { console } = emulator;
    for (let count = 0; count < 24; count += 1) {
      console.createOrganization({ displayName: `organization ${count}` });
      console.createApiKey({ organizationId, displayName: `key ${count}` });
      const role = console.createRole({ organizationId, displayName: `role ${count}` });
      console.assignRole(key.id, role.id);
    }
    expect(new Set((await client.allOrganizations()).map(({ id }) => id)).size).toBe(25);
    expect(new Set((await client.allApiKeys(organizationId)).map(({ id }) => id)).size).toBe(25);
    expect(new Set((await client.allRoles(organizationId)).map(({ id }) => id)).size).toBe(25);
    expect(new Set((await client.allApiKeyRoleAssignments(key.id)).map(({ id }) => id)).size).toBe(24);
    expect(emulator.requests).toHaveLength(4 * 3);
  });
});

describe("an id that is none", () => {
  it.each([
    ["getOrganization", () => client.organizations.getOrganization("../project")],
    ["updateOrganization", () => client.organizations.updateOrganization("org_1", {})],
    ["deleteOrganization", () => client.organizations.deleteOrganization("")],
    ["getOrganizationDomains", () => client.organizations.getOrganizationDomains("org_1?id=org_2")],
    ["updateOrganizationDomains", () => client.organizations.updateOrganizationDomains("org_1/x", [])],
    ["listApiKeys", () => client.apiKeys.listApiKeys({ organizationId: "acme" })],
    ["getApiKey", () => client.apiKeys.getApiKey("authenticate")],
    ["updateApiKey", () => client.apiKeys.updateApiKey("key", { apiKey: { displayName: "x" } })],
    ["revokeApiKey", () => client.apiKeys.revokeApiKey("api_key_ABCDEFGHIJKLMNOPQRSTUVWXY")],
    ["deleteApiKey", () => client.apiKeys.deleteApiKey("unresolved-org_1-1")],
    ["listApiKeyRoleAssignments", () => client.apiKeyRoleAssignments.listApiKeyRoleAssignments({ apiKeyId: "x" })],
    ["deleteApiKeyRoleAssignment", () => client.apiKeyRoleAssignments.deleteApiKeyRoleAssignment("x")],
    ["getRole", () => client.roles.getRole("reader")],
    ["updateRole", () => client.roles.updateRole("reader", {})],
    ["deleteRole", () => client.roles.deleteRole("reader")],
  ])("is refused by %s before anything is sent", async (_, call) => {
    // Whether it throws or rejects is the same to whoever awaits it.
    await expect(async () => await call()).rejects.toThrow(TesseralError);
    expect(emulator.requests).toEqual([]);
  });

  it("is named with what it should have been", async () => {
    await expect(async () => await client.roles.getRole("reader")).rejects.toThrow(
      '"reader" is not the id of a Tesseral role (^role_[0-9a-z]{25}$)',
    );
  });
});

describe("options that cannot work", () => {
  it("are refused at once, without telling the key", () => {
    expect(() => new TesseralClient({ backendApiKey: "tesseral_secret_key_short" })).toThrow(
      /^the backend API key is malformed: it must be `tesseral_secret_key_` followed by 25 characters from 0-9 and a-z$/,
    );
    expect(() => new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl: "ftp://tesseral.test" })).toThrow(
      'the API URL "ftp://tesseral.test" is not a URL: it must begin with https:// or http://',
    );
  });

  it.each([
    "https://someone:pass-word@tesseral.test",
    "ftp://pass-word@tesseral.test/v1",
    "someone:pass-word@tesseral.test",
  ])("are not told where they hold a password: %s", (apiUrl) => {
    expect(() => new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl })).toThrow(
      /^the API URL holds a user name or a password, which Tesseral does not take: leave out what stands before the @$/,
    );
  });

  it("may have an @ in their path", () => {
    const apiUrl = "https://tesseral.test/@shop";
    expect(() => new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl })).not.toThrow();
  });
});

/** The most of these requests that were under way at one time. */
function mostAtOnce(records: RequestRecord[]): number {
  const changes = records.flatMap(({ startedAt, endedAt = 0 }) => [
    { at: startedAt, by: 1 },
    { at: endedAt, by: -1 },
  ]);
  let underWay = 0;
  return Math.max(...changes.sort((a, b) => a.at - b.at || a.by - b.by).map(({ by }) => (underWay += by)));
}

describe("requests that must not meet", () => {
  it("are at most three creates of API keys, whoever sends them", async () => {
    const { organizationId } = made();
    const names = Array.from({ length: 12 }, (_, index) => `key ${index}`);
    await Promise.all(
      names.map((displayName) => client.begin().apiKeys.createApiKey({ apiKey: { organizationId, displayName } })),
    );
    expect(emulator.store.apiKeys.size).toBe(13);
    expect(mostAtOnce([...emulator.requests])).toBe(3);
  });

  it("are changes of one organization, of which the server loses one otherwise", async () => {
    const { organizationId } = made();
    const { organizations } = client;
    await Promise.all([
      organizations.updateOrganization(organizationId, { displayName: "Acme Ltd" }),
      client.begin().organizations.updateOrganization(organizationId, { scimEnabled: true }),
      organizations.updateOrganizationDomains(organizationId, ["a.example"]),
      client.begin().organizations.updateOrganizationDomains(organizationId, ["b.example"]),
    ]);
    expect(emulator.store.organizations.get(organizationId)).toMatchObject({
      displayName: "Acme Ltd",
      scimEnabled: true,
      domains: ["b.example"],
    });
    expect(mostAtOnce([...emulator.requests])).toBe(1);
  });

  it("are not changes of different organizations", async () => {
    const ids = [made().organizationId, made().organizationId, made().organizationId];
    await Promise.all(ids.map((id) => client.organizations.updateOrganization(id, { scimEnabled: true })));
    expect(mostAtOnce([...emulator.requests])).toBe(3);
  });
});
