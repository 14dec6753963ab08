// Proves that backend API keys come and go over the emulator's own routes, as in the Tesseral Console, and stay so over a restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let folder: string;
let emulator: Emulator;

const start = async () => {
  emulator = await startEmulator({ dataFile: join(folder, "records") });
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "backend-keys-"));
  await start();
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const ask = async (path: string, body?: unknown) => {
  const { status, json } = await send(
    emulator,
    "POST",
    `/_emulator/backend-api-keys${path}`,
    body === undefined ? {} : { body },
  );
  return { status, json };
};

async function newKey(body?: unknown): Promise<string> {
  const { json } = await ask("", body);
  return (json as { backendApiKey: string }).backendApiKey;
}

const project = async (backendApiKey: string) => {
  const response = await fetch(`${emulator.url}/v1/project`, { headers: { Authorization: `Bearer ${backendApiKey}` } });
  return response.status === 200
    ? ((await response.json()) as { project: { id: string } }).project.id
    : response.status;
};

it("rotates the key of a project, also of another one than the first", async () => {
  const [key, other] = [await newKey(), await newKey({ project: "second" })];
  expect(key).toMatch(/^tesseral_secret_key_[0-9a-z]{25}$/);
  expect(await project(key)).toBe(await project(emulator.backendApiKey));
  expect(await project(other)).toBe(await project(emulator.keys["second-project-key"] ?? ""));
  expect(await ask("/revoke", { backendApiKey: emulator.backendApiKey })).toEqual({ status: 200, json: {} });
  expect(await project(emulator.backendApiKey)).toBe(404);
  const first = emulator.backendApiKey;
  await emulator.close();
  await start();
  expect([await project(first), await project(key)]).toEqual([404, expect.stringMatching(/^project_/)]);
});

it.each([
  ["/revoke", {}, "the emulator has no such backend API key"],
  ["/revoke", { backendApiKey: 1 }, "backendApiKey must be text"],
  ["", { project: "nobody's" }, "the emulator has no project nobody's"],
])("refuses %j with %j", async (path, body, error) => {
  expect(await ask(path, body)).toEqual({ status: 400, json: { error } });
});
