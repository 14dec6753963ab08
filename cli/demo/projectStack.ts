import { type EngineEvent, LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { resourceTypeOf } from "../../providers/resourceTypes";
import type { PulumiCli } from "../pulumi/findPulumi";
import { run } from "../pulumi/run";
import { copyProject, program } from "./project";
import type { TemporaryBackend } from "./temporaryBackend";

/** What an operation would do, or did. */
export interface Changes {
  /** How many resources per kind of step, as the engine counts; `same` are the unchanged ones. */
  counts: Record<string, number>;
  /** The counts in words. */
  summary: string;
  /** One line for each resource that changes, grouped by customer. */
  lines: string[];
  /** The engine's events as in an event log, one a line. */
  log: string;
}

/** An operation of the engine that failed; its message is what the engine said. */
export class EngineError extends Error {}

const signs: Record<string, string> = {
  create: "+ ",
  update: "~ ",
  delete: "- ",
  replace: "+-",
  refresh: "~ ",
};

/** The engine's words for the kinds of steps: planned, and taken. */
const words: Record<string, [planned: string, taken: string]> = {
  create: ["to create", "created"],
  update: ["to change", "changed"],
  replace: ["to replace", "replaced"],
  delete: ["to delete", "deleted"],
  same: ["unchanged", "unchanged"],
};

/** What stops an operation. */
export interface Stop {
  /** No operation begins once it is set, and one that it stops is not reported as the engine's failure. */
  stop: AbortSignal;
  /** Interrupts the operation that runs. */
  halt: AbortSignal;
}

/** The project's own stack `dev`, on a backend of its own. */
export class ProjectStack {
  readonly #stack: Stack;
  readonly #cli: PulumiCli;
  readonly #backend: TemporaryBackend;
  readonly #stop: Stop;

  constructor(stack: Stack, cli: PulumiCli, backend: TemporaryBackend, stop: Stop) {
    this.#stack = stack;
    this.#cli = cli;
    this.#backend = backend;
    this.#stop = stop;
  }

  static async open(cli: PulumiCli, backend: TemporaryBackend, stop: Stop): Promise<ProjectStack> {
    copyProject(backend.workDir);
    const stack = await LocalWorkspace.createStack(
      { stackName: "dev", projectName: "tesseral", program },
      { workDir: backend.workDir, envVars: { ...backend.env, PATH: cli.path } },
    );
    return new ProjectStack(stack, cli, backend, stop);
  }

  /** `pulumi config set --path`, in the copy of the stack file. */
  async configure(key: string, value: string, secret = false): Promise<void> {
    await this.#stack.setConfig(key, { value, secret }, true);
  }

  preview(): Promise<Changes> {
    return this.#operate("planned", (options) => this.#stack.preview(options));
  }

  up(): Promise<Changes> {
    return this.#operate("taken", (options) => this.#stack.up(options));
  }

  refresh(): Promise<Changes> {
    return this.#operate("taken", (options) => this.#stack.refresh(options));
  }

  /** What `pulumi destroy` shows, or is refused for, before it asks whether to go on. */
  previewDestroy(): Promise<Changes> {
    return this.#operate("planned", (options) => this.#stack.previewDestroy(options));
  }

  /** The rest of `pulumi destroy`. */
  destroy(): Promise<Changes> {
    return this.#operate("taken", (options) => this.#stack.destroy(options));
  }

  outputs(): Promise<OutputMap> {
    return this.#stack.outputs();
  }

  /** `pulumi state unprotect --all`. */
  async unprotectAll(): Promise<void> {
    await run(this.#cli.command, ["state", "unprotect", "--all", "--yes", "--stack", "dev"], {
      cwd: this.#backend.workDir,
      env: { ...process.env, ...this.#backend.env, PATH: this.#cli.path },
      timeout: 60_000,
      signal: this.#stop.halt,
    });
  }

  async #operate(
    tense: "planned" | "taken",
    work: (options: { onEvent: (event: EngineEvent) => void; signal: AbortSignal }) => Promise<unknown>,
  ): Promise<Changes> {
    this.#stop.stop.throwIfAborted();
    const events: EngineEvent[] = [];
    try {
      await work({ onEvent: (event) => events.push(event), signal: this.#stop.halt });
    } catch (cause) {
      this.#stop.stop.throwIfAborted();
      const errors = events.flatMap(({ diagnosticEvent: diagnostic }) =>
        diagnostic?.severity === "error" ? [diagnostic.message.replace(/<\{%[^%]*%\}>/g, "").trim()] : [],
      );
      throw new EngineError(errors.join("\n") || String(cause), { cause });
    }
    const counts = { ...events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges };
    const summary = Object.entries(words).flatMap(([operation, [planned, taken]]) => {
      const count = counts[operation as keyof typeof counts] ?? 0;
      return count === 0 ? [] : [`${count} ${tense === "planned" ? planned : taken}`];
    });
    return {
      counts,
      summary: summary.join(", "),
      lines: changeLines(events),
      log: events.map((event) => JSON.stringify(event)).join("\n"),
    };
  }
}

/** The changes of this package's resources, without components, providers and the stack itself. */
function changeLines(events: EngineEvent[]): string[] {
  // A refresh shows what it found in its outputs alone; an update, in what it plans.
  const steps = events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    const step = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    return step !== undefined && resourceTypeOf(step.type) !== undefined ? [step] : [];
  });
  const lines = new Map<string, string>();
  for (const { op, urn, type, diffs = [], detailedDiff } of steps) {
    const sign = signs[op];
    if (sign === undefined) {
      continue;
    }
    const changed = op === "create" || op === "delete" ? [] : detailedDiff ? Object.keys(detailedDiff) : diffs;
    if (op === "refresh" && changed.length === 0) {
      continue;
    }
    const name = urn.split("::").at(-1) ?? urn;
    const kind = type.split(":").at(-1) ?? type;
    lines.set(urn, `${sign} ${kind} ${name}${changed.length > 0 ? `: ${changed.sort().join(", ")}` : ""}`);
  }
  return [...lines].sort(([one], [other]) => one.localeCompare(other)).map(([, line]) => line);
}
