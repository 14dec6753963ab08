// Proves that an emulator starts with what its seed says, and what is refused as a seed. The projects of the default seed are
// proven by the recordings.
import { afterEach, expect, it } from "vitest";
import { type Emulator, type Seed, seedFromJson, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator | undefined;
afterEach(() => emulator?.close());

const organizationId = "org_0000000000000000000000001";
const role = "role_0000000000000000000000001";
const token = `acme_sk_${"0".repeat(54)}2`;
const backendKey = "tesseral_secret_key_0000000000000000000000008";
const secretToken = `shop_sk_${"0".repeat(54)}1`;
const seed: Seed = {
  projects: [
    {
      name: "shop",
      displayName: "Shop",
      apiKeySecretTokenPrefix: "shop_sk_",
      actions: ["orders.read", "orders.write"],
      logInWithGoogle: true,
      backendApiKeys: [{ name: "backend-key", secretToken: "tesseral_secret_key_0000000000000000000000007" }],
      roles: [{ displayName: "Writer", actions: ["orders.write"] }],
      organizations: [
        {
          id: organizationId,
          displayName: "Acme",
          apiKeysEnabled: true,
          logInWithGoogle: true,
          domains: ["acme.example"],
          roles: [{ displayName: "Reader", description: "reads", actions: ["orders.read"] }],
          apiKeys: [
            { displayName: "production", secretToken, roles: ["Reader", "Writer"] },
            { displayName: "old", expireTime: "2020-01-01T00:00:00Z" },
            { displayName: "leaked", revoked: true },
          ],
        },
      ],
    },
    { name: "staging" },
  ],
};

it("has the organizations, roles and keys of its seed", async () => {
  emulator = await startEmulator({ seed: seedFromJson(JSON.parse(JSON.stringify(seed))) });
  expect(emulator.keys).toEqual({
    "backend-key": "tesseral_secret_key_0000000000000000000000007",
    "staging-project-key": expect.stringMatching(/^tesseral_secret_key_[0-9a-z]{25}$/),
  });
  expect(emulator.backendApiKey).toBe(emulator.keys["backend-key"]);
  const authenticated = await send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken } });
  expect(authenticated.json).toMatchObject({ organizationId, actions: ["orders.read", "orders.write"] });
  const { json } = await send(emulator, "GET", `/v1/api-keys?organizationId=${organizationId}`);
  const keys = (json as { apiKeys: { displayName: string; revoked?: boolean; expireTime?: string }[] }).apiKeys;
  expect(keys.map(({ displayName, revoked, expireTime }) => [displayName, revoked, expireTime]).sort()).toEqual([
    ["leaked", true, undefined],
    ["old", undefined, "2020-01-01T00:00:00Z"],
    ["production", undefined, undefined],
  ]);
  const domains = await send(emulator, "GET", `/v1/organizations/${organizationId}/domains`);
  expect(domains.json).toEqual({ organizationDomains: { organizationId, domains: ["acme.example"] } });
});

it("comes back to the same ids after a reset", async () => {
  emulator = await startEmulator({ seed });
  const before = [...emulator.store.apiKeys.keys()];
  emulator.console.deleteOrganization(organizationId);
  emulator.reset();
  expect([...emulator.store.apiKeys.keys()]).toEqual(before);
});

it.each<[unknown, string]>([
  [[], "seed: expected an object"],
  [{}, "seed.projects: missing"],
  [{ projects: [{}] }, "seed.projects[0].name: missing"],
  [{ projects: [{ name: "a", colour: 1 }] }, "seed.projects[0].colour: unknown field"],
  [
    { projects: [{ name: "a", webhooks: "maybe" }] },
    'seed.projects[0].webhooks: expected one of "none", "working", "broken"',
  ],
  [{ projects: [{ name: "a", actions: "x" }] }, "seed.projects[0].actions: expected a list of strings"],
  [
    { projects: [{ name: "a", organizations: [{ apiKeysEnabled: 1 }] }] },
    "seed.projects[0].organizations[0].apiKeysEnabled: expected true or false",
  ],
  [
    { projects: [{ name: "a", emailDailyQuota: -1 }] },
    "seed.projects[0].emailDailyQuota: expected a whole number that is not negative",
  ],
])("refuses %j", (value, message) => {
  expect(() => seedFromJson(value)).toThrow(new Error(message));
});

it.each<[Seed["projects"], string]>([
  [[], "seed: it has no project"],
  [[{ name: "a", id: "a" }], "seed: a is not project_ and 25 digits"],
  [
    [{ name: "a" }, { name: "b", backendApiKeys: [{ name: "backend-key" }] }],
    "seed: two backend API keys are called backend-key",
  ],
  [
    [{ name: "a", backendApiKeys: [{ name: "k", secretToken: "x" }] }],
    "seed: the backend API key k is not tesseral_secret_key_ and 25 digits",
  ],
  [
    [{ name: "a", organizations: [{ apiKeys: [{ secretToken: "x" }] }] }],
    "seed: a secret token is not acme_sk_ and 55 digits",
  ],
  [[{ name: "a", organizations: [{ apiKeys: [{ expireTime: "x" }] }] }], "seed: expireTime x is not RFC 3339"],
  [[{ name: "a", organizations: [{ apiKeys: [{ roles: ["x"] }] }] }], "seed: there is no role x"],
  [[{ name: "a" }, { name: "b" }, { name: "a" }], "seed: two projects are called a"],
  [
    [
      { name: "a", organizations: [{ name: "acme" }] },
      { name: "b", organizations: [{ name: "acme" }] },
    ],
    "seed: two organizations are called acme",
  ],
  [
    [{ name: "a", organizations: [{ displayName: "Acme", apiKeys: [{ name: "ci" }, { name: "ci" }] }] }],
    "seed: two API keys of Acme are called ci",
  ],
  [
    [{ name: "a", organizations: [{ id: organizationId }, { id: organizationId }] }],
    `seed: ${organizationId} is there twice`,
  ],
  [
    [
      {
        name: "a",
        organizations: [
          {
            roles: [
              { id: role, displayName: "x" },
              { id: role, displayName: "y" },
            ],
          },
        ],
      },
    ],
    `seed: ${role} is there twice`,
  ],
  [
    [{ name: "a", organizations: [{ apiKeys: [{ secretToken: token }] }, { apiKeys: [{ secretToken: token }] }] }],
    "seed: two API keys have one secret token",
  ],
  [
    [
      {
        name: "a",
        backendApiKeys: [
          { name: "x", secretToken: backendKey },
          { name: "y", secretToken: backendKey },
        ],
      },
    ],
    "seed: the backend API key y is there twice",
  ],
])("cannot start with %j", async (projects, message) => {
  await expect(startEmulator({ seed: { projects } })).rejects.toThrow(new Error(message));
});
