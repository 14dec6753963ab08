// Proves which customers a stack takes that is one part of several, that all entries are checked in each, and that no edit takes a customer from one
// stack to another. That `pulumi preview` shows it: test/commandLine/parts.test.ts.
import { expect, it } from "vitest";
import { checkDeclarations } from "../../../config/checkDeclarations";
import { fileShape } from "../../../config/customerShape";
import type { DeployedCustomer } from "../../../config/identity/deployedCustomers";
import { movedProblems, otherPartsOf } from "../../../config/parts/otherParts";
import { partOf } from "../../../config/parts/part";
import { readYaml } from "../../../config/yamlSource";
import { now } from "../declared";

const parts = (of: number) => Array.from({ length: of }, (_, index) => ({ number: index + 1, of }));

function check(text: string, part?: { number: number; of: number }) {
  return checkDeclarations([{ ...readYaml(text, "customers.yaml"), shape: fileShape, root: [] }], now, undefined, part);
}

const four = `customers:
  acme: { displayName: Acme }
  globex: { displayName: Globex, part: 1 }
  initech: { displayName: Initech, part: 2 }
  umbrella: { displayName: Umbrella }
`;

it("gives each customer to one part, and to all of a stack that is no part", () => {
  const taken = parts(3).map((part) => Object.keys(check(four, part).customers));
  expect(taken.flat().sort()).toEqual(["acme", "globex", "initech", "umbrella"]);
  expect(taken[0]).toContain("globex");
  expect(taken[1]).toContain("initech");
  expect(Object.keys(check(four).customers)).toHaveLength(4);
  expect(otherPartsOf(check(four).customers)).toBeUndefined();
  // What says where a customer is, is nothing that it is made of.
  expect(check(four).customers.globex).toEqual({ displayName: "Globex" });
});

it("checks the entries of all parts in each", () => {
  const wrong = `${four}  acme-2: { displayName: acme, roels: {} }\n`;
  const [first, ...others] = parts(3).map((part) => check(wrong, part).problems);
  expect(first).toHaveLength(2);
  expect(others).toEqual([first, first]);
});

it("knows no part that there is not", () => {
  const text = "customers:\n  acme: { displayName: Acme, part: 4 }\n  globex: { displayName: Globex, part: 0 }\n";
  expect(check(text, { number: 1, of: 3 }).problems).toEqual([
    "customers.yaml:2:36 customers.acme.part: is 4, and tesseral:part says that there are 3 (TSL-PART)",
    "customers.yaml:3:40 customers.globex.part: must be a whole number from 1 to 1000 (TSL-VALUE)",
  ]);
  expect(check("customers:\n  acme: { displayName: Acme, part: 4 }\n").problems).toEqual([]);
});

const stored = (displayName: string, organizationId = `org_${displayName}`): DeployedCustomer => ({
  ...{ protect: true, onRemoval: "delete", displayName, organizationId },
  ...{ roles: [], apiKeys: [], expireTimes: new Map(), tokenEnds: new Map() },
});

/** What a part says that has these customers in its state. */
function moved(
  text: string,
  part: { number: number; of: number },
  deployed: Record<string, DeployedCustomer>,
): string[] {
  const { customers } = check(text, part);
  const others = otherPartsOf(customers);
  const problems =
    others === undefined
      ? []
      : movedProblems(new Map(Object.entries(customers)), new Map(Object.entries(deployed)), others);
  return problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

it("says nothing where every customer is where it belongs", () => {
  expect(moved(four, { number: 1, of: 3 }, { globex: stored("Globex") })).toEqual([]);
});

it("does not let a change of the parts' number, or of a name or a part, take a customer from its stack", () => {
  const there = partOf("acme", 50);
  const part = { number: there === 1 ? 2 : 1, of: 50 };
  const refused = (name: string, what: string, to: number) =>
    `${name}: belongs to part ${to}, but ${what}, and is part ${part.number}: it would be deleted here and created there. Write part: ${part.number} into ` +
    "its entry, and it stays; or move it: npx pulumi-tesseral parts grow --to 50";
  expect(moved("customers:\n  acme: { displayName: Acme }\n", part, { acme: stored("Acme") })).toEqual([
    refused("acme", "this stack has it", there),
  ]);
  const renamed = "customers:\n  acme-corp: { displayName: Acme Corp, renamedFrom: acme, part: 50 }\n";
  expect(moved(renamed, part, { acme: stored("Acme") })).toEqual([
    refused("acme-corp", "it is acme, which this stack has", 50),
  ]);
  const id = "org_0000000000000000000000001";
  const adopting = `customers:\n  other: { displayName: Other, adopt: ${id}, part: 50 }\n`;
  expect(moved(adopting, part, { acme: stored("Acme", id) })).toEqual([
    refused("other", "it is acme, which this stack has", 50),
  ]);
  const stays = `customers:\n  acme-corp: { displayName: Acme Corp, renamedFrom: acme, part: ${part.number} }\n`;
  expect(moved(stays, part, { acme: stored("Acme") })).toEqual([]);
});

it("takes an entry of another part for a new name of a customer that vanishes, when it has its display name", () => {
  const text = "customers:\n  other: { displayName: ACME, part: 3 }\n";
  expect(moved(text, { number: 1, of: 3 }, { acme: stored("Acme") })).toEqual([
    "other.displayName: is that of acme, which this stack, part 1, has and no entry declares any longer. If this is acme under a new name, add " +
      "renamedFrom: acme and part: 1. Otherwise give it another display name until acme is gone",
  ]);
});

it("creates nobody whose earlier name belongs to another part", () => {
  const from = partOf("acme", 50);
  const name =
    Array.from({ length: 50 }, (_, index) => `acme-${index}`).find((each) => partOf(each, 50) !== from) ?? "";
  const part = { number: partOf(name, 50), of: 50 };
  const text = `customers:\n  ${name}: { displayName: Acme, renamedFrom: acme }\n`;
  expect(moved(text, part, {})).toEqual([
    `${name}.renamedFrom: acme belongs to part ${from}, and ${name} to part ${part.number}, which would create it again. Add part: ${from}, and it stays where it ` +
      "is; if it was never deployed under that name, remove this line",
  ]);
  // It has been here for long, and the line was left.
  expect(moved(text, part, { [name]: stored("Acme") })).toEqual([]);
});
