// Proves what the picture of a tenant says of each customer and key, and how it looks. How a tenant is read is the matter of test/cli/inventory.
import { describe, expect, it } from "vitest";
import type { ExportedResource } from "../../providers/exportedStack";
import { type Inventory, type InventoryOptions, tenantInventory } from "../../report/inventory";
import { pageInventory } from "../../report/render/html/inventory";
import { columnsOf } from "../../report/render/html/matrix";
import { markdownInventory, terminalInventory } from "../../report/render/inventory";
import { jsonPieces } from "../../report/render/jsonPieces";
import { longestComment } from "../../report/render/markdown";
import { readState } from "../../report/state/readState";
import type { ApiKey, Organization } from "../../tesseral";
import { problemsBy } from "./publishedSchema";

const now = "2026-11-27T00:00:00Z";
const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
const customerUrn = (name: string) => urn("tesseral:index:Customer", name);

function customer(name: string, inputs: object): ExportedResource[] {
  const type = "pulumi-nodejs:dynamic/tesseral:Organization";
  return [
    { urn: customerUrn(name), type: "tesseral:index:Customer" },
    {
      ...{ urn: urn(`tesseral:index:Customer$${type}`, name), type, id: `org_${name}`, parent: customerUrn(name) },
      ...{ protect: true, inputs: { displayName: `${name} Inc`, apiKeysEnabled: true, ...inputs } },
    },
  ];
}

function key(owner: string, name: string, inputs: object, outputs: object = {}): ExportedResource {
  const type = "pulumi-nodejs:dynamic/tesseral:ManagedApiKey";
  return {
    ...{ urn: urn(`tesseral:index:Customer$${type}`, `${owner}-${name}`), type, id: `api_key_${owner}${name}` },
    parent: customerUrn(owner),
    inputs: { organizationId: `org_${owner}`, status: "active", generation: 1, ...inputs },
    outputs: { apiKeyId: `api_key_${owner}${name}`, secretToken: "acme_sk_00000000000000000000", ...outputs },
  };
}

const organization = (name: string, apiKeysEnabled = true) =>
  ({
    id: `org_${name}`,
    displayName: `${name} Inc`,
    createTime: "2025-01-01T00:00:00Z",
    apiKeysEnabled,
  }) as Organization;

const apiKey = (owner: string, name: string, more: Partial<ApiKey> = {}): ApiKey => ({
  ...{ id: `api_key_${owner}${name}`, organizationId: `org_${owner}`, updateTime: now },
  ...{ createTime: "2026-05-01T00:00:00Z", ...more },
});

const strangerText = '"umbrella Inc", created 2 days ago (2026-11-25T00:24:42.571859Z)';

function taken(options: Partial<InventoryOptions> = {}): Inventory {
  const resources = [
    ...customer("acme", {}),
    key("acme", "production", { generation: 3, rotatedAt: "2026-11-01T00:00:00Z", rotateAt: "2027-01-30T00:00:00Z" }),
    key("acme", "ci", { expireTime: "2026-12-05T00:00:00Z" }),
    key("acme", "old", {}, { secretToken: undefined }),
    ...customer("globex", { apiKeysEnabled: false }),
    key("globex", "live", {}),
    ...customer("initech", {}),
    key("initech", "gone", {}),
  ];
  const tenant = tenantInventory(
    {
      project: { id: "project_1", displayName: "Shop" },
      stacks: [{ stack: "prod", state: readState({ deployment: { resources } }) }],
      organizations: [
        organization("acme"),
        organization("globex", false),
        organization("initech"),
        organization("umbrella"),
      ],
      apiKeys: [
        apiKey("acme", "production", { createTime: "2026-11-01T00:00:00Z" }),
        apiKey("acme", "ci", { expireTime: "2026-12-05T00:00:00Z" }),
        apiKey("acme", "old", { revoked: true }),
        apiKey("globex", "live"),
      ],
      findings: [
        {
          finding: "unknown",
          kind: "Organization",
          id: "org_umbrella",
          text: strangerText,
          commands: [{ to: "adopt", run: "rename it" }],
        },
      ],
    },
    { now, horizon: "P30D", ...options },
  );
  return { version: 1, time: now, tenants: [tenant] };
}

it("knows of each key its age, generation, last rotation and what comes", () => {
  const [tenant] = taken({ maxAge: "P180D" }).tenants;
  expect(tenant?.totals).toEqual({ customers: 3, undeclared: 1, keys: 5, suspended: 1, old: 3 });
  expect(
    tenant?.customers.map(({ name, access, stack, keys }) => ({ name, access, stack, keys: keys.length })),
  ).toEqual([
    { name: "acme", access: "enabled", stack: "prod", keys: 3 },
    { name: "globex", access: "suspended", stack: "prod", keys: 1 },
    { name: "initech", access: "enabled", stack: "prod", keys: 1 },
    { name: "org_umbrella", access: "enabled", stack: undefined, keys: 0 },
  ]);
  expect(tenant?.customers.flatMap(({ keys }) => keys)).toEqual([
    expect.objectContaining({
      name: "ci",
      state: "expiring",
      ageInDays: 210,
      expires: "2026-12-05T00:00:00Z",
      old: true,
    }),
    expect.objectContaining({ name: "old", state: "revoked", tokenKnown: false, old: true }),
    {
      ...{
        name: "production",
        state: "works",
        apiKeyId: "api_key_acmeproduction",
        generation: 3,
        old: false,
        tokenKnown: true,
      },
      ...{ created: "2026-11-01T00:00:00Z", ageInDays: 26, rotated: "2026-11-01T00:00:00Z" },
      rotates: "2027-01-30T00:00:00Z",
    },
    expect.objectContaining({ name: "live", state: "suspended", old: true }),
    expect.objectContaining({ name: "gone", state: "gone", old: false }),
  ]);
  expect(tenant?.horizon.events).toEqual([
    { time: "2026-12-05T00:00:00Z", event: "expires", customer: "acme", key: "ci", overdue: false },
  ]);
});

it("is JSON as the published schema says, which knows no more", () => {
  const problems = problemsBy("inventory.schema.json");
  const printed = (inventory: Inventory) => JSON.parse([...jsonPieces(inventory)].join(""));
  const [tenant, ...others] = taken({ maxAge: "P180D" }).tenants;
  expect(problems(printed(taken()))).toEqual([]);
  expect(problems(printed(taken({ maxAge: "P180D" })))).toEqual([]);
  expect(problems({ ...taken(), tenants: [{ ...tenant, more: 1 }, ...others] })).toMatchObject([
    { instancePath: "/tenants/0", keyword: "additionalProperties" },
  ]);
});

it("shows what is asked for", () => {
  const names = (options: Partial<InventoryOptions>) =>
    taken(options).tenants[0]?.customers.map(({ name, keys }) => `${name} ${keys.map((one) => one.name)}`);
  expect(names({ customers: ["globex"] })).toEqual(["globex live"]);
  expect(names({ states: ["revoked", "gone"] })).toEqual(["acme old", "initech gone"]);
});

it("is a table in a terminal", () => {
  expect(
    terminalInventory(taken({ maxAge: "P180D" })),
  ).toBe(`3 customers, 5 keys · 1 suspended · 3 keys are too old · 1 organization that no stack knows        stack prod, Tesseral project project_1 (Shop)

  customer                     API access  key         state                     age                generation  rotated     next
  acme Inc (acme)              enabled     ci          expiring                  210 days, too old  1           -           ends 2026-12-05
                                           old         revoked, token not known  210 days, too old  1           -
                                           production  works                     26 days            3           2026-11-01  rotates 2027-01-30
  globex Inc (globex)          suspended   live        suspended                 210 days, too old  1           -
  initech Inc (initech)        enabled     gone        gone                      -                  1           -
  umbrella Inc (org_umbrella)  enabled     -           no stack knows it

Until 2026-12-27 (P30D)
  2026-12-05  acme/ci expires in 8 days
`);
});

it("gives a long name a line of its own, so that no other row is as wide", () => {
  const inventory = taken();
  const customers = inventory.tenants[0]?.customers ?? [];
  const [first] = customers;
  if (first === undefined) {
    throw new Error("no customer");
  }
  first.displayName = "x".repeat(255);
  const lines = terminalInventory(inventory).split("\n");
  expect(lines.filter((line) => line.length > 150)).toEqual([`  ${"x".repeat(255)} (acme)`]);
  expect(lines[lines.findIndex((line) => line.endsWith("x (acme)")) + 1]).toMatch(/^ +enabled +ci +expiring /);
});

it("shows findings and events of what is asked for alone, and says where nothing is", () => {
  const [tenant] = taken({ customers: ["globex"] }).tenants;
  expect([tenant?.findings, tenant?.horizon.events]).toEqual([[], []]);
  expect(taken({ states: ["expiring"] }).tenants[0]?.horizon.events).toHaveLength(1);
  expect(taken({ states: ["revoked"] }).tenants[0]?.horizon.events).toEqual([]);
  expect(taken({ customers: ["org_umbrella"] }).tenants[0]?.findings).toHaveLength(1);
  const nothing = taken({ customers: ["globex"], states: ["works"] });
  const words = "Nothing matches --customer and --state.";
  for (const text of [terminalInventory(nothing), pageInventory(nothing)]) {
    expect(text).toContain(words);
    expect(text).toContain("shown: 0 customers, 0 keys");
  }
  expect(markdownInventory(nothing)).toContain(words);
  expect(markdownInventory(nothing)).not.toContain("| ---");
});

it("is Markdown, what needs care first", () => {
  const text = markdownInventory(taken());
  expect(text).toMatch(/^### Customers of stack prod\n\n\*\*3 customers, 5 keys · 1 suspended/);
  expect(text).toContain(
    '- Organization org\\_umbrella: "umbrella Inc", created 2 days ago (2026-11-25 00:24 UTC)\n  - to adopt: rename it\n',
  );
  const first = text.split("\n").filter((line) => line.startsWith("| ") && /\((acme|globex|initech|org)/.test(line));
  expect(first.at(-1)).toContain("globex");
});

it("holds no token, and is no longer than a comment, for 2,000 customers with names of any kind", () => {
  const resources = Array.from({ length: 2000 }, (_, index) => [
    ...customer(`c${index}`, { displayName: `<b>|@all ${index}` }),
    key(`c${index}`, "live", {}),
  ]).flat();
  const tenant = tenantInventory(
    {
      project: { id: "project_1" },
      stacks: [{ stack: "prod", state: readState({ deployment: { resources } }) }],
      ...{ organizations: [], apiKeys: [], findings: [] },
    },
    { now, horizon: "P30D" },
  );
  const all: Inventory = { version: 1, time: now, tenants: [tenant] };
  const markdown = markdownInventory(all);
  expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(longestComment);
  expect(markdown).toMatch(/and \d+ more customers/);
  expect(markdown).not.toContain("<b>");
  const page = pageInventory(all);
  expect(page).not.toContain("<b>");
  expect(JSON.stringify(all) + markdown + page + terminalInventory(all)).not.toContain("_sk_");
});

it("holds no token that somebody pasted as a name in Tesseral", () => {
  const name = `acme_sk_${"a1".repeat(20)}`;
  const times = { createTime: now, updateTime: now };
  const tenant = tenantInventory(
    {
      project: { id: "project_1", displayName: name },
      stacks: [],
      organizations: [{ id: "org_1", displayName: name, ...times } as Organization],
      apiKeys: [],
      findings: [{ finding: "unknown", kind: "Role", text: name, commands: [{ to: "adopt", run: name }] }],
    },
    { now, horizon: "P30D" },
  );
  expect(JSON.stringify(tenant)).not.toContain("_sk_");
  expect(tenant.customers).toMatchObject([{ displayName: "[secret]" }]);
});

describe("the page", () => {
  it("has the timeline, the findings and every key", () => {
    const page = pageInventory(taken({ maxAge: "P180D" }));
    expect(page).toContain("<title>Customers of prod</title>");
    expect(page).toContain(
      "What differs</h2><ul><li>Organization <code>org_umbrella</code> &quot;umbrella Inc&quot;, created 2 days ago (2026-11-25 00:24 UTC)<br>",
    );
    expect(page).toContain('<svg viewBox="0 0 1000 70" role="img"');
    expect(page.match(/<tr data-customer/g)).toHaveLength(4);
    expect(page).toMatch(/<th scope="col">API access<\/th>(<th scope="col">\w+<\/th>){5}<\/tr>/);
    expect(page).toContain("generation 3 · rotated 2026-11-01 · rotates 2027-01-30");
  });

  it("has columns for the names that many keys have, and none for one of many that are rare", () => {
    const rare = Array.from({ length: 12 }, (_, index) => ({ keys: [{ name: `k${index}` }, { name: "production" }] }));
    expect(columnsOf(rare)).toEqual(["production"]);
    expect(columnsOf(rare.slice(0, 3))).toEqual(["k0", "k1", "k2", "production"]);
  });
});
