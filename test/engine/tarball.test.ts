// Proves that an empty npm project which installs the packed package can run a program of its own on the real engine, with the
// Node at hand. The other package managers, Nodes and module kinds are `npm run matrix`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findPulumi } from "../../cli/pulumi/findPulumi";
import { type Emulator, startEmulator } from "../../emulator";
import { makeTarballProject, packTarball } from "../../scripts/matrix/layouts";
import { getPackageManager } from "../../scripts/matrix/packageManager";
import { runInline } from "../../scripts/matrix/runCell";

let folder: string;
let emulator: Emulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tarball-"));
  emulator = await startEmulator();
});

afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

it("declares, previews and destroys a customer from an installed tarball", { timeout: 300_000 }, async () => {
  const project = join(folder, "project");
  const npm = await getPackageManager("npm", join(folder, "npm"));
  await makeTarballProject(project, npm, await packTarball(folder));
  const cli = await findPulumi();
  await runInline({ folder: project, modules: "commonjs", node: process.execPath, cli, tesseral: emulator });

  // The program checks what it is told; that Tesseral was really asked to do it shows here.
  const writes = emulator.requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("/authenticate"));
  expect(writes.map(({ route, status }) => `${route} ${status}`)).toEqual([
    "POST /v1/organizations 200",
    "PATCH /v1/organizations/{id} 200",
    "POST /v1/api-keys 200",
    "POST /v1/api-keys/{id}/revoke 200",
    "DELETE /v1/api-keys/{id} 200",
    "DELETE /v1/organizations/{id} 200",
  ]);
});
