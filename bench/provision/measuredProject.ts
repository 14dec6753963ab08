/** A project that is run as people run it, by `pulumi` and its language host, and measured. */
import { copyFileSync, cpSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { type TemporaryBackend, temporaryBackend } from "../../cli/demo/temporaryBackend";
import type { PulumiCli } from "../../cli/pulumi/findPulumi";
import { type Measured, measureCommand } from "./measuredCommand";
import { type BytesByProperty, bytesByProperty, ofCustomers } from "./stateBytes";

/** What is measured, in this order. */
export const operations = ["up", "preview, no change", "up, one change", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

const commands: Record<Operation, readonly string[]> = {
  up: ["up", "--yes", "--skip-preview"],
  "preview, no change": ["preview"],
  "up, one change": ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

const repository = resolve(__dirname, "../..");

/** The folders that are measured, by who they are of. */
export const layouts = {
  "pulumi-tesseral": (folder: string) => {
    for (const part of ["Pulumi.yaml", "index.ts", "package.json", "provider.cjs", "tsconfig.json", "dist"]) {
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    }
  },
  "resources that do nothing": (folder: string) => {
    for (const file of ["index.ts", "nothing.cjs"]) {
      copyFileSync(join(repository, "bench/floor", file), join(folder, file));
    }
    copyFileSync(join(repository, "tsconfig.json"), join(folder, "tsconfig.json"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: tesseral\nruntime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "package.json"), "{}\n");
  },
} as const;

export class MeasuredProject {
  readonly #cli: PulumiCli;
  readonly #backend: TemporaryBackend;
  readonly #env: NodeJS.ProcessEnv;

  constructor(cli: PulumiCli, backend: TemporaryBackend, env: Record<string, string>) {
    this.#cli = cli;
    this.#backend = backend;
    this.#env = { ...process.env, ...backend.env, ...env, PATH: cli.path };
  }

  /** A project with an empty stack; `env` is added to the environment of every command. */
  static async open(
    cli: PulumiCli,
    layout: keyof typeof layouts,
    config: Record<string, string>,
    env: Record<string, string>,
  ): Promise<MeasuredProject> {
    const backend = temporaryBackend("bench-");
    layouts[layout](backend.workDir);
    symlinkSync(join(repository, "node_modules"), join(backend.workDir, "node_modules"), "junction");
    const project = new MeasuredProject(cli, backend, env);
    await project.#pulumi(["stack", "init", "bench"]);
    for (const [name, value] of Object.entries(config)) {
      await project.#pulumi(["config", "set", ...(name.endsWith("Key") ? ["--secret"] : []), name, value]);
    }
    // The first run in a folder reads every file of the program from the disk.
    project.declare({});
    await project.#pulumi(["preview"]);
    return project;
  }

  /** Runs a command of this package, such as `["parts", "list"]`. What it prints is the answer. */
  command(args: readonly string[]): Promise<Measured & { stdout: string }> {
    return this.#run(process.execPath, [join(this.#backend.workDir, "dist/cli/main.js"), ...args], "command");
  }

  /** Runs git in the project's folder. */
  git(args: readonly string[]): Promise<unknown> {
    return this.#run("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args], "git");
  }

  declare(customers: Record<string, unknown>): void {
    writeFileSync(join(this.#backend.workDir, "customers.yaml"), stringify({ customers }));
  }

  /** Runs an operation. Throws when it did something else than `expected`, in the words of Pulumi's summary: `{ created: 5 }`. */
  async measure(operation: Operation, expected: Record<string, number>): Promise<Measured> {
    const { seconds, peaks, stdout } = await this.#pulumi(commands[operation]);
    const done = stdout.slice(stdout.lastIndexOf("Resources:")).matchAll(/(\d+) (created|unchanged|updated|deleted)/g);
    const counts = Object.fromEntries([...done].map(([, count, what]) => [what, Number(count)]));
    if (JSON.stringify(Object.entries(counts).sort()) !== JSON.stringify(Object.entries(expected).sort())) {
      throw new Error(`${operation}: ${JSON.stringify(counts)} instead of ${JSON.stringify(expected)}`);
    }
    return { seconds, peaks };
  }

  /** Where the bytes of all customers in the state are. */
  async properties(): Promise<BytesByProperty> {
    const { deployment } = JSON.parse((await this.#pulumi(["stack", "export"])).stdout);
    return bytesByProperty(ofCustomers(deployment.resources ?? []));
  }

  /** Bytes of the state file as it lies on the disk. */
  stateBytes(): number {
    const folder = join(this.#backend.state, ".pulumi/stacks/tesseral");
    const file = readdirSync(folder).find((name) => /^bench\.json(\.zst|\.gz)?$/.test(name));
    if (file === undefined) {
      throw new Error(`no state file in ${folder}`);
    }
    return statSync(join(folder, file)).size;
  }

  close(): void {
    this.#backend.remove();
  }

  #pulumi(args: readonly string[]): Promise<Measured & { stdout: string }> {
    return this.#run(this.#cli.command, [...args, "--non-interactive", "--color", "never"], "engine");
  }

  #run(program: string, args: readonly string[], name: string): Promise<Measured & { stdout: string }> {
    return measureCommand(program, args, { name, cwd: this.#backend.workDir, env: this.#env });
  }
}
