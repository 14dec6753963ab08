// Proves how `pulumi-tesseral review` gets its previews, where it writes, and how it ends; with a stand-in for Pulumi. The real one
// answers in test/commandLine/review.test.ts; what a review says is the matter of test/report.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digest, savedPreview, step } from "../../report/previews";
import { StandInPulumi } from "../standInPulumi";

let pulumi: StandInPulumi;
let folder: string;

beforeEach(() => {
  pulumi = new StandInPulumi();
  folder = mkdtempSync(join(tmpdir(), "review-test-"));
});

afterEach(() => {
  pulumi.close();
  rmSync(folder, { recursive: true });
});

const same = { displayName: "Acme", apiKeysEnabled: true };
const quiet = {
  stdout: digest([step("update", "organization", "acme", { old: same, new: { ...same, displayName: "A" } })]),
};
const nothing = { stdout: digest([step("same", "organization", "acme", { old: same, new: same })]) };
const notice = { stdout: savedPreview("everything.json") };
const failing = { stdout: savedPreview("brake.json"), stderr: "error: preview failed\n", code: 255 };

const saved = (text: string | Buffer): string => {
  const file = join(folder, "preview.json");
  writeFileSync(file, text);
  return file;
};

describe("runs pulumi preview", () => {
  it("for the selected stack, with what stays as it is, and writes nothing", async () => {
    pulumi.answer({ stack: "test", preview: notice });
    const { code, stdout, stderr } = await pulumi.type(["review"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^12 of 13 customers change · 6 will notice · 1 stays as it is {8}stack test, project tesseral\n/,
    );
    expect(pulumi.calls()).toEqual([
      [expect.any(String), "preview", "--json", "--show-sames", "--show-replacement-steps"],
    ]);
  });

  it("for several stacks, or all, after a refresh", async () => {
    pulumi.answer({ stack: "prod", preview: quiet }, { stack: "staging", preview: nothing });
    const { stdout } = await pulumi.type(["review", "--all-stacks", "--refresh", "--json"]);
    expect(JSON.parse(stdout).stacks.map(({ totals }: { totals: { changing: number } }) => totals.changing)).toEqual([
      1, 0,
    ]);
    expect(pulumi.calls().map((call) => call.slice(1).join(" "))).toEqual([
      "preview --json --show-sames --show-replacement-steps --refresh --stack prod",
      "preview --json --show-sames --show-replacement-steps --refresh --stack staging",
      "stack ls --json",
    ]);
  });

  it("and says in the format that was asked for why it failed", async () => {
    pulumi.answer({ stack: "test", preview: failing });
    const terminal = await pulumi.type(["review"]);
    expect(terminal).toMatchObject({ code: 1, stderr: "" });
    expect(terminal.stdout).toMatch(/^error: Nothing was created, changed or deleted\.\n/);
    const { stacks } = JSON.parse((await pulumi.type(["review", "--json"])).stdout);
    expect(stacks[0]).toMatchObject({ complete: false, messages: [{ severity: "error" }] });
  });

  it("and says why there is no preview at all", async () => {
    pulumi.fail("error: no stack named 'prod' found");
    const { code, stdout } = await pulumi.type(["review", "--stack", "prod"]);
    expect(code).toBe(1);
    const way =
      "`pulumi stack ls` lists those of this project; name one with --stack, or another project with --cwd (TSL-STACK)";
    expect(stdout).toBe(`error: there is no stack "prod": ${way}\n\nthe preview failed        stack prod\n`);
  });

  it("and says why it failed, whatever Pulumi warned of before", async () => {
    const host = "warning: using pulumi-language-nodejs from $PATH at /usr/bin/pulumi-language-nodejs\n";
    const stderr = `${host}warning: something else\nerror: getting stack configuration: incorrect passphrase\n`;
    pulumi.answer({ stack: "test", preview: { stdout: "", stderr, code: 255 } });
    const { code, stdout } = await pulumi.type(["review"]);
    expect([code, stdout]).toEqual([
      1,
      "error: getting stack configuration: incorrect passphrase\n\nthe preview failed        stack test, project shop\n\nwarning: something else\n",
    ]);
    const { stacks } = JSON.parse((await pulumi.type(["review", "--json"])).stdout);
    expect(stacks[0]).toMatchObject({ project: "shop", stack: "test", complete: false });
    const out = join(folder, "review.md");
    expect(await pulumi.type(["review", "--stack", "test", "--out", out])).toEqual({
      ...{ code: 1, stdout: "" },
      stderr:
        "pulumi-tesseral: the preview of stack test failed: getting stack configuration: incorrect passphrase (TSL-PULUMI-FAILED)\n",
    });
    pulumi.answer({ stack: "test", preview: { stdout: "{}", stderr: host, code: 255 } });
    expect((await pulumi.type(["review"])).stdout).toMatch(/^error: pulumi preview ended without saying why\n/);
  });

  it("and says of a folder that is not there that it is not, and does not blame Pulumi", async () => {
    expect(await pulumi.type(["review", "--cwd", "/no/such"])).toEqual({
      ...{ code: 2, stdout: "" },
      stderr: "pulumi-tesseral review: --cwd /no/such: there is no such folder (TSL-USAGE)\n",
    });
  });

  it("and says in one line that Pulumi is missing", async () => {
    pulumi.answer({ stack: "test", preview: quiet });
    const ran = await pulumi.type(["review"], { env: { PATH: "" } });
    expect(ran).toEqual({
      code: 1,
      stdout: "",
      stderr: "pulumi-tesseral: pulumi is not on PATH: install it, https://www.pulumi.com/docs/install/ (TSL-PULUMI)\n",
    });
  });
});

it.skipIf(process.platform === "win32")(
  "lets Pulumi end in good order at Ctrl-C, which reaches it once, and waits for it",
  async () => {
    const script = `#!${process.execPath}
const { writeFileSync } = require("node:fs");
let interruptions = 0;
process.on("SIGINT", () => {
  interruptions += 1;
  process.stderr.write("canceling\\n");
  setTimeout(() => { writeFileSync(${JSON.stringify(join(folder, "ended"))}, String(interruptions)); process.exit(1); }, 400);
});
setInterval(() => {}, 1000);
writeFileSync(${JSON.stringify(join(folder, "begun"))}, "");
`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    const child = spawn(process.execPath, [resolve("dist/cli/main.js"), "review", "--stack", "prod"], {
      cwd: folder,
      env: { PATH: `${folder}:/usr/bin:/bin` },
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = new Promise((done) => child.on("close", (_, signal) => done(signal)));
    await expect.poll(() => existsSync(join(folder, "begun")), { timeout: 10_000 }).toBe(true);
    process.kill(-Number(child.pid), "SIGINT");
    expect(await ended).toBe("SIGINT");
    expect(readFileSync(join(folder, "ended"), "utf8")).toBe("1");
    expect(said).toBe(
      "pulumi-tesseral: interrupted; waiting until Pulumi has ended (interrupt again to stop at once)\n",
    );
  },
);

describe("reads a saved preview", () => {
  it("from a file, or standard input, without Pulumi", async () => {
    const [fromFile, fromInput] = await Promise.all([
      pulumi.type(["review", "--from", saved(quiet.stdout)], { env: { PATH: "" } }),
      pulumi.type(["review", "--from", "-"], { env: { PATH: "" }, input: quiet.stdout }),
    ]);
    expect(fromFile.stdout).toContain("A (acme)  ~ the name that its members see   Acme → A\n");
    expect(fromInput.stdout).toBe(fromFile.stdout);
  });

  it("as PowerShell wrote it, from a file or piped on from one", async () => {
    const written = Buffer.from(`\ufeff${quiet.stdout.replaceAll("\n", "\r\n")}`, "utf16le");
    for (const [from, input] of [[saved(written)], ["-", written]] as const) {
      const { stdout } = await pulumi.type(["review", "--from", from], { ...(input && { input }) });
      expect(stdout).toContain("A (acme)  ~ the name that its members see   Acme → A\n");
    }
  });

  it("and says of a file that is none what to do", async () => {
    const { code, stderr } = await pulumi.type(["review", "--from", saved("Previewing update\n")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /preview\.json: this is no preview, .* save one with: pulumi preview --json --show-sames > preview\.json \(TSL-PREVIEW\)\n$/,
    );
  });

  it.each([["{}"], ['{"steps":[]}']])("and says of one that is empty what to look at: %s", async (text) => {
    const { code, stdout, stderr } = await pulumi.type(["review", "--from", saved(text)]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /preview\.json: this preview is empty: it has no step, .* pulumi preview said on standard error what went wrong; save one with: .* \(TSL-PREVIEW\)\n$/,
    );
  });

  it("and says of one without an end that it is not all", async () => {
    const { changeSummary: _, ...rest } = JSON.parse(quiet.stdout);
    const { code, stdout } = await pulumi.type(["review", "--from", saved(JSON.stringify(rest))]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error: the saved preview has no count of the changes, so it was interrupted or cut off/);
    expect(stdout).toContain("A (acme)  ~ the name that its members see");
  });

  it.each([
    ["nofile.json", "there is no such file"],
    [".", "it is a folder"],
  ])("and says of %s that %s", async (from, problem) => {
    expect(await pulumi.type(["review", "--from", from])).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: `pulumi-tesseral: --from ${from}: ${problem} (TSL-PREVIEW)\n`,
    });
  });

  it.skipIf(process.platform !== "linux")("and says in one line that the disk is full", async () => {
    const command = `'${process.execPath}' '${resolve("dist/cli/main.js")}' review --from '${saved(quiet.stdout)}' > /dev/full`;
    const ran = await new Promise((done) => {
      execFile("/bin/sh", ["-c", command], (error, _, stderr) => done([error?.code, stderr]));
    });
    expect(ran).toEqual([1, "pulumi-tesseral: standard output cannot be written: the disk is full (TSL-OUT)\n"]);
    expect(await pulumi.type(["review", "--from", saved(quiet.stdout), "--out", "/dev/full"])).toMatchObject({
      ...{ code: 1, stdout: "" },
      stderr: "pulumi-tesseral: --out /dev/full cannot be written: the disk is full (TSL-OUT)\n",
    });
  });

  it("and writes into files, in the formats that their names end in", async () => {
    const outs = ["review.md", "review.html", "review.json", "review.txt"].map((name) => join(folder, name));
    const args = outs.flatMap((out) => ["--out", out]);
    expect(await pulumi.type(["review", "--from", saved(quiet.stdout), ...args])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    const begin = outs.map((out) => readFileSync(out, "utf8").slice(0, 12));
    expect(begin).toEqual(["<!-- pulumi-", "<!doctype ht", '{\n  "version', "1 of 1 custo"]);
  });
});

it.each([
  ["markdown", /^<!-- pulumi-tesseral review: shop\/test -->\n### Customers of stack test\n/],
  ["html", /^<!doctype html>\n<html lang="en">/],
])("writes %s", async (format, begin) => {
  const { code, stdout } = await pulumi.type(["review", "--from", saved(quiet.stdout), "--format", format]);
  expect(code).toBe(0);
  expect(stdout).toMatch(begin);
});

it.skipIf(process.platform !== "linux")(
  "is colored at a terminal, and not where TERM=dumb or NO_COLOR says no",
  async () => {
    const shown = async (env: Record<string, string>) =>
      (await pulumi.typeAtTerminal(["review", "--from", saved(notice.stdout)], "", env)).stdout.includes("\u001b[");
    expect([await shown({}), await shown({ TERM: "dumb" }), await shown({ NO_COLOR: "1" })]).toEqual([
      true,
      false,
      false,
    ]);
  },
);

describe("ends", () => {
  const rotation = digest([
    step("update", "key", "acme-ci", {
      old: { generation: 1, retiredGeneration: 0, status: "active", overlap: "P7D" },
      new: {
        generation: 2,
        retiredGeneration: 0,
        status: "active",
        overlap: "P7D",
        retireAfter: "2027-01-01T00:00:00Z",
      },
    }),
  ]);

  it.each([
    ["with 0 whatever changes", notice.stdout, [], 0],
    ["with 0 if nothing changes", nothing.stdout, ["--exit-code"], 0],
    ["with 2 if something does", quiet.stdout, ["--exit-code"], 2],
    ["with 3 if a customer will notice", notice.stdout, ["--exit-code"], 3],
    ["with 1 for an error", failing.stdout, ["--exit-code"], 1],
    ["with 1 for an error, whatever gate there is", failing.stdout, ["--fail-on", "delete"], 1],
    ["with 3 where a gate is met", notice.stdout, ["--fail-on", "delete"], 3],
    ["with 3 where one of several is met", rotation, ["--fail-on", "delete,suspend", "--fail-on", "rotation"], 3],
    ["with 0 where none is", rotation, ["--fail-on", "notice,delete"], 0],
    ["with 3 for any change, if asked for", quiet.stdout, ["--fail-on", "change"], 3],
    ["with 2 where no gate is met", quiet.stdout, ["--exit-code", "--fail-on", "delete"], 2],
    ["with 3 where a gate is met, whatever the code would be", rotation, ["--exit-code", "--fail-on", "rotation"], 3],
    [
      "with 3 if a customer will notice, also where no gate is met",
      notice.stdout,
      ["--exit-code", "--fail-on", "log-in-off"],
      3,
    ],
    ["with 1 for an error, whatever is asked for", failing.stdout, ["--exit-code", "--fail-on", "change"], 1],
  ])("%s", async (_, text, args, code) => {
    expect((await pulumi.type(["review", "--from", saved(text), ...args])).code).toBe(code);
  });

  it.each([
    [
      ["--fail-on", "detele"],
      'pulumi-tesseral review: --fail-on does not know "detele": did you mean "delete"? (TSL-USAGE)\n',
    ],
    [
      ["--horizon", "30"],
      'pulumi-tesseral review: --horizon is "30", but must be a period in ISO 8601, such as P90D, P3M or PT12H (TSL-USAGE)\n',
    ],
    [
      ["--out", "no/such/review.md"],
      "pulumi-tesseral review: --out no/such/review.md: there is no folder no/such (TSL-USAGE)\n",
    ],
    [["--out", "."], "pulumi-tesseral review: --out .: it is a folder, not a file (TSL-USAGE)\n"],
    [
      ["--format", "markdown", "--out", "r.html", "--out", "r.md"],
      "pulumi-tesseral review: --out r.html: the ending says html, and --format markdown something else: leave out one of them (TSL-USAGE)\n",
    ],
    [
      ["--json", "--out", "r.HTM"],
      "pulumi-tesseral review: --out r.HTM: the ending says html, and --json something else: leave out one of them (TSL-USAGE)\n",
    ],
    [
      ["--out", "r.pdf"],
      "pulumi-tesseral review: --out r.pdf: the ending names no known format: use .md, .html, .json or .txt, or give --format (TSL-USAGE)\n",
    ],
    [
      ["--json", "--format", "markdown"],
      "pulumi-tesseral review: option '--json' cannot be used with option '--format <format>' (TSL-USAGE)\n",
    ],
  ])("with 2 for a wrong command line, and with 1 where codes say what changes: %j", async (args, stderr) => {
    expect(await pulumi.type(["review", ...args])).toEqual({ code: 2, stdout: "", stderr });
    expect((await pulumi.type(["review", "--exit-code", ...args])).code).toBe(1);
  });
});
