// Proves that one command settles an update that was killed in the middle of 30 creations, with the real CLI: wherever the customers are
// declared, killed itself and run again. What it decides in stranger cases is the matter of test/cli/inventory/recoveryPlan.test.ts.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { isMarkedName } from "../../tesseral";
import { KilledUpdate } from "./killedUpdate";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

let killed: KilledUpdate;

afterEach(() => killed.close());

const numbers = Array.from({ length: 30 }, (_, index) => index + 1);

/** Customers as somebody wrote them, with comments and in both styles. */
const written = (of: readonly number[], indent: string) =>
  of
    .map((number) =>
      number % 2 === 0
        ? `c${number}: # No. ${number}\n${fields(number, "  ")}`
        : `c${number}: { displayName: Crash ${number} Ltd, roles: { reader: { actions: [widgets.read] } }, apiKeys: { ci: { roles: [reader] } } }\n`,
    )
    .join("")
    .replaceAll(/^(?=.)/gm, indent);

const fields = (number: number, indent: string) =>
  `displayName: "Crash ${number} Ltd" # as in the contract\nroles: { reader: { actions: [widgets.read] } }\n\napiKeys: { ci: { roles: [reader] } }\n`.replaceAll(
    /^(?=.)/gm,
    indent,
  );

const places = ["the stack's file", "a file of their own", "many files"] as const;

/** Declares the 30, and answers the files in which they are. */
async function declare(where: (typeof places)[number]): Promise<string[]> {
  const { workDir } = killed.stack.automation.workspace;
  const stackFile = join(workDir, "Pulumi.test.yaml");
  if (where === "the stack's file") {
    appendFileSync(stackFile, `  # our customers\n  tesseral:customers:\n${written(numbers, "    ")}`);
    return [stackFile];
  }
  const folder = join(workDir, "customers");
  mkdirSync(folder);
  const single = where === "many files" ? numbers.filter((number) => number % 3 === 0) : [];
  const together = numbers.filter((number) => !single.includes(number));
  const files = new Map(single.map((number) => [join(folder, `c${number}.yaml`), fields(number, "")]));
  files.set(join(folder, "customers.yaml"), `# our customers\ncustomers:\n${written(together, "  ")}`);
  for (const [file, text] of files) {
    writeFileSync(file, text);
  }
  // The program runs in the folder of this repository.
  const named = where === "many files" ? folder : join(folder, "customers.yaml");
  appendFileSync(stackFile, `  tesseral:customersFile: ${JSON.stringify(named)}\n`);
  return [...files.keys()];
}

/** What each of the seven creations that are under way has reached when the update is killed. */
const moments = [
  { method: "POST", path: "/v1/organizations", skip: 12, times: 2 },
  { method: "PATCH", path: "/v1/organizations/{id}", skip: 8, times: 2 },
  { method: "POST", path: "/v1/roles", skip: 4, times: 1 },
  { method: "PATCH", path: "/v1/roles/{id}", skip: 2, times: 1 },
  { method: "POST", path: "/v1/api-keys", skip: 1, times: 1 },
] as const;

it.each(places)("settles an update that was killed in the middle of 30 creations, declared in %s", async (where) => {
  killed = await KilledUpdate.open({});
  const { emulator, stack } = killed;
  // What hangs must hang until the update is killed, however slow the machine is.
  await stack.automation.setConfig("tesseral:requestTimeout", { value: "300" });
  const files = await declare(where);
  const read = () => files.map((file) => readFileSync(file, "utf8")).join("");
  const declared = read();
  const faults = moments.map((moment) => emulator.fail({ ...moment, when: "after", do: "hang" }));
  await killed.killAt(
    ({ committed }) => committed && faults.every(({ hits }, index) => hits === moments[index]?.times),
    "cli",
  );
  const { organizations, apiKeys, roles } = emulator.store;
  const marked = [...organizations.values()].filter(({ displayName }) => isMarkedName(displayName));
  expect(marked.length).toBeGreaterThanOrEqual(2);
  const recover = "npx pulumi-tesseral inventory --recover";

  await expect(killed.run(`${recover} --yes`)).rejects.toThrow(
    "stack test is locked, by an update that is running or was killed. Make sure that none is running, run pulumi cancel --stack test, then run this again. Nothing was changed",
  );
  await killed.cancel();
  await expect(killed.run(recover)).rejects.toThrow("there is nobody to ask: pass --yes to recover without a question");
  expect(read()).toBe(declared);
  await expect(stack.up()).rejects.toThrow("Run `npx pulumi-tesseral inventory --recover`, and the update again");

  // The recovery is killed as well, when it has written the lines and removes the key.
  emulator.fail({ method: "POST", path: "/v1/api-keys/{id}/revoke", when: "before", do: "hang" });
  await killed.runKilledAt(`${recover} --yes`, ({ path }) => path.endsWith("/revoke"));
  const said = await killed.run(`${recover} --yes`);
  expect(said).toMatch(/\nPulumi has forgotten \d+ interrupted creations\n\nNow run: pulumi up --stack test\n$/);

  const lines = read();
  expect(lines.replaceAll(/\n *adopt: org_\w+|, adopt: org_\w+/g, "")).toBe(declared);
  expect(lines.match(/adopt: /g)?.length).toBeGreaterThanOrEqual(4);
  const before = new Set(organizations.keys());

  await stack.up();
  const names = <T extends { displayName: string }>(records: Map<string, T>) =>
    [...records.values()].map(({ displayName }) => displayName).sort();
  expect(names(organizations)).toEqual(numbers.map((number) => `Crash ${number} Ltd`).sort());
  expect([...before].filter((id) => !organizations.has(id))).toEqual([]);
  expect(names(apiKeys)).toEqual(numbers.map(() => "ci"));
  expect(names(roles)).toEqual(numbers.map(() => "reader"));
  expect(await killed.run("npx pulumi-tesseral inventory --expect-none")).toContain("The stack and Tesseral agree.");
  expect(await killed.run(`${recover} --yes`)).toBe("Stack test: there is nothing to recover.\n");
  expect((await stack.preview()).steps).toEqual([]);
});
