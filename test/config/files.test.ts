// Proves that customers are found in files as people have them: beside Pulumi.yaml wherever the program is, in many files, and in no
// encoding but UTF-8. Pulumi is mocked; the command line is not part of this.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadCustomers, matchCustomers } from "../../config";
import { now } from "./declared";

let folder: string;
let deployed: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
  deployed = [];
  const component = "urn:pulumi:dev::api::tesseral:index:Customer";
  const call = () => ({
    outputs: Object.fromEntries(
      deployed.map((name) => [`${component}$pulumi-nodejs:dynamic/tesseral:Organization::${name}`, { outputs: {} }]),
    ),
  });
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "api", "dev", false, "umbrella");
  pulumi.runtime.setAllConfig({});
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function named(customersFile: string): void {
  pulumi.runtime.setAllConfig({ "tesseral:customersFile": customersFile });
}

/** The lines of a refusal but the first. */
function problems(): string[] {
  try {
    loadCustomers({ directory: folder, now });
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  throw new Error("There was no problem");
}

const acme = { acme: { displayName: "Acme" } };
const globex = { globex: { displayName: "Globex" } };

it("looks beside Pulumi.yaml when the program runs in a folder below", () => {
  file("Pulumi.yaml", "name: api\nruntime: nodejs\nmain: src/\n");
  file("customers.yaml", "customers: { acme: { displayName: Acme } }");
  file("src/deep/index.ts", "");
  vi.spyOn(process, "cwd").mockReturnValue(join(folder, "src", "deep"));
  expect(loadCustomers({ now })).toEqual(acme);
});

it("looks where Pulumi says that the project is, when the program runs elsewhere", () => {
  file("project/Pulumi.yml", "name: api\nruntime: nodejs\nmain: ../program\n");
  file("project/customers.yaml", "customers: { acme: { displayName: Acme } }");
  file("program/index.ts", "");
  vi.spyOn(process, "cwd").mockReturnValue(join(folder, "program"));
  vi.spyOn(pulumi.runtime, "getRootDirectory").mockReturnValue(join(folder, "project"));
  expect(loadCustomers({ now })).toEqual(acme);
});

it.each([
  ["Pulumi.yaml", "stackConfigDir: stacks\n", "stacks/Pulumi.dev.yaml"],
  ["Pulumi.yml", "stackConfigDir: ./stacks\n", "stacks/Pulumi.dev.yml"],
  ["Pulumi.yaml", "config: stacks\n", "stacks/Pulumi.dev.yaml"],
  ["Pulumi.json", '{ "stackConfigDir": "stacks" }', "stacks/Pulumi.dev.json"],
])("names places in the stack's file where %s has it", (project, text, stackFile) => {
  file(project, text);
  file(stackFile, '{ "config": { "tesseral:customers": { "acme": { "name": "Acme" } } } }');
  pulumi.runtime.setAllConfig({ "tesseral:customers": '{"acme":{"name":"Acme"}}' });
  expect(problems()).toEqual([
    `${stackFile}:1:49 tesseral:customers.acme.name: unknown field, did you mean "displayName"? (TSL-FIELD)`,
  ]);
});

it("names places in the stack's file where it leaves the project's name out of a setting's", () => {
  vi.spyOn(pulumi, "getProject").mockReturnValue("tesseral");
  file("Pulumi.yaml", "name: tesseral\nruntime: nodejs\n");
  file("Pulumi.dev.yaml", '{ "config": { "customers": { "acme": { "name": "Acme" } } } }');
  pulumi.runtime.setAllConfig({ "tesseral:customers": '{"acme":{"name":"Acme"}}' });
  expect(problems()).toEqual([
    'Pulumi.dev.yaml:1:40 tesseral:customers.acme.name: unknown field, did you mean "displayName"? (TSL-FIELD)',
  ]);
});

it("names the option for a number that `pulumi config set --path` made of a text", () => {
  pulumi.runtime.setAllConfig({ "tesseral:customers": '{"acme":{"displayName":1801}}' });
  expect(problems()).toEqual([
    "tesseral:customers.acme.displayName: must be text, but it is a number: put it in quotes, or run " +
      "`pulumi config set --path --type string tesseral:customers.acme.displayName <text>` (TSL-VALUE)",
  ]);
});

it("stops an update when nothing declares customers any more, though none is protected", async () => {
  deployed = ["globex", "acme"];
  vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  const none = loadCustomers({ directory: folder, now });
  const refused = await matchCustomers(none).catch((error: Error) => error.message);
  expect(refused).toBe(`Nothing was created, changed or deleted.
No customers are declared, neither under tesseral:customers nor in ${join(folder, "customers.yaml")}, but this stack has 2 customers: acme, globex. (TSL-CUSTOMERS-GONE)
Put the file back, or name it with \`pulumi config set tesseral:customersFile <file>\`. A file with \`customers: {}\` declares that there are none.`);
  deployed = [];
  await matchCustomers(none);
});

it("judges by the brake, as ever, when a file says that there are none", async () => {
  deployed = ["acme"];
  file("customers.yaml", "customers: {}");
  await expect(matchCustomers(loadCustomers({ directory: folder, now }))).rejects.toThrow(
    "The entries of protected customers are gone: acme. (TSL-PROTECTED)",
  );
});

it.each(["customers", "customers/", "customers/*.yaml", "customers/{acme,globex}.yaml", "*/[ag]*.yaml"])(
  "takes the customers of all files of %s",
  (setting) => {
    file("customers/acme.yaml", "displayName: Acme\n");
    file("customers/globex.yaml", "customers: { globex: { displayName: Globex } }");
    file("customers/.hidden.yaml", "nonsense: 1");
    file("README.md", "");
    named(setting);
    expect(loadCustomers({ directory: folder, now })).toEqual({ ...acme, ...globex });
  },
);

// Links take a privilege on Windows.
it.skipIf(process.platform === "win32")(
  "misses what a link leads to that leads nowhere, and passes over a folder that is called as a file is",
  () => {
    file("customers/acme.yaml", "displayName: Acme\n");
    file("customers/old.yaml/globex.yaml", "displayName: Globex\n");
    for (const setting of ["customers", "customers/*.yaml"]) {
      named(setting);
      expect(loadCustomers({ directory: folder, now })).toEqual(acme);
    }
    for (const target of ["../shared/globex.yaml", "globex.yaml"]) {
      symlinkSync(target, join(folder, "customers/globex.yaml"));
      for (const setting of ["customers", "customers/*.yaml", "customers/**/g*.yaml"]) {
        named(setting);
        expect(problems()).toEqual([
          `tesseral:customersFile: names ${join(folder, "customers/globex.yaml")}, which cannot be read: ${
            target === "globex.yaml" ? "its links lead in a circle" : "there is no such file"
          } (TSL-FILE)`,
        ]);
      }
      rmSync(join(folder, "customers/globex.yaml"));
    }
  },
);

// Links take a privilege on Windows.
it.skipIf(process.platform === "win32")(
  "misses a folder that a link leads to no more, where a pattern takes folders",
  () => {
    file("customers/acme.yaml", "displayName: Acme\n");
    symlinkSync("../shared/eu", join(folder, "customers/eu"));
    named("customers/*.yaml");
    expect(loadCustomers({ directory: folder, now })).toEqual(acme);
    named("customers/**/*.yaml");
    expect(problems()).toEqual([
      `tesseral:customersFile: names ${join(folder, "customers/eu")}, which cannot be read: there is no such file (TSL-FILE)`,
    ]);
  },
);

it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "misses a folder that may not be read, where a pattern takes folders (root and Windows may read all of them)",
  () => {
    file("customers/acme.yaml", "displayName: Acme\n");
    file("customers/eu/globex.yaml", "displayName: Globex\n");
    chmodSync(join(folder, "customers/eu"), 0o000);
    try {
      named("customers/**/*.yaml");
      expect(problems()).toEqual([expect.stringMatching(/customers\/eu.*, which cannot be read: .* \(TSL-FILE\)$/u)]);
    } finally {
      chmodSync(join(folder, "customers/eu"), 0o700);
    }
  },
);

it("takes a file for one customer, with what editors and anchors need", () => {
  file("customers/acme.yaml", "$schema: x\nx-name: &name Acme\ndisplayName: *name\n");
  named("customers");
  expect(loadCustomers({ directory: folder, now })).toEqual(acme);
});

it("names the file and the place of every problem, in the order of the files", () => {
  file("customers/acme.yaml", "displayName: Acme\nroles: { reader: { action: [a] } }\n");
  file("customers/Globex Ltd.yml", "displayname: Globex\n");
  file("customers/more.json", '{ "custmers": {} }');
  file("customers/none.yaml", "");
  file("customers/torn.yaml", "displayName: [\n");
  file("customers/zzz.yaml", "protect: false\n");
  named("customers");
  expect(problems()).toEqual([
    'customers/Globex Ltd.yml:1:1 customers["Globex Ltd"]: must be a name of lower-case letters, digits and hyphens that begins with a letter, such as globex-ltd (TSL-NAME)',
    'customers/Globex Ltd.yml:1:1 customers["Globex Ltd"].displayname: unknown field, did you mean "displayName"? (TSL-FIELD)',
    'customers/acme.yaml:2:20 customers.acme.roles.reader.action: unknown field, did you mean "actions"? (TSL-FIELD)',
    'customers/more.json:1:3 custmers: unknown field, did you mean "customers"? (TSL-FIELD)',
    "customers/none.yaml:1:1 customers is missing (TSL-MISSING)",
    "customers/torn.yaml:2:1 is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] (TSL-YAML)",
    "customers/zzz.yaml:1:1 customers.zzz: displayName is missing (TSL-MISSING)",
  ]);
});

it("refuses a customer in two files, and two of one name, with the places of both", () => {
  file("customers/acme.yaml", "displayName: Acme\n");
  file("customers/all.yaml", "customers:\n  acme: { displayName: Other }\n  acme-2: { displayName: ACME }\n");
  named("customers");
  expect(problems()).toEqual([
    "customers/all.yaml:2:3 customers.acme: is declared in customers/acme.yaml:1:1 as well: remove one of the two (TSL-DUPLICATE)",
    "customers/all.yaml:3:26 customers.acme-2.displayName: is nearly the same as that of acme: remove one of the two, or set allowDuplicateName to true in both (TSL-DUPLICATE)",
  ]);
});

it.each([
  ["customers/*.yaml", ["customers/globex.yml"], "tesseral:customersFile means customers/*.yaml"],
  ["customers/acme.yaml", ["customers/acme.yml"], "tesseral:customersFile means customers/acme.yaml"],
  ["./customers/acme.yaml", [], undefined],
  ["customers/*.{yaml,yml}", ["customers/globex.yml"], undefined],
  ["customers", ["customers/globex.yml"], undefined],
  ["", ["customers.yml", "customers.json"], "call it customers.yaml, or name it with tesseral:customersFile"],
])("says of a file that %j leaves out for its ending alone that it is not read", (setting, beside, because) => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  if (setting !== "") {
    file("customers/acme.yaml", "customers: { acme: { displayName: Acme } }");
    named(setting);
  }
  for (const name of beside) {
    file(name, "displayName: Globex");
  }
  loadCustomers({ directory: folder, now });
  const said = warn.mock.calls.map(([text]) => text).filter((text) => text.includes("is not read"));
  expect(said.sort()).toEqual(
    because === undefined ? [] : beside.map((name) => `${name} is not read: ${because}.`).sort(),
  );
});

it.each(["customers", "customers/*.yaml"])("refuses %s when there is no file", (setting) => {
  mkdirSync(join(folder, "customers"));
  named(setting);
  expect(problems()).toEqual([
    `tesseral:customersFile: names no file: there is none of ${setting} in ${folder} (TSL-FILE)`,
  ]);
});

const text = "customers:\n  mueller: { displayName: Müller }\n";
const utf16le = Buffer.from(text, "utf16le");

it.each([
  [
    "ISO-8859-1",
    Buffer.from(text, "latin1"),
    "2:28 is not UTF-8, but probably ISO-8859-1 or Windows-1252 (here is the byte FC)",
  ],
  ["UTF-16 LE", utf16le, "1:1 is UTF-16 LE"],
  ["UTF-16 LE with its mark", Buffer.from(`\ufeff${text}`, "utf16le"), "1:1 is UTF-16 LE"],
  ["UTF-16 BE", Buffer.from(utf16le).swap16(), "1:1 is UTF-16 BE"],
  ["UTF-16 BE with its mark", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), "1:1 is UTF-16 BE"],
])("refuses a file in %s by name", (_, bytes, problem) => {
  file("customers.yaml", bytes);
  expect(problems()).toEqual([`customers.yaml:${problem}: save the file as UTF-8 (TSL-YAML)`]);
});

it.each([
  ["the mark of UTF-8", `\ufeff${text}`],
  ["CR LF", text.replaceAll("\n", "\r\n")],
  ["tabs between words", text.replaceAll(": ", ":\t")],
])("takes a file with %s", (_, written) => {
  file("customers.yaml", written);
  expect(loadCustomers({ directory: folder, now })).toEqual({ mueller: { displayName: "Müller" } });
});

it("says of tabs as indentation that they are", () => {
  file("customers.yaml", "customers:\n\tacme: {}\n");
  expect(problems()).toEqual(["customers.yaml:2:1 is not valid YAML: Tabs are not allowed as indentation (TSL-YAML)"]);
});

it("logs what it warns of", () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  file("customers.yaml", 'customers: { acme: { displayName: Acme }, b: { displayName: "\u0410cme" } }');
  loadCustomers({ directory: folder, now });
  expect(warn.mock.calls).toEqual([
    [
      "customers.yaml:1:61 customers.b.displayName: looks like that of acme, but has letters of another script (TSL-LOOKALIKE)",
    ],
  ]);
});
