import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A Pulumi backend in a temporary folder; once removed, nothing of it is left. */
export interface TemporaryBackend {
  /** The folder that holds everything. */
  folder: string;
  /** Where the state files lie. */
  state: string;
  /** An empty folder for `Pulumi.yaml` and the stack file. Never the folder of a project: Pulumi rewrites what lies there. */
  workDir: string;
  /** The environment in which Pulumi uses it. */
  env: Record<string, string>;
  /** Deletes the folder. */
  remove(): void;
}

/** Opens a backend. The passphrase guards only this folder, so it may be known. */
export function temporaryBackend(prefix: string): TemporaryBackend {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const state = join(folder, "state");
  const workDir = join(folder, "work");
  for (const part of [state, workDir]) {
    mkdirSync(part);
  }
  return {
    folder,
    state,
    workDir,
    env: {
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE: "temporary",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // A key in the surrounding shell would take precedence over the stack's own, and send the stack to a real project.
      TESSERAL_BACKEND_API_KEY: "",
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
