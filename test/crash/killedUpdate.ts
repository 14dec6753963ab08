// Kills a running update with SIGKILL, as a crash or a lost machine does, and runs the commands that people are told to run.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { vi } from "vitest";
import { type Emulator, type RequestRecord, startEmulator } from "../../emulator";
import { type EngineStack, openStack, type StackOptions } from "../engine/stack";
import { children, descendants } from "./processes";

const require = createRequire(resolve("package.json"));
const dist = resolve("dist");

/** The built index.ts, anew for each update. */
const program: PulumiFn = async () => {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(dist)) {
      delete require.cache[file];
    }
  }
  const loaded = require(`${dist}/index.js`);
  return typeof loaded === "function" ? loaded() : { ...loaded };
};

export class KilledUpdate {
  constructor(
    readonly emulator: Emulator,
    readonly stack: EngineStack,
  ) {}

  /** Opens a stack of customers whose fields are given by their paths: `acme.displayName`. */
  static async open(
    customers: Record<string, string>,
    options: Pick<StackOptions, "name" | "project"> = {},
  ): Promise<KilledUpdate> {
    const emulator = await startEmulator();
    const stack = await openStack(program, {
      ...options,
      config: {
        "tesseral:apiUrl": emulator.url,
        "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
      },
    });
    for (const [path, value] of Object.entries(customers)) {
      await stack.automation.setConfig(`tesseral:customers.${path}`, { value }, true);
    }
    return new KilledUpdate(emulator, stack);
  }

  /** Runs an update until a request is under way, and kills the CLI, its plugin, or both. */
  async killAt(is: (record: RequestRecord) => boolean, victim: "cli" | "plugin"): Promise<void> {
    const update = this.stack.up().then(
      () => undefined,
      (error: unknown) => error,
    );
    // An update that ends before the request comes says why.
    await Promise.race([
      this.emulator.waitFor(is, 180_000),
      update.then((error) => Promise.reject(error ?? new Error("the update succeeded"))),
    ]);
    const cli = only(children(process.pid).filter(({ command }) => /(^|\/)pulumi$/.test(command)));
    const plugins = await vi.waitUntil(
      () => {
        const found = descendants(cli.pid).filter(({ args }) => args.includes("dynamic-provider"));
        return found.length > 0 && found;
      },
      { timeout: 10_000 },
    );
    if (victim === "cli") {
      process.kill(cli.pid, "SIGKILL");
    }
    // The plugin outlives a killed CLI for good; it is ended here in any case.
    for (const { pid } of plugins) {
      process.kill(pid, "SIGKILL");
    }
    if ((await update) === undefined) {
      throw new Error("the update succeeded although it was killed");
    }
  }

  /** `pulumi cancel`: what the lock of a killed update asks for. */
  async cancel(): Promise<void> {
    await this.stack.automation.cancel();
  }

  /** Runs a command line as a person would, in the stack's folder. Answers what it printed; throws when it fails. */
  async run(line: string): Promise<string> {
    return (await this.#start(line)).stdout;
  }

  /** Runs a command line until a request is under way, and kills it with SIGKILL. */
  async runKilledAt(line: string, is: (record: RequestRecord) => boolean): Promise<void> {
    const running = this.#start(`exec ${line}`);
    const ended = running.then(
      () => undefined,
      (error: unknown) => error,
    );
    await Promise.race([this.emulator.waitFor(is, 60_000), ended]);
    running.child.kill("SIGKILL");
    const error = await ended;
    if (!(error instanceof Error && "signal" in error && error.signal === "SIGKILL")) {
      throw error ?? new Error("the command succeeded although it was killed");
    }
  }

  #start(line: string) {
    const command = line.replaceAll("npx pulumi-tesseral ", `node '${dist}/cli/main.js' `);
    const { workDir, envVars } = this.stack.automation.workspace;
    // Not synchronously: the emulator, which the command asks, lives in this process.
    const options = { cwd: workDir, env: { ...process.env, ...envVars } };
    return promisify(execFile)("/bin/sh", ["-c", command], options);
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.emulator.close();
  }
}

function only<T>(all: T[]): T {
  const [one] = all;
  if (one === undefined || all.length > 1) {
    throw new Error(`expected one, found ${all.length}`);
  }
  return one;
}
