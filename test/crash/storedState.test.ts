// Proves that the provider reads the stored state of the stack that it works for, whatever project the folder of the program belongs to,
// and what people see when it cannot. With the real CLI and a state in files; not with Pulumi Cloud.
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { OperationFailed } from "../engine/stack";
import { KilledUpdate } from "./killedUpdate";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let killed: KilledUpdate;

afterEach(() => killed.close());

it("finds an interrupted creation of a stack of another project than the one in the program's folder", async () => {
  killed = await KilledUpdate.open({ "acme.displayName": "Acme" }, { project: "shop", name: "production" });
  killed.emulator.fail({ method: "POST", path: "/v1/organizations", when: "after", do: "hang" });
  await killed.killAt(({ route, committed }) => route === "POST /v1/organizations" && committed, "cli");
  await killed.cancel();
  const error = await killed.stack.preview().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OperationFailed);
  expect((error as OperationFailed).message).toContain(
    'an earlier update was interrupted while it created Organization "acme"',
  );
  const [left = ""] = killed.emulator.store.organizations.keys();
  expect(await killed.run("npx pulumi-tesseral inventory")).toContain(
    `to adopt: pulumi config set --path tesseral:customers.acme.adopt ${left} --stack production\n`,
  );
});

it("goes on when the state cannot be read, and says once that it did not look", async () => {
  killed = await KilledUpdate.open({ "acme.displayName": "Acme", "globex.displayName": "Globex" });
  const { stack, emulator } = killed;
  const stored = join(stack.automation.workspace.workDir, "../state/.pulumi/stacks/tesseral/test.json");
  // The update has begun: it has read the state, and will write it anew.
  emulator.fail({ path: "/v1/project", do: "pass", meanwhile: () => renameSync(stored, `${stored}.away`) });
  const { printed, diagnostics } = await stack.up();
  const said =
    "pulumi-tesseral could not read the state of stack organization/tesseral/test and goes on without looking for interrupted creations: " +
    "error: no stack named 'organization/tesseral/test' found";
  // Pulumi shows it while the update runs, and in the end.
  expect(printed.split("Diagnostics:")[1]?.trim().split("\n\n")[0]).toBe(
    `pulumi:pulumi:Stack (tesseral-test):\n    ${said}`,
  );
  expect(diagnostics).toEqual([]);
  expect(emulator.store.organizations.size).toBe(2);
});
