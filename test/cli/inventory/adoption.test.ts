// Proves to which customer an organization is taken to belong, and what adopts it, wherever customers are declared. That the commands
// do what they say is shown by test/crash.
import { expect, it } from "vitest";
import type { DeclaredCustomers } from "../../../cli/declaredCustomers";
import { adoption, adoptionsOf } from "../../../cli/inventory/adoption";
import { markedName, type Organization } from "../../../tesseral";

const id = "org_0000000000000000000000001";
const home = "organization/shop/prod";

interface Situation {
  customers?: DeclaredCustomers;
  /** Names of the organizations that the stack has. */
  has?: string[];
  /** Names of the organizations whose creation was interrupted. */
  interrupted?: string[];
}

const adopt = (displayName: string, { customers = { entries: {} }, has = [], interrupted = [] }: Situation = {}) =>
  adoption({ id, displayName } as Organization, {
    stack: "prod",
    customers,
    resources: has.map((name) => ({ kind: "Organization", name, urn: name, id: `org_${name}`, outputs: {} })),
    interrupted: interrupted.map((name) => ({ kind: "Organization", name, inputs: {} })),
    home,
  });

const place = { file: "Pulumi.prod.yaml", path: "Pulumi.prod.yaml", at: [] };

const inStackFile = (displayNames: Record<string, string>): DeclaredCustomers => ({
  entries: Object.fromEntries(
    Object.entries(displayNames).map(([name, displayName]) => [name, { displayName, place }]),
  ),
  source: { kind: "stack file", name: "Pulumi.prod.yaml" },
});

const inFile: DeclaredCustomers = {
  entries: {},
  source: { kind: "customers file", name: "customers.yaml" },
};

const adopts = (name: string) => `pulumi config set --path tesseral:customers.${name}.adopt ${id} --stack prod`;
const adds = (name: string, displayName: string) =>
  `pulumi config set --path --type string --stack prod tesseral:customers.${name}.displayName ${displayName} && ${adopts(name)}`;

it.each<[string, string, Situation, string]>([
  [
    "an entry that waits for an organization of this name",
    "Acme",
    { customers: inStackFile({ acme: "Acme" }) },
    adopts("acme"),
  ],
  [
    "the interrupted creation whose marked name it bears",
    markedName("Acme", `${home}/acme`),
    { customers: inStackFile({ acme: "Acme", initech: "Initech" }), interrupted: ["initech", "acme"] },
    adopts("acme"),
  ],
  [
    "a new entry, since the one of this name has its organization",
    "Acme",
    { customers: inStackFile({ acme: "Acme" }), has: ["acme"] },
    `${adds("acme-2", "'Acme'")} && pulumi config set --path tesseral:customers.acme-2.allowDuplicateName true --stack prod`,
  ],
  [
    "a new entry, for which the mark tells nothing",
    markedName("Acme", "organization/other/prod/acme"),
    { customers: inStackFile({ globex: "Globex" }) },
    adds("acme", "'Acme'"),
  ],
  ["the first entry of a new stack", "42", {}, adds("customer-42", "'42'")],
  [
    "an entry of a file, by an interrupted creation",
    markedName("Acme", `${home}/acme`),
    { customers: inFile, interrupted: ["acme"] },
    `write adopt: ${id} into customers.acme in customers.yaml`,
  ],
  [
    "a new entry of a file",
    "Acme: A & B",
    { customers: inFile },
    `write acme-a-b: { displayName: "Acme: A & B", adopt: ${id} } under customers in customers.yaml`,
  ],
  [
    "a resource of a program, by an interrupted creation",
    markedName("Acme", `${home}/acme`),
    { interrupted: ["acme"] },
    `give Organization "acme" the argument adopt: "${id}"`,
  ],
  [
    "a new resource of a program",
    "Acme",
    { has: ["globex"] },
    `declare new Organization("acme", { displayName: "Acme", adopt: "${id}" })`,
  ],
])("goes to %s", (_, displayName, situation, run) => {
  expect(adopt(displayName, situation)).toEqual({ to: "adopt", run });
});

it("lets no display name run anything in a shell", () => {
  expect(adopt("-x").run).toBe(adds("x", "-- '-x'"));
  expect(adopt("A'; rm -rf $(pwd) `id`").run).toBe(adds("a-rm-rf-pwd-id", "'A'\\''; rm -rf $(pwd) `id`'"));
});

it.each([
  ["", "its name must not be empty"],
  ["A\u001b[31m", "its name must not begin or end with blanks, nor hold line breaks, control or invisible characters"],
])("is nothing before an organization called %j has a name that can be declared", (displayName, problem) => {
  expect(adopt(displayName).run).toBe(`rename it in the Tesseral Console first: ${problem}`);
});

it("gives no two organizations one name, and keeps the keys off where they are off", () => {
  const stack = { stack: "prod", customers: inFile, resources: [], interrupted: [], home };
  const of = (number: number, more: object) =>
    ({ id: `org_${number}`, displayName: "Acme", createTime: `2026-01-0${number}T00:00:00Z`, ...more }) as Organization;
  const found = adoptionsOf([of(2, { apiKeysEnabled: false }), of(1, { apiKeysEnabled: true })], stack);
  expect([...found.values()].map(({ run }) => run)).toEqual([
    'write acme-2: { displayName: "Acme", adopt: org_2, allowDuplicateName: true, apiAccess: suspended } under customers in customers.yaml',
    'write acme: { displayName: "Acme", adopt: org_1, allowDuplicateName: true } under customers in customers.yaml',
  ]);
});

it("is left to import where the entry declares roles or keys, which may be there, too", () => {
  const { entries, source } = inStackFile({ acme: "Acme" });
  const acme = { displayName: "Acme", place, apiKeys: { ci: {} } };
  const customers = { entries: { ...entries, acme }, ...(source && { source }) };
  expect(adopt("Acme", { customers }).run).toBe(`npx pulumi-tesseral import --match ${id} --stack prod`);
  // What an interrupted creation left has none.
  expect(adopt(markedName("Acme", `${home}/acme`), { customers, interrupted: ["acme"] }).run).toBe(adopts("acme"));
});
