// Opens a stack on the real Pulumi engine, with a file backend in a temporary folder, and keeps everything that was said.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { type ConfigMap, LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import { temporaryBackend } from "../../cli/demo/temporaryBackend";
import { findPulumi, putOnPath } from "../../cli/pulumi/findPulumi";

/** How `openStack` opens a stack. */
export interface StackOptions {
  /** Stack configuration; a key without a namespace belongs to the project. */
  config?: Record<string, string | { value: string; secret: boolean }>;
  /** More of the environment of the engine, the plugin included. */
  env?: Record<string, string>;
  /** @default "test" */
  name?: string;
  /** @default "tesseral" */
  project?: string;
  /** The folder that counts as the program's: the plugin works in it. @default the current one */
  programFolder?: string;
}

/** One step that the engine planned or took. Unchanged resources, the stack itself and default providers are left out. */
export interface Step {
  op: string;
  /** The resource's own name, without its parents. */
  name: string;
  /** The last part of its type, such as `Organization`. */
  type: string;
  urn: string;
  /** The inputs that differ, sorted. */
  diffs: string[];
}

/** What an operation did. */
export interface Outcome {
  /** How many resources per kind of step, `same` included, as the engine sums up. */
  changes: Record<string, number>;
  steps: Step[];
  /** Warnings and errors, without colors, in the order in which they came. */
  diagnostics: string[];
  /** What the command printed on both streams. */
  printed: string;
  events: automation.EngineEvent[];
}

/** An operation that failed. Its message holds the engine's error diagnostics, each on a line. */
export class OperationFailed extends Error {
  constructor(
    readonly outcome: Outcome,
    cause: unknown,
  ) {
    const errors = outcome.events.flatMap((event) =>
      event.diagnosticEvent?.severity === "error" ? [plain(event.diagnosticEvent.message)] : [],
    );
    super(errors.length > 0 ? errors.join("\n") : String(cause), { cause });
    this.name = "OperationFailed";
  }
}

/** Opens an empty stack for an inline program. Call `close` in the end: it removes the folder. */
export async function openStack(program: PulumiFn, options: StackOptions = {}): Promise<EngineStack> {
  const cli = await findPulumi();
  putOnPath(cli);
  const backend = temporaryBackend("engine-test-");
  const stack = await LocalWorkspace.createStack(
    { stackName: options.name ?? "test", projectName: options.project ?? "tesseral", program },
    {
      workDir: backend.workDir,
      envVars: { ...backend.env, PATH: cli.path, ...options.env },
      projectSettings: {
        name: options.project ?? "tesseral",
        runtime: "nodejs",
        main: options.programFolder ?? process.cwd(),
      },
    },
  );
  const config = Object.entries(options.config ?? {}).map(([key, value]) => [
    key,
    typeof value === "string" ? { value } : value,
  ]);
  if (config.length > 0) {
    await stack.setAllConfig(Object.fromEntries(config) as ConfigMap);
  }
  return new EngineStack(stack, backend);
}

type Listener = Pick<automation.UpOptions, "onOutput" | "onError" | "onEvent">;

/** A stack of its own. Every operation throws {@link OperationFailed} when the engine reports a failure. */
export class EngineStack {
  /** Everything the operations printed, and their events, so far. */
  #said = "";

  readonly #backend: ReturnType<typeof temporaryBackend>;

  constructor(
    /** The stack of the Automation API, for what has no method here. */
    readonly automation: automation.Stack,
    backend: ReturnType<typeof temporaryBackend>,
  ) {
    this.#backend = backend;
  }

  /** `pulumi up`, by another program than the one before if one is given. */
  async up(
    program?: PulumiFn,
    options: automation.UpOptions = {},
  ): Promise<Outcome & { outputs: automation.OutputMap }> {
    this.#use(program);
    const outcome = await this.#operate((listener) => this.automation.up({ ...options, ...listener }));
    return { ...outcome, outputs: await this.automation.outputs() };
  }

  /** `pulumi preview`, by another program than the one before if one is given. */
  async preview(program?: PulumiFn, options: automation.PreviewOptions = {}): Promise<Outcome> {
    this.#use(program);
    return await this.#operate((listener) => this.automation.preview({ ...options, ...listener }));
  }

  /** `pulumi refresh`. */
  async refresh(options: automation.RefreshOptions = {}): Promise<Outcome> {
    return await this.#operate((listener) => this.automation.refresh({ ...options, ...listener }));
  }

  /** `pulumi refresh --preview-only`. */
  async previewRefresh(options: automation.RefreshOptions = {}): Promise<Outcome> {
    return await this.#operate((listener) => this.automation.previewRefresh({ ...options, ...listener }));
  }

  /** `pulumi destroy`. */
  async destroy(options: automation.DestroyOptions = {}): Promise<Outcome> {
    return await this.#operate((listener) => this.automation.destroy({ ...options, ...listener }));
  }

  /** Lifts the protection of every resource, as `pulumi state unprotect --all` does. */
  async unprotectAll(): Promise<void> {
    const state: { deployment: { resources?: { protect?: boolean }[] } } = await this.automation.exportStack();
    for (const resource of state.deployment.resources ?? []) {
      resource.protect = false;
    }
    await this.automation.importStack(state as automation.Deployment);
  }

  /** The state as it lies on disk: secrets are encrypted in it. */
  stateFile(): string {
    const project = join(this.#backend.state, ".pulumi", "stacks");
    const file = filesBelow(project).find((path) => path.endsWith(`${this.automation.name}.json`));
    if (file === undefined) {
      throw new Error(`No state file below ${project}`);
    }
    return readFileSync(file, "utf8");
  }

  /** The resources in the state file. */
  resources(): Record<string, unknown>[] {
    const state: { checkpoint: { latest?: { resources?: Record<string, unknown>[] } } } = JSON.parse(this.stateFile());
    return state.checkpoint.latest?.resources ?? [];
  }

  /**
   * Everything a secret could have leaked into: all that was printed, all events, and every file of the backend, its backups
   * and history included. Events of severity `debug` carry secrets by Pulumi's design and are shown to nobody; they are not in it.
   */
  everythingSaid(): string {
    return [this.#said, ...filesBelow(this.#backend.folder).map((file) => readFileSync(file, "utf8"))].join("\n");
  }

  /** Removes the stack with its folder; what it manages stays as it is. */
  close(): void {
    this.#backend.remove();
  }

  #use(program: PulumiFn | undefined): void {
    if (program) {
      this.automation.workspace.program = program;
    }
  }

  async #operate(run: (listener: Listener) => Promise<unknown>): Promise<Outcome> {
    let printed = "";
    const events: automation.EngineEvent[] = [];
    const print = (text: string) => {
      printed += text;
    };
    let failure: { cause: unknown } | undefined;
    try {
      await run({ onOutput: print, onError: print, onEvent: (event) => events.push(event) });
    } catch (cause) {
      failure = { cause };
    }
    const shown = events.filter((event) => (event.diagnosticEvent?.severity as string | undefined) !== "debug");
    this.#said += printed + shown.map((event) => JSON.stringify(event)).join("\n");
    const outcome = summarize(shown, printed);
    if (failure) {
      throw new OperationFailed(outcome, failure.cause);
    }
    return outcome;
  }
}

/** What the engine's events tell of an operation, with what it printed. */
export function summarize(events: automation.EngineEvent[], printed: string): Outcome {
  const steps = events.flatMap((event): Step[] => {
    const step = event.resourcePreEvent?.metadata;
    if (!step || step.op === "same" || step.type === "pulumi:pulumi:Stack") {
      return [];
    }
    const name = step.urn.split("::").at(-1) ?? step.urn;
    if (step.type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name)) {
      return [];
    }
    const type = step.type.split(/[:/]/).at(-1) ?? step.type;
    return [{ op: step.op, name, type, urn: step.urn, diffs: [...(step.diffs ?? [])].sort() }];
  });
  const diagnostics = events.flatMap((event) => {
    const diagnostic = event.diagnosticEvent;
    return diagnostic && /^(warning|error)$/.test(diagnostic.severity) ? [plain(diagnostic.message)] : [];
  });
  const changes = { ...events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges };
  return { changes, steps, diagnostics, printed, events };
}

/** Takes the engine's color marks out of a text. */
function plain(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
