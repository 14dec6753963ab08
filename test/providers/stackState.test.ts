// Proves what is taken from a stack's stored state, and that a state that cannot be read stops nothing. The CLI is a stand-in;
// the real one is met in test/engine.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resourceTypes } from "../../providers/resourceTypes";
import { isOldLayout, parseStack, readStackState, summarize } from "../../providers/stackState";

const organization = "pulumi-nodejs:dynamic/tesseral:Organization";
const urn = (name: string) => `urn:pulumi:prod::shop::tesseral:index:Customer$${organization}::${name}`;

const exported = {
  deployment: {
    resources: [
      { urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", type: "pulumi:pulumi:Stack" },
      {
        urn: urn("acme"),
        type: organization,
        id: "org_1",
        inputs: { managedBy: "umbrella/shop/prod/acme", onRemoval: "release", displayName: "Acme" },
        protect: true,
      },
    ],
    pending_operations: [
      { type: "creating", resource: { urn: urn("globex"), type: organization } },
      { type: "updating", resource: { urn: urn("acme"), type: organization } },
    ],
  },
};

describe("a stack's state", () => {
  it("is reduced to this package's resources, the ids and what was being created", () => {
    const { resources, ids, interruptedCreates } = summarize(exported);
    expect(resources).toEqual([
      {
        type: resourceTypes.organization,
        name: "acme",
        id: "org_1",
        managedBy: "umbrella/shop/prod/acme",
        onRemoval: "release",
        isProtected: true,
        isReplaced: false,
      },
    ]);
    expect([...ids]).toEqual(["org_1"]);
    expect([...interruptedCreates]).toEqual([`${organization}::globex`]);
  });

  it("tells this package's resources from those of others", () => {
    const bucket = { type: "aws:s3/bucket:Bucket", urn: "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::b" };
    const { deployment } = exported;
    const text = JSON.stringify({
      deployment: {
        ...deployment,
        manifest: { time: "2026-01-02T03:04:05Z" },
        pending_operations: [...deployment.pending_operations, { type: "creating", resource: bucket }],
      },
    });
    expect(parseStack(text)).toEqual({
      resources: [
        { kind: "Organization", name: "acme", urn: urn("acme"), id: "org_1", outputs: {}, isProtected: true },
      ],
      interrupted: [{ kind: "Organization", name: "globex", inputs: {} }],
      otherInterrupted: [bucket.urn],
      rootUrn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
      writtenAt: "2026-01-02T03:04:05Z",
    });
  });

  it("may be empty", () => {
    const nothing = { resources: [], interrupted: [], otherInterrupted: [] };
    expect([parseStack("{}"), parseStack('{"deployment":{}}')]).toEqual([nothing, nothing]);
    const unknown = { resources: [], ids: new Set(), interruptedCreates: new Set() };
    expect(summarize({})).toEqual(unknown);
    expect(summarize({ deployment: {} })).toEqual(unknown);
  });
});

describe("the stored state", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  /** A `pulumi` that fails so many times before it prints the state. It notes how it was called. */
  const fakePulumi = (failures: number, says = "error: failed to load checkpoint: EOF") => {
    const script = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const calls = ${JSON.stringify(join(folder, "calls"))};
appendFileSync(calls, process.argv.slice(2).join(" ") + "\\n");
if (readFileSync(calls, "utf8").split("\\n").length - 1 <= ${failures}) {
  console.error(${JSON.stringify(says)});
  process.exit(255);
}
console.log(${JSON.stringify(JSON.stringify(exported))});
`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  };
  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));
    environment = { PATH: [folder, process.env.PATH].join(delimiter) };
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.restoreAllMocks();
  });

  it("is exported by the CLI, secrets left encrypted", async () => {
    fakePulumi(0);
    const state = await readStackState("organization/shop/prod", environment);
    expect([...(state?.ids ?? [])]).toEqual(["org_1"]);
    expect(calls()).toEqual(["stack export --stack organization/shop/prod"]);
  });

  it("is read again when an update was just writing it", async () => {
    fakePulumi(2);
    const state = await readStackState("organization/shop/prod", environment);
    expect([...(state?.ids ?? [])]).toEqual(["org_1"]);
    expect(calls()).toHaveLength(3);
  });

  it("is asked for once where the backend has the old layout, which is said", async () => {
    const says =
      "error: a stack name may only contain alphanumeric, hyphens, underscores, or periods: invalid character '/' at position 12";
    fakePulumi(100, says);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(await readStackState("organization/shop/prod", environment)).toBeUndefined();
    expect(warn.mock.calls).toEqual([
      [
        "pulumi-tesseral could not read the state of stack organization/shop/prod and goes on without looking for interrupted creations: " +
          "it lies in a backend of the old layout, in which stacks belong to no project, and this package cannot read its state there. Run `pulumi state upgrade`, then try again",
      ],
    ]);
    expect(calls()).toHaveLength(1);
    expect(isOldLayout("error: failed to load checkpoint: EOF")).toBe(false);
  });

  it("is done without when it cannot be read, which is said", async () => {
    fakePulumi(100);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(await readStackState("organization/shop/prod", environment)).toBeUndefined();
    expect(warn.mock.calls).toEqual([
      [
        "pulumi-tesseral could not read the state of stack organization/shop/prod and goes on without looking for interrupted creations: " +
          "error: failed to load checkpoint: EOF",
      ],
    ]);
  });
});
