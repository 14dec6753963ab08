// Proves that the settings of a stack are found where Pulumi finds them, without asking it: in the stack's file or else in Pulumi.yaml, by full names or
// short ones. What Pulumi does with such names: test/commandLine/parts.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { declaredCustomers } from "../../cli/declaredCustomers";
import { openProject } from "../../cli/pulumi/project";
import { fileConfig, placeOfSetting, writtenConfig } from "../../cli/writtenConfig";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "written-config-"));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

it("takes a stack's own value before the one of all stacks, whatever form that has", () => {
  write(
    "Pulumi.yaml",
    "name: tesseral\nruntime: nodejs\nconfig:\n  tesseral:customersFile: { type: string, default: all.yaml }\n" +
      "  maxRemovals: 5%\n  tesseral:requestsPerSecond: { type: number }\n  aws:region: { value: eu-west-1 }\n  aws:tags: [a]\n",
  );
  write("Pulumi.prod.yaml", "config:\n  tesseral:maxRemovals: 3\n  part: 1/2\n  backendApiKey: { secure: v1:x }\n");
  expect(writtenConfig(openProject(root), "prod")).toEqual({
    "tesseral:customersFile": { value: "all.yaml" },
    "tesseral:maxRemovals": { value: "3" },
    "tesseral:part": { value: "1/2" },
    "tesseral:backendApiKey": { objectValue: { secure: "v1:x" } },
    "aws:region": { value: "eu-west-1" },
    "aws:tags": { objectValue: ["a"] },
  });
  expect(Object.keys(fileConfig(openProject(root), "prod") ?? {})).not.toContain("tesseral:customersFile");
  expect(fileConfig(openProject(root), "dev")).toBeUndefined();
  expect(writtenConfig(openProject(root), "dev")["tesseral:maxRemovals"]).toEqual({ value: "5%" });
});

it("says which file it cannot read", () => {
  write("Pulumi.yaml", "name: tesseral\nconfig: {a: [\n");
  expect(() => openProject(root)).toThrow(/Pulumi\.yaml cannot be read: .* at line 3, column 1 \(TSL-YAML\)$/);
});

it("finds the stacks' files in the folder that an old project names", () => {
  write("Pulumi.yaml", "name: shop\nruntime: nodejs\nconfig: stacks\n");
  expect(openProject(root).stackFile("prod")).toBe(join(root, "stacks", "Pulumi.prod.yaml"));
});

it("knows where customers stand that are no file's", () => {
  const place = () => {
    const { source, entries } = declaredCustomers(writtenConfig(openProject(root), "prod"), openProject(root), "prod");
    return { kind: source?.kind, name: source?.name, at: entries.acme?.place.at };
  };
  const acme = "{ acme: { displayName: Acme } }";
  write("Pulumi.yaml", `name: tesseral\nruntime: nodejs\nconfig: { customers: { type: object, default: ${acme} } }\n`);
  expect(place()).toEqual({
    kind: "customers file",
    name: "Pulumi.yaml",
    at: ["config", "customers", "default", "acme"],
  });
  write("Pulumi.prod.yaml", `config: { customers: ${acme} }\n`);
  expect(place()).toEqual({ kind: "stack file", name: "Pulumi.prod.yaml", at: ["config", "customers", "acme"] });
  write("Pulumi.yaml", "name: tesseral\nruntime: nodejs\nconfig: { customers: { type: object, default: {} } }\n");
  expect(placeOfSetting(openProject(root), "new", "tesseral:customers").path).toBe(join(root, "Pulumi.new.yaml"));
  expect(placeOfSetting(openProject(root), "new", "tesseral:part")).toEqual({
    path: join(root, "Pulumi.new.yaml"),
    at: ["config", "tesseral:part"],
  });
});
