// Proves that the program of this repository deploys a backend when, and only when, `tesseral:backend` says so, and loads
// @pulumi/aws only then. The engine is real, the AWS plugin a stand-in, and the program runs inline.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterEach, expect, it, vi } from "vitest";
import type { EngineStack, StackOptions } from "../../engine/stack";
import { appFolders, webApp } from "./apps";
import { awsStack } from "./echo/awsStack";

vi.setConfig({ testTimeout: 120_000 });

const root = join(__dirname, "../../..");
const code = appFolders()(webApp);
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const load = createRequire(join(root, "dist/index.js"));
const loaded = (part: string) => Object.keys(load.cache).filter((path) => path.startsWith(join(root, part)));

/** The program, as it was built, loaded anew. */
const program: PulumiFn = async () => {
  for (const path of [...loaded("dist"), ...loaded("node_modules/@pulumi/aws")]) {
    delete load.cache[path];
  }
  const run: PulumiFn = load(join(root, "dist/index.js"));
  return run();
};

let stack: EngineStack | undefined;
afterEach(() => {
  stack?.close();
  stack = undefined;
});

async function open(config: NonNullable<StackOptions["config"]>): Promise<EngineStack> {
  stack = await awsStack(program, { config: { "tesseral:backendApiKey": { value: key, secret: true }, ...config } });
  return stack;
}

it("deploys nothing and loads nothing of AWS without the setting", async () => {
  const opened = await open({});
  const { changes, outputs } = await opened.up();
  expect(changes).toEqual({ create: 1 });
  expect(outputs.backendUrl?.value ?? null).toBeNull();
  expect(loaded("node_modules/@pulumi/aws")).toEqual([]);
});

it("deploys what the setting says, and keeps the key secret", async () => {
  const settings = { code, runtime: "nodejs24.x", handler: "run.sh", url: "httpApi" };
  const opened = await open({});
  for (const [name, value] of Object.entries(settings)) {
    await opened.automation.setConfig(`tesseral:backend.${name}`, { value }, true);
  }
  await opened.automation.setConfig("tesseral:backend.backendApiKey", { value: key, secret: true }, true);
  const { changes, outputs } = await opened.up();
  expect(changes).toEqual({ create: 20 });
  expect(outputs.backendUrl?.value).toMatch(/^apiEndpoint-of-backend/);
  expect(opened.everythingSaid()).not.toContain(key);
  expect((await opened.up()).changes).toEqual({ same: 20 });
});

it("refuses a setting that it does not know, by name", async () => {
  const settings = { code, runtime: "nodejs24.x", handler: "run.sh", memorysize: 512 };
  const opened = await open({ "tesseral:backend": JSON.stringify(settings) });
  await expect(opened.preview()).rejects.toThrow('memorysize: unknown argument, did you mean "memorySize"?');
});

it("is what the documentation shows", () => {
  const documentation = readFileSync(join(root, "docs/backend.md"), "utf8");
  expect(documentation).toContain("pulumi config set --secret --path tesseral:backend.backendApiKey");
});
