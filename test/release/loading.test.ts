// Proves which of the package's dependencies each of its entries loads when it starts, so that neither a program nor the process of
// its provider pays for what the command or the emulator needs. What of @pulumi/aws is loaded: test/components/backend/loading.test.ts.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

/** The dependencies of which loading an entry of the built package loads a file. */
function loadedBy(entry: string): string[] {
  const script = `require(${JSON.stringify(entry)}); console.log(JSON.stringify(Object.keys(require.cache)));`;
  const loaded = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }),
  ) as string[];
  const files = loaded.map((file) => relative(join(root, "node_modules"), file).split(sep).join("/"));
  return Object.keys(dependencies).filter((name) => files.some((file) => file.startsWith(`${name}/`)));
}

it.each([
  // The process in which Pulumi runs the provider.
  ["pulumi-tesseral/provider", []],
  // What a program imports.
  ["pulumi-tesseral", ["fastest-levenshtein", "yaml"]],
  ["pulumi-tesseral/backend", ["fastest-levenshtein", "fflate"]],
  ["pulumi-tesseral/delivery", ["fastest-levenshtein"]],
  ["pulumi-tesseral/client", []],
])("%s loads %j and nothing else of the dependencies", (entry, expected) => {
  expect(loadedBy(entry)).toEqual(expected);
});

it("loads no command's dependencies before that command is called", () => {
  const script = `process.argv.push("--version"); require("./dist/cli/main.js"); console.log(JSON.stringify(Object.keys(require.cache)));`;
  const printed = execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }).split("\n");
  const loaded = printed.find((line) => line.startsWith("[")) ?? "";
  expect(loaded).toContain("commander");
  for (const name of Object.keys(dependencies).filter((one) => one !== "commander")) {
    expect(loaded).not.toContain(`node_modules/${name}/`);
  }
});
