// Proves for every change that the client can make that a lost answer leads neither to a second change nor to a failure, and
// that a create whose answer is lost is never sent again by the client itself. Looking for what it made: lostCreates.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { outcomeUnknown, TesseralClient } from "../../tesseral";

let emulator: Emulator;
let client: TesseralClient;
let ids: Record<"organization" | "key" | "role" | "assignment" | "freeRole", string>;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => {
  emulator.reset();
  client = new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl: emulator.url, retryDelay: 1 });
  const { console } = emulator;
  const organization = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const organizationId = organization.id;
  const role = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] });
  const freeRole = console.createRole({ organizationId, displayName: "writer", actions: ["widgets.write"] });
  const key = console.createApiKey({ organizationId, displayName: "ci" });
  const assignment = console.assignRole(key.id, role.id);
  ids = {
    organization: organizationId,
    key: key.id,
    role: role.id,
    freeRole: freeRole.id,
    assignment: assignment.id,
  };
});

afterAll(() => emulator.close());

interface Change {
  name: string;
  route: string;
  /** Before it can be made. */
  first?: () => void;
  make: () => Promise<unknown>;
  /** Whether it was made. */
  isMade: () => boolean;
}

const changes: Change[] = [
  {
    name: "updateOrganization",
    route: "PATCH /v1/organizations/{id}",
    make: () =>
      client.organizations.updateOrganization(ids.organization, { displayName: "Acme Ltd", scimEnabled: true }),
    isMade: () => emulator.store.organizations.get(ids.organization)?.displayName === "Acme Ltd",
  },
  {
    name: "updateOrganizationDomains",
    route: "PATCH /v1/organizations/{organizationId}/domains",
    make: () => client.organizations.updateOrganizationDomains(ids.organization, ["b.example", "a.example"]),
    isMade: () => emulator.store.organizations.get(ids.organization)?.domains.length === 2,
  },
  {
    name: "deleteOrganization",
    route: "DELETE /v1/organizations/{id}",
    make: () => client.organizations.deleteOrganization(ids.organization),
    isMade: () => emulator.store.organizations.size === 0,
  },
  {
    name: "updateApiKey",
    route: "PATCH /v1/api-keys/{id}",
    make: () => client.apiKeys.updateApiKey(ids.key, { apiKey: { displayName: "cd" } }),
    isMade: () => emulator.store.apiKeys.get(ids.key)?.displayName === "cd",
  },
  {
    name: "revokeApiKey",
    route: "POST /v1/api-keys/{id}/revoke",
    make: () => client.apiKeys.revokeApiKey(ids.key),
    isMade: () => emulator.store.apiKeys.get(ids.key)?.revoked === true,
  },
  {
    name: "deleteApiKey",
    route: "DELETE /v1/api-keys/{id}",
    first: () => emulator.console.revokeApiKey(ids.key),
    make: () => client.apiKeys.deleteApiKey(ids.key),
    isMade: () => emulator.store.apiKeys.size === 0,
  },
  {
    name: "createApiKeyRoleAssignment",
    route: "POST /v1/api-key-role-assignments",
    make: () =>
      client.apiKeyRoleAssignments.createApiKeyRoleAssignment({
        apiKeyRoleAssignment: { apiKeyId: ids.key, roleId: ids.freeRole },
      }),
    isMade: () => emulator.store.apiKeyRoleAssignments.size === 2,
  },
  {
    name: "deleteApiKeyRoleAssignment",
    route: "DELETE /v1/api-key-role-assignments/{id}",
    make: () => client.apiKeyRoleAssignments.deleteApiKeyRoleAssignment(ids.assignment),
    isMade: () => emulator.store.apiKeyRoleAssignments.size === 0,
  },
  {
    name: "updateRole",
    route: "PATCH /v1/roles/{id}",
    make: () =>
      client.roles.updateRole(ids.role, { displayName: "viewer", actions: ["widgets.write", "widgets.read"] }),
    isMade: () => emulator.store.roles.get(ids.role)?.displayName === "viewer",
  },
  {
    name: "deleteRole",
    route: "DELETE /v1/roles/{id}",
    make: () => client.roles.deleteRole(ids.role),
    isMade: () => !emulator.store.roles.has(ids.role),
  },
];

const sent = (route: string) => emulator.requests.filter((request) => request.route === route);

describe.each(changes)("$name", ({ name, route, first, make, isMade }) => {
  const [method = ""] = route.split(" ");

  it("is made once when its answer is lost after the change", async () => {
    first?.();
    emulator.fail({ method, when: "after", do: "reset" });
    await make();
    expect(isMade()).toBe(true);
    // Whether an assignment is gone cannot be looked up, so its deletion is repeated; a second one finds nothing.
    expect(sent(route)).toHaveLength(name === "deleteApiKeyRoleAssignment" ? 2 : 1);
  });

  it("is made once when the server answers 500 although it made the change", async () => {
    first?.();
    emulator.fail({ method, when: "after", do: { status: 500 } });
    await make();
    expect(isMade()).toBe(true);
    expect(sent(route).filter(({ committed }) => committed)).toHaveLength(1);
  });

  it("is sent again when it was not made", async () => {
    first?.();
    emulator.fail([
      { method, do: { status: 503 } },
      { method, do: "reset" },
      { method, do: "empty" },
    ]);
    await make();
    expect(isMade()).toBe(true);
    expect(sent(route)).toHaveLength(4);
  });
});

describe("a create whose answer is lost", () => {
  it.each([
    [
      "createOrganization",
      "POST /v1/organizations",
      () => client.organizations.createOrganization({ displayName: "New" }),
    ],
    [
      "createApiKey",
      "POST /v1/api-keys",
      () => client.apiKeys.createApiKey({ apiKey: { organizationId: ids.organization, displayName: "new" } }),
    ],
    ["createRole", "POST /v1/roles", () => client.roles.createRole({ displayName: "new", actions: [] })],
  ])("is sent once by %s, which tells that its outcome is unknown", async (_, route, create) => {
    for (const fault of [
      { when: "after", do: "reset" },
      { when: "before", do: "reset" },
      { when: "after", do: { status: 500 } },
      { when: "before", do: "empty" },
      { when: "after", do: "garbage" },
      { when: "before", do: { status: 503 } },
    ] as const) {
      const before = sent(route).length;
      emulator.fail({ method: "POST", ...fault });
      const failure = await create().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(outcomeUnknown(failure)).toBe(true);
      expect(sent(route)).toHaveLength(before + 1);
    }
  });
});
