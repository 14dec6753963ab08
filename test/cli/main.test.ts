// Proves how the command answers to what people type, as a process of its own. What the commands do is the matter of the files
// named after them, and of test/crash.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

let empty: string;

beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), "no-pulumi-"));
});

afterAll(() => rmSync(empty, { recursive: true }));

/** Runs the command in an empty folder, without a Pulumi CLI on PATH. */
function type(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const options = { cwd: empty, env: { PATH: empty, HOME: empty } };
    execFile(process.execPath, [resolve("dist/cli/main.js"), ...args], options, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

it.each([[], ["--help"], ["help"]])("lists its commands: %s", async (...args) => {
  const { code, stdout } = await type(...args);
  expect(code).toBe(0);
  for (const command of ["inventory", "remove", "emulator", "demo"]) {
    expect(stdout).toContain(`  ${command}`);
  }
});

it("tells its version", async () => {
  expect(await type("--version")).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
});

it("refuses a command that it does not have, with exit code 2", async () => {
  const { code, stderr } = await type("inventroy");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^pulumi-tesseral: there is no command "inventroy"\n/);
});

it.each(["inventory", "remove", "emulator", "demo"])("tells the options of %s", async (command) => {
  const { code, stdout } = await type(command, "--help");
  expect(code).toBe(0);
  expect(stdout).toContain(`pulumi-tesseral ${command}`);
});

it.each([
  [["remove"], "remove needs the ids of what to remove; `pulumi-tesseral inventory` lists them"],
  [["remove", "acme"], '"acme" is not the id of an organization, an API key or a role'],
  [["inventory", "--expiring", "soon"], '--expiring is "soon", but must be a number of days'],
  [["inventory"], "pulumi is not on PATH: install it, https://www.pulumi.com/docs/install/"],
])("says in one line what is wrong with %j", async (args, message) => {
  expect(await type(...args)).toEqual({ code: 1, stdout: "", stderr: `pulumi-tesseral: ${message}\n` });
});

it("says it without a stack trace where an option is unknown", async () => {
  const { code, stderr } = await type("inventory", "--stcak", "prod");
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toContain(dirname(empty));
});
