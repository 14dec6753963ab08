// A model of the Pulumi engine: what it does with a provider's answers and errors, without the CLI, so that thousands of runs
// take minutes. That the real engine treats them alike is shown by test/faults/realEngine.test.ts.
import type { Bag, Lifecycle } from "../../providers/lifecycle";
import type { HandlerName } from "../../providers/resourceTypes";
import type { Declared, Program } from "./program";
import { Stop } from "./stop";
import { copy, references, resolved, same } from "./values";

export interface Stored {
  name: string;
  kind: HandlerName;
  id: string;
  inputs: Bag;
  outputs: Bag;
  initErrors: string[];
  deletedWith?: string;
}

/** What a provider process offers; a new one is started for each operation. */
export type Handlers = Record<HandlerName, Lifecycle>;

export interface Outcome {
  errors: string[];
  /** `create acme`, `update acme`, … as far as they were begun. */
  steps: string[];
}

/** Reads that a refresh has under way. The engine has four for each core; with fewer, some come when the lists of others are read. */
const readsAtOnce = 3;

export class ModelEngine {
  /** The stack's state by resource name. */
  readonly state = new Map<string, Stored>();
  /** Replaced objects that still have to be deleted. */
  #replaced: Stored[] = [];
  #stop = new Stop();

  /** Creations of a killed operation that were not recorded. */
  readonly interrupted = new Map<string, Pick<Stored, "kind" | "inputs">>();

  readonly #startProcess: (stop: Stop) => Promise<Handlers>;
  readonly #store: (name: string) => void;

  /** `store` is told of each resource that the state knows before what became of it is recorded; what it throws, nothing is recorded for. */
  constructor(startProcess: (stop: Stop) => Promise<Handlers>, store: (name: string) => void = () => {}) {
    this.#startProcess = startProcess;
    this.#store = store;
  }

  /** Whether an object was replaced and has still to be deleted. */
  isReplaced(stored: Stored): boolean {
    return this.#replaced.includes(stored);
  }

  /** Everything the state knows, objects that are still to be deleted included. */
  get known(): Stored[] {
    return [...this.state.values(), ...this.#replaced];
  }

  /** `pulumi up --yes --skip-preview`. */
  up(program: Program, stop?: Stop): Promise<Outcome> {
    return this.#operate(stop, async (handlers, outcome) => this.#up(program, handlers, outcome));
  }

  async #up(program: Program, handlers: Handlers, outcome: Outcome): Promise<void> {
    const done = new Map<string, Promise<boolean>>();
    const settle = (name: string): Promise<boolean> => {
      const declared = program.get(name);
      if (declared === undefined) {
        throw new Error(`the program does not declare ${name}`);
      }
      const running = done.get(name) ?? this.#settle(name, declared, handlers, outcome, settle);
      done.set(name, running);
      return running;
    };
    await Promise.all([...program.keys()].map(settle));
    if (outcome.errors.length === 0) {
      await this.#deleteReplaced(handlers, outcome);
    }
    if (outcome.errors.length === 0) {
      await this.#remove(
        [...this.state.keys()].filter((name) => !program.has(name)),
        handlers,
        outcome,
      );
    }
  }

  /** Runs an operation with a process of its own, until it ends or is killed. */
  async #operate(
    stop: Stop | undefined,
    work: (handlers: Handlers, outcome: Outcome) => Promise<void>,
  ): Promise<Outcome> {
    const outcome: Outcome = { errors: [], steps: [] };
    const process = stop ?? new Stop();
    this.#stop = process;
    const handlers = process.steps(await this.#startProcess(process));
    if ((await Promise.race([work(handlers, outcome), process.reached])) === "stopped") {
      await process.settled();
      return { ...outcome, errors: [...outcome.errors, "killed"] };
    }
    return outcome;
  }

  /** `pulumi refresh --yes`. */
  refresh(stop?: Stop): Promise<Outcome> {
    return this.#operate(stop, (handlers, outcome) => this.#refresh(handlers, outcome));
  }

  async #refresh(handlers: Handlers, outcome: Outcome): Promise<void> {
    const objects = [...this.state];
    const worker = async () => {
      for (let next = objects.shift(); next !== undefined; next = objects.shift()) {
        const [name, { kind, id, outputs }] = next;
        await this.#step(`refresh ${name}`, outcome, async () => {
          const answer = await handlers[kind].read(id, copy(outputs));
          const stored = this.state.get(name);
          this.#store(name);
          if (answer.id === undefined || stored === undefined) {
            this.state.delete(name);
          } else {
            Object.assign(stored, {
              outputs: copy(answer.props ?? {}),
              inputs: copy(answer.inputs ?? {}),
              initErrors: [],
            });
          }
        });
      }
    };
    await Promise.all(Array.from({ length: readsAtOnce }, worker));
  }

  /** `pulumi destroy --yes`. */
  destroy(stop?: Stop): Promise<Outcome> {
    return this.#operate(stop, async (handlers, outcome) => {
      await this.#deleteReplaced(handlers, outcome);
      if (outcome.errors.length === 0) {
        await this.#remove([...this.state.keys()], handlers, outcome);
      }
    });
  }

  /** Brings one resource to what is declared, after those it refers to. Answers whether it is so. */
  async #settle(
    name: string,
    { kind, inputs, deletedWith, aliases = [] }: Declared,
    handlers: Handlers,
    outcome: Outcome,
    settle: (name: string) => Promise<boolean>,
  ): Promise<boolean> {
    for (const needed of references(inputs)) {
      if (!(await settle(needed))) {
        return false;
      }
    }
    const handler = handlers[kind];
    const old = this.#known(name, aliases);
    const withIds = resolved(inputs, (ref) => this.state.get(ref)?.id);
    return this.#step(`settle ${name}`, outcome, async (note) => {
      const checked = await this.#check(handler, old?.inputs ?? {}, withIds);
      const extra = deletedWith === undefined ? {} : { deletedWith };
      if (old === undefined) {
        note(`create ${name}`);
        return this.#create(name, kind, handler, checked, extra);
      }
      const diff = await handler.diff(old.id, copy(old.outputs), copy(checked));
      const changed = diff.changes ?? !same(old.inputs, checked);
      const replaces = (diff.replaces ?? []).length > 0 && changed;
      if (!changed && old.initErrors.length === 0) {
        if (old.name !== name) {
          await this.#stop.checkpoint();
        }
        return this.#rename(old, name, extra);
      }
      if (!replaces) {
        note(`update ${name}`);
        return this.#update(old, { name, ...extra }, handler, checked);
      }
      note(`replace ${name}`);
      const fresh = await this.#check(handler, {}, withIds);
      if (diff.deleteBeforeReplace) {
        await handler.delete(old.id, copy(old.outputs));
        this.state.delete(old.name);
      }
      await this.#create(name, kind, handler, fresh, extra, diff.deleteBeforeReplace ? undefined : old);
    });
  }

  async #check(handler: Lifecycle, olds: Bag, news: Bag): Promise<Bag> {
    const { inputs, failures } = await handler.check(copy(olds), copy(news));
    if (failures.length > 0) {
      throw new Error(failures.map(({ reason }) => reason).join("; "));
    }
    return copy(inputs);
  }

  async #create(
    name: string,
    kind: HandlerName,
    handler: Lifecycle,
    inputs: Bag,
    extra: object,
    old?: Stored,
  ): Promise<void> {
    const keep = (id: string, outputs: Bag, initErrors: string[]) => {
      this.interrupted.delete(name);
      if (old !== undefined) {
        this.#store(name);
        this.#replaced.push(old);
        this.state.delete(old.name);
      }
      this.state.set(name, { name, kind, id, inputs, outputs: copy(outputs), initErrors, ...extra });
    };
    await this.#stop.checkpoint();
    this.interrupted.set(name, { kind, inputs });
    try {
      const { id, outs } = await handler.create(copy(inputs));
      keep(id, outs, []);
    } catch (error) {
      this.interrupted.delete(name);
      const { id, properties, reasons } = error as { id?: string; properties?: Bag; reasons?: string[] };
      if (id !== undefined) {
        keep(id, properties ?? {}, reasons ?? []);
      }
      throw error;
    }
  }

  /** What the state has of a resource, under one of its names. */
  #known(name: string, aliases: readonly string[]): Stored | undefined {
    return [name, ...aliases].map((each) => this.state.get(each)).find((one) => one !== undefined);
  }

  /** A resource has its new name from the first step on that was recorded. */
  #rename(stored: Stored, name: string, extra: object): void {
    this.state.delete(stored.name);
    this.state.set(name, Object.assign(stored, { name }, extra));
  }

  async #update(old: Stored, { name, ...extra }: Pick<Stored, "name">, handler: Lifecycle, inputs: Bag): Promise<void> {
    try {
      const { outs } = await handler.update(old.id, copy(old.outputs), copy(inputs));
      this.#store(old.name);
      Object.assign(old, { inputs, outputs: copy(outs), initErrors: [] });
      this.#rename(old, name, extra);
    } catch (error) {
      const { id, properties, reasons } = error as { id?: string; properties?: Bag; reasons?: string[] };
      if (id !== undefined) {
        this.#store(old.name);
        Object.assign(old, { outputs: copy(properties ?? {}), initErrors: reasons ?? [] });
        this.#rename(old, name, extra);
      }
      throw error;
    }
  }

  async #deleteReplaced(handlers: Handlers, outcome: Outcome): Promise<void> {
    for (const old of [...this.#replaced]) {
      await this.#step(`delete replaced ${old.id}`, outcome, async () => {
        await handlers[old.kind].delete(old.id, copy(old.outputs));
        this.#store(old.name);
        this.#replaced = this.#replaced.filter((one) => one !== old);
      });
    }
  }

  /** Deletes keys, then roles, then organizations: what refers to others first. */
  async #remove(names: string[], handlers: Handlers, outcome: Outcome): Promise<void> {
    for (const kind of ["managedApiKey", "role", "organization"] as const) {
      await Promise.all(
        names.map(async (name) => {
          const stored = this.state.get(name);
          if (stored === undefined || stored.kind !== kind) {
            return;
          }
          await this.#step(`delete ${name}`, outcome, async () => {
            const goesAnyway = stored.deletedWith !== undefined && names.includes(stored.deletedWith);
            if (!goesAnyway) {
              await handlers[kind].delete(stored.id, copy(stored.outputs));
            }
            this.#store(name);
            this.state.delete(name);
          });
        }),
      );
    }
  }

  /** After the first error no further step is begun; those under way end. */
  async #step(what: string, outcome: Outcome, work: (note: (step: string) => void) => Promise<void>): Promise<boolean> {
    if (outcome.errors.length > 0) {
      return false;
    }
    try {
      await work((step) => outcome.steps.push(step));
      return true;
    } catch (error) {
      const { reasons } = error as { reasons?: string[] };
      outcome.errors.push(
        `${what}: ${reasons?.join("; ") ?? (error instanceof Error ? error.message : String(error))}`,
      );
      return false;
    }
  }
}
