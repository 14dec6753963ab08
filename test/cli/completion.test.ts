// Proves what a shell completes by the scripts that `pulumi-tesseral completion` prints, in the shell itself. A shell that is not installed is left
// out, and said so.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../cli/main";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-test-"));
  writeFileSync(join(folder, "preview.json"), "{}");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the script of a shell into the folder. */
function write(shell: string, file: string): void {
  const command = resolve("dist/cli/main.js");
  writeFileSync(
    join(folder, file),
    execFileSync(process.execPath, [command, "completion", shell], { encoding: "utf8" }),
  );
}

function missing(shell: string): boolean {
  const isMissing = spawnSync(shell, ["-c", "exit 0"]).status !== 0;
  if (isMissing) {
    console.warn(`completions of ${shell} are left out: it is not installed`);
  }
  return isMissing;
}

/** What is typed after the command's name, the last word being completed, and some of what is offered, or all of it. */
const typed: [words: string[], offered: string[], exactly: boolean][] = [
  [["rev"], ["review"], true],
  [[""], Object.keys(commands), false],
  [["review", "--st"], ["--stack"], true],
  [["review", "--format", ""], ["terminal", "markdown", "json", "html"], true],
  [["inventory", "--state", "re"], ["revoked"], true],
  [["review", "--from", "prev"], ["preview.json"], true],
  [["inventory", "--max"], ["--max-age"], true],
  [["verify", "--al"], ["--allow-http"], true],
  [["completion", "f"], ["fish"], true],
  [["explain", "TSL-BR"], ["TSL-BRAKE"], true],
  [["review", "--fail-on", "tok"], ["token-ends"], true],
  [["token", "--no"], ["--no-color"], true],
];

describe.skipIf(missing("bash"))("in bash", () => {
  beforeAll(() => write("bash", "completion.bash"));

  it.each(typed)("%j offers %j", (words, offered, exactly) => {
    const line = ["pulumi-tesseral", ...words].map((word) => `'${word}'`).join(" ");
    const program = `source completion.bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _pulumi_tesseral; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const found = execFileSync("bash", ["-c", program], { cwd: folder, encoding: "utf8" }).trim().split("\n");
    expect(found).toEqual(exactly ? offered : expect.arrayContaining(offered));
  });
});

describe.skipIf(missing("fish"))("in fish", () => {
  beforeAll(() => write("fish", "completion.fish"));

  it.each(typed)("%j offers %j", (words, offered) => {
    const program = `source completion.fish; complete -C 'pulumi-tesseral ${words.join(" ")}'`;
    const printed = execFileSync("fish", ["--no-config", "-c", program], { cwd: folder, encoding: "utf8" });
    const found = printed
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[0]);
    expect(found).toEqual(expect.arrayContaining(offered));
  });
});

describe.skipIf(missing("zsh"))("in zsh", () => {
  it("is read without a complaint", () => {
    write("zsh", "_pulumi-tesseral");
    const program = "autoload -U compinit; compinit -u -D; source ./_pulumi-tesseral; print $_comps[pulumi-tesseral]";
    expect(execFileSync("zsh", ["-f", "-c", program], { cwd: folder, encoding: "utf8" }).trim()).toBe(
      "_pulumi_tesseral",
    );
  });
});

it("refuses another shell", () => {
  const { status, stderr } = spawnSync(process.execPath, [resolve("dist/cli/main.js"), "completion", "tcsh"], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "pulumi-tesseral completion: shell cannot be 'tcsh': one of bash, zsh, fish (TSL-USAGE)\n",
  });
});
