// Proves which parts an edit touches, with git, wherever the setting stands that names the customers' file. What a pipeline does with them:
// test/release/exampleWorkflows.test.ts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { changedParts } from "../../../cli/parts/changed";
import { findParts } from "../../../cli/parts/partStacks";
import { openProject } from "../../../cli/pulumi/project";
import { partOf } from "../../../config/parts/part";

let root: string;

const names = ["acme", "globex", "initech", "umbrella"];
const header = "name: tesseral\nruntime: nodejs\n";
const inProd = "config:\n  tesseral:customersFile: { type: string, default: prod.yaml }\n";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "changed-parts-"));
  write("Pulumi.yaml", header + inProd);
  declare({});
  for (const part of [1, 2, 3]) {
    write(`Pulumi.prod-${part}.yaml`, `config:\n  part: ${part}/3\n`);
  }
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "before");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

function declare(other: Record<string, string>): void {
  write(
    "prod.yaml",
    JSON.stringify({ customers: Object.fromEntries(names.map((name) => [name, entry(name, other)])) }),
  );
}

const entry = (name: string, other: Record<string, string>) => ({ displayName: other[name] ?? name });

function git(...args: string[]): void {
  execFileSync("git", args, { cwd: root });
}

async function changed(): Promise<string[]> {
  const project = openProject(root);
  return (await changedParts(project, findParts(project, "prod"), "HEAD")).map(({ stack }) => stack);
}

it.each(names)("names the part of a changed customer: %s", async (name) => {
  declare({ [name]: "Renamed" });
  expect(await changed()).toEqual([`prod-${partOf(name, 3)}`]);
});

it("compares customers in Pulumi.yaml one by one, too", async () => {
  const declared = (name: string) =>
    `${header}config: ${JSON.stringify({ customers: { value: { acme: { displayName: name }, globex: { displayName: "Globex" } } } })}\n`;
  write("Pulumi.yaml", declared("Acme"));
  git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--all", "--message", "moved");
  write("Pulumi.yaml", declared("Acme Corp"));
  expect(await changed()).toEqual([`prod-${partOf("acme", 3)}`]);
});

it("names all parts where something changes that Pulumi.yaml sets for all", async () => {
  write("Pulumi.yaml", `${header}${inProd}  tesseral:maxRemovals: { type: string, default: "5" }\n`);
  expect(await changed()).toEqual(["prod-1", "prod-2", "prod-3"]);
});

it("names the part whose own file changes, and none where nothing is set otherwise", async () => {
  write("Pulumi.yaml", `${header}description: Our customers\n${inProd}`);
  expect(await changed()).toEqual([]);
  write("Pulumi.prod-2.yaml", "config:\n  tesseral:part: 2/3\n  tesseral:maxRemovals: 5%\n");
  expect(await changed()).toEqual(["prod-2"]);
});
