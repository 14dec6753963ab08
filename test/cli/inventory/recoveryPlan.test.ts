// Proves what a recovery would do of which situation, and when it refuses. That doing it settles a killed update is shown by test/crash/recover.test.ts.
import { expect, it } from "vitest";
import type { DeclaredCustomer, DeclaredCustomers } from "../../../cli/declaredCustomers";
import { planRecovery } from "../../../cli/inventory/recoveryPlan";
import type { StoredStack } from "../../../providers/stackState";
import { type ApiKey, markedName, type Organization, type Role } from "../../../tesseral";

const home = "organization/shop/prod";
const writtenAt = "2026-01-01T12:00:00Z";
const now = Date.parse("2026-01-01T12:10:00Z");
const during = "2026-01-01T11:59:00Z";
const longAgo = "2025-06-01T00:00:00Z";

const organization = (id: string, displayName: string, createTime = during) =>
  ({ id, displayName, createTime }) as Organization;
const inOrganization = (id: string, displayName: string, createTime = during) => ({
  id,
  organizationId: "org_acme",
  displayName,
  createTime,
  updateTime: createTime,
});
const marked = (displayName: string, name: string) => markedName(displayName, `${home}/${name}`);
const creation = (name: string, displayName: string) =>
  ({ kind: "Organization", name, inputs: { displayName } }) as const;
const acme = { kind: "Organization", name: "acme", urn: "u", id: "org_acme", outputs: {} } as const;

const place = { file: "customers.yaml", path: "customers.yaml", at: [] };

const declared = (entries: Record<string, Omit<DeclaredCustomer, "place">>): DeclaredCustomers => ({
  entries: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, place }])),
  source: { kind: "customers file", name: "customers.yaml" },
});

function plan(
  stack: Partial<StoredStack> & { customers?: DeclaredCustomers },
  tenant: { organizations?: Organization[]; apiKeys?: ApiKey[]; roles?: Role[] },
  elsewhere?: ReadonlySet<string>,
) {
  const none = { resources: [], interrupted: [], otherInterrupted: [], writtenAt, customers: { entries: {} } };
  const { adopt, remove, keep, ...rest } = planRecovery(
    { ...none, stack: "prod", home, ...stack },
    { organizations: [], apiKeys: [], roles: [], ...tenant },
    now,
    elsewhere,
  );
  const named = (those: { name: string; id: string }[]) => those.map(({ name, id }) => `${name}: ${id}`);
  const ids = remove.map(({ id }) => id);
  return { adopt: named(adopt), remove: ids, ...(keep.length > 0 && { keep: named(keep) }), ...rest };
}

const c18 = {
  interrupted: [creation("c18", "Crash 18 Ltd")],
  customers: declared({ c18: { displayName: "Crash 18 Ltd" } }),
};
const forgetC18 = ["Organization c18"];

it("leaves alone what an interrupted creation was to take over, young as it may be", () => {
  const inputs = { displayName: "ci", organizationId: "org_acme", rotatedAt: longAgo, adopt: "api_key_old" };
  const key = { kind: "ManagedApiKey", name: "acme-ci", inputs } as const;
  const role = {
    kind: "Role",
    name: "acme-reader",
    inputs: { ...inputs, displayName: "reader", adopt: "role_old" },
  } as const;
  const stack = { resources: [acme], interrupted: [key, role] };
  const apiKeys = [inOrganization("api_key_old", "ci"), inOrganization("api_key_other", "ci")];
  expect(plan(stack, { apiKeys, roles: [inOrganization("role_old", "reader")] })).toMatchObject({ remove: [] });
  const rotated = inOrganization("api_key_new", marked("ci", "acme-ci"));
  expect(plan(stack, { apiKeys: [...apiKeys, rotated] })).toMatchObject({ remove: ["api_key_new"] });
});

it("proposes the declared entry for an organization, by its mark or by its final name", () => {
  for (const displayName of [marked("Crash 18 Ltd", "c18"), "Crash 18 Ltd"]) {
    expect(plan(c18, { organizations: [organization("org_18", displayName), organization("org_x", "Other")] })).toEqual(
      {
        adopt: ["c18: org_18"],
        remove: [],
        forget: forgetC18,
        byHand: [],
      },
    );
  }
});

it("only forgets a creation that made nothing, or whose entry has decided", () => {
  const nothing = { adopt: [], remove: [], forget: forgetC18, byHand: [] };
  expect(plan(c18, {})).toEqual(nothing);
  const decided = { ...c18, customers: declared({ c18: { displayName: "Crash 18 Ltd", adopt: "org_18" } }) };
  expect(plan(decided, { organizations: [organization("org_18", "Crash 18 Ltd")] })).toEqual(nothing);
});

it("leaves alone an organization of that name that is older than the update", () => {
  expect(plan(c18, { organizations: [organization("org_18", "Crash 18 Ltd", longAgo)] }).adopt).toEqual([]);
});

it("finds by its mark what a provider's death left, of which Pulumi keeps nothing", () => {
  const { customers } = c18;
  expect(
    plan({ customers }, { organizations: [organization("org_18", marked("Crash 18 Ltd", "c18"), longAgo)] }).adopt,
  ).toEqual(["c18: org_18"]);
});

it("refuses when two organizations fit one creation, or one fits two, and names them", () => {
  const way =
    "Nothing was changed. Decide for each: write `adopt` into the entry or the argument, or `npx pulumi-tesseral remove` what nobody needs, and run this again";
  const one = organization("org_1", "Crash 18 Ltd");
  const other = organization("org_2", marked("Crash 18 Ltd", "c18"));
  const created = "created 11 minutes ago (2026-01-01T11:59:00Z)";
  expect(() => plan(c18, { organizations: [one, other] })).toThrow(
    `2 organizations fit the interrupted creation of c18: org_1 "Crash 18 Ltd", ${created}; org_2 ${JSON.stringify(other.displayName)}, ${created}. ${way}`,
  );
  const twins = { ...c18, interrupted: [...c18.interrupted, creation("c19", "Crash 18 Ltd")] };
  expect(() => plan(twins, { organizations: [one] })).toThrow(
    `organization org_1 "Crash 18 Ltd", ${created} fits the interrupted creations of c18 and of c19. ${way}`,
  );
});

it("leaves to people what is declared no more, or declared by a program", () => {
  const organizations = [organization("org_18", marked("Crash 18 Ltd", "c18"))];
  const { interrupted } = c18;
  const created = `org_18 ${JSON.stringify(marked("Crash 18 Ltd", "c18"))}, created 11 minutes ago (2026-01-01T11:59:00Z)`;
  expect(plan({ interrupted, customers: declared({ other: {} }) }, { organizations }).byHand).toEqual([
    `c18 is no longer declared, and its interrupted creation left ${created}: declare c18 with adopt: org_18, or run npx pulumi-tesseral remove org_18 --stack prod`,
  ]);
  expect(plan({ interrupted }, { organizations }).byHand).toEqual([
    `give Organization "c18" the argument adopt: "org_18" (${created})`,
  ]);
});

const key = {
  kind: "ManagedApiKey",
  name: "acme-ci",
  inputs: { displayName: "ci", organizationId: "org_acme" },
} as const;
const role = {
  kind: "Role",
  name: "acme-reader",
  inputs: { displayName: "reader", organizationId: "org_acme" },
} as const;
const contents = { resources: [acme], interrupted: [key, role] };

it("removes keys and roles that only the interruption left, marked or as they were sent", () => {
  expect(
    plan(contents, {
      apiKeys: [
        inOrganization("key_old", "ci", longAgo),
        inOrganization("key_left", "ci"),
        inOrganization("key_hand", "by hand"),
        { ...inOrganization("key_revoked", "ci", longAgo), revoked: true },
        { ...inOrganization("key_elsewhere", "ci"), organizationId: "org_other" },
      ],
      roles: [
        inOrganization("role_left", marked("reader", "acme-reader"), longAgo),
        inOrganization("role_hand", "admin"),
      ],
    }),
  ).toEqual({
    adopt: [],
    remove: ["key_left", "role_left"],
    forget: ["ManagedApiKey acme-ci", "Role acme-reader"],
    byHand: [],
  });
});

it("removes the revoked keys of a creation that was killed while it got rid of what lost answers had made", () => {
  const revoked = (id: string) => ({ ...inOrganization(id, "ci"), revoked: true });
  const apiKeys = [revoked("key_1"), inOrganization("key_2", "ci"), revoked("key_3")];
  expect(plan(contents, { apiKeys }).remove).toEqual(["key_1", "key_2", "key_3"]);
});

it("keeps what an entry adopts, marked or as it was sent, and takes the other of two that fit for what the interruption left", () => {
  const acme = {
    roles: { reader: {}, "reader-2": { adopt: "role_1" } },
    apiKeys: { ci: {}, "ci-2": { adopt: "key_1" } },
  };
  const stack = { ...contents, customers: declared({ acme }) };
  const tenant = {
    apiKeys: [inOrganization("key_1", "ci")],
    roles: [inOrganization("role_1", marked("reader", "acme-reader"))],
  };
  const kept = { remove: [], keep: ["acme.apiKeys.ci-2: key_1", "acme.roles.reader-2: role_1"] };
  const forget = ["ManagedApiKey acme-ci", "Role acme-reader"];
  expect(plan(stack, tenant)).toEqual({ adopt: [], ...kept, forget, byHand: [] });
  // Where customers are divided, the other parts read the same entries.
  expect(plan(stack, tenant, new Set(["key_1", "role_1"]))).toMatchObject(kept);
  const two = { ...tenant, apiKeys: [...tenant.apiKeys, inOrganization("key_2", "ci")] };
  expect(plan(stack, two)).toMatchObject({ ...kept, remove: ["key_2"] });
});

it("removes no key where two fit", () => {
  const apiKeys = [inOrganization("key_1", "ci"), inOrganization("key_2", "ci")];
  expect(() => plan(contents, { apiKeys })).toThrow(
    /^2 objects fit the interrupted creation of ManagedApiKey acme-ci: key_1 "ci", .*; key_2 "ci", .*\. Nothing was changed\./,
  );
});

it("leaves alone what somebody made by hand under the same name, before the creation was planned or with other actions", () => {
  const rotatedAt = "2026-01-01T11:59:30Z";
  const inputs = { ...role.inputs, actions: ["widgets.read", "widgets.write"] };
  const interrupted = [
    { ...key, inputs: { ...key.inputs, rotatedAt } },
    { ...role, inputs },
  ];
  const { remove } = plan(
    { ...contents, interrupted },
    {
      apiKeys: [inOrganization("key_hand", "ci"), inOrganization("key_left", "ci", rotatedAt)],
      roles: [
        { ...inOrganization("role_hand", "reader"), actions: ["widgets.read"] },
        { ...inOrganization("role_left", "reader"), actions: ["widgets.write", "widgets.read"] },
      ],
    },
  );
  expect(remove).toEqual(["key_left", "role_left"]);
});
