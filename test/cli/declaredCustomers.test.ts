// Proves that the commands find the customers where the program finds them, and know where each is written. What is written there is the
// matter of adoptLines.test.ts; that the program finds them so, that of test/config/files.test.ts.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeAdoptLines } from "../../cli/adoptLines";
import { declaredCustomers } from "../../cli/declaredCustomers";
import { openProject } from "../../cli/pulumi/project";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "declared-customers-"));
  write("Pulumi.yaml", "name: tesseral\nruntime: nodejs\n");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const declared = (customersFile?: string) =>
  declaredCustomers(
    customersFile === undefined ? {} : { "tesseral:customersFile": { value: customersFile } },
    openProject(root),
    "prod",
  );

/** The file of each customer, and the names that lead to it there. */
const places = (customersFile?: string) =>
  Object.fromEntries(
    Object.entries(declared(customersFile).entries).map(([name, { place }]) => [name, [place.file, ...place.at]]),
  );

it.each(["customers", "customers/*.{yaml,json}"])("finds customers in many files, named as %s", (named) => {
  write("customers/big.yaml", "customers:\n  acme: { displayName: Acme }\n  globex: { displayName: Globex }\n");
  write("customers/initech.yaml", "displayName: Initech\n");
  write("customers/hooli.json", '{ "displayName": "Hooli", "adopt": "org_1" }\n');
  write("customers/notes.txt", "displayName: none\n");
  expect(places(named)).toEqual({
    acme: ["customers/big.yaml", "customers", "acme"],
    globex: ["customers/big.yaml", "customers", "globex"],
    hooli: ["customers/hooli.json"],
    initech: ["customers/initech.yaml"],
  });
  const { entries, source } = declared(named);
  expect(entries.hooli).toMatchObject({ displayName: "Hooli", adopt: "org_1" });
  expect(source).toEqual({ kind: "customers file", name: named, isMany: true });
});

it("finds the one file, or none", () => {
  expect(declared()).toEqual({ entries: {} });
  expect(declared("ours.yaml")).toEqual({ entries: {}, missing: "ours.yaml" });
  write("customers.yaml", "customers:\n  acme: { displayName: Acme }\n");
  expect(places()).toEqual({ acme: ["customers.yaml", "customers", "acme"] });
});

it("writes adopt into the file that each customer is in", () => {
  write("customers/big.yaml", "customers:\n  acme: { displayName: Acme } # big\n");
  write("customers/initech.yaml", "displayName: Initech # small\nroles: {}\n");
  write("customers/hooli.json", '{ "displayName": "Hooli" }\n');
  const { entries } = declared("customers");
  writeAdoptLines(Object.entries(entries).map(([name, { place }]) => ({ place, id: `org_${name}` })));
  expect(
    ["big.yaml", "initech.yaml", "hooli.json"].map((file) => readFileSync(join(root, "customers", file), "utf8")),
  ).toEqual([
    "customers:\n  acme: { displayName: Acme, adopt: org_acme } # big\n",
    "displayName: Initech # small\nadopt: org_initech\nroles: {}\n",
    '{ "displayName": "Hooli", "adopt": "org_hooli" }\n',
  ]);
});

it("finds the stack's file where Pulumi.json and stackConfigDir put it", () => {
  rmSync(join(root, "Pulumi.yaml"));
  write("Pulumi.json", '{ "name": "tesseral", "runtime": "nodejs", "stackConfigDir": "stacks" }');
  const config = { "tesseral:customers": { objectValue: { acme: { displayName: "Acme" } } } };
  expect(declaredCustomers(config, openProject(root), "prod").entries.acme?.place).toEqual({
    file: "stacks/Pulumi.prod.json",
    path: join(root, "stacks/Pulumi.prod.json"),
    at: ["config", "tesseral:customers", "acme"],
  });
});

it("reads a map that was set as a text of JSON, and refuses other texts that look like a map", () => {
  const customersOf = (value: string) =>
    declaredCustomers({ "tesseral:customers": { value } }, openProject(root), "prod").entries;
  expect(customersOf('{"acme":{"displayName":"Acme"}}')).toMatchObject({ acme: { displayName: "Acme" } });
  expect(() => customersOf("{acme: {displayName: Acme}}")).toThrow(
    "tesseral:customers: must be a map of names, but it is text that is not JSON (TSL-VALUE)",
  );
});
