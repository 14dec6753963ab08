// Proves on the real engine that an organization which another resource of a plain program takes over in an update is never deleted by that same
// update, whoever asks: it is released with a warning. What the preview refuses before that is the matter of identity.test.ts.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { findPulumi } from "../../cli/pulumi/findPulumi";
import { ManagedApiKey, Organization } from "../../library";
import { openTesseralStack, stepsOf, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 240_000 });

let tesseral: TesseralStack;
let folder: string | undefined;

afterEach(async () => {
  await tesseral.close();
  if (folder !== undefined) {
    rmSync(folder, { recursive: true });
    folder = undefined;
  }
});

/** An organization with a key, in a program that somebody wrote. */
const named =
  (name: string, args: Partial<ConstructorParameters<typeof Organization>[1]> = {}) =>
  async () => {
    const organization = new Organization(name, { displayName: "Acme", ...args });
    return { token: new ManagedApiKey("ci", { organizationId: organization.id, displayName: "ci" }).secretToken };
  };

const warning = (id: string) =>
  `organization ${id} belongs to another resource of this stack now and was not deleted: the old resource is only forgotten. ` +
  "To give a resource another name, use the option `aliases`";

/** The organization and its key are what they were, and the next update has nothing to do. */
async function expectUntouched(program: pulumi.automation.PulumiFn, token: unknown): Promise<void> {
  expect(tesseral.writes()).toEqual([]);
  expect(tesseral.counts()).toMatchObject({ organizations: 1, apiKeys: 1 });
  const again = await tesseral.stack.up(program);
  expect(again.changes).toEqual({ same: 3 });
  expect(again.outputs.token?.value).toBe(token);
  expect(await tesseral.authenticate(String(token))).toEqual([]);
}

it("forgets the old resource of an organization that is adopted where the state cannot be read", async () => {
  const cli = await findPulumi();
  folder = mkdtempSync(join(tmpdir(), "adopted-elsewhere-"));
  const plugin = join(folder, "pulumi-resource-pulumi-nodejs");
  // What the plugin starts to look for the state finds none.
  writeFileSync(
    plugin,
    `#!/bin/sh\nPULUMI_BACKEND_URL=file://${folder}/none exec node ${require.resolve("@pulumi/pulumi/cmd/dynamic-provider")} "$@"\n`,
  );
  chmodSync(plugin, 0o755);
  tesseral = await openTesseralStack(named("acme"), { env: { PATH: [folder, cli.path].join(delimiter) } });
  const { outputs } = await tesseral.stack.up();
  const { id } = tesseral.organization("Acme");
  tesseral.requests();
  const renamed = named("acme-corp", { adopt: id });
  const outcome = await tesseral.stack.up(renamed);
  expect(stepsOf(outcome)).toEqual(["create acme-corp", "delete acme"]);
  expect(outcome.printed).toContain("could not read the state of stack organization/tesseral/test");
  expect(outcome.printed).toContain(warning(id));
  await expectUntouched(renamed, outputs.token?.value);
});
