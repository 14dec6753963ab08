// A model of the Pulumi engine: what it does with a provider's answers and errors, without the CLI, so that thousands of runs
// take minutes. That the real engine treats them alike is shown by test/faults/realEngine.test.ts.
import type { Bag, Lifecycle } from "../../providers/lifecycle";
import type { HandlerName } from "../../providers/resourceTypes";

/** A resource as a program declares it. An input `{ ref: name }` is the id of another resource, also within lists. */
export interface Declared {
  kind: HandlerName;
  inputs: Bag;
  /** Not deleted itself when that resource goes too. */
  deletedWith?: string;
  /** Names that it may have in the state. */
  aliases?: string[];
}

export type Program = Map<string, Declared>;

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

const copy = <T>(value: T): T => structuredClone(JSON.parse(JSON.stringify(value)));
const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

export class ModelEngine {
  /** The stack's state by resource name. */
  readonly state = new Map<string, Stored>();
  /** Replaced objects that still have to be deleted. */
  #replaced: Stored[] = [];

  readonly #startProcess: () => Promise<Handlers>;
  readonly #store: (name: string) => void;

  /** `store` is told of each resource that the state knows before what became of it is recorded; what it throws, nothing is recorded for. */
  constructor(startProcess: () => Promise<Handlers>, store: (name: string) => void = () => {}) {
    this.#startProcess = startProcess;
    this.#store = store;
  }

  /** Everything the state knows, objects that are still to be deleted included. */
  get known(): Stored[] {
    return [...this.state.values(), ...this.#replaced];
  }

  /** `pulumi up --yes --skip-preview`. */
  async up(program: Program): Promise<Outcome> {
    const handlers = await this.#startProcess();
    const outcome: Outcome = { errors: [], steps: [] };
    this.#rename(program);
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
    return outcome;
  }

  #rename(program: Program): void {
    for (const [name, { aliases = [], deletedWith }] of program) {
      const alias = this.state.has(name) ? undefined : aliases.find((one) => this.state.has(one));
      const stored = alias === undefined ? undefined : this.state.get(alias);
      if (alias !== undefined && stored !== undefined) {
        this.state.delete(alias);
        this.state.set(name, { ...stored, name, ...(deletedWith !== undefined && { deletedWith }) });
      }
    }
  }

  /** `pulumi refresh --yes`. */
  async refresh(): Promise<Outcome> {
    const handlers = await this.#startProcess();
    const outcome: Outcome = { errors: [], steps: [] };
    await Promise.all(
      [...this.state].map(async ([name, { kind, id, outputs }]) => {
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
      }),
    );
    return outcome;
  }

  /** `pulumi destroy --yes`. */
  async destroy(): Promise<Outcome> {
    const handlers = await this.#startProcess();
    const outcome: Outcome = { errors: [], steps: [] };
    await this.#deleteReplaced(handlers, outcome);
    if (outcome.errors.length === 0) {
      await this.#remove([...this.state.keys()], handlers, outcome);
    }
    return outcome;
  }

  /** Brings one resource to what is declared, after those it refers to. Answers whether it is so. */
  async #settle(
    name: string,
    { kind, inputs, deletedWith }: Declared,
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
    const old = this.state.get(name);
    const withIds = this.#resolve(inputs);
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
        return;
      }
      if (!replaces) {
        note(`update ${name}`);
        return this.#update(old, handler, checked);
      }
      note(`replace ${name}`);
      const fresh = await this.#check(handler, {}, withIds);
      if (diff.deleteBeforeReplace) {
        await handler.delete(old.id, copy(old.outputs));
        this.state.delete(name);
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
      if (old !== undefined) {
        this.#store(name);
        this.#replaced.push(old);
      }
      this.state.set(name, { name, kind, id, inputs, outputs: copy(outputs), initErrors, ...extra });
    };
    try {
      const { id, outs } = await handler.create(copy(inputs));
      keep(id, outs, []);
    } catch (error) {
      const { id, properties, reasons } = error as { id?: string; properties?: Bag; reasons?: string[] };
      if (id !== undefined) {
        keep(id, properties ?? {}, reasons ?? []);
      }
      throw error;
    }
  }

  async #update(old: Stored, handler: Lifecycle, inputs: Bag): Promise<void> {
    try {
      const { outs } = await handler.update(old.id, copy(old.outputs), copy(inputs));
      this.#store(old.name);
      Object.assign(old, { inputs, outputs: copy(outs), initErrors: [] });
    } catch (error) {
      const { id, properties, reasons } = error as { id?: string; properties?: Bag; reasons?: string[] };
      if (id !== undefined) {
        this.#store(old.name);
        Object.assign(old, { outputs: copy(properties ?? {}), initErrors: reasons ?? [] });
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

  #resolve<T>(value: T): T {
    const resolved = (one: unknown): unknown => {
      if (Array.isArray(one)) {
        return one.map(resolved);
      }
      if (typeof one !== "object" || one === null) {
        return one;
      }
      if ("ref" in one) {
        return this.state.get(String(one.ref))?.id;
      }
      return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, resolved(inner)]));
    };
    return resolved(value) as T;
  }
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if ("ref" in value) {
    return [String(value.ref)];
  }
  return Object.values(value).flatMap(references);
}
