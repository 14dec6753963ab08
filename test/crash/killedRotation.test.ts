// Proves, with the real CLI, that an update which is killed with SIGKILL in the middle of a rotation cuts nobody off, and that what it left is
// removed by the next update, or named with the command that removes it. Every moment of it, on a model: test/faults/lives.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { RequestRecord } from "../../emulator";
import { KilledUpdate } from "./killedUpdate";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let killed: KilledUpdate;
/** The tokens before the rotation that is killed, the current one last. */
const known: string[] = [];

beforeAll(async () => {
  killed = await KilledUpdate.open({
    "acme.displayName": "Acme",
    "acme.apiKeys.ci.rotateEvery": "P30D",
    "acme.apiKeys.ci.overlap": "P7D",
  });
  await killed.stack.up();
  known.push(await token());
});

afterAll(() => killed.close());

const keys = () => [...killed.emulator.store.apiKeys.values()];
const works = (one = "") => keys().some((key) => key.secretToken === one && !key.revoked);
const token = async (): Promise<string> =>
  (await killed.stack.automation.outputs()).customers?.value.acme.secretTokens.ci;

/** Kills the update of the day on which the key is due, once the request is carried out. Answers the key that it left. */
async function killAt(method: string, path: string, victim: "cli" | "plugin") {
  killed.emulator.clock.advance("P31D");
  const past = new Set<RequestRecord>(killed.emulator.requests);
  const fault = killed.emulator.fail({ method, path, when: "after", do: "hang" });
  await killed.killAt((one) => !past.has(one) && one.route === `${method} ${path}` && one.committed, victim);
  fault.remove();
  expect(works(known.at(-1))).toBe(true);
  const left = keys().filter(({ secretToken }) => !known.includes(secretToken));
  expect(left).toHaveLength(1);
  return left[0];
}

/** After the next update: two tokens that work, both of them known. */
async function expectRotated(): Promise<void> {
  const [before = "", current] = [known.at(-1), await token()];
  expect(current).not.toBe(before);
  expect([works(before), works(current)]).toEqual([true, true]);
  expect(keys().map(({ displayName }) => displayName)).toEqual(["ci", "ci"]);
  expect(await killed.run("npx pulumi-tesseral inventory")).toContain("The stack and Tesseral agree.");
  known.push(current);
}

it.each(["plugin", "cli"] as const)("removes the key that a killed %s left under its marked name", async (victim) => {
  const left = await killAt("POST", "/v1/api-keys", victim);
  expect(left?.displayName).toContain("ci (being created, ");
  if (victim === "cli") {
    await killed.cancel();
  }
  await killed.stack.up();
  await expectRotated();
});

it("names the key that had its final name, and the command that removes it", async () => {
  const left = await killAt("PATCH", "/v1/api-keys/{id}", "plugin");
  const { printed } = await killed.stack.up();
  expect(printed).toContain(`has an API key "ci" that this stack does not know: ${left?.id} (created `);
  expect(works(known.at(-1))).toBe(true);
  const command = /can be removed: (npx pulumi-tesseral remove \S+)$/m.exec(printed)?.[1] ?? "";
  await killed.run(`${command} --yes`);
  await expectRotated();
});
