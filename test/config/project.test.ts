// Proves that the real Pulumi CLI takes Pulumi.yaml and Pulumi.dev.yaml as they are meant: the settings, their types and defaults, a
// key that is encrypted; and that the examples of the docs are right. No program is run here.
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { temporaryBackend } from "../../cli/demo/temporaryBackend";
import { findPulumi } from "../../cli/pulumi/findPulumi";
import { customerShape } from "../../config/customerShape";
import { problemsOf } from "./declared";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const backend = temporaryBackend("project-test-");
let pulumi: (...args: string[]) => Promise<string>;

beforeAll(async () => {
  const cli = await findPulumi();
  const env = { ...process.env, ...backend.env, PATH: cli.path };
  const run = promisify(execFile);
  pulumi = async (...args) =>
    (await run(cli.command, [...args, "--non-interactive"], { cwd: backend.workDir, env })).stdout;
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
    copyFileSync(file, join(backend.workDir, file));
  }
  writeFileSync(join(backend.workDir, "index.ts"), "");
  await pulumi("stack", "init", "empty");
  await pulumi("stack", "init", "dev");
});

afterAll(() => backend.remove());

/** The settings of a stack by name: the value, or that it is secret. */
async function settings(stack: string): Promise<Record<string, unknown>> {
  const shown: Record<string, { value?: string; objectValue?: unknown; secret: boolean }> = JSON.parse(
    await pulumi("config", "--json", "--stack", stack),
  );
  return Object.fromEntries(
    Object.entries(shown).map(([name, { value, objectValue, secret }]) => [
      name,
      secret ? "secret" : (objectValue ?? value),
    ]),
  );
}

const defaults = {
  "tesseral:apiUrl": "https://api.tesseral.com",
  "tesseral:backend": {},
  "tesseral:backendApiKey": "",
  "tesseral:customers": {},
  "tesseral:customersFile": "customers.yaml",
  "tesseral:deliverTo": {},
  "tesseral:maxRemovals": "1",
  "tesseral:part": "",
};

it("gives every setting a default, so that a new stack needs none", async () => {
  expect(await settings("empty")).toEqual(defaults);
});

it("describes every setting", () => {
  const { config } = parse(readFileSync("Pulumi.yaml", "utf8"));
  expect(Object.keys(config).sort()).toEqual(Object.keys(defaults));
  for (const setting of Object.values<Record<string, unknown>>(config)) {
    expect(setting).toMatchObject({ type: expect.any(String), description: expect.stringMatching(/^[A-Z].*\.$/s) });
  }
});

it("takes the customers of Pulumi.dev.yaml, and keeps a key encrypted", async () => {
  const file = join(backend.workDir, "Pulumi.dev.yaml");
  const key = "tesseral_secret_key_0123456789abcdefghijklmno";
  await pulumi("config", "set", "--stack", "dev", "--secret", "tesseral:backendApiKey", key);
  expect(readFileSync(file, "utf8")).not.toContain(key);
  const customers = parse(readFileSync("Pulumi.dev.yaml", "utf8")).config["tesseral:customers"];
  expect(Object.keys(customers)).toEqual(["acme", "globex", "initech"]);
  expect(await settings("dev")).toEqual({
    ...defaults,
    "tesseral:backendApiKey": "secret",
    "tesseral:customers": customers,
  });
});

it("takes a limit of removals without quotes too", async () => {
  const file = join(backend.workDir, "Pulumi.limit.yaml");
  await pulumi("stack", "init", "limit");
  writeFileSync(file, `${readFileSync(file, "utf8")}\nconfig:\n  tesseral:maxRemovals: 3\n`);
  expect((await settings("limit"))["tesseral:maxRemovals"]).toBe("3");
  // Where there is no language host, the preview fails for want of one, which is after the settings were checked.
  const said = await pulumi("preview", "--stack", "limit").catch(String);
  expect(said).not.toContain("validating stack config");
});

it("refuses customers that are no map", async () => {
  await pulumi("config", "set", "--stack", "empty", "tesseral:customers", "acme");
  await expect(pulumi("preview", "--stack", "empty")).rejects.toThrow(
    "error: validating stack config: Stack 'empty' with configuration key 'tesseral:customers' must be of type 'object'",
  );
});

it("hands an unquoted time over in the way that loadCustomers undoes", async () => {
  const file = join(backend.workDir, "Pulumi.times.yaml");
  await pulumi("stack", "init", "times");
  writeFileSync(
    file,
    `${readFileSync(file, "utf8")}\nconfig:\n  tesseral:customers: { a: [2030-01-01T00:00:00Z, 2030-01-01T00:00:00.5+02:00, 2030-01-01] }\n`,
  );
  expect((await settings("times"))["tesseral:customers"]).toEqual({
    a: ["2030-01-01 00:00:00 +0000 UTC", "2030-01-01 00:00:00.5 +0200 +0200", "2030-01-01 00:00:00 +0000 UTC"],
  });
});

it("finds nothing wrong with the example of a customers' file", () => {
  expect(problemsOf(readFileSync("customers.example.yaml", "utf8"))).toEqual([]);
});

const page = readFileSync("docs/customers.md", "utf8");

it("documents every field", () => {
  const { roles, apiKeys } = customerShape.fields;
  const fields = [customerShape, roles.of, apiKeys.of].flatMap(({ fields }) => Object.keys(fields));
  expect(fields.filter((field) => !new RegExp(`^\\|.*\`${field}\`.*\\|`, "mu").test(page))).toEqual([]);
});
