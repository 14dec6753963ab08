// Proves which entries are proposed for which tenant, and that whatever organizations, roles and keys are called, the program takes the
// file. That nothing is sent to Tesseral for them is shown by test/commandLine/import.test.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Contents } from "../../../cli/import/children";
import { proposedName } from "../../../cli/import/entryNames";
import { indented } from "../../../cli/import/entryText";
import { withEntries } from "../../../cli/import/mergeEntries";
import { type Known, namesOf, type ProposedEntry, planImport } from "../../../cli/import/plan";
import type { ApiKey, Organization, Role } from "../../../tesseral";
import { markedName } from "../../../tesseral";
import { customersOf, now, problemsOf } from "../../config/declared";

const id = (kind: string, number: number) => `${kind}_${String(number).padStart(25, "0")}`;
const times = { createTime: "2025-01-01T00:00:00Z", updateTime: "2025-01-01T00:00:00Z" };

function organization(number: number, displayName: string, more: Partial<Organization> = {}): Organization {
  return { id: id("org", number), displayName, apiKeysEnabled: true, ...times, ...more } as Organization;
}
const organizationId = id("org", 1);
const role = (number: number, more: Partial<Role> = {}): Role => ({
  ...{ id: id("role", number), organizationId, displayName: "reader", actions: ["widgets.read"] },
  ...times,
  ...more,
});
const key = (number: number, more: Partial<ApiKey> = {}, roleIds: string[] = []) => ({
  ...{ id: id("api_key", number), organizationId, displayName: `key${number}`, roleIds },
  ...times,
  ...more,
});

const nothing: Known = { entries: {}, customers: new Set(), contents: new Set() };
const place = { file: "customers.yaml", path: "customers.yaml", at: [] };

function plan(organizations: Organization[], contents: Record<string, Contents> = {}, known: Known = nothing) {
  const names = namesOf(organizations, known);
  return planImport(organizations, names, new Map(Object.entries(contents)), known, now.getTime());
}

/** The entry of an organization with these in it. */
function entryOf(contents: Contents, more: Partial<Organization> = {}): { entry?: ProposedEntry; notes: string[] } {
  const [proposal] = plan([organization(1, "Acme", more)], { [organizationId]: contents }).proposals;
  return { notes: [], ...proposal };
}

describe("names", () => {
  it.each([
    ["Acme Corp", "acme-corp"],
    ["Müller & Söhne GmbH", "muller-sohne-gmbh"],
    ["O'Reilly's", "oreillys"],
    ["Łódź Ørsted Straße", "lodz-orsted-strasse"],
    ["Ромашка ООО", "romashka-ooo"],
    ["Αθήνα", "athina"],
    ["東京電力", "dong-jing-dian-li"],
    ["한국전력", "hangugjeonryeog"],
    ["3M", "customer-3m"],
    ["😀", "customer-000007"],
    ["", "customer-000007"],
    ["The Very Long Company Name of the North and the South", "the-very-long-company-name-of-the-north"],
    ["x".repeat(100), "x".repeat(40)],
  ])("of %j is %s", (text, name) => {
    expect(proposedName(text, "customer", id("org", 7))).toBe(name);
  });

  it("are the older organization's where two want one, and none that is taken, whatever is chosen", () => {
    const all = [
      organization(1, "Acme!", { createTime: "2025-03-01T00:00:00Z" }),
      organization(2, "ACME", { createTime: "2025-01-01T00:00:00Z" }),
      organization(3, "Globex"),
    ];
    const known = { ...nothing, customers: new Set(["globex"]) };
    const names = { [id("org", 1)]: "acme-2", [id("org", 2)]: "acme", [id("org", 3)]: "globex-2" };
    expect(Object.fromEntries(namesOf(all, known))).toEqual(names);
    expect(Object.fromEntries(namesOf([...all].reverse(), known))).toEqual(names);
  });
});

describe("an entry", () => {
  it("says nothing but who it is, for an organization whose keys work", () => {
    expect(entryOf({ roles: [], keys: [] }, { requireMfa: true, logInWithGoogle: false })).toEqual({
      name: "acme",
      entry: { displayName: "Acme", adopt: organizationId },
      notes: [],
    });
  });

  it("says of one whose keys are refused that its access is suspended", () => {
    expect(entryOf({ roles: [], keys: [] }, { apiKeysEnabled: false }).entry).toEqual({
      displayName: "Acme",
      adopt: organizationId,
      apiAccess: "suspended",
    });
  });

  it("has the roles, and the keys with their ends, under short names", () => {
    const roles = [role(1), role(2, { displayName: "Reader!", description: "Reads", actions: ["b", "a"] })];
    const expireTime = "2035-01-01T00:00:00.123456Z";
    const keys = [
      key(1, { displayName: "ci" }, [id("role", 1), id("role", 2)]),
      key(2, { displayName: "CI", expireTime }),
    ];
    expect(entryOf({ roles, keys }).entry).toEqual({
      displayName: "Acme",
      adopt: organizationId,
      roles: {
        reader: { adopt: id("role", 1), actions: ["widgets.read"] },
        "reader-2": { displayName: "Reader!", description: "Reads", adopt: id("role", 2), actions: ["a", "b"] },
      },
      apiKeys: {
        ci: { adopt: id("api_key", 1), roles: ["reader", "reader-2"] },
        "ci-2": { displayName: "CI", adopt: id("api_key", 2), expireTime },
      },
    });
  });

  it("leaves the roles of a key alone that cannot be declared: those of the project, and those that allow nothing", () => {
    const roles = [role(1), role(2, { displayName: "empty", actions: [] })];
    const keys = [key(1, {}, [id("role", 1), id("role", 2)]), key(2, {}, [id("role", 9)])];
    expect(entryOf({ roles, keys })).toMatchObject({
      entry: { apiKeys: { key1: { roles: "unmanaged" }, key2: { roles: "unmanaged" } } },
      notes: [
        `role ${id("role", 2)} "empty" is left alone: it allows nothing`,
        "key key1 has roles that cannot be declared here, so its roles are not managed",
        "key key2 has roles that cannot be declared here, so its roles are not managed",
      ],
    });
  });

  it("names in a comment the keys that do not work any more, or have no name that can be kept", () => {
    const keys = [
      key(1, { revoked: true, displayName: "old\n# x" }),
      key(2, { expireTime: "2026-01-01T00:00:00Z" }),
      key(3, { displayName: "" }),
      key(4, { displayName: " ci" }),
    ];
    expect(entryOf({ roles: [], keys })).toMatchObject({
      entry: { displayName: "Acme", adopt: organizationId },
      notes: [
        `key ${id("api_key", 1)} "old # x" is left alone: it was revoked`,
        `key ${id("api_key", 2)} "key2" is left alone: it expired at 2026-01-01T00:00:00Z`,
        `key ${id("api_key", 3)} is left alone: its name must not be empty: rename it in the Tesseral Console`,
        `key ${id("api_key", 4)} " ci" is left alone: its name must not begin or end with blanks, nor hold line breaks, control or invisible characters: rename it in the Tesseral Console`,
      ],
    });
  });

  it("has no key whose resource would be called as another customer's", () => {
    const [acme, eu] = [organization(1, "Acme"), organization(2, "Acme EU")];
    const contents = {
      [acme.id]: { roles: [], keys: [key(1, { displayName: "eu-ci" })] },
      [eu.id]: { roles: [], keys: [key(2, { displayName: "ci" })] },
    };
    expect(plan([acme, eu], contents).proposals.map(({ entry }) => Object.keys(entry.apiKeys ?? {}))).toEqual([
      ["eu-ci"],
      ["ci-2"],
    ]);
    const known = { ...nothing, contents: new Set(["acme-eu-ci"]) };
    expect(plan([acme], contents, known).proposals[0]?.entry.apiKeys).toHaveProperty("eu-ci-2");
  });
});

describe("organizations of one name", () => {
  it("both say that this is meant", () => {
    expect(plan([organization(1, "Acme"), organization(2, "acme ")]).skipped).toHaveLength(1);
    const { proposals } = plan([organization(1, "Acme"), organization(2, "ACME")]);
    expect(proposals.map(({ name, entry }) => [name, entry.allowDuplicateName])).toEqual([
      ["acme", true],
      ["acme-2", true],
    ]);
  });

  it("are one where an entry that is declared waits for it", () => {
    const known = { ...nothing, entries: { corp: { displayName: "Acme", place } } };
    const { proposals, adoptions } = plan([organization(1, "Acme")], {}, known);
    expect([proposals, adoptions.map(({ name, id: adopt }) => [name, adopt])]).toEqual([
      [],
      [["corp", organizationId]],
    ]);
  });

  it("are left out where an entry has the name and is another's, unless it says that this is meant", () => {
    const corp = { displayName: "Acme", adopt: id("org", 9), place };
    const { skipped } = plan([organization(1, "Acme")], {}, { ...nothing, entries: { corp } });
    expect(skipped).toEqual([
      {
        ...{ id: organizationId, displayName: "Acme" },
        reason: "entry corp has its name: if these are two customers, write allowDuplicateName: true into corp",
      },
    ]);
    const entries = { corp: { ...corp, allowDuplicateName: true } };
    expect(plan([organization(1, "Acme")], {}, { ...nothing, entries }).proposals[0]?.entry.allowDuplicateName).toBe(
      true,
    );
  });
});

describe("an entry that waits for its organization", () => {
  const declares = {
    displayName: "Acme",
    place,
    roles: { reader: {} },
    apiKeys: { ci: {}, live: { displayName: "Live key" } },
  };
  const contents = (...keys: Contents["keys"][number][]) => ({ [organizationId]: { roles: [role(1)], keys } });
  const inside = [key(1, { displayName: "ci" }), key(2, { displayName: "live KEY" }), key(3, { displayName: "other" })];
  const planOf = (entry: object, ...keys: Contents["keys"][number][]) =>
    plan([organization(1, "Acme")], contents(...keys), { ...nothing, entries: { acme: { ...declares, ...entry } } });

  it("adopts what it declares and is there, by the names, and leaves the rest alone", () => {
    const revoked = key(4, { displayName: "ci", revoked: true });
    const { adoptions, skipped } = planOf({}, ...inside, revoked);
    expect(skipped).toEqual([]);
    expect(adoptions.map(({ customer: _, ...one }) => one)).toEqual([
      {
        ...{ name: "acme", id: organizationId, turnsKeysOn: false },
        children: [
          { field: "roles", name: "reader", id: id("role", 1) },
          { field: "apiKeys", name: "ci", id: id("api_key", 1) },
          { field: "apiKeys", name: "live", id: id("api_key", 2) },
        ],
        notes: [`API key ${id("api_key", 3)} "other" is left alone: its entry does not declare it`],
      },
    ]);
  });

  it("adopts nothing where two keys can be meant, or two entries of keys mean one", () => {
    const twice = planOf({}, ...inside, key(4, { displayName: "ci" }));
    expect([twice.adoptions, twice.skipped.map(({ reason }) => reason)]).toEqual([
      [],
      [
        `entry acme: apiKeys.ci can be any of 2 API keys called "ci": ${id("api_key", 1)} (created 2025-01-01T00:00:00Z), ` +
          `${id("api_key", 4)} (created 2025-01-01T00:00:00Z). Write adopt into ci for the one that is meant`,
      ],
    ]);
    const rotated = planOf({ apiKeys: { ci: { isRotated: true } } }, ...inside, key(4, { displayName: "ci" }));
    expect(rotated.skipped[0]?.reason).toContain(
      "Write adopt into ci for the one that is meant: after a rotation the younger one has the current token. Until the customer uses that, give the other one an entry of its own",
    );
    const both = planOf({ apiKeys: { ci: {}, cd: { displayName: "ci" } } }, ...inside);
    expect(both.skipped[0]?.reason).toContain(
      "can be apiKeys.ci or apiKeys.cd: write adopt into the one that is meant",
    );
    const decided = planOf(
      { apiKeys: { ci: { adopt: id("api_key", 4) } } },
      key(1, { displayName: "ci" }),
      key(4, { displayName: "ci" }),
    );
    expect(decided.adoptions[0]?.children.map(({ name }) => name)).toEqual(["reader"]);
  });

  it("adopts nothing while nobody looked at its keys, and says when it turns them on", () => {
    const off = organization(1, "Acme", { apiKeysEnabled: false });
    const unseen = plan([off], {}, { ...nothing, entries: { acme: declares } });
    expect(unseen.skipped[0]?.reason).toContain("run this without it");
    const seen = (apiAccess: string) =>
      plan([off], {}, { ...nothing, entries: { acme: { displayName: "Acme", place, apiAccess } } }).adoptions;
    expect([seen("enabled"), seen("suspended")].map(([one]) => one?.turnsKeysOn)).toEqual([true, false]);
  });

  it("is matched, too, if somebody wrote the organization's adopt by hand", () => {
    const { adoptions } = planOf({ adopt: organizationId }, ...inside);
    expect(adoptions[0]?.children).toHaveLength(3);
    const done = planOf({ adopt: organizationId, apiKeys: {}, roles: { reader: { adopt: id("role", 1) } } }, ...inside);
    expect([done.adoptions, done.proposals, done.skipped]).toEqual([[], [], []]);
  });

  it("is told apart from another one of its name by nobody", () => {
    const entries = { acme: declares, corp: declares };
    const [skipped] = plan([organization(1, "Acme")], contents(), { ...nothing, entries }).skipped;
    expect(skipped?.reason).toBe(
      `entries acme and corp have its name: write adopt: ${organizationId} into the entry that is meant`,
    );
    const two = plan(
      [organization(1, "Acme"), organization(2, "Acme")],
      {},
      { ...nothing, entries: { acme: declares } },
    );
    expect(two.skipped.map(({ reason }) => reason)).toEqual(
      [1, 2].map(
        (number) =>
          `entry acme has its name, and so have 2 organizations: write adopt: ${id("org", number)} into the entry that is meant`,
      ),
    );
  });
});

it("leaves out what cannot be declared under its name, and what an interrupted creation left", () => {
  const { skipped } = plan([organization(1, ""), organization(2, markedName("Acme", "a/b/c/acme"))]);
  expect(skipped.map(({ reason }) => reason)).toEqual([
    "was left by an interrupted creation: run npx pulumi-tesseral inventory --recover",
    "its name must not be empty: rename it in the Tesseral Console",
  ]);
});

it("shows no token that somebody pasted as a name, and writes none", () => {
  const [token, backendKey] = [`acme_sk_${"a1".repeat(20)}`, `tesseral_secret_key_${"b2".repeat(12)}`];
  const keys = [key(1, { displayName: `old ${token}`, revoked: true }), key(2, { displayName: backendKey })];
  const roles = [role(1, { displayName: token, actions: ["a"] })];
  const named = [organization(1, "Acme"), organization(2, `Ours: ${token}`), organization(3, backendKey)];
  const found = plan(named, { [organizationId]: { roles, keys } });
  expect(found.skipped.map(({ displayName }) => displayName)).toEqual(["Ours: [secret]", "[secret]"]);
  expect(found.proposals.map(({ notes }) => notes.length)).toEqual([3]);
  expect(JSON.stringify(found)).not.toMatch(/_sk_|tesseral_secret_key/);
});

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.constantFrom(
    "Acme",
    "acme",
    "ACME Corp",
    "null",
    "true",
    "007",
    "2030-01-01",
    "a: b",
    "- x",
    "# x",
    "{a}",
    "constructor",
    "ci",
  ),
);

it("writes a file that the program takes, whatever everything is called", () => {
  const contents = fc.record({
    roles: fc.array(
      fc.record({
        displayName: anyName,
        description: anyName,
        actions: fc.constantFrom<string[]>([], ["a"], ["b", "a: c"]),
      }),
      { maxLength: 3 },
    ),
    keys: fc.array(fc.record({ displayName: anyName, revoked: fc.boolean(), held: fc.nat(2) }), { maxLength: 3 }),
  });
  const tenant = fc.array(fc.record({ displayName: anyName, apiKeysEnabled: fc.boolean(), contents }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(tenant, (organizations) => {
      const all = organizations.map((one, index) =>
        organization(index, one.displayName, { apiKeysEnabled: one.apiKeysEnabled }),
      );
      const inside = Object.fromEntries(
        organizations.map((one, index): [string, Contents] => {
          const roles = one.contents.roles.map((each, at) => role(index * 10 + at, each));
          const keys = one.contents.keys.map(({ held, ...each }, at) =>
            key(
              index * 10 + at,
              each,
              roles.slice(0, held).map((each) => each.id),
            ),
          );
          return [id("org", index), { roles, keys }];
        }),
      );
      const { proposals, skipped } = plan(all, inside);
      expect(proposals.length + skipped.length).toBe(all.length);
      const text = withEntries(
        "customers:\n  zz-before: { displayName: Zz Before } # kept\n",
        "customers.yaml",
        ["customers"],
        proposals,
      );
      expect(text).toContain("# kept\n");
      expect(problemsOf(text)).toEqual([]);
      const entries = Object.fromEntries(proposals.map(({ name, entry }) => [name, entry]));
      expect(customersOf(text)).toEqual({ "zz-before": { displayName: "Zz Before" }, ...entries });
      expect(indented(proposals, 2).every((line) => line.startsWith("  "))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
