// Proves on the real engine, with the built program and the emulator for Tesseral, that renames write nothing and replace nothing, and that
// refused edits change nothing. identities.test.ts has every edit and its words.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Outcome } from "../../engine/stack";
import { failureOf } from "../../engine/tesseralStack";
import { openProgram, type ProgramStack } from "../programStack";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let opened: ProgramStack;

beforeEach(async () => {
  opened = await openProgram();
});

afterEach(() => opened.close());

const roles = { reader: { actions: ["widgets.read"] }, writer: { actions: ["widgets.write"] } };
const apiKeys = { production: { roles: ["reader"] }, ci: { displayName: "CI", roles: ["writer"] } };
const acme = { displayName: "Acme", roles, apiKeys };
const globex = { displayName: "Globex", roles, apiKeys };

/** What Tesseral holds, and the tokens that the stack gives out, whatever the customers are called. */
async function held() {
  const { organizations, roles, apiKeys, apiKeyRoleAssignments } = opened.emulator.store;
  const { customers } = await opened.stack.automation.outputs();
  const tokens = Object.values<{ secretTokens: Record<string, string> }>(customers?.value ?? {}).flatMap((customer) =>
    Object.values(customer.secretTokens),
  );
  return structuredClone({
    records: [organizations, roles, apiKeys, apiKeyRoleAssignments].map((records) => [...records.values()]),
    tokens: tokens.sort(),
  });
}

/** The names of the resources in the state, by kind: `Role acme-reader`. */
function names(): string[] {
  return opened.stack
    .resources()
    .map(({ urn }) => String(urn).split("::"))
    .flatMap(([, , type = "", name]) => (type.includes("tesseral:") ? [`${type.split(/[:/]/).at(-1)} ${name}`] : []))
    .sort();
}

/** The lines that the program tells people. */
function told({ events }: Outcome): string[] {
  return events.flatMap(({ diagnosticEvent: said }) => (said?.severity === "info" ? [said.message.trim()] : []));
}

async function deploy(customers: Record<string, unknown>) {
  await opened.configure(customers);
  await opened.stack.up();
  opened.changes();
  return held();
}

const alone = (place: string, from: string) =>
  `${place}: renamed from ${from}, which alone changes nothing in Tesseral.`;

const children = (entry: string, reader = "reader", production = "production") =>
  [
    `Customer ${entry}`,
    `ManagedApiKey ${entry}-ci`,
    `ManagedApiKey ${entry}-${production}`,
    `Organization ${entry}`,
    `Role ${entry}-${reader}`,
    `Role ${entry}-writer`,
  ].sort();

it.each<[string, Record<string, unknown>, string[], string[]]>([
  ["an entry", { "acme-corp": { ...acme, renamedFrom: "acme" } }, [alone("acme-corp", "acme")], children("acme-corp")],
  [
    "a role and a key",
    {
      acme: {
        ...acme,
        roles: { viewer: { ...roles.reader, renamedFrom: "reader" }, writer: roles.writer },
        apiKeys: { live: { roles: ["viewer"], renamedFrom: ["production"] }, ci: apiKeys.ci },
      },
    },
    [alone("acme.roles.viewer", "reader"), alone("acme.apiKeys.live", "production")],
    children("acme", "viewer", "live"),
  ],
  [
    "an entry with a role and a key in it, to a name that does not begin alike",
    {
      zeta: {
        ...acme,
        renamedFrom: ["acme-inc", "acme"],
        roles: { viewer: { ...roles.reader, renamedFrom: "reader" }, writer: roles.writer },
        apiKeys: { live: { roles: ["viewer"], renamedFrom: ["production"] }, ci: apiKeys.ci },
      },
    },
    [alone("zeta", "acme"), alone("zeta.roles.viewer", "reader"), alone("zeta.apiKeys.live", "production")],
    children("zeta", "viewer", "live"),
  ],
])("renames %s without a request that writes", async (_, edited, notes, expected) => {
  const { stack, configure, changes } = opened;
  const before = await deploy({ acme, globex });
  await configure({ ...edited, globex });
  const preview = await stack.preview();
  expect(preview.changes).toEqual({ same: 13 });
  expect(told(preview).sort()).toEqual([...notes].sort());
  const up = await stack.up();
  expect(up.changes).toEqual({ same: 13 });
  expect(up.steps).toEqual([]);
  expect(changes()).toEqual([]);
  expect(await held()).toEqual(before);
  expect(names()).toEqual([...expected, ...children("globex")].sort());

  const again = await stack.up();
  expect([again.changes, told(again)]).toEqual([{ same: 13 }, []]);
  expect(changes()).toEqual([]);
});

it("takes an entry that adopts the organization of one that is gone for a rename", async () => {
  const { stack, configure, changes } = opened;
  const before = await deploy({ acme });
  const [organization] = opened.emulator.store.organizations.keys();
  await configure({ "acme-corp": { ...acme, adopt: organization } });
  const up = await stack.up();
  expect(up.changes).toEqual({ same: 7 });
  expect(told(up)).toEqual([alone("acme-corp", "acme")]);
  expect(changes()).toEqual([]);
  expect(await held()).toEqual(before);
});

it("finishes a rename that was interrupted after any of its resources", async () => {
  const { stack, configure, changes } = opened;
  const before = await deploy({ acme });
  const state = await stack.automation.exportStack();
  const text = JSON.stringify(state.deployment);
  const [organization] = opened.emulator.store.organizations.keys();
  const done = [
    ["Customer::acme"],
    ["Customer::acme", "Organization::acme"],
    ["Customer::acme", "Organization::acme", "Role::acme-reader", "ManagedApiKey::acme-production"],
  ];
  for (const renamed of done) {
    for (const hint of [{ renamedFrom: "acme" }, { adopt: organization }]) {
      const half = renamed.reduce(
        (text, end) => text.replaceAll(`${end}"`, `${end.replace("::acme", "::acme-corp")}"`),
        text,
      );
      await stack.automation.importStack({ ...state, deployment: JSON.parse(half) });
      await configure({ "acme-corp": { ...acme, ...hint } });
      const up = await stack.up();
      expect({ renamed, changes: up.changes, steps: up.steps }).toEqual({ renamed, changes: { same: 7 }, steps: [] });
      expect(names()).toEqual(children("acme-corp"));
    }
  }
  expect(changes()).toEqual([]);
  expect(await held()).toEqual(before);
});

it("refuses what would take an organization from its entry, and changes nothing", async () => {
  const { stack, configure, changes } = opened;
  const before = await deploy({ acme, globex });
  // Which of the two was created first is chance.
  const idOf = (displayName: string) =>
    [...opened.emulator.store.organizations].find(([, one]) => one.displayName === displayName)?.[0] ?? "";
  const acmes = idOf(acme.displayName);
  const globexs = idOf(globex.displayName);
  const wayOut =
    "an entry keeps its organization. Remove this line, or adopt the other one in an entry of its own. " +
    `To give ${acmes} up without deleting it, set onRemoval: release, run \`pulumi up\`, and remove the entry (TSL-ADOPT-CHANGED)`;
  const refused: [Record<string, unknown>, string][] = [
    [
      { acme, globex, initech: { displayName: "Initech", adopt: acmes } },
      "initech.adopt: is the organization of acme: each belongs to one entry. Remove one of the two entries, the older one if acme has a new name (TSL-ADOPT-TWICE)",
    ],
    [
      { acme: { ...acme, adopt: globexs }, globex },
      `acme.adopt: acme manages ${acmes}, and ${globexs} is that of globex: ${wayOut}`,
    ],
    [
      { acme: globex, globex: acme },
      "acme.displayName: is that of globex so far: an entry keeps its organization and its keys, whatever it is called. " +
        "To give the display name of globex to acme, use two updates: change globex in the first, and acme in the second (TSL-NAME-TAKEN)\n" +
        "tesseral:customers.globex.displayName: is that of acme so far: an entry keeps its organization and its keys, whatever it is called. " +
        "To give the display name of acme to globex, use two updates: change acme in the first, and globex in the second (TSL-NAME-TAKEN)",
    ],
    [
      { globex, "acme-corp": acme },
      "acme-corp.displayName: is that of acme, whose entry is gone. If this is acme under a new name, add renamedFrom: acme. " +
        "If it is another customer, use two updates: remove acme in the first, and add this entry in the second (TSL-NAME-TAKEN)",
    ],
    // As where an old file comes back.
    [
      { "acme-corp": acme },
      "acme-corp.displayName: is that of acme, whose entry is gone. If this is acme under a new name, add renamedFrom: acme. " +
        "If it is another customer, use two updates: remove acme in the first, and add this entry in the second (TSL-NAME-TAKEN)\n" +
        "No longer declared, by these or other names: acme, globex.",
    ],
  ];
  for (const [customers, problem] of refused) {
    await configure(customers);
    for (const operate of [() => stack.preview(), () => stack.up()]) {
      const { outcome } = await failureOf(operate());
      expect([...new Set(outcome.diagnostics)]).toEqual([
        `Nothing was created, changed or deleted.\ntesseral:customers.${problem}`,
      ]);
    }
  }
  expect(changes()).toEqual([]);
  expect(await held()).toEqual(before);
});

it("names only the one of thirty customers that changes", async () => {
  const { stack, configure } = opened;
  const all = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `customer-${index + 10}`,
      { displayName: `Company ${index + 10}`, apiKeys: { ci: {} } },
    ]),
  );
  await deploy(all);
  await configure({ ...all, "customer-25": { displayName: "Another name", apiKeys: { ci: {} } } });
  const preview = await stack.preview();
  const up = await stack.up();
  const ids = [...opened.emulator.store.organizations.keys(), ...opened.emulator.store.apiKeys.keys()];
  for (const { printed } of [preview, up]) {
    expect([...new Set(printed.match(/customer-\d+|Company \d+/g))]).toEqual(["customer-25"]);
    expect(ids.filter((id) => printed.includes(id))).toEqual([]);
  }
  const state = await stack.automation.exportStack();
  const text = JSON.stringify(state);
  const tokens = [...opened.emulator.store.apiKeys.values()].map(({ secretToken }) => secretToken);
  // Decrypted: once where the key itself is, and once in the output of the stack.
  expect(tokens.map((token) => text.split(token).length - 1)).toEqual(new Array(30).fill(2));
});
