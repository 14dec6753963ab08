// A project whose customers are in files, on the real engine. The program runs in this process, which saves seconds for each update; what it
// calls is what index.ts calls. The Pulumi CLI is started without the Automation API, which would start it five times for an update.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { type TemporaryBackend, temporaryBackend } from "../../cli/demo/temporaryBackend";
import { findPulumi, type PulumiCli } from "../../cli/pulumi/findPulumi";
import { Customer } from "../../components/customer";
import { loadCustomers, matchCustomers } from "../../config";
import { type Emulator, type Fault, type FaultHandle, startEmulator } from "../../emulator";
import { descendants } from "../crash/processes";
import { serveProgram } from "./inlineProgram";

/** The steps of index.ts, so that a test can leave one out. */
export interface Program {
  match: typeof matchCustomers;
  /** Declares a customer as it was matched. */
  declare: (...customer: ConstructorParameters<typeof Customer>) => Customer;
}

export const realProgram: Program = {
  match: matchCustomers,
  declare: (...customer) => new Customer(...customer),
};

/** What the program was told of a customer, as the stack's outputs say it. */
export interface CustomerOutputs {
  organizationId: string;
  apiKeyIds: Record<string, string>;
  secretTokens: Record<string, string | undefined>;
}

/** A command that ended. */
export interface Ended {
  succeeded: boolean;
  /** What it printed on both streams. */
  printed: string;
  /** The customers as the program saw them, with what is known only after an update. */
  outputs: Map<string, CustomerOutputs>;
}

/** What the state has of an object in Tesseral. */
export interface Recorded {
  id: string;
  inputs: Record<string, unknown>;
}

const stackName = "test";
const withoutClosures = join(__dirname, "withoutClosures.cjs");

export class EditedProject {
  readonly emulator: Emulator;
  readonly #cli: PulumiCli;
  readonly #backend: TemporaryBackend;
  readonly #program: Program;

  constructor(emulator: Emulator, cli: PulumiCli, program: Program) {
    this.emulator = emulator;
    this.#cli = cli;
    this.#program = program;
    this.#backend = temporaryBackend("edits-");
  }

  /** Opens a project with an empty stack. Call `close` in the end. */
  static async open(program: Program = realProgram): Promise<EditedProject> {
    const [emulator, cli] = await Promise.all([startEmulator(), findPulumi()]);
    const project = new EditedProject(emulator, cli, program);
    const { workDir } = project.#backend;
    // The program is this repository's, and so is the package that the provider's process loads.
    writeFileSync(
      join(workDir, "Pulumi.yaml"),
      stringify({ name: "tesseral", runtime: "nodejs", main: process.cwd() }),
    );
    await project.#pulumi(["stack", "init", stackName]);
    const settings = {
      "tesseral:apiUrl": emulator.url,
      "tesseral:customersFile": "customers",
      "tesseral:retries": "1",
      "tesseral:retryDelay": "1",
    };
    const plain = Object.entries(settings).flatMap(([name, value]) => ["--plaintext", `${name}=${value}`]);
    const secret = ["--secret", `tesseral:backendApiKey=${emulator.backendApiKey}`];
    await project.#pulumi(["config", "set-all", "--stack", stackName, ...plain, ...secret]);
    return project;
  }

  /** Replaces the files of the folder `customers`. */
  write(files: ReadonlyMap<string, unknown>): void {
    const folder = join(this.#backend.workDir, "customers");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, content] of files) {
      writeFileSync(join(folder, name), stringify(content));
    }
  }

  /** Answers what brings the state, and Tesseral, back to what they are now. */
  snapshot(): () => void {
    const kept = join(this.#backend.folder, "kept");
    const options = { recursive: true, preserveTimestamps: true };
    cpSync(this.#backend.state, kept, options);
    const records = this.emulator.store.clone();
    return () => {
      this.emulator.reset();
      const { store } = this.emulator;
      const { organizations, roles, apiKeys, apiKeyRoleAssignments } = records.clone();
      addAll(organizations, store.organizations);
      addAll(roles, store.roles);
      addAll(apiKeys, store.apiKeys);
      addAll(apiKeyRoleAssignments, store.apiKeyRoleAssignments);
      rmSync(this.#backend.state, { recursive: true });
      cpSync(kept, this.#backend.state, options);
    };
  }

  /** `pulumi up`: a preview, and then the update. */
  up(): Promise<Ended> {
    return this.#run("up", "--yes");
  }

  /** `pulumi up --skip-preview`. */
  upAtOnce(): Promise<Ended> {
    return this.#run("up", "--yes", "--skip-preview");
  }

  /** `pulumi refresh`. */
  refresh(...options: string[]): Promise<Ended> {
    return this.#run("refresh", "--yes", "--skip-preview", ...options);
  }

  /** An update that is killed, with its plugin, as soon as the fault happens; the stack is unlocked then. */
  async killedUp(at: Pick<Fault, "skip" | "when">): Promise<"killed" | Ended> {
    let kill: (pid: number) => void = () => {};
    const handle = this.failWrites({ ...at, do: "hang", meanwhile: () => kill(0) });
    try {
      const reached = new Promise<number>((reach) => {
        kill = reach;
      });
      let cli = 0;
      const update = this.#pulumi(["up", "--yes", "--skip-preview"], (pid) => {
        cli = pid;
      });
      const first = await Promise.race([reached, update]);
      if (typeof first !== "number") {
        return first;
      }
      const plugins = descendants(cli).filter(({ args }) => args.includes("dynamic-provider"));
      process.kill(cli, "SIGKILL");
      for (const { pid } of plugins) {
        process.kill(pid, "SIGKILL");
      }
      await update;
    } finally {
      handle.remove();
    }
    await this.#pulumi(["cancel", "--yes", "--stack", stackName]);
    return "killed";
  }

  /** `pulumi-tesseral` as it is built, on this stack: `inventory --recover` or `remove`. Answers what it printed; throws when it fails. */
  async command(...args: string[]): Promise<string> {
    const command = join(process.cwd(), "dist/cli/main.js");
    const { code, printed } = await this.#start(process.execPath, [command, ...args, "--yes", "--stack", stackName]);
    if (code !== 0) {
      throw new Error(`pulumi-tesseral ${args.join(" ")} failed: ${printed}`);
    }
    return printed;
  }

  /** A fault of requests that change something. */
  failWrites(fault: Fault): FaultHandle {
    return this.emulator.fail(["POST", "PATCH", "DELETE"].map((method) => ({ ...fault, method })));
  }

  /**
   * What the state has of this package, by the resource's type and name, such as `Organization acme`, and the operations that were not
   * ended. A key that was rotated is two while the one before works: `ManagedApiKey acme-ci (previous)`.
   */
  state(): { resources: Map<string, Recorded>; pending: string[] } {
    const folder = join(this.#backend.state, ".pulumi/stacks");
    const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
      path.endsWith(`${stackName}.json`),
    );
    const text = file === undefined ? "{}" : readFileSync(join(folder, file), "utf8");
    const { checkpoint }: Checkpoint = JSON.parse(text);
    const { resources = [], pending_operations = [] } = checkpoint?.latest ?? {};
    const labeled = resources.flatMap(({ urn, id, inputs = {}, outputs, delete: isReplaced }): [string, Recorded][] => {
      const label = labelOf(urn);
      if (label === undefined || id === undefined || isReplaced) {
        return [];
      }
      const previous = outputs?.previousApiKeyId;
      return [
        [label, { id: outputs?.apiKeyId ?? id, inputs }],
        ...(previous === undefined ? [] : [[`${label} (previous)`, { id: previous, inputs }] as [string, Recorded]]),
      ];
    });
    return {
      resources: new Map(labeled),
      pending: pending_operations.map(({ type, resource }) => `${type} ${labelOf(resource.urn)}`),
    };
  }

  async close(): Promise<void> {
    this.#backend.remove();
    await this.emulator.close();
  }

  async #run(...args: string[]): Promise<Ended> {
    return await this.#pulumi(args);
  }

  async #pulumi(args: string[], started: (pid: number) => void = () => {}): Promise<Ended> {
    const outputs = new Map<string, CustomerOutputs>();
    const runs = args[0] === "up";
    const server = runs ? await serveProgram(() => this.#declare(outputs)) : undefined;
    const more = runs || args[0] === "refresh" ? ["--stack", stackName, "--color", "never"] : [];
    const client = server === undefined ? [] : [`--client=127.0.0.1:${server.port}`, "--exec-kind=auto.inline"];
    const { code, printed } = await this.#start(
      this.#cli.command,
      [...args, ...more, ...client, "--non-interactive"],
      { NODE_OPTIONS: `--require ${withoutClosures}` },
      started,
    );
    server?.stop(code !== 0);
    if (!runs && args[0] !== "refresh" && code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} failed: ${printed}`);
    }
    return { succeeded: code === 0, printed, outputs };
  }

  /** Runs a program in the project's folder to its end. */
  async #start(
    program: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
    started: (pid: number) => void = () => {},
  ): Promise<{ code: number | null; printed: string }> {
    const child = spawn(program, args, {
      cwd: this.#backend.workDir,
      env: { ...process.env, ...this.#backend.env, PATH: this.#cli.path, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    }
    started(child.pid ?? 0);
    const code = await new Promise<number | null>((ended, failed) => {
      child.on("error", failed);
      child.on("close", ended);
    });
    return { code, printed };
  }

  /** What index.ts does. */
  async #declare(outputs: Map<string, CustomerOutputs>): Promise<void> {
    const { match, declare } = this.#program;
    for (const { name, args, options } of await match(loadCustomers({ directory: this.#backend.workDir }))) {
      const { organizationId, apiKeyIds, secretTokens } = declare(name, args, options);
      pulumi
        .all([organizationId, apiKeyIds, secretTokens])
        .apply(([id, ids, tokens]) => outputs.set(name, { organizationId: id, apiKeyIds: ids, secretTokens: tokens }));
    }
  }
}

function addAll<Each>(from: ReadonlyMap<string, Each>, to: Map<string, Each>): void {
  for (const [id, each] of from) {
    to.set(id, each);
  }
}

interface Checkpoint {
  checkpoint?: {
    latest?: {
      resources?: {
        urn: string;
        id?: string;
        inputs?: Record<string, unknown>;
        outputs?: { apiKeyId?: string; previousApiKeyId?: string };
        /** It was replaced, and has still to be deleted. */
        delete?: boolean;
      }[];
      pending_operations?: { type: string; resource: { urn: string } }[];
    };
  };
}

/** `Organization acme`; undefined for a resource that is not of this package. */
function labelOf(urn: string): string | undefined {
  const [, , types = "", name] = urn.split("::");
  const type = /(Organization|Role|ManagedApiKey)$/.exec(types)?.[1];
  return type === undefined ? undefined : `${type} ${name}`;
}
