import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { CodedError } from "../../errors/coded";

/** The folder of this package: that of `Pulumi.yaml`, `Pulumi.dev.yaml` and the built program. */
export const projectFolder = resolve(__dirname, "../../..");

/**
 * Copies `Pulumi.yaml`, and the customers of `Pulumi.dev.yaml`, to the folder that Pulumi works in, where it may write to
 * them. The copy's `main` points back at the project, so that the plugin runs where the program lies. Credentials and
 * addresses of the stack file stay behind: the demo must not reach a real Tesseral.
 */
export function copyProject(workDir: string): void {
  const project: Record<string, unknown> = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8"));
  writeFileSync(join(workDir, "Pulumi.yaml"), stringify({ ...project, main: projectFolder }));
  const stack: { config?: Record<string, unknown> } | null = parse(
    readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8"),
  );
  const customers = stack?.config?.["tesseral:customers"];
  if (customers === undefined) {
    throw new CodedError("TSL-DEMO", "Pulumi.dev.yaml declares no tesseral:customers for the demo to show");
  }
  writeFileSync(join(workDir, "Pulumi.dev.yaml"), stringify({ config: { "tesseral:customers": customers } }));
}

/**
 * The project's own program, `index.ts` as it was built: a function that declares everything and returns the outputs of the
 * stack. It is imported anew for each operation, with all of this package's modules that it uses.
 */
export const program: PulumiFn = async () => {
  const dist = join(projectFolder, "dist");
  for (const file of Object.keys(require.cache)) {
    const part = file.startsWith(dist) ? file.slice(dist.length + 1) : undefined;
    if (part !== undefined && !/^(cli|emulator)[\\/]/.test(part)) {
      delete require.cache[file];
    }
  }
  const run: PulumiFn = require(join(dist, "index.js"));
  return run();
};
