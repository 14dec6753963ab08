// Runs a sequence of edits, each with its update, and says in what the stack and Tesseral differ from the model after each.
import { isDeepStrictEqual } from "node:util";
import { after } from "./after";
import { type Edit, edited, type Surroundings } from "./edits";
import { type Entries, filesOf, firstEntries } from "./entries";
import { judge, type Stack, type Tenant } from "./model";
import { EditedProject, type Ended, type Program } from "./project";
import { addForeign, differences, idsOf, isKnown, outputProblems, stateProblems, tenantOf } from "./tenant";

/** An edit of the files, and what is done then. */
export interface Step {
  edits: readonly Edit[];
  /** Whether the update that comes to its end is previewed. */
  preview: boolean;
  /** Whether the update is left alone, one of its requests fails, or it is killed at one. Either is followed by another update. */
  ends: "up" | "fail" | "kill";
  /** Which request: so many of one method pass before. */
  at: { skip: number; when: "before" | "after" };
  refresh: boolean;
}

/** What became of a step. */
export type Ending = "accepted" | "refused" | "failed" | "killed" | "no edit";

export interface SequenceResult {
  endings: Ending[];
  /** What is not as the model says; the sequence ends with the step where that is so. */
  problems: string[];
  /** The entries before and after that step. */
  entries?: { before: Entries; after: Entries };
}

/** A project after its first update, to which it returns for each sequence: that saves a third of the time. */
export class Stage {
  readonly #project: EditedProject;
  readonly #first: Sequence;
  readonly #begun: StepResult;
  readonly #goBack: () => void;

  constructor(project: EditedProject, first: Sequence, begun: StepResult) {
    this.#project = project;
    this.#first = first;
    this.#begun = begun;
    this.#goBack = project.snapshot();
  }

  /** Call `close` in the end. */
  static async open(program?: Program): Promise<Stage> {
    const project = await EditedProject.open(program);
    const first = new Sequence(project);
    return new Stage(project, first, await first.step(undefined));
  }

  async run(steps: readonly Step[]): Promise<SequenceResult> {
    this.#goBack();
    const sequence = new Sequence(this.#project, this.#first);
    const endings: Ending[] = [];
    for (const step of [undefined, ...steps]) {
      const before = sequence.entries;
      const { ending, problems, attempted } = step === undefined ? this.#begun : await sequence.step(step);
      endings.push(ending);
      if (problems.length > 0) {
        return { endings, problems, entries: { before, after: attempted } };
      }
    }
    return { endings, problems: [] };
  }

  close(): Promise<void> {
    return this.#project.close();
  }
}

interface StepResult {
  ending: Ending;
  problems: string[];
  attempted: Entries;
}

class Sequence {
  /** As they were last deployed. */
  entries: Entries = {};
  readonly #project: EditedProject;
  readonly #foreign: readonly string[];
  readonly #history: Entries[] = [];
  #stack: Stack = new Map();
  #tenant: Tenant;
  readonly #everManaged = new Set<string>();

  /** Goes on where another one is, if one is given. */
  constructor(project: EditedProject, from?: Sequence) {
    this.#project = project;
    if (from === undefined) {
      this.#foreign = [1, 2].map((number) => addForeign(project.emulator, `Foreign ${number}`));
      addForeign(project.emulator, "Bystander");
      this.#tenant = tenantOf(project.emulator);
      return;
    }
    this.entries = from.entries;
    this.#foreign = from.#foreign;
    this.#history = [...from.#history];
    this.#stack = from.#stack;
    this.#tenant = from.#tenant;
    this.#everManaged = new Set(from.#everManaged);
  }

  /** Without a step, the first update of all. */
  async step(step: Step | undefined): Promise<StepResult> {
    const attempted =
      step === undefined ? structuredClone(firstEntries) : edited(this.entries, step.edits, this.#around());
    const end = (ending: Ending, problems: string[] = []) => ({ ending, problems, attempted });
    if (step !== undefined && isDeepStrictEqual(attempted, this.entries)) {
      return end("no edit");
    }
    const verdict = judge(attempted, this.#stack, this.#tenant);
    this.#project.write(filesOf(attempted));
    if ("refused" in verdict) {
      return end("refused", await this.#refused(verdict));
    }
    const { ending, problems } = await this.#accepted(attempted, verdict.origins, step);
    if (problems.length === 0 && step?.refresh) {
      problems.push(...(await this.#refreshed()));
    }
    return end(ending, problems);
  }

  #around(): Surroundings {
    const managed = new Map([...this.#stack].map(([name, { organizationId }]) => [name, organizationId]));
    const isManaged = new Set(managed.values());
    const released = [...this.#everManaged].filter((id) => !isManaged.has(id));
    const exists = (id: string) => this.#tenant.organizations.has(id);
    return {
      managed,
      foreign: [...this.#foreign, ...released].filter((id) => exists(id) && !isManaged.has(id)),
      gone: released.filter((id) => !exists(id)),
      history: this.#history,
    };
  }

  /** Nothing is changed, in Tesseral and in the state. */
  async #refused({ refused, by }: { refused: string; by: "program" | "provider" }): Promise<string[]> {
    const { resources } = this.#project.state();
    const writes = this.#writes();
    // What the program refuses it refuses without a preview, too.
    const ended = await (by === "program" ? this.#project.upAtOnce() : this.#project.up());
    const problems = differences(tenantOf(this.#project.emulator), this.#tenant);
    if (ended.succeeded) {
      problems.push(`accepted: ${refused}`);
    }
    if (writes().length > 0) {
      problems.push(`a refusal wrote: ${writes().join(", ")}`);
    }
    if (!isDeepStrictEqual(this.#project.state().resources, resources)) {
      problems.push("a refusal changed the state");
    }
    return withOutput(problems, ended);
  }

  async #accepted(
    attempted: Entries,
    origins: ReadonlyMap<string, string | undefined>,
    step: Step | undefined,
  ): Promise<{ ending: Ending; problems: string[] }> {
    const writes = this.#writes();
    const ending = await this.#interrupted(step);
    const ended = await (step?.preview === false ? this.#project.upAtOnce() : this.#project.up());
    await this.#removeAsWarned(ended);
    const { resources, pending } = this.#project.state();
    const labels = new Map([...resources].map(([label, { id }]) => [label, id]));
    const { store } = this.#project.emulator;
    const missing: string[] = [];
    const { stack, tenant } = after(
      attempted,
      origins,
      this.#stack,
      this.#tenant,
      (kind, name) => {
        const id = labels.get(`${kind} ${name}`) ?? `no ${kind} ${name}`;
        if (isKnown(this.#tenant, id) || id.startsWith("no ")) {
          missing.push(`${kind} ${name} is not new: it is ${id}`);
        }
        return id;
      },
      (id) => store.apiKeys.get(id)?.secretToken ?? "",
    );
    const present = tenantOf(this.#project.emulator);
    const problems = ended.succeeded
      ? [
          ...missing,
          ...differences(present, tenant),
          ...stateProblems(labels, stack),
          ...outputProblems(ended, stack, tenant),
        ]
      : ["refused although nothing is wrong"];
    if (pending.length > 0) {
      problems.push(`pending: ${pending.join(", ")}`);
    }
    if (isDeepStrictEqual(tenant, this.#tenant) && writes().length > 0) {
      problems.push(`wrote though nothing changes in Tesseral: ${writes().join(", ")}`);
    }
    this.#stack = stack;
    this.#tenant = tenant;
    this.entries = attempted;
    this.#history.push(attempted);
    for (const { organizationId } of stack.values()) {
      this.#everManaged.add(organizationId);
    }
    return { ending, problems: withOutput(problems, ended) };
  }

  /** An update that does not come to its end, and what a person does then. */
  async #interrupted(step: Step | undefined): Promise<Ending> {
    if (step === undefined || step.ends === "up") {
      return "accepted";
    }
    if (step.ends === "fail") {
      const fault = this.#project.failWrites({ ...step.at, times: "always", do: { status: 503 } });
      const { succeeded } = await this.#project.upAtOnce();
      fault.remove();
      return succeeded ? "accepted" : "failed";
    }
    if ((await this.#project.killedUp(step.at)) !== "killed") {
      return "accepted";
    }
    // As the refusal of the next update says.
    if (this.#project.state().pending.some((operation) => operation.startsWith("creating "))) {
      await this.#project.command("inventory", "--recover");
    }
    return "killed";
  }

  /** A person removes the keys of a killed update that a warning names, unless somebody had made them before. */
  async #removeAsWarned({ printed }: Ended): Promise<void> {
    const named = [...printed.matchAll(/npx pulumi-tesseral remove (api_key_\w+)/g)].flatMap(([, id]) => id ?? []);
    for (const id of new Set(named)) {
      if (!isKnown(this.#tenant, id)) {
        await this.#project.command("remove", id);
      }
    }
  }

  /** Finds nothing. */
  async #refreshed(): Promise<string[]> {
    const { resources } = this.#project.state();
    const writes = this.#writes();
    const ended = await this.#project.refresh();
    const problems = differences(tenantOf(this.#project.emulator), this.#tenant);
    if (!ended.succeeded) {
      problems.push("the refresh failed");
    }
    if (!isDeepStrictEqual(idsOf(this.#project.state().resources), idsOf(resources))) {
      problems.push("a refresh changed what the state has");
    }
    if (writes().length > 0) {
      problems.push(`a refresh wrote: ${writes().join(", ")}`);
    }
    return withOutput(problems, ended);
  }

  /** Answers what has been sent to change something since then. */
  #writes(): () => string[] {
    const { requests } = this.#project.emulator;
    const from = requests.length;
    return () => requests.slice(from).flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
  }
}

/** With what the command printed, once. */
function withOutput(problems: string[], { printed }: Ended): string[] {
  return problems.length === 0 ? [] : [...problems, printed];
}
