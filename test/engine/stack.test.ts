// Proves that the harness of the engine tests tells the truth: counts, steps, failures, state on disk, leaks. Uses a resource
// that does nothing, so it says nothing about this package's own resources.
import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { type EngineStack, OperationFailed, openStack } from "./stack";

vi.setConfig({ testTimeout: 120_000 });

const provider = `exports.handler = () => ({
  check: async (olds, news) => news.size === "bad" ? { failures: [{ property: "", reason: "size must be good" }] } : { inputs: news },
  create: async (inputs) => ({ id: "made", outs: inputs }),
  update: async (id, olds, news) => ({ outs: news }),
});`;

class Nothing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>) {
    super("pulumi-nodejs:dynamic:Nothing", name, { ...args, __provider: provider });
  }
}

let stack: EngineStack | undefined;

afterEach(() => {
  stack?.close();
  stack = undefined;
});

it("counts what is created, updated, unchanged and deleted, and names each step", async () => {
  stack = await openStack(async () => {
    new Nothing("one", { size: 1 });
    return { answer: 42 };
  });
  const first = await stack.up();
  expect(first.changes).toEqual({ create: 2 });
  expect(first.outputs.answer?.value).toBe(42);
  expect(first.steps.map(({ op, type, name }) => [op, type, name])).toEqual([["create", "Nothing", "one"]]);
  expect((await stack.preview()).changes).toEqual({ same: 2 });

  const changed = async () => void new Nothing("one", { size: 2 });
  expect((await stack.preview(changed)).steps.map(({ op, name, diffs }) => [op, name, diffs])).toEqual([
    ["update", "one", ["size"]],
  ]);
  expect((await stack.up(changed)).changes).toEqual({ same: 1, update: 1 });
  expect(stack.resources()).toHaveLength(3);
  expect((await stack.destroy()).changes).toEqual({ delete: 2 });
  expect(stack.resources()).toEqual([]);
});

it("reports a failed operation by the engine's own words", async () => {
  stack = await openStack(async () => void new Nothing("one", { size: "bad" }));
  const failed = await stack.up().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(OperationFailed);
  expect((failed as OperationFailed).message).toContain("size must be good");
  expect((failed as OperationFailed).outcome.steps).toEqual([]);
});

it("finds a secret that leaks and none that does not", async () => {
  stack = await openStack(
    async () => {
      const config = new pulumi.Config();
      new Nothing("one", { kept: config.requireSecret("kept"), told: "told-7314" });
    },
    { config: { kept: { value: "kept-5926", secret: true } } },
  );
  await stack.up();
  expect(stack.everythingSaid()).toContain("told-7314");
  expect(stack.stateFile()).toContain("told-7314");
  expect(stack.everythingSaid()).not.toContain("kept-5926");
});

it("leaves no folder behind", async () => {
  const closed = await openStack(async () => {});
  const folder = closed.automation.workspace.workDir;
  expect(existsSync(folder)).toBe(true);
  closed.close();
  expect(existsSync(folder)).toBe(false);
});
