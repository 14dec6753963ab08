// npm run release -- 0.2.0 | patch | minor | major
// Gives what stands under "Unreleased" in CHANGELOG.md a version: in CHANGELOG.md, package.json and package-lock.json, in one commit with
// a tag. Pushing the tag publishes it (.github/workflows/release.yml). `npm run release -- notes 0.2.0` prints the part of a version.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { npm } from "./matrix/packageManager";
import { releaseChangelog, releaseNotes } from "./release/changelog";

const changelog = "CHANGELOG.md";

async function release(wanted: string): Promise<void> {
  if (git("status", "--porcelain") !== "") {
    throw new Error("there are changes that are not committed: commit or stash them first");
  }
  const before = readFileSync(changelog, "utf8");
  // Before npm writes the version, so that nothing is half done when there is nothing to release.
  releaseChangelog(before, "0.0.0", "");
  const version = (await npm(["version", wanted, "--no-git-tag-version", "--allow-same-version"])).replace(/^v/, "");
  writeFileSync(changelog, releaseChangelog(before, version, new Date().toISOString().slice(0, 10)));
  git("add", changelog, "package.json", "package-lock.json");
  git("commit", "--quiet", "--message", `Release ${version}`);
  git("tag", "--annotate", `v${version}`, "--message", `Release ${version}`);
  console.log(`Released ${version} here. To publish it: git push --follow-tags`);
}

function git(...args: string[]): string {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}

async function main([first, version, ...more]: string[]): Promise<void> {
  if (first === "notes" && version !== undefined && more.length === 0) {
    console.log(releaseNotes(readFileSync(changelog, "utf8"), version));
  } else if (first !== undefined && /^(\d+\.\d+\.\d+|patch|minor|major)$/.test(first) && version === undefined) {
    await release(first);
  } else {
    throw new Error("which version? npm run release -- 0.2.0 | patch | minor | major, or: notes 0.2.0");
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
