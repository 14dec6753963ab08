import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { type TemporaryBackend, temporaryBackend } from "../cli/demo/temporaryBackend";
import type { PulumiCli } from "../cli/pulumi/findPulumi";

/** The operations that are measured, in this order. */
export const operations = ["up", "preview", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** The part of the Automation API's command that runs the CLI. It is hidden from its types. */
interface Command {
  run(args: string[], ...rest: unknown[]): Promise<unknown>;
}

/** A stack whose operations are timed: each from the start of the CLI to its end, without what the Automation API asks afterwards. */
export class MeasuredStack {
  #seconds = 0;

  readonly #stack: Stack;
  readonly #backend: TemporaryBackend;

  constructor(stack: Stack, backend: TemporaryBackend) {
    this.#stack = stack;
    this.#backend = backend;

    const command = stack.workspace.pulumiCommand as unknown as Command;
    const run = command.run.bind(command);
    command.run = async (args, ...rest) => {
      const started = performance.now();
      try {
        return await run(args, ...rest);
      } finally {
        if (operations.some((operation) => operation === args[0])) {
          this.#seconds = (performance.now() - started) / 1000;
        }
      }
    };
  }

  static async open(cli: PulumiCli, program: PulumiFn, config: ConfigMap): Promise<MeasuredStack> {
    const backend = temporaryBackend("bench-");
    const stack = await LocalWorkspace.createStack(
      { stackName: "bench", projectName: "tesseral", program },
      {
        workDir: backend.workDir,
        envVars: { ...backend.env, PATH: cli.path },
        projectSettings: { name: "tesseral", runtime: "nodejs", main: process.cwd() },
      },
    );
    if (Object.keys(config).length > 0) {
      await stack.setAllConfig(config);
    }
    return new MeasuredStack(stack, backend);
  }

  /** Runs an operation and returns its seconds. Throws when it did something else than expected. */
  async measure(operation: Operation, expected: Record<string, number>): Promise<number> {
    const changes =
      operation === "preview"
        ? (await this.#stack.preview()).changeSummary
        : (await this.#stack[operation]()).summary.resourceChanges;
    if (!sameCounts(changes ?? {}, expected)) {
      throw new Error(`${operation}: ${JSON.stringify(changes)} instead of ${JSON.stringify(expected)}`);
    }
    return this.#seconds;
  }

  /** Bytes of the state file. */
  stateBytes(): number {
    const folder = join(this.#backend.state, ".pulumi", "stacks", "tesseral");
    const file = readdirSync(folder).find((name) => name === "bench.json");
    if (file === undefined) {
      throw new Error(`no state file in ${folder}`);
    }
    return statSync(join(folder, file)).size;
  }

  close(): void {
    this.#backend.remove();
  }
}

function sameCounts(counts: Record<string, number>, expected: Record<string, number>): boolean {
  return [...Object.keys(counts), ...Object.keys(expected)].every((op) => (counts[op] ?? 0) === (expected[op] ?? 0));
}
