import { delimiter, dirname, join } from "node:path";
import { temporaryBackend } from "../../cli/demo/temporaryBackend";
import type { PulumiCli } from "../../cli/pulumi";
import { run } from "../../cli/pulumi/run";

/** Milliseconds for up, preview and destroy of one organization and one key. */
const LIMIT = 180_000;

/** What a cell runs with. */
export interface CellOptions {
  /** The project, with everything installed. */
  folder: string;
  program: "program.cjs" | "program.mjs";
  /** The Node that runs the program and the plugin. */
  node: string;
  cli: PulumiCli;
  /** Tesseral's address and a backend API key. */
  tesseral: { url: string; backendApiKey: string };
}

/** Runs a program's whole life: up, a preview without changes, destroy. Throws with the program's last lines if it fails. */
export async function runCell({ folder, program, node, cli, tesseral }: CellOptions): Promise<void> {
  const backend = temporaryBackend("matrix-");
  try {
    await run(node, [join(folder, "runProgram.cjs"), program, backend.workDir], {
      cwd: folder,
      timeout: LIMIT,
      env: {
        ...process.env,
        ...backend.env,
        // The plugin is started by the engine: it takes the first Node on PATH.
        PATH: [dirname(node), cli.path].join(delimiter),
        TESSERAL_URL: tesseral.url,
        TESSERAL_KEY: tesseral.backendApiKey,
      },
    });
  } finally {
    backend.remove();
  }
}
