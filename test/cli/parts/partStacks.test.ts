// Proves which stacks the names mean that people give to a command, by the files of a project. What Pulumi is asked then: test/cli/inventory.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stacksNamed } from "../../../cli/parts/partStacks";
import { openProject } from "../../../cli/pulumi/project";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "part-stacks-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  for (const part of [1, 2]) {
    writeFileSync(join(root, `Pulumi.prod-${part}.yaml`), `config:\n  tesseral:part: ${part}/2\n`);
  }
});

afterEach(() => rmSync(root, { recursive: true }));

const named = (...names: string[]) => stacksNamed(openProject(root), names);

it("takes what the names of parts begin with for all of them, each once", () => {
  expect(named("prod")).toEqual(["prod-1", "prod-2"]);
  expect(named("prod-2", "prod", "eu")).toEqual(["prod-2", "prod-1", "eu"]);
  expect(stacksNamed(openProject(root), undefined)).toEqual([undefined]);
});

it("takes the name of the template for its parts: an update of it would take all customers", () => {
  writeFileSync(join(root, "Pulumi.prod.yaml"), "config: {}\n");
  expect(named("prod")).toEqual(["prod-1", "prod-2"]);
});
