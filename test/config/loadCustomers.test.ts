// Proves where customers are looked for, and what the stack's file adds: places, times as they were written, and refusals of what is
// or should be encrypted. How Pulumi hands settings to programs is as its CLI was seen to do it; project.test.ts runs the CLI.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { loadCustomers } from "../../config";
import { now } from "./declared";

let directory: string;

beforeAll(async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "tesseral", "dev");
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "customers-"));
  settings({});
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Sets what Pulumi hands over: texts, and which of them are secrets. */
function settings(values: Record<string, unknown>, ...secrets: string[]): void {
  const texts = Object.entries(values).map(([name, value]) => [
    `tesseral:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(texts),
    secrets.map((name) => `tesseral:${name}`),
  );
}

function file(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

function load() {
  return loadCustomers({ directory, now });
}

/** The lines of the error, of which the first counts the others. */
function problems(): string[] {
  try {
    load();
  } catch (error) {
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const [first, ...lines] = (error as Error).message.split("\n");
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    expect(first).toBe(`${count} in the configuration, so nothing was created or changed:`);
    return lines;
  }
  throw new Error("There was no problem");
}

const acme = { acme: { displayName: "Acme" } };

it("takes the customers of the stack's configuration", () => {
  settings({ customers: acme });
  expect(load()).toEqual(acme);
});

it("takes those of customers.yaml when the stack has none, be it nothing or the empty map of Pulumi.yaml", () => {
  file("customers.yaml", "customers: { acme: { displayName: Acme } }");
  expect(load()).toEqual(acme);
  settings({ customers: {}, customersFile: "customers.yaml" });
  expect(load()).toEqual(acme);
});

it("takes those of the file that is named", () => {
  file("prod.json", '{ "customers": { "acme": { "displayName": "Acme" } } }');
  settings({ customersFile: "prod.json" });
  expect(load()).toEqual(acme);
});

it("has no customers when nothing declares any, and says so", () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  expect(load()).toEqual({});
  expect(warn.mock.calls).toEqual([
    [
      "No customers are declared: put them under tesseral:customers in the stack's file, or in customers.yaml. (TSL-NO-CUSTOMERS)",
    ],
  ]);
});

it("says nothing when a file declares that there are none", () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  file("customers.yaml", "customers: {}");
  expect(load()).toEqual({});
  expect(warn).not.toHaveBeenCalled();
});

it("refuses customers in two places", () => {
  file("customers.yaml", "customers: {}");
  settings({ customers: acme });
  expect(problems()).toEqual([
    "tesseral:customers: there are customers in customers.yaml as well: keep one of the two (TSL-FILE)",
  ]);
  file("Pulumi.dev.yaml", "config:\n  tesseral:customers: { acme: { displayName: Acme } }");
  expect(problems()).toEqual([
    "Pulumi.dev.yaml:2:3 tesseral:customers: there are customers in customers.yaml as well: keep one of the two (TSL-FILE)",
  ]);
});

it("refuses a named file that is not there", () => {
  settings({ customersFile: "prod.yaml" });
  file("Pulumi.dev.yaml", "config:\n  tesseral:customersFile: prod.yaml");
  expect(problems()).toEqual([
    `Pulumi.dev.yaml:2:27 tesseral:customersFile: names ${join(directory, "prod.yaml")}, which cannot be read: there is no such file (TSL-FILE)`,
  ]);
});

it("names the file of a problem as it was named", () => {
  file("prod.yaml", "customers: { acme: { name: Acme } }");
  settings({ customersFile: "./prod.yaml" });
  expect(problems()).toEqual([
    './prod.yaml:1:22 customers.acme.name: unknown field, did you mean "displayName"? (TSL-FIELD)',
  ]);
});

it("names the place in the stack's file", () => {
  const wrong = { acme: { displayName: "Acme", apiKeys: { ci: { role: ["reader"] } } } };
  settings({ customers: wrong });
  file(
    "Pulumi.dev.yaml",
    `
config:
  aws:region: eu-central-1
  tesseral:customers:
    acme:
      displayName: Acme
      apiKeys:
        ci:
          role: [reader]
`,
  );
  expect(problems()).toEqual([
    'Pulumi.dev.yaml:9:11 tesseral:customers.acme.apiKeys.ci.role: unknown field, did you mean "roles"? (TSL-FIELD)',
  ]);
});

it.each([
  ["is not there", undefined],
  ["holds other customers", "config:\n  tesseral:customers: { globex: { name: Acme } }"],
  ["holds other values", "config:\n  tesseral:customers: { acme: { name: Other } }"],
  ["holds none", "config: { tesseral:apiUrl: x }"],
  ["has no configuration", "encryptionsalt: v1"],
  ["is not YAML", "config: ["],
])("names no place when the stack's file %s", (_, text) => {
  settings({ customers: { acme: { name: "Acme" } } });
  if (text !== undefined) {
    file("Pulumi.dev.yaml", text);
  }
  expect(problems()).toEqual(['tesseral:customers.acme.name: unknown field, did you mean "displayName"? (TSL-FIELD)']);
});

it("refuses customers that are no map", () => {
  settings({ customers: "acme" });
  expect(problems()).toEqual(["tesseral:customers: must be a map of names, but it is text (TSL-VALUE)"]);
  settings({ customers: [1801] });
  expect(problems()).toEqual(["tesseral:customers: must be a map of names, but it is a list (TSL-VALUE)"]);
});

/** A time as Pulumi hands it over when it stands without quotes in the stack's file. */
const asPulumiReads = (expireTime: string) => ({ acme: { displayName: "Acme", apiKeys: { ci: { expireTime } } } });
const asWritten = (expireTime: string) =>
  `config:\n  tesseral:customers: { acme: { displayName: Acme, apiKeys: { ci: { expireTime: ${expireTime} } } } }`;

it.each([
  ["2030-01-01 00:00:00 +0000 UTC", "2030-01-01T00:00:00Z"],
  ["2030-01-01 00:00:00.5 +0200 +0200", "2030-01-01T00:00:00.5+02:00"],
  ["2030-01-01 00:00:00.123456789 -0730 -0730", "2030-01-01T00:00:00.123456789-07:30"],
])("turns the time %s back into RFC 3339", (read, expected) => {
  settings({ customers: asPulumiReads(read) });
  const expireTime = () => load().acme?.apiKeys?.ci?.expireTime;
  expect(expireTime()).toBe(expected);
  // `pulumi config set` rewrites the file so.
  file("Pulumi.dev.yaml", asWritten(read));
  expect(expireTime()).toBe(expected);
  file("Pulumi.dev.yaml", asWritten(expected));
  expect(expireTime()).toBe(expected);
});

it("takes a date for the text that was written, not for the time that Pulumi makes of it", () => {
  settings({ customers: asPulumiReads("2030-01-01 00:00:00 +0000 UTC") });
  file("Pulumi.dev.yaml", asWritten("2030-01-01"));
  expect(problems()).toEqual([
    "Pulumi.dev.yaml:2:81 tesseral:customers.acme.apiKeys.ci.expireTime: must be a time in RFC 3339, with its offset, such as 2030-01-31T00:00:00Z (TSL-VALUE)",
  ]);
});

it("refuses encrypted customers, without their values", () => {
  settings({ customers: { acme: { displayName: "Top Secret", name: 1 } } });
  file(
    "Pulumi.dev.yaml",
    "config:\n  tesseral:customers:\n    acme:\n      name: 1\n      displayName:\n        secure: v1:abc\n",
  );
  const message =
    "is encrypted, but state and previews show customers as they are: set it again without --secret (TSL-VALUE)";
  expect(problems()).toEqual([`Pulumi.dev.yaml:6:9 tesseral:customers.acme.displayName: ${message}`]);
  file("Pulumi.dev.yaml", "config:\n  tesseral:customers:\n    secure: v1:abc\n");
  expect(problems()).toEqual([`Pulumi.dev.yaml:3:5 tesseral:customers: ${message}`]);
});

it.each([
  ["the stack's file", "Pulumi.dev.yaml:2:27 ", "config:\n  tesseral:backendApiKey: tesseral_secret_key_0\n"],
  ["somewhere else", "", "config: { tesseral:apiUrl: x }"],
  ["a file that Pulumi was told to keep elsewhere", "", undefined],
])("refuses a backend API key that anyone can read in %s, without repeating it", (_, place, text) => {
  settings({ customers: acme, backendApiKey: "tesseral_secret_key_0" });
  if (text !== undefined) {
    file("Pulumi.dev.yaml", text);
  }
  expect(problems()).toEqual([
    `${place}tesseral:backendApiKey: is not encrypted: make a new key in the Tesseral Console, revoke this one, ` +
      "and run `pulumi config set --secret tesseral:backendApiKey <key>` (TSL-KEY-READABLE)",
  ]);
});

it("lets a backend API key pass that is encrypted, or empty as Pulumi.yaml has it", () => {
  settings({ customers: acme, backendApiKey: "tesseral_secret_key_0" }, "backendApiKey");
  expect(load()).toEqual(acme);
  settings({ customers: acme, backendApiKey: "" });
  expect(load()).toEqual(acme);
});

it("refuses a limit of removals that is none", () => {
  settings({ customers: acme, maxRemovals: "a few" });
  file("Pulumi.dev.yaml", "config:\n  tesseral:maxRemovals: a few\n");
  expect(problems()).toEqual([
    "Pulumi.dev.yaml:2:25 tesseral:maxRemovals: must be a whole number, such as 3, or a percentage up to 100%, such as 10% (TSL-SETTING-VALUE)",
  ]);
});

it("refuses settings that do not exist, and leaves those of other namespaces alone", () => {
  settings({ maxRemovl: "3", apiURL: "x", zone: "z", customers: acme });
  pulumi.runtime.setConfig("acme:maxRemovl", "3");
  file("Pulumi.dev.yaml", "config:\n  tesseral:apiURL: x\n");
  expect(problems()).toEqual([
    'Pulumi.dev.yaml:2:3 tesseral:apiURL: unknown setting, did you mean "tesseral:apiUrl"? (TSL-SETTING)',
    'tesseral:maxRemovl: unknown setting, did you mean "tesseral:maxRemovals"? (TSL-SETTING)',
    "tesseral:zone: unknown setting, the settings here are backendApiKey, apiUrl, customers, customersFile, part, maxRemovals, deliverTo, backend, " +
      "maxConcurrentRequests, requestsPerSecond, partsAtOnce, requestTimeout, retries, retryDelay, operationDeadline; one of your own belongs in another namespace (TSL-SETTING)",
  ]);
});

it("reports problems of the settings and of the customers together", () => {
  settings({ customer: {}, customers: { acme: {} } });
  expect(problems()).toEqual([
    'tesseral:customer: unknown setting, did you mean "tesseral:customers"? (TSL-SETTING)',
    "tesseral:customers.acme: displayName is missing (TSL-MISSING)",
  ]);
});

it("takes its part alone, and nothing while the parts are being changed", () => {
  file(
    "customers.yaml",
    "customers:\n  acme: { displayName: Acme, part: 1 }\n  globex: { displayName: Globex, part: 2 }\n",
  );
  settings({ part: "2/2" });
  expect(load()).toEqual({ globex: { displayName: "Globex" } });
  settings({ part: "" });
  expect(Object.keys(load())).toEqual(["acme", "globex"]);
  settings({ part: "2 of 2" });
  expect(problems()).toEqual([
    "tesseral:part: must be the stack's part and how many there are, such as 3/50; at most 1000 (TSL-SETTING-VALUE)",
  ]);
  settings({ part: "1/2 growing to 4" });
  expect(problems()).toEqual([
    "tesseral:part: the parts are being changed to 4: finish it with npx pulumi-tesseral parts grow --to 4 (TSL-SETTING-VALUE)",
  ]);
});
