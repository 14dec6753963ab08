// Proves what codeExcludes leaves out of a package, in the syntax of .gitignore, and where it is refused. That git itself reads the
// patterns so is the library's claim; a sample of it is compared with git here.
import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readZip } from "../../../../components/backend/package/readZip";
import { zipEntries } from "../../../../components/backend/package/zipFolder";
import { appFolders, webApp } from "../apps";
import { inputsOf } from "../record";
import { sampleBackend } from "../sample";

const folder = appFolders();
const { registered, refusal } = sampleBackend();
const files = {
  ...webApp,
  ".env": "A=1",
  "docs/api.md": "",
  "lib/docs/kept.md": "",
  "lib/code.js": "",
  "lib/code.test.js": "",
  "lib/code.js.map": "",
  "lib/keep.map": "",
  "Build/a.js": "",
};
const names = (path: string, excludes: string[]) => zipEntries(path, excludes).map(({ name }) => name);

it.each<[string, string[], string[]]>([
  ["nothing", [], []],
  ["a kind of file, anywhere", ["*.test.js"], ["lib/code.test.js"]],
  ["a folder at the top only", ["/docs/"], ["docs/api.md"]],
  ["a folder anywhere", ["docs/"], ["docs/api.md", "lib/docs/kept.md"]],
  ["all but an exception", ["*.map", "!keep.map"], ["lib/code.js.map"]],
  [
    "no exception below a folder that is left out",
    ["lib/", "!lib/code.js"],
    Object.keys(files).filter((name) => name.startsWith("lib/")),
  ],
  ["a dot file", [".env*"], [".env"]],
  ["by case", ["build/"], []],
  ["no comments", ["# *.js"], []],
])("leaves out %s, as git does", (_, excludes, expected) => {
  const path = folder(files);
  const kept = names(path, excludes);
  expect(
    Object.keys(files)
      .filter((name) => !kept.includes(name))
      .sort(),
  ).toEqual([...expected].sort());

  execFileSync("git", ["init", "-q"], { cwd: path });
  writeFileSync(join(path, ".git/info/exclude"), excludes.join("\n"));
  const list = ["-c", "core.ignorecase=false", "ls-files", "--others", "--exclude-standard"];
  const ofGit = execFileSync("git", list, { cwd: path, encoding: "utf8" }).trim().split("\n");
  expect([...kept].sort()).toEqual(ofGit.sort());
});

it("leaves out links to what is left out, and nothing else", () => {
  const path = folder(files);
  symlinkSync("docs/api.md", join(path, "readme"));
  symlinkSync("docs", join(path, "all"));
  symlinkSync("lib/code.js", join(path, "main.js"));
  const kept = names(path, ["/docs/"]);
  expect(kept).toContain("main.js");
  expect(kept).not.toContain("readme");
  expect(kept).not.toContain("all");
});

describe("as an option", () => {
  const packed = async (codeExcludes: pulumi.Input<pulumi.Input<string>[]>) => {
    const found = await registered({ code: folder(files), codeExcludes });
    const { path } = inputsOf(found, "aws:lambda/function:Function", "api").code as { path: string };
    return readZip(readFileSync(path)).map(({ name }) => name);
  };

  it("changes the package, plain or as an output", async () => {
    const kept = Object.keys(files)
      .filter((name) => name !== ".env")
      .sort();
    expect((await packed([".env"])).sort()).toEqual(kept);
    expect((await packed(pulumi.output([".env"]))).sort()).toEqual(kept);
    expect((await packed([pulumi.output(".env")])).sort()).toEqual(kept);
  });

  it("refuses a package whose program is left out, one that is a file, and what is no pattern", async () => {
    const code = folder(files);
    expect(await refusal({ code, codeExcludes: ["*.sh"] })).toBe(
      `Backend "api": code: ${code} has no run.sh, which is the handler`,
    );
    const zip = join(folder({ "app.zip": "" }), "app.zip");
    expect(await refusal({ code: zip, codeExcludes: ["*.md"] })).toBe(
      `Backend "api": codeExcludes: only with a folder as code, and ${zip} is a file`,
    );
    expect(await refusal({ code: new pulumi.asset.AssetArchive({}), codeExcludes: ["*.md"] })).toBe(
      'Backend "api": codeExcludes: only with a folder as code',
    );
    expect(await refusal({ codeExcludes: [" "] })).toBe(
      'Backend "api": codeExcludes[0]: " " is not a pattern, such as *.test.js',
    );
  });
});
