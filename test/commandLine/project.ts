// Opens projects that are run as people run them: `pulumi up` and the other commands, by the CLI that the project finds and
// Pulumi's own language host, with the state in a temporary folder and an emulated Tesseral.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { type TemporaryBackend, temporaryBackend } from "../../cli/demo/temporaryBackend";
import { findPulumi, type PulumiCli } from "../../cli/pulumi/findPulumi";
import { type Emulator, type EmulatorOptions, type RequestRecord, startEmulator } from "../../emulator";
import { hasLanguageHost } from "../engine/languageHost";
import { type Outcome, summarize } from "../engine/stack";

const repository = resolve(__dirname, "../..");

/** What a clone of the repository is made of, as far as `pulumi up` reads it. */
const program = ["Pulumi.yaml", "index.ts", "package.json", "provider.cjs", "tsconfig.json", "dist"];

export interface ProjectOptions {
  /**
   * `clone`: the repository's own program. `package`: an empty folder in which the package is installed, for a program that
   * `files` brings along.
   * @default "clone"
   */
  layout?: "clone" | "package";
  /** More files, or others, by their path in the project. What is no text is written as YAML or JSON, as the name says. */
  files?: Record<string, unknown>;
  /** Settings of the stack, `--secret` ones too. Where Tesseral is and its key are there already. */
  config?: Record<string, string | { secret: string }>;
  /** More of the environment of every command. */
  env?: Record<string, string>;
  emulator?: EmulatorOptions;
}

/** What a command did. */
export interface Ran extends Outcome {
  /** 0 where it succeeded. */
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Seconds on the clock. */
  seconds: number;
  /** The lines that were printed, trimmed: without empty ones, those that only show that time passes, and {@link hostNotice}. */
  lines: string[];
}

/** What the engine says of a language host that stands on PATH instead of beside the CLI. */
const hostNotice = /using pulumi-language-nodejs from \$PATH at /;

/** A command that ended in another way than it was to. Its message is all that was printed. */
export class UnexpectedEnd extends Error {
  readonly ran: Ran;

  constructor(command: string, ran: Ran) {
    super(`${command} ended with ${ran.exitCode}:\n${ran.printed}`);
    this.name = "UnexpectedEnd";
    this.ran = ran;
  }
}

/** Whether these tests are left out. Says why on the console. */
export function leftOutWithoutLanguageHost(): boolean {
  if (hasLanguageHost()) {
    return false;
  }
  console.warn(
    "Tests of the command line are left out: there is no pulumi-language-nodejs on PATH. " +
      "A full installation of Pulumi has it: https://www.pulumi.com/docs/install/",
  );
  return true;
}

/** Opens a project with an empty stack `test`. Call `close` in the end: nothing is left of it. */
export async function openProject(options: ProjectOptions = {}): Promise<Project> {
  const [cli, emulator] = await Promise.all([findPulumi(), startEmulator(options.emulator)]);
  const backend = temporaryBackend("command-line-");
  const layouts = { clone: layOutClone, package: layOutPackage };
  layouts[options.layout ?? "clone"](backend);
  const project = new Project(cli, backend, emulator, options.env ?? {});
  for (const [file, content] of Object.entries(options.files ?? {})) {
    project.write(file, content);
  }
  await project.pulumi("stack", "init", "test");
  await project.configure({
    "tesseral:apiUrl": emulator.url,
    "tesseral:backendApiKey": { secret: emulator.backendApiKey },
    ...options.config,
  });
  return project;
}

export class Project {
  /** The folder of `Pulumi.yaml`. */
  readonly folder: string;
  readonly emulator: Emulator;
  readonly #cli: PulumiCli;
  readonly #backend: TemporaryBackend;
  /** That of every command. */
  readonly environment: NodeJS.ProcessEnv;
  #told = 0;

  constructor(cli: PulumiCli, backend: TemporaryBackend, emulator: Emulator, env: Record<string, string>) {
    this.folder = backend.workDir;
    this.emulator = emulator;
    this.#cli = cli;
    this.#backend = backend;
    // With the debug commands there is `--event-log`, by which the Automation API listens, too.
    this.environment = { ...process.env, ...backend.env, PULUMI_DEBUG_COMMANDS: "true", PATH: cli.path, ...env };
  }

  /** Writes a file of the project. What is no text becomes JSON where the file is called so, else YAML. */
  write(file: string, content: unknown): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    const text = file.endsWith(".json") ? JSON.stringify(content, undefined, 2) : stringify(content);
    writeFileSync(path, typeof content === "string" ? content : text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  delete(file: string): void {
    rmSync(join(this.folder, file), { recursive: true });
  }

  /** Writes `customers.yaml`. */
  declare(customers: Record<string, unknown>): void {
    this.write("customers.yaml", { customers });
  }

  /** `pulumi config set-all`. */
  async configure(settings: NonNullable<ProjectOptions["config"]>): Promise<void> {
    const args = Object.entries(settings).flatMap(([name, value]) =>
      typeof value === "string" ? ["--plaintext", `${name}=${value}`] : ["--secret", `${name}=${value.secret}`],
    );
    await this.pulumi("config", "set-all", ...args);
  }

  /** `pulumi up`; throws {@link UnexpectedEnd} when it fails, as all of these do. */
  up(...args: string[]): Promise<Ran> {
    return this.pulumi("up", "--yes", ...args);
  }

  preview(...args: string[]): Promise<Ran> {
    return this.pulumi("preview", ...args);
  }

  refresh(...args: string[]): Promise<Ran> {
    return this.pulumi("refresh", "--yes", ...args);
  }

  destroy(...args: string[]): Promise<Ran> {
    return this.pulumi("destroy", "--yes", ...args);
  }

  /** The outputs of the stack, secrets as they are. */
  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.pulumi("stack", "output", "--json", "--show-secrets")).stdout);
  }

  /** Any command of `pulumi`. */
  pulumi(...args: string[]): Promise<Ran> {
    return this.run(this.#cli.command, [...args, "--non-interactive", "--color", "never"]);
  }

  /** A command of `pulumi-tesseral`, as it was built. */
  tesseral(...args: string[]): Promise<Ran> {
    return this.run(process.execPath, [join(repository, "dist/cli/main.js"), ...args]);
  }

  /** Runs a program in the project's folder. */
  async run(command: string, args: string[]): Promise<Ran> {
    const log = join(this.#backend.folder, "events.json");
    rmSync(log, { force: true });
    const listens = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
    const all = listens ? [...args, "--event-log", log] : args;
    const started = performance.now();
    const { exitCode, stdout, stderr } = await outputOf(command, all, { cwd: this.folder, env: this.environment });
    const seconds = (performance.now() - started) / 1000;
    this.#refuseTokensIn(log);
    const outcome = summarize(eventsIn(log), stdout + stderr);
    const ran: Ran = {
      ...outcome,
      ...{ exitCode, stdout, stderr, seconds },
      diagnostics: outcome.diagnostics.filter((text) => !hostNotice.test(text)),
      lines: outcome.printed.split(/\r?\n/).flatMap((line) => {
        const text = line.trim();
        return text === "" || text.startsWith("@ ") || hostNotice.test(text) ? [] : [text];
      }),
    };
    if (exitCode !== 0) {
      throw new UnexpectedEnd([command, ...args].join(" "), ran);
    }
    return ran;
  }

  /** Pulumi's SDK would write what the engine answers into its debug messages, which an event log keeps. */
  #refuseTokensIn(log: string): void {
    const text = existsSync(log) ? readFileSync(log, "utf8") : "";
    const found = [...this.emulator.store.apiKeys.values()].filter(({ secretToken }) => text.includes(secretToken));
    if (found.length > 0) {
      throw new Error(
        `the event log holds the tokens of ${found.map(({ displayName }) => displayName).join(", ")} in plain text`,
      );
    }
  }

  /** The requests that were made since the last call and change something, as `METHOD /template`, in order. */
  writes(): string[] {
    const fresh = this.emulator.requests.slice(this.#told);
    this.#told = this.emulator.requests.length;
    return fresh.filter(({ method }) => method !== "GET").map(routeOf);
  }

  /** How many requests were made since the last call, by `METHOD /template`. */
  requestsByRoute(): Record<string, number> {
    const fresh = this.emulator.requests.slice(this.#told);
    this.#told = this.emulator.requests.length;
    const counts: Record<string, number> = {};
    for (const request of fresh) {
      counts[routeOf(request)] = (counts[routeOf(request)] ?? 0) + 1;
    }
    return counts;
  }

  /** The resources in the stack's state, secrets encrypted. */
  async resources<Resource>(): Promise<Resource[]> {
    const { deployment } = JSON.parse((await this.pulumi("stack", "export")).stdout);
    return deployment.resources;
  }

  /** The display names of the organizations that exist, sorted. */
  organizations(): string[] {
    return [...this.emulator.store.organizations.values()].map(({ displayName }) => displayName).sort();
  }

  async close(): Promise<void> {
    this.#backend.remove();
    await this.emulator.close();
  }
}

/** What a command did that was to fail; throws when it succeeds. */
export async function failed(command: Promise<Ran>): Promise<Ran> {
  const end = await command.catch((error: unknown) => error);
  if (end instanceof UnexpectedEnd) {
    return end.ran;
  }
  throw end instanceof Error ? end : new Error("the command succeeded");
}

function layOutClone({ workDir }: TemporaryBackend): void {
  for (const part of program) {
    cpSync(join(repository, part), join(workDir, part), { recursive: true });
  }
  linkFolder(join(repository, "node_modules"), join(workDir, "node_modules"));
}

/** What the package needs lies one folder higher, so that no link leads the program's own modules back to the repository. */
function layOutPackage({ folder, workDir }: TemporaryBackend): void {
  const installed = join(workDir, "node_modules/pulumi-tesseral");
  const { files }: { files: string[] } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const part of ["package.json", ...files.filter((pattern) => !pattern.startsWith("!"))]) {
    cpSync(join(repository, part), join(installed, part), { recursive: true });
  }
  linkFolder(join(repository, "node_modules"), join(folder, "node_modules"));
}

function linkFolder(target: string, path: string): void {
  // A junction, unlike a link, needs no privilege on Windows.
  symlinkSync(target, path, "junction");
}

async function outputOf(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  const exitCode = await new Promise<number>((done, reject) => {
    child.on("error", reject);
    child.on("close", (code) => done(code ?? -1));
  });
  return { exitCode, stdout: said.stdout, stderr: said.stderr };
}

function eventsIn(log: string): EngineEvent[] {
  if (!existsSync(log)) {
    return [];
  }
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as EngineEvent);
}

function routeOf({ method, path, route }: RequestRecord): string {
  return route ?? `${method} ${path}`;
}
