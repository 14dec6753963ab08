// Proves that the workflows are what GitHub understands, as far as actionlint knows; none of them can be run here.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "../../components/cacheFolder";
import { goMissing, leftOutFor } from "../lambda/tools";

const version = "1.7.12";
const folder = join(cacheFolder(), `actionlint-${version}`);
const program = join(folder, process.platform === "win32" ? "actionlint.exe" : "actionlint");
const workflows = join(__dirname, "../../.github/workflows");
/** Those that people copy; GitLab's are another language. */
const examples = join(__dirname, "../../docs/workflows");
const paths = [workflows, examples].flatMap((place) =>
  readdirSync(place)
    .filter((file) => file.endsWith(".yml") && !file.startsWith("gitlab"))
    .map((file) => join(place, file)),
);

describe.skipIf(leftOutFor(existsSync(program) ? undefined : goMissing()))("the workflows", () => {
  it("are right, all of them", { timeout: 300_000 }, () => {
    if (!existsSync(program)) {
      const env = { ...process.env, GOBIN: folder, GOFLAGS: "-mod=mod" };
      execFileSync("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${version}`], { env, stdio: "pipe" });
    }
    // Shellcheck is not on every machine, and what it says would depend on that.
    const { status, stdout } = spawnSync(program, ["-no-color", "-shellcheck=", ...paths], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(paths.map((path) => basename(path))).toEqual(
      expect.arrayContaining([
        "ci.yml",
        "pages.yml",
        "release.yml",
        "review.yml",
        "review-stacks.yml",
        "rotate.yml",
        "up.yml",
      ]),
    );
  });
});
