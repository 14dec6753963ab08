// Proves that adopt lines are written into a YAML file without changing anything else of it, or refused. That the result deploys is shown
// by test/crash/recover.test.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withAdoptLines, writeAdoptLines } from "../../cli/adoptLines";

const place = { file: "customers.yaml", path: "customers.yaml", at: ["customers", "acme"] };
const written = (text: string) => withAdoptLines(text, [{ place, id: "org_1" }]);

it.each([
  [
    "a block, after its first field, comments and blank lines kept",
    "customers:\n  # ours\n  acme: # first\n    displayName: 'Acme'   # as is\n\n    apiKeys: {}\n  globex: { displayName: G }\n",
    "customers:\n  # ours\n  acme: # first\n    displayName: 'Acme'   # as is\n    adopt: org_1\n\n    apiKeys: {}\n  globex: { displayName: G }\n",
  ],
  [
    "a map in braces",
    "customers: { acme: {displayName: Acme} }\n",
    "customers: { acme: {displayName: Acme, adopt: org_1} }\n",
  ],
  [
    "a file without a last line end",
    "customers:\n  acme:\n    displayName: Acme",
    "customers:\n  acme:\n    displayName: Acme\n    adopt: org_1",
  ],
  [
    "a file with CR LF",
    "customers:\r\n  acme:\r\n    displayName: Acme\r\n",
    "customers:\r\n  acme:\r\n    displayName: Acme\r\n    adopt: org_1\r\n",
  ],
  [
    "a text of several lines",
    "customers:\n  acme:\n    displayName: >-\n      Acme\n      Corp\n    roles: {}\n",
    "customers:\n  acme:\n    displayName: >-\n      Acme\n      Corp\n    adopt: org_1\n    roles: {}\n",
  ],
  [
    "a file of JSON",
    '{\n  "customers": {\n    "acme": { "displayName": "Acme", "roles": {} }\n  }\n}\n',
    '{\n  "customers": {\n    "acme": { "displayName": "Acme", "adopt": "org_1", "roles": {} }\n  }\n}\n',
  ],
  [
    "a map that `pulumi config set` keeps as a text",
    `customers: '{"acme":{"displayName":"Acme"}}'\n`,
    `customers: '{"acme":{"displayName":"Acme","adopt":"org_1"}}'\n`,
  ],
])("writes into %s", (_, before, after) => {
  expect(written(before)).toBe(after);
});

it.each([
  [
    "an entry that others take their fields from",
    "customers:\n  acme: &a\n    displayName: A\n  globex: { <<: *a, displayName: G }\n",
  ],
  ["an entry that is an alias", "x: &x { displayName: A }\ncustomers:\n  acme: *x\n"],
  ["an entry that is not there", "customers:\n  globex: { displayName: G }\n"],
])("refuses %s", (_, text) => {
  expect(() => written(text)).toThrow(
    "customers.yaml cannot be changed without changing more than was asked for. Write by hand: adopt: org_1 into acme",
  );
});

it("names all at once that it cannot write, and of a file only what cannot be written", () => {
  const folder = mkdtempSync(join(tmpdir(), "adopt-lines-"));
  const texts = {
    "one.yaml": "x: &x { displayName: A }\ncustomers:\n  acme: *x\n  globex: { displayName: G }\n",
    "two.yaml": "customers:\n  initech: { displayName: I }\n",
    "three.yaml": "displayName: &d\n  A\nadopt: org_0\n",
  };
  const adoptions = [
    { file: "one.yaml", at: ["customers", "acme"], id: "org_1" },
    { file: "one.yaml", at: ["customers", "globex"], id: "org_2" },
    { file: "two.yaml", at: ["customers", "initech"], id: "org_3" },
    { file: "three.yaml", at: [], id: "org_4" },
  ].map(({ file, at, id }) => ({ place: { file, at, path: join(folder, file) }, id }));
  for (const [file, text] of Object.entries(texts)) {
    writeFileSync(join(folder, file), text);
  }
  const because = "cannot be changed without changing more than was asked for. Write by hand: adopt:";
  expect(() => writeAdoptLines(adoptions)).toThrow(
    `one.yaml ${because} org_1 into acme (TSL-ENTRIES)\nthree.yaml ${because} org_4 into the customer`,
  );
  for (const [file, text] of Object.entries(texts)) {
    expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  }
  rmSync(folder, { recursive: true });
});

it("writes into the file of a single customer", () => {
  const own = { ...place, at: [] };
  expect(withAdoptLines("displayName: Acme\nroles: {}\n", [{ place: own, id: "org_1" }])).toBe(
    "displayName: Acme\nadopt: org_1\nroles: {}\n",
  );
  expect(withAdoptLines("\ufeffdisplayName: Acme\r\nroles: {}\r\n", [{ place: own, id: "org_1" }])).toBe(
    "\ufeffdisplayName: Acme\r\nadopt: org_1\r\nroles: {}\r\n",
  );
  expect(withAdoptLines("\ufeffroles: {}\n", [{ place: own, id: "org_1" }])).toBe("\ufeffadopt: org_1\nroles: {}\n");
});

it("writes several lines, wherever they belong", () => {
  const text = "customers:\n  acme: { displayName: A }\n  globex:\n    displayName: G\n";
  const globex = { ...place, at: ["customers", "globex"] };
  const adoptions = [
    { place: globex, id: "org_2" },
    { place, id: "org_1" },
  ];
  expect(withAdoptLines(text, adoptions)).toBe(
    "customers:\n  acme: { displayName: A, adopt: org_1 }\n  globex:\n    displayName: G\n    adopt: org_2\n",
  );
  expect(withAdoptLines(`customers: '{"acme":{},"globex":{}}'\n`, adoptions)).toBe(
    `customers: '{"acme":{"adopt":"org_1"},"globex":{"adopt":"org_2"}}'\n`,
  );
});

const child = (name: string) => ({ ...place, at: ["customers", "acme", "apiKeys", name] });

it.each([
  [
    "in lines",
    "customers:\n  acme:\n    displayName: A\n    apiKeys:\n      ci: # first\n      cd: { roles: [reader] }\n      ce:\n        roles: [reader]\n      cf: null # last\n",
    "customers:\n  acme:\n    displayName: A\n    adopt: org_1\n    apiKeys:\n      ci: { adopt: k1 } # first\n      cd: { adopt: k2, roles: [reader] }\n      ce:\n        adopt: k3\n        roles: [reader]\n      cf: { adopt: k4 } # last\n",
  ],
  [
    "in braces",
    "customers: { acme: { apiKeys: { ci: , cd: { roles: [reader] }, ce: {}, cf } } }\n",
    "customers: { acme: { adopt: org_1, apiKeys: { ci: { adopt: k1 } , cd: { adopt: k2, roles: [reader] }, ce: { adopt: k3 }, cf: { adopt: k4 } } } }\n",
  ],
  [
    "in JSON",
    '{"customers":{"acme":{"apiKeys":{"ci":null,"cd":{"roles":["reader"]},"ce":{},"cf":{"displayName":"x"}}}}}\n',
    '{"customers":{"acme":{"adopt": "org_1", "apiKeys":{"ci":{ "adopt": "k1" },"cd":{"adopt": "k2", "roles":["reader"]},"ce":{ "adopt": "k3" },"cf":{"displayName":"x", "adopt": "k4"}}}}}\n',
  ],
  [
    "in a text",
    `customers: '{"acme":{"apiKeys":{"ci":null,"cd":{},"ce":{},"cf":{}}}}'\n`,
    `customers: '{"acme":{"apiKeys":{"ci":{"adopt":"k1"},"cd":{"adopt":"k2"},"ce":{"adopt":"k3"},"cf":{"adopt":"k4"}},"adopt":"org_1"}}'\n`,
  ],
])("writes into the roles and keys of an entry, whatever they say: %s", (_, before, after) => {
  const keys = ["ci", "cd", "ce", "cf"].map((name, index) => ({ place: child(name), id: `k${index + 1}` }));
  expect(withAdoptLines(before, [{ place, id: "org_1" }, ...keys])).toBe(after);
});

it("replaces the file in one step and leaves nothing beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "adopt-lines-"));
  const path = join(folder, "customers.yaml");
  writeFileSync(path, "customers: { acme: { displayName: Acme } }\n");
  writeAdoptLines([{ place: { ...place, path }, id: "org_1" }]);
  expect(readFileSync(path, "utf8")).toBe("customers: { acme: { displayName: Acme, adopt: org_1 } }\n");
  expect(readdirSync(folder)).toEqual(["customers.yaml"]);
  rmSync(folder, { recursive: true });
});
