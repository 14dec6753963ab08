// Proves that the previews which the engine really makes are what `review` reads, that an update sends the requests that it foretells, and that
// `verify` finds the tokens in the state which that update wrote. What is said of each kind of change is the matter of test/report.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type GuardedApi, startGuardedApi } from "../../cli/demo/guardedApi";
import type { Review } from "../../report/review";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

// Each runs the engine, some twice, and the machine may be slow.
vi.setConfig({ testTimeout: 300_000 });

const reader = { reader: { actions: ["widgets.read"] } };
const acme = { displayName: "Acme", roles: reader, apiKeys: { ci: { roles: ["reader"] }, old: {} } };
const globex = { displayName: "Globex", apiKeys: { production: {} } };

describe.skipIf(leftOutWithoutLanguageHost())("the loop of every day", () => {
  let project: Project;
  let api: GuardedApi;

  beforeAll(async () => {
    project = await openProject();
    const { url, backendApiKey } = project.emulator;
    api = await startGuardedApi({ tesseralUrl: url, backendApiKey });
  });

  afterAll(async () => {
    api.close();
    await project.close();
  });

  /** The review of the stack, and how the command ended. */
  async function review(...args: string[]): Promise<Review["stacks"][number] & { exitCode: number }> {
    const ended = project.tesseral("review", "--json", ...args);
    const { stdout, exitCode } = await (args.includes("--exit-code") ? failed(ended) : ended);
    const { stacks }: Review = JSON.parse(stdout);
    const [stack] = stacks;
    if (stack === undefined) {
      throw new Error(stdout);
    }
    expect(stack.counts.differences).toEqual([]);
    return { ...stack, exitCode };
  }

  it("foretells a creation, and its requests", async () => {
    project.declare({ acme, globex });
    const { changes, work } = await review();
    expect(changes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["acme new", "globex new"]);
    const before = project.emulator.requests.length;
    await project.up("--skip-preview");
    expect(project.emulator.requests.length - before).toBe(work.requests);
  });

  it("verifies the keys where they are used", async () => {
    const { stdout } = await project.tesseral("verify", "--url", api.url, "--rate", "1000", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      totals: { keys: 3, customers: 2, right: 3 },
      keys: [{ key: "ci" }, { key: "old" }, { key: "production" }],
    });
  });

  it("says what a change means, and writes nothing", async () => {
    project.writes();
    project.declare({
      acme: { ...acme, displayName: "Acme Corp", apiKeys: { ci: { roles: [] } } },
      globex: { ...globex, apiAccess: "suspended" },
    });
    const { changes, totals, exitCode } = await review("--refresh", "--exit-code");
    expect(exitCode).toBe(3);
    expect(totals).toMatchObject({ customers: 2, noticing: 2 });
    expect(changes.flatMap((one) => one.changes.map(({ effect }) => `${one.name} ${effect}`))).toEqual([
      "acme actions-lost",
      "acme token-ends",
      "acme display-name",
      "globex suspend",
    ]);
    expect(project.writes()).toEqual([]);
  });

  it("says that a replaced key still works, where the update could not end it", async () => {
    const ends = { ci: { roles: ["reader"], expireTime: "2035-01-01T00:00:00Z" }, old: {} };
    project.declare({ acme: { ...acme, apiKeys: ends }, globex });
    const revoke = { method: "POST", path: "/v1/api-keys/{id}/revoke" };
    const fault = project.emulator.fail({ ...revoke, times: "always", do: { status: 400 } });
    await failed(project.up("--skip-preview"));
    fault.remove();
    const { changes, work } = await review();
    expect(changes).toEqual([
      expect.objectContaining({ name: "acme", changes: [expect.objectContaining({ effect: "token-ends" })] }),
    ]);
    project.writes();
    await project.up("--skip-preview");
    expect(project.writes()).toEqual(["POST /v1/api-keys/{id}/revoke", "DELETE /v1/api-keys/{id}"]);
    expect(work.requests).toBe(3);
    expect((await review()).changes).toEqual([]);
  });

  it("says first why a preview fails", async () => {
    project.declare({});
    const { exitCode, stdout } = await failed(project.tesseral("review"));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^error: Nothing was created, changed or deleted\.\n/);
  });
});
