// Proves that one command makes a version out of what is unreleased, and tells it again for the release. Publishing is the workflow's
// matter, and cannot be tried here.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { releaseChangelog, releaseNotes } from "../../scripts/release/changelog";

const before = "# Changelog\n\n## Unreleased\n\n- Add b.\n- Fix a.\n\n## 0.1.0 (2026-01-02)\n\n- Add a.\n";
const after =
  "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-03-04)\n\n- Add b.\n- Fix a.\n\n## 0.1.0 (2026-01-02)\n\n- Add a.\n";

describe("the changelog", () => {
  it("gives what is unreleased a version and a date", () => {
    expect(releaseChangelog(before, "0.2.0", "2026-03-04")).toBe(after);
  });

  it("refuses a version of nothing, and one that is there", () => {
    expect(() => releaseChangelog(after, "0.3.0", "2026-03-04")).toThrow(
      'CHANGELOG.md has nothing below "## Unreleased" to release',
    );
    expect(() => releaseChangelog(before, "0.1.0", "2026-03-04")).toThrow("CHANGELOG.md has a part of 0.1.0 already");
  });

  it("tells what a version changed, the last one too, and no other", () => {
    expect(releaseNotes(after, "0.2.0")).toBe("- Add b.\n- Fix a.");
    expect(releaseNotes(after, "0.1.0")).toBe("- Add a.");
    expect(() => releaseNotes(after, "0.1")).toThrow("CHANGELOG.md has no part of 0.1");
  });
});

describe("npm run release", () => {
  let folder: string;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
  const scripts = resolve(__dirname, "../../scripts");
  const release = (...args: string[]) =>
    execFileSync(process.execPath, [join(scripts, "runTypeScript.cjs"), join(scripts, "release.ts"), ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "release-"));
    for (const file of ["package.json", "package-lock.json"]) {
      copyFileSync(resolve(__dirname, "../..", file), join(folder, file));
    }
    writeFileSync(join(folder, "CHANGELOG.md"), before);
    git("init", "--quiet");
    git("config", "user.name", "Somebody");
    git("config", "user.email", "somebody@example.com");
    git("add", ".");
    git("commit", "--quiet", "--message", "Begin");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("commits and tags the next version, whose notes can be read again", () => {
    const [major, minor] = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
      .version.split(".")
      .map(Number);
    const version = `${major}.${minor + 1}.0`;
    expect(release("minor")).toBe(`Released ${version} here. To publish it: git push --follow-tags\n`);
    const versions = ["package.json", "package-lock.json"].map(
      (file) => JSON.parse(git("show", `HEAD:${file}`)).version,
    );
    expect(versions).toEqual([version, version]);
    expect(git("describe", "--exact-match")).toBe(`v${version}`);
    expect(git("status", "--porcelain")).toBe("");
    expect(release("notes", version)).toBe("- Add b.\n- Fix a.\n");
  });

  it("changes nothing where something is not committed", () => {
    writeFileSync(join(folder, "new.txt"), "");
    expect(() => release("patch")).toThrow("there are changes that are not committed: commit or stash them first");
    expect(git("tag")).toBe("");
  });
});
