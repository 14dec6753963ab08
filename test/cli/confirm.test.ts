// Proves what commands do with the answer to their question at a terminal: a pseudo-terminal that `script` of util-linux opens. Without it
// these tests are skipped, and say so. What happens after a yes is in test/cli/remove.test.ts and test/crash/recover.test.ts.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { markedName } from "../../tesseral";
import { StandInPulumi } from "./standInPulumi";

const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
if (!hasScript) {
  console.warn("The questions at a terminal are not tested: `script` of util-linux is not installed");
}

let emulator: Emulator;
let pulumi: StandInPulumi;
let config: Record<string, { value?: string; secret?: boolean }>;

beforeEach(async () => {
  emulator = await startEmulator();
  pulumi = new StandInPulumi();
  config = {
    "tesseral:apiUrl": { value: emulator.url },
    "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
  };
});

afterEach(async () => {
  pulumi.close();
  await emulator.close();
});

describe.skipIf(!hasScript)("at a terminal", () => {
  it.each([
    ["\n", false],
    ["n\n", false],
    ["yet\n", false],
    ["y\n", true],
    ["Yes\n", true],
  ])("remove does what %j says", async (input, isDone) => {
    const { id } = emulator.console.createOrganization({ displayName: "Acme" });
    pulumi.answer({ stack: "prod", resources: [], config });
    const { code, stdout } = await pulumi.typeAtTerminal(["remove", id], input);
    expect(stdout).toContain("Delete it for good? [y/N]");
    expect(stdout).toContain(isDone ? `removed organization ${id}` : "Nothing was removed.");
    expect({ code, left: emulator.store.organizations.has(id) }).toEqual({ code: 0, left: !isDone });
  });

  it.each([
    ["\n", false],
    ["n\n", false],
    ["y\n", true],
  ])("inventory --recover does what %j says", async (input, isDone) => {
    const managedBy = "organization/shop/prod/acme";
    const { id } = emulator.console.createOrganization({ displayName: markedName("Acme", managedBy) });
    writeFileSync(join(pulumi.project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    const file = join(pulumi.project, "customers.yaml");
    const declared = "customers:\n  acme:\n    displayName: Acme\n";
    writeFileSync(file, declared);
    const inputs = { displayName: "Acme", managedBy };
    pulumi.answer({ stack: "prod", interrupted: [{ kind: "Organization", name: "acme", inputs }], config });
    const { code, stdout } = await pulumi.typeAtTerminal(["inventory", "--recover"], input);
    expect(stdout).toContain("Do it? [y/N]");
    expect(stdout.includes("Nothing was changed.")).toBe(!isDone);
    expect(readFileSync(file, "utf8")).toBe(isDone ? `${declared}    adopt: ${id}\n` : declared);
    expect(code).toBe(0);
  });

  it("a review has colors, unless NO_COLOR says that there are to be none", async () => {
    const args = ["review", "--from", resolve("test/report/previews/everything.json")];
    const [colored, plain] = await Promise.all([
      pulumi.typeAtTerminal(args, "", {}),
      pulumi.typeAtTerminal(args, "", { NO_COLOR: "1" }),
    ]);
    expect(colored.stdout).toContain("\u001b[1m");
    expect(plain.stdout).not.toContain("\u001b");
    // The same words, whatever they look like.
    expect(stripVTControlCharacters(colored.stdout)).toBe(plain.stdout);
  });
});
