/**
 * The skeleton on which every resource stands. A resource says what is its own, as a {@link Definition}; that nothing is
 * touched in another project, that what is gone is told from what cannot be seen, that an object is brought to what is
 * declared while the record of it stays true, and that nothing made is lost, is said here once for all.
 */
import { coded } from "../errors/coded";
import { TesseralApiError, type TesseralClient } from "../tesseral";
import { pick, type Shape, without } from "./fields";
import { checked, compact, creationOnly, failuresOf } from "./inputs";
import { afterFirstWrite, type Bag, type DiffAnswer, type Lifecycle } from "./lifecycle";
import { resourceName } from "./managedBy";
import type { Beginning, RemoteObject } from "./markedCreation";
import type { Connection, ProviderProcess } from "./providerProcess";
import { refuseInterrupted } from "./refusals";
import { removalProblem, staysInTesseral } from "./removal";
import type { ResourceType } from "./resourceTypes";
import { serverTime } from "./serverTime";
import { type Reads, readsOneByOne } from "./sharedReads";

/** Inputs that every resource has. */
export interface CommonInputs {
  displayName: string;
  managedBy: string;
  /** "release": it stays in Tesseral when the stack gives it up. Absent: it is deleted. */
  onRemoval?: string | undefined;
  /** The organization that it is in. */
  organizationId?: string | undefined;
}

/** Outputs that every resource has. */
export interface CommonOutputs {
  /** The Tesseral project, `project_…`. Its absence tells a look-up from what the stack manages. */
  projectId: string;
  createTime: string;
}

/** What is known to be true of an object; what is absent is not known, or not managed. */
export type State<In, Out> = Partial<In> & Partial<Out>;

/** What an answer of Tesseral tells about an object. */
export interface Seen<In, Out> {
  inputs: Partial<In>;
  outputs: Partial<Out>;
}

/** A part of an object that is brought to what is declared by itself. */
export interface Step<In, Out> {
  fields: readonly (keyof In)[];
  /** Runs in every update, and writes into `state` itself what it has done so far: its fields stay what they were until it has ended. */
  recordsItself?: true;
  /** Brings the fields that differ to what is declared. Answers what is then true; it may hold more than these. */
  bring(change: Change<In, Out>): Promise<State<In, Out>>;
  /** Throws if Tesseral took a request and did not do what it asked for. */
  verify?(state: State<In, Out>, inputs: In): void;
}

export interface Change<In, Out> {
  tesseral: TesseralClient;
  id: string;
  /** What is known to be true of the object. */
  state: State<In, Out>;
  /** The fields of the step that are not as declared, as they are declared. */
  changes: Partial<In>;
  inputs: In;
  /** Whether the object has just been created. */
  isNew: boolean;
}

/** Everything that differs between resources. */
export interface Definition<In, Out, Remote> {
  type: ResourceType;
  inputs: Shape<In>;
  outputs: Shape<Out>;
  /** Inputs that are read when the object is created and never again. */
  creationOnly: readonly (keyof In & string)[];
  /** Inputs that only the stack has: Tesseral knows nothing of them. */
  stackOnly: readonly (keyof In & string)[];
  /** Inputs whose difference replaces the object. */
  replacing: readonly (keyof In & string)[];
  /** Everything else that can be declared, in the order in which it is brought about. */
  steps: readonly Step<In, Out>[];

  /** The inputs that differ from what people wrote: defaults, sorted sets. */
  normalized(news: Bag): Bag;
  /** What is wrong with the inputs in themselves; unknown values are acceptable. */
  problems(inputs: Bag, olds: Bag, news: Bag): (string | undefined)[];
  /** The inputs that the provider sets by itself, as part of what it brings about. Throws for what is impossible. */
  planned?(inputs: Bag, olds: Bag, connection: Connection): Bag | Promise<Bag>;
  /** Throws for what this Tesseral project does not take. */
  refuse?(inputs: Bag, connection: Connection): void;
  /** Throws for what must not be created. */
  refuseNew?(inputs: Bag): Promise<void>;
  /** Throws for what must not become of an object that exists. Both bags are inputs, `news` as people wrote them. */
  refuseChange?(olds: Bag, news: Bag): Promise<void>;
  /** The answer of `diff`, of which the skeleton has found the inputs that replace the object. */
  diff?(olds: State<In, Out>, news: Bag, replaces: string[], connection: Connection): DiffAnswer;
  /** Told of each object that the program declares and that exists, before its children are checked. */
  declared?(id: string, inputs: Bag): void;
  /** Makes the object, or takes one that exists. It need not be as declared yet. */
  begin(inputs: In, connection: Connection): Promise<Beginning<Remote>>;
  /** What an answer tells of the inputs that are managed, and of the outputs. */
  seen(remote: Remote, managed: Partial<In>): Seen<In, Out>;
  /**
   * Reads the object. All inputs that are managed; of one that is only looked up (`state` is empty), all there are. Outputs that are no
   * longer true are taken out of `state`.
   */
  read(reads: Reads, id: string, state: State<In, Out>): Promise<Seen<In, Out>>;
  /** Removes the object. That it is gone already may be thrown. */
  remove(tesseral: TesseralClient, id: string, state: State<In, Out>): Promise<unknown>;
}

export function lifecycleOf<In extends CommonInputs, Out extends CommonOutputs, Remote extends RemoteObject>(
  provider: ProviderProcess,
  own: Definition<In, Out, Remote>,
): Lifecycle {
  const { noun } = own.type;
  const stateIn = (id: string, bag: Bag): State<In, Out> => ({
    ...own.inputs.readPartly(bag, `the recorded ${noun} ${id}`),
    ...own.outputs.readPartly(bag, `the recorded ${noun} ${id}`),
  });
  const inputsIn = (bag: Bag): In => own.inputs.read(bag, `${noun} ${JSON.stringify(bag.displayName)}`);

  return {
    async configure({ config }) {
      provider.configure(config);
    },

    async check(olds, news) {
      const isNew = olds.managedBy === undefined;
      const kept = creationOnly(olds, news, own.creationOnly);
      // What is deleted unless it is said otherwise need not say so.
      const onRemoval = news.onRemoval === "delete" ? undefined : news.onRemoval;
      const inputs = compact({ ...news, ...own.normalized(news), onRemoval, ...kept });
      provider.checked.set(String(inputs.managedBy), resourceName(String(news.managedBy)));
      // Not the recorded one: the stack may have been renamed, or the resource moved here from another one.
      provider.isOfStack(String(news.managedBy));
      const problems = [...own.problems(inputs, olds, news), removalProblem(onRemoval)];
      return checked(inputs, failuresOf(problems), async () => {
        const connection = await provider.connection();
        own.refuse?.(inputs, connection);
        Object.assign(inputs, compact((await own.planned?.(inputs, olds, connection)) ?? {}));
        if (isNew) {
          await refuseInterrupted(provider, own.type, String(inputs.managedBy));
          await own.refuseNew?.(inputs);
        } else {
          await own.refuseChange?.(olds, news);
        }
      });
    },

    async diff(id, olds, news) {
      provider.seen.add(id);
      const connection = await provider.guarded(id, olds.projectId);
      const replaces = own.replacing.filter((name) => olds[name] !== news[name]);
      const answer = own.diff?.(stateIn(id, olds), news, replaces, connection) ?? { replaces };
      // A refresh asks for the difference of what nobody has declared.
      if (provider.checked.has(String(news.managedBy))) {
        provider.declared.add(id);
        own.declared?.(id, news);
        if (answer.replaces?.length) {
          provider.replaced.add(id);
        }
      }
      return answer;
    },

    async create(bag) {
      provider.writes();
      const inputs = inputsIn(bag);
      const connection = await provider.connection();
      own.refuse?.(bag, connection);
      const { remote, was, discardLate } = await own.begin(inputs, connection);
      provider.claimed.add(remote.id);
      provider.madeFor.set(remote.id, String(bag.managedBy));
      const seen = own.seen(remote, inputs);
      const state = declaredAs(own, {}, inputs, seen.inputs);
      Object.assign(state, seen.outputs, { projectId: connection.project.id });
      const what = `${noun} ${remote.id} was ${was}, but is not yet as declared`;
      await afterFirstWrite(
        remote.id,
        () => state,
        what,
        async () => {
          await discardLate();
          await reconcile(own, connection, remote.id, state, inputs, was === "created");
        },
      );
      return { id: remote.id, outs: state };
    },

    async read(id, props) {
      const { tesseral, project } = await provider.guarded(id, props.projectId);
      const state = stateIn(id, props);
      const operation = tesseral.begin();
      // A look-up may be one of many operations of a program; what a stack manages is read by its refreshes.
      const reads = state.projectId === undefined ? readsOneByOne(operation) : provider.reads(tesseral, operation);
      try {
        const seen = await own.read(reads, id, state);
        const kept = pick(state, [...own.creationOnly, ...own.stackOnly]);
        return {
          id,
          props: {
            ...without(state, own.inputs.names),
            ...kept,
            ...seen.inputs,
            ...seen.outputs,
            projectId: project.id,
          },
          inputs: { ...kept, ...seen.inputs },
        };
      } catch (error) {
        throwUnlessGone(error);
        // Without the project on record, "not there" may mean "in another project": nothing is dropped on such ground.
        if (state.projectId === undefined) {
          throw new Error(
            coded(
              "TSL-NOT-THERE",
              `there is no ${noun} ${id} in Tesseral project ${project.id}. Check the id, and that the backend API key is one of its project`,
            ),
          );
        }
        return {};
      }
    },

    async update(id, olds, news) {
      provider.writes();
      const connection = await provider.guarded(id, olds.projectId);
      const [before, inputs] = [stateIn(id, olds), inputsIn(news)];
      const state = declaredAs(own, before, inputs, before);
      await afterFirstWrite(
        id,
        () => state,
        `${noun} ${id} is not yet as declared`,
        () => reconcile(own, connection, id, state, inputs, false),
      );
      return { outs: state };
    },

    async delete(id, props) {
      provider.writes();
      const { tesseral } = await provider.guarded(id, props.projectId);
      const state = stateIn(id, props);
      if (!(await staysInTesseral(provider, own.type, id, state, serverTime(tesseral)))) {
        await own.remove(tesseral.begin(), id, state).catch(throwUnlessGone);
      }
    },
  };
}

/**
 * The state of an object that is being brought to what is declared: of what the steps change, only what is known to be true. What is
 * no longer managed stays as it is in Tesseral and leaves the state.
 */
function declaredAs<In extends object, Out, Remote>(
  { steps, inputs: { names } }: Definition<In, Out, Remote>,
  state: State<In, Out>,
  inputs: In,
  truth: Partial<In>,
): State<In, Out> {
  const fields = steps.flatMap((step) => step.fields);
  const declared = fields.filter((name) => inputs[name] !== undefined);
  const kept: State<In, Out> = without<State<In, Out>>(state, names);
  return { ...kept, ...without(inputs, fields), ...pick(truth, declared) };
}

/** Brings an object to what is declared, step by step; keeps `state` at what is known to be true of it. */
async function reconcile<In extends object, Out, Remote>(
  own: Definition<In, Out, Remote>,
  connection: Connection,
  id: string,
  state: State<In, Out>,
  inputs: In,
  isNew: boolean,
): Promise<void> {
  const tesseral = connection.tesseral.begin();
  for (const { fields, recordsItself, bring, verify } of own.steps) {
    const differing = fields.filter((name) => inputs[name] !== undefined && !same(inputs[name], state[name]));
    if (differing.length === 0 && !recordsItself) {
      continue;
    }
    // A change that fails may have been made, or in part: until it is done nobody knows.
    for (const name of recordsItself ? [] : differing) {
      delete state[name];
    }
    Object.assign(state, await bring({ tesseral, id, state, changes: pick(inputs, differing), inputs, isNew }));
    verify?.(state, inputs);
  }
}

/** Values of inputs: texts, switches, and lists in their order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function throwUnlessGone(error: unknown): void {
  if (!(error instanceof TesseralApiError && error.isGone)) {
    throw error;
  }
}
