// Proves that the examples of docs/emulator.md work: the program runs, the seed and the faults are taken. Prose is not checked.
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { effectNames, faultsFromJson, seedFromJson, startEmulator } from "../../emulator/index";
import { compileEmulator } from "./compileEmulator";

const page = readFileSync(path.resolve(__dirname, "../../docs/emulator.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(/```(\w+)\n(.*?)```/gs)].filter((match) => match[1] === language).map((match) => match[2] ?? "");

let folder: string;
beforeAll(() => {
  folder = compileEmulator();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

it("runs the program", async () => {
  const [example = ""] = blocks("js");
  const program = path.join(folder, "example.mjs");
  expect(example).toContain('from "pulumi-tesseral/emulator"');
  writeFileSync(program, example.replace('"pulumi-tesseral/emulator"', '"./emulator/index.js"'));
  const printed = await new Promise((resolve, reject) =>
    execFile(process.execPath, [program], (error, stdout) => (error === null ? resolve(stdout) : reject(error))),
  );
  expect(printed).toBe("all as expected\n");
});

it("makes an organization with a key as the page does", async () => {
  const emulator = await startEmulator();
  const [create = "", enable = ""] = blocks("sh").filter((text) => text.includes("/v1/organizations"));
  const run = async (commands: string, id = "") => {
    const env = {
      ...process.env,
      TESSERAL_API_URL: emulator.url,
      TESSERAL_BACKEND_API_KEY: emulator.backendApiKey,
      ORGANIZATION_ID: id,
    };
    const { stdout } = await promisify(execFile)("bash", ["-c", commands], { env });
    return stdout;
  };
  const { organization } = JSON.parse(await run(create));
  expect(organization).toMatchObject({ displayName: "Acme", apiKeysEnabled: false });
  expect(await run(enable, organization.id)).toContain('"secretToken":');
  await emulator.close();
});

it("takes the faults and the seed", async () => {
  const [faults = "", seed = ""] = blocks("json");
  expect(faultsFromJson(JSON.parse(faults))).toHaveLength(3);
  const emulator = await startEmulator({ seed: seedFromJson(JSON.parse(seed)) });
  expect(emulator.store.apiKeys.size).toBe(3);
  await emulator.close();
});

it("names every effect and every key", async () => {
  for (const name of effectNames) {
    expect(page).toMatch(new RegExp(`^\\| \`"${name}"\` +\\|`, "m"));
  }
  const emulator = await startEmulator();
  for (const name of Object.keys(emulator.keys)) {
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  }
  await emulator.close();
});
