// Proves what every edit of the customers is taken for, in exact words: renames, refusals, releases, removals. A function of what is
// declared and what is deployed; programEdits.test.ts shows on the engine that Pulumi and Tesseral make the same of it.
import { describe, expect, it } from "vitest";
import type { DeployedCustomer } from "../../../config/identity/deployedCustomers";
import type { IdentifiedCustomer } from "../../../config/identity/identifiedCustomer";
import { identify } from "../../../config/identity/identities";
import type { Problem } from "../../../config/problem";

const deployedCustomer = (organizationId: string, more: Partial<DeployedCustomer> = {}): DeployedCustomer => ({
  protect: true,
  onRemoval: "delete",
  organizationId,
  roles: [],
  apiKeys: [],
  expireTimes: new Map(),
  tokenEnds: new Map(),
  ...more,
});

const acme = deployedCustomer("org_a", { displayName: "Acme" });
const globex = deployedCustomer("org_g", { displayName: "Globex" });

/** What the edit comes to, without what is empty; problems as `path: message`. */
function judge(declared: Record<string, IdentifiedCustomer>, deployed: Record<string, DeployedCustomer>) {
  const { problems, aliases, notes, waiting, vanished } = identify(
    new Map(Object.entries(declared)),
    new Map(Object.entries(deployed)),
    new Date("2026-06-01T12:00:00Z"),
  );
  const said = (all: readonly Problem[]) => all.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return Object.fromEntries(
    Object.entries({
      problems: said(problems),
      aliases: [...aliases].map(([name, earlier]) => `${name}: ${earlier.join(", ")}`),
      notes,
      waiting: said([...waiting.values()].flatMap((keys) => [...keys.values()])),
      vanished,
    }).filter(([, list]) => list.length > 0),
  );
}

const renamed = (place: string, from: string) =>
  `${place}: renamed from ${from}, which alone changes nothing in Tesseral.`;

it("refuses to deliver a token that nobody knows, until the key is deployed or rotated along", () => {
  const ci = { adopt: "api_key_1", deliverTo: { awsSecretsManager: {} } };
  const refused =
    "acme.apiKeys.ci.adopt: is a key whose token cannot be delivered, since Tesseral has shown it once and not here: declare overlap and rotate " +
    "beside it, such as { overlap: P7D, rotate: first token }, and a new token is made and delivered, or deliverTo: none until then";
  expect(judge({ acme: { apiKeys: { ci } } }, { acme })).toEqual({ problems: [refused] });
  expect(judge({ acme: { ...ci, apiKeys: { ci: { adopt: "api_key_1" } } } }, {})).toEqual({ problems: [refused] });
  expect(judge({ acme: { apiKeys: { ci: { ...ci, rotate: "first" } } } }, { acme })).toEqual({});
  expect(judge({ acme: { apiKeys: { ci: { ...ci, deliverTo: "none" } } } }, { acme })).toEqual({});
  expect(judge({ acme: { apiKeys: { ci } } }, { acme: { ...acme, apiKeys: ["acme-ci"] } })).toEqual({});
});

describe("an entry that is renamed", () => {
  it("is the customer that it was called before", () => {
    expect(judge({ corp: { displayName: "Acme", renamedFrom: "acme" } }, { acme })).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme")],
    });
  });

  it("is found by any of its earlier names, and passes over those that are in use again", () => {
    expect(judge({ corp: { renamedFrom: ["inc", "acme"] } }, { acme })).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme")],
    });
    expect(judge({ corp: { renamedFrom: ["tmp", "acme"] }, acme: {} }, { acme, tmp: globex })).toEqual({
      aliases: ["corp: tmp"],
      notes: [renamed("corp", "tmp")],
    });
  });

  it("is found by itself where it adopts the organization of the entry that is gone", () => {
    expect(judge({ corp: { adopt: "org_a" } }, { acme })).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme")],
    });
    expect(judge({ corp: { adopt: "org_a", renamedFrom: "acme" } }, { acme })).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme")],
    });
  });

  it("may keep the line when that is done, also when the old name is in use again", () => {
    expect(judge({ corp: { renamedFrom: "acme" } }, { corp: acme })).toEqual({});
    expect(judge({ corp: { renamedFrom: "acme" }, acme: {} }, { corp: acme })).toEqual({});
    expect(judge({ corp: { renamedFrom: "acme" }, acme: {} }, { corp: acme, acme: globex })).toEqual({});
  });

  it("may have the line in a stack that never knew the old name", () => {
    expect(judge({ corp: { renamedFrom: "acme" }, globex: {} }, { globex })).toEqual({});
    expect(judge({ corp: { renamedFrom: "acme" } }, {})).toEqual({});
  });

  it("is not counted among those that vanish", () => {
    expect(judge({ corp: { renamedFrom: "acme" } }, { acme, globex })).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme")],
      vanished: ["globex"],
    });
  });

  it("cannot take the name of another that takes its own, and is told how names and display names are swapped", () => {
    const said = (name: string, other: string) =>
      `${name}.renamedFrom: ${other} and ${name} would take each other's names at once. To swap names, rename in several updates, ` +
      "each time to a name that is free; to swap display names, leave out the lines renamedFrom and change one of the two in each update";
    const swapped = { acme: { renamedFrom: "globex" }, globex: { renamedFrom: "acme" } };
    expect(judge(swapped, { acme, globex }).problems).toEqual([said("acme", "globex"), said("globex", "acme")]);
    // A line that was left from an earlier rename says nothing of what has its old name now.
    expect(judge({ acme: { renamedFrom: "globex" }, globex: {} }, { acme, globex }).problems).toBeUndefined();
  });

  it.each<[string, Record<string, IdentifiedCustomer>, Record<string, DeployedCustomer>, string]>([
    [
      "the old name is still declared",
      { corp: { renamedFrom: "acme" }, acme: {} },
      { acme },
      "corp.renamedFrom: acme is still declared: the old name must be gone in the update that renames. " +
        "To swap or to shift names, rename in several updates, each time to a name that is free",
    ],
    [
      "both are deployed",
      { corp: { renamedFrom: "acme" } },
      { acme, corp: globex },
      "corp.renamedFrom: corp and acme are 2 customers of this stack, which cannot become one: remove this line",
    ],
    [
      "two of the earlier names are deployed",
      { corp: { renamedFrom: ["acme", "globex"] } },
      { acme, globex },
      "corp.renamedFrom: acme and globex are 2 customers of this stack, which cannot become one: remove this line",
    ],
    [
      "the old name is misspelled",
      { corp: { renamedFrom: "acne" } },
      { acme },
      'corp.renamedFrom: this stack has no customer "acne", did you mean "acme"? If corp is new, remove this line',
    ],
    [
      "the old name is none of those that are gone",
      { corp: { renamedFrom: "umbrella" } },
      { acme, globex },
      'corp.renamedFrom: this stack has no customer "umbrella": what is gone is acme, globex. If corp is new, remove this line',
    ],
    [
      "two have one old name",
      { corp: { renamedFrom: "acme" }, inc: { renamedFrom: "acme" } },
      { acme },
      "inc.renamedFrom: acme is also what corp was renamed from: remove one of the two lines",
    ],
    [
      "the old name is its own",
      { acme: { renamedFrom: "acme" } },
      { acme },
      "acme.renamedFrom: is the name that it has: write the one that it had before",
    ],
    [
      "another entry adopts the organization",
      { corp: { renamedFrom: "acme" }, inc: { adopt: "org_a" } },
      { acme },
      "inc.adopt: is the organization of acme, which corp is the new name of: remove one of the two entries",
    ],
    [
      "it adopts another organization at once",
      { corp: { renamedFrom: "acme", adopt: "org_x" } },
      { acme },
      "corp.adopt: acme manages org_a: an entry keeps its organization. Remove this line, or adopt the other one in an entry of its own. " +
        "To give org_a up without deleting it, set onRemoval: release, run `pulumi up`, and remove the entry",
    ],
  ])("is refused when %s", (_, declared, deployed, problem) => {
    expect(judge(declared, deployed).problems).toEqual([problem]);
  });
});

describe("an entry that adopts", () => {
  it("may name an organization that nobody has, or the one that it has", () => {
    expect(judge({ acme: {}, hooli: { adopt: "org_h" } }, { acme })).toEqual({});
    expect(judge({ acme: { adopt: "org_a" } }, { acme })).toEqual({});
  });

  it.each<[string, Record<string, IdentifiedCustomer>, Record<string, DeployedCustomer>, string]>([
    [
      "that of another entry",
      { acme: {}, globex: { adopt: "org_a" } },
      { acme },
      "globex.adopt: is the organization of acme: each belongs to one entry. Remove one of the two entries, the older one if acme has a new name",
    ],
    [
      "another than it has",
      { acme: { adopt: "org_x" } },
      { acme },
      "acme.adopt: acme manages org_a: an entry keeps its organization. Remove this line, or adopt the other one in an entry of its own. " +
        "To give org_a up without deleting it, set onRemoval: release, run `pulumi up`, and remove the entry",
    ],
    [
      "that of another entry, which is gone, though it has one",
      { acme: { adopt: "org_g" } },
      { acme, globex },
      "acme.adopt: acme manages org_a, and org_g is that of globex: an entry keeps its organization. Remove this line, or adopt the other one " +
        "in an entry of its own. To give org_a up without deleting it, set onRemoval: release, run `pulumi up`, and remove the entry",
    ],
  ])("is refused %s", (_, declared, deployed, problem) => {
    expect(judge(declared, deployed).problems).toEqual([problem]);
  });
});

describe("an entry with the display name of another organization", () => {
  it.each<[string, Record<string, IdentifiedCustomer>, string[]]>([
    [
      "that is gone",
      { corp: { displayName: "ACME" } },
      [
        "corp.displayName: is that of acme, whose entry is gone. If this is acme under a new name, add renamedFrom: acme. " +
          "If it is another customer, use two updates: remove acme in the first, and add this entry in the second",
      ],
    ],
    [
      "that is gone, though it has one of its own",
      { globex: { displayName: "Acme" } },
      [
        "globex.displayName: is that of acme, whose entry is gone. " +
          "If it is another customer, use two updates: remove acme in the first, and change this in the second",
      ],
    ],
    [
      "that has its own",
      { acme: { displayName: "Globex" }, globex: { displayName: "Acme" } },
      [
        "acme.displayName: is that of globex so far: an entry keeps its organization and its keys, whatever it is called. " +
          "To give the display name of globex to acme, use two updates: change globex in the first, and acme in the second",
        "globex.displayName: is that of acme so far: an entry keeps its organization and its keys, whatever it is called. " +
          "To give the display name of acme to globex, use two updates: change acme in the first, and globex in the second",
      ],
    ],
  ])("is refused when it is that of one %s", (_, declared, problems) => {
    expect(judge(declared, { acme, globex }).problems).toEqual(problems);
  });

  it("is no matter where no organization gives the name up", () => {
    expect(judge({ acme: { displayName: "Acme" }, two: { displayName: "Acme" } }, { acme })).toEqual({});
    expect(judge({ acme: { displayName: "Acme Corp" } }, { acme })).toEqual({});
    expect(judge({ two: { displayName: "Acme" } }, { acme, two: acme })).toEqual({ vanished: ["acme"] });
  });
});

describe("a role or a key that is renamed", () => {
  const deployed = { acme: { ...acme, roles: ["acme-reader"], apiKeys: ["acme-ci", "acme-production"] } };

  it("is told by the customer and the kind, and may keep the line", () => {
    expect(
      judge(
        {
          acme: {
            roles: { viewer: { renamedFrom: "reader" } },
            apiKeys: { ci: {}, prod: { renamedFrom: "production" } },
          },
        },
        deployed,
      ),
    ).toEqual({
      notes: [renamed("acme.roles.viewer", "reader"), renamed("acme.apiKeys.prod", "production")],
    });
    expect(judge({ acme: { apiKeys: { ci: { renamedFrom: "nightly" }, production: {} } } }, deployed)).toEqual({});
  });

  it("is told together with its customer", () => {
    expect(
      judge({ corp: { renamedFrom: "acme", apiKeys: { prod: { renamedFrom: "production" }, ci: {} } } }, deployed),
    ).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp", "acme"), renamed("corp.apiKeys.prod", "production")],
    });
  });

  it("is refused where the old name is wrong, as customers are", () => {
    const apiKeys = { ci: { renamedFrom: "production" }, prod: { renamedFrom: "prodution" } };
    expect(judge({ acme: { apiKeys } }, deployed).problems).toEqual([
      "acme.apiKeys.ci.renamedFrom: ci and production are 2 keys of this stack, which cannot become one: remove this line",
      'acme.apiKeys.prod.renamedFrom: this stack has no key "prodution", did you mean "production"? If prod is new, remove this line',
    ]);
    expect(judge({ acme: { roles: { viewer: { renamedFrom: "reader" }, reader: {} } } }, deployed).problems).toEqual([
      "acme.roles.viewer.renamedFrom: reader is still declared: the old name must be gone in the update that renames. " +
        "To swap or to shift names, rename in several updates, each time to a name that is free",
    ]);
  });

  it("is never taken from another customer whose name begins alike", () => {
    const both = {
      acme: { ...acme, apiKeys: ["acme-eu-ci"] },
      "acme-eu": deployedCustomer("org_e", { displayName: "Acme EU" }),
    };
    const taken =
      "would be the resource acme-eu-ci, which the state has as that of acme: choose another name, " +
      "or use two updates: remove the one in the first, and add the other in the second";
    expect(judge({ acme: {}, "acme-eu": { apiKeys: { ci: {} } } }, both).problems).toEqual([
      `acme-eu.apiKeys.ci: ${taken}`,
    ]);
    expect(judge({ acme: {}, "acme-eu": { apiKeys: { new: { renamedFrom: "ci" } } } }, both).problems).toEqual([
      `acme-eu.apiKeys.new: ${taken}`,
    ]);
  });
});

describe("a rename that was interrupted", () => {
  const half = { corp: { ...acme, roles: ["corp-reader"], apiKeys: ["acme-ci"] } };

  it("goes on, with the line or without", () => {
    expect(judge({ corp: { renamedFrom: "acme", apiKeys: { ci: {} } } }, half)).toEqual({ aliases: ["corp: acme"] });
    expect(judge({ corp: { adopt: "org_a", apiKeys: { ci: {} } } }, half)).toEqual({ aliases: ["corp: acme"] });
    expect(judge({ corp: { apiKeys: { build: { renamedFrom: "ci" } } } }, half)).toEqual({
      aliases: ["corp: acme"],
      notes: [renamed("corp.apiKeys.build", "ci")],
    });
  });

  it("keeps the old name until it is done", () => {
    expect(judge({ corp: { apiKeys: { ci: {} } }, acme: {} }, half).problems).toEqual([
      "acme: an interrupted update has still to rename it to corp: remove this entry, run `pulumi up`, and only then add it again",
    ]);
  });
});

describe("a key whose time has passed", () => {
  const apiKeys = { ci: { expireTime: "2026-06-01T12:00:00Z" }, later: { expireTime: "2026-06-01T12:00:01Z" } };

  it("is refused where it is new", () => {
    const problem = "acme.apiKeys.ci.expireTime: is in the past: give a later time, or remove the key";
    expect(judge({ acme: { apiKeys } }, {}).problems).toEqual([problem]);
    expect(judge({ acme: { apiKeys } }, { acme }).problems).toEqual([problem]);
  });

  it("stops nothing where it is deployed, under whatever name", () => {
    expect(judge({ acme: { apiKeys } }, { acme: { ...acme, apiKeys: ["acme-ci"] } })).toEqual({});
    const renamedKey = { build: { ...apiKeys.ci, renamedFrom: "ci" } };
    expect(
      judge({ acme: { apiKeys: renamedKey } }, { acme: { ...acme, apiKeys: ["acme-ci"] } }).problems,
    ).toBeUndefined();
  });
});

describe.each(["suspended", "offboarding"])("a customer who is %s", (apiAccess) => {
  const why = `is not in the stack, and Tesseral makes no key while the customer has apiAccess: ${apiAccess}`;
  const waiting = [`acme.apiKeys.ci: ${why}: the first update after access is enabled makes it`];

  it("gets new keys when it is enabled, and stops nobody's update until then", () => {
    const entry = { apiAccess, apiKeys: { ci: {} } };
    expect(judge({ acme: entry }, {})).toEqual({ waiting });
    expect(judge({ acme: entry, globex: {} }, { acme, globex })).toEqual({ waiting });
    expect(judge({ acme: { ...entry, apiAccess: "enabled" } }, { acme })).toEqual({});
    expect(judge({ acme: { apiAccess, apiKeys: { ci: { renamedFrom: "build" } } } }, { acme })).toEqual({ waiting });
  });

  it("gets none that would be born dead, which stops nobody until it is enabled either", () => {
    const apiKeys = { ci: { expireTime: "2026-06-01T12:00:00Z" } };
    const then = "Then there will be none either, since its expireTime is past: give a later time, or remove the key";
    expect(judge({ acme: { apiAccess, apiKeys } }, { acme })).toEqual({
      waiting: [`acme.apiKeys.ci: ${why}. ${then}`],
    });
  });

  it("keeps the expireTime of its keys, since another one would replace them", () => {
    const expireTime = "2027-01-01T00:00:00Z";
    const deployed = { ...acme, apiKeys: ["acme-ci", "acme-ever"], expireTimes: new Map([["acme-ci", expireTime]]) };
    const judged = (apiKeys: Record<string, object>) =>
      judge({ acme: { apiAccess, apiKeys } }, { acme: deployed }).problems;
    const makes = `which makes a new key, and Tesseral makes none while the customer has apiAccess: ${apiAccess}: change it when access is enabled`;
    expect(judged({ ci: { expireTime: "2027-01-01T02:00:00+02:00" }, ever: {} })).toBeUndefined();
    // Its token has that end from before it was rotated.
    deployed.tokenEnds = new Map([["acme-ever", expireTime]]);
    expect(judged({ ci: { expireTime }, ever: { expireTime } })).toBeUndefined();
    deployed.tokenEnds = new Map();
    expect(judged({ ci: { rotateEvery: "P90D", overlap: "P7D" }, ever: {} })).toBeUndefined();
    expect(judged({ ci: {}, ever: { expireTime } })).toEqual([
      `acme.apiKeys.ci: no longer has its expireTime, ${makes}. It is ${expireTime} so far`,
      `acme.apiKeys.ever.expireTime: is another than before, ${makes}. It is not set so far`,
    ]);
    expect(judged({ build: { renamedFrom: "ci", expireTime: "2028-01-01T00:00:00Z" }, ever: {} })).toEqual([
      `acme.apiKeys.build.expireTime: is another than before, ${makes}. It is ${expireTime} so far`,
    ]);
    const enabled = { acme: { apiKeys: { ci: {}, ever: { expireTime } } } };
    expect(judge(enabled, { acme: deployed })).toEqual({});
  });

  it("keeps those that there are, under whatever name, and those that are taken over", () => {
    const deployed = { acme: { ...acme, apiKeys: ["acme-ci"] } };
    expect(judge({ acme: { apiAccess, apiKeys: { ci: {} } } }, deployed)).toEqual({});
    const kept = { build: { renamedFrom: "ci" }, old: { adopt: "api_key_1" } };
    const { problems, waiting: none } = judge({ acme: { apiAccess, apiKeys: kept } }, deployed);
    expect([problems, none]).toEqual([undefined, undefined]);
  });
});

describe("an entry that is removed", () => {
  it("vanishes, which is said of one that is released", () => {
    expect(judge({}, { globex, acme: { ...acme, onRemoval: "release" } })).toEqual({
      notes: ["acme is released: its organization, roles and keys stay in Tesseral."],
      vanished: ["acme", "globex"],
    });
  });
});
