// Proves how the command answers to what people type, as a process of its own. What the commands do is the matter of the files
// named after them, and of test/crash.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../cli/main";

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
  for (const command of Object.keys(commands)) {
    expect(stdout).toContain(`  ${command}`);
  }
});

it("ends as usual when nobody reads its output any more", async () => {
  const child = spawn(process.execPath, [resolve("dist/cli/main.js"), "import", "--help"], { cwd: empty });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const code = await new Promise((ended) => child.on("close", ended));
  expect([code, said]).toEqual([0, ""]);
});

it("tells its version", async () => {
  expect(await type("--version")).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
});

/** What a command does not have that all others have, and why. A command that is not named here must have everything. */
const without: Record<string, { options: string[]; because: string }> = {
  emulator: { options: ["--json", "--stack", "--cwd"], because: "it knows no stack, and all that it prints is JSON" },
  demo: { options: ["--json", "--stack", "--cwd"], because: "it makes a stack of its own, and tells a story" },
  explain: { options: ["--stack", "--cwd"], because: "it asks nobody" },
  completion: { options: ["--json", "--stack", "--cwd"], because: "what it prints is for a shell" },
};

/** What a command needs on its command line to begin its work. */
const least: Record<string, string[]> = {
  parts: ["list"],
  token: ["acme", "ci", "--force"],
  remove: [`org_${"0".repeat(25)}`],
};

describe.each(Object.keys(commands))("%s", (command) => {
  it("has an example in its help, and the options of all", async () => {
    const { code, stdout } = await type(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: pulumi-tesseral ${command}`);
    expect(stdout).toMatch(new RegExp(`^Examples?: (pulumi preview .*)?npx pulumi-tesseral ${command}`, "m"));
    const left = without[command]?.options ?? [];
    for (const option of ["--json", "--stack", "--cwd", "--no-color", "--help"]) {
      expect(new RegExp(`^ +(-h, )?${option}\\b`, "m").test(stdout), option).toBe(!left.includes(option));
    }
    expect(await type("help", command)).toEqual({ code, stdout, stderr: "" });
  });

  it("says in one line what was meant by a misspelled option", async () => {
    expect(await type(command, "--hepl")).toEqual({
      ...{ code: 2, stdout: "" },
      stderr: `pulumi-tesseral ${command}: unknown option '--hepl', did you mean --help? (TSL-USAGE)\n`,
    });
  });
});

it.each(Object.keys(commands).filter((command) => without[command] === undefined))(
  "%s says in one line that there is no Pulumi",
  async (command) => {
    expect(await type(command, ...(least[command] ?? []))).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: "pulumi-tesseral: pulumi is not on PATH: install it, https://www.pulumi.com/docs/install/ (TSL-PULUMI)\n",
    });
  },
);

it("leaves out nothing of a command that is not there", () => {
  expect(Object.keys({ ...without, ...least }).filter((name) => !Object.hasOwn(commands, name))).toEqual([]);
});

it.each([
  [["inventroy"], "pulumi-tesseral: unknown command 'inventroy', did you mean inventory?"],
  [["inventory", "--stcak", "prod"], "pulumi-tesseral inventory: unknown option '--stcak', did you mean --stack?"],
  [["remove", "--sack", "prod"], "pulumi-tesseral remove: unknown option '--sack', did you mean --stack?"],
  [["emulator", "--prot", "1"], "pulumi-tesseral emulator: unknown option '--prot', did you mean --port?"],
  [["demo", "--hepl"], "pulumi-tesseral demo: unknown option '--hepl', did you mean --help?"],
  [["demo", "now"], "pulumi-tesseral demo: too many arguments for 'demo'. Expected 0 arguments but got 1."],
  [
    ["review", "--format", "pdf"],
    "pulumi-tesseral review: --format cannot be 'pdf': one of terminal, markdown, json, html",
  ],
  [["remove"], "pulumi-tesseral remove: it needs the ids of what to remove; `pulumi-tesseral inventory` lists them"],
  [
    ["remove", "acme"],
    'pulumi-tesseral remove: "acme" is not the id of an organization, an API key or a role; `pulumi-tesseral inventory` lists them',
  ],
  [
    ["inventory", "--expiring", "soon"],
    'pulumi-tesseral inventory: --expiring is "soon", but must be a number of days',
  ],
  [
    ["inventory", "--recover", "--json"],
    "pulumi-tesseral inventory: option '--json' cannot be used with option '--recover'",
  ],
  [
    ["inventory", "--recover", "--stack", "a", "--stack", "b"],
    "pulumi-tesseral inventory: --recover works on one stack at a time: give one --stack",
  ],
])("says in one line what is wrong with the command line %j, with exit code 2", async (args, line) => {
  expect(await type(...args)).toEqual({ code: 2, stdout: "", stderr: `${line} (TSL-USAGE)\n` });
});
