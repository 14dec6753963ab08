/**
 * Creates whose answer was lost.
 *
 * The API has no idempotency keys and names are not unique, so a create that got no answer, or a 5xx, may have been made
 * or not. It is searched for before anything is repeated:
 *
 * - An object that gets its final name by a second request anyway is created under a *marked* name, which belongs to one
 *   owner and to nothing else. Whatever bears it is certainly ours, even if somebody else creates the same name
 *   meanwhile, and a later run still recognizes it.
 * - Everything else is recognized by what was sent and by the time of its creation, on the server's clock.
 */
import { createHash } from "node:crypto";
import { outcomeUnknown, TesseralError } from "./errors";
import type { Operation } from "./retries";

/** The span, on the server's clock, in which a lost create was carried out, if at all. RFC 3339. */
export interface LostCreate {
  begin: string;
  end: string;
}

/** The answer to a create was lost, and the search for the object failed, or did not find it and nothing more may be tried. */
export class CreateOutcomeUnknownError extends TesseralError {
  override readonly name = "CreateOutcomeUnknownError";
  /** What happened to the create, or to the search for what it made. */
  override readonly cause: TesseralError;

  constructor(
    what: string,
    readonly lost: LostCreate,
    cause: TesseralError,
  ) {
    super("create-outcome-unknown", `the creation of ${what} got no clear answer: ${cause.message}`);
    this.cause = cause;
  }
}

/** Several objects can be the one that a lost create made, so none is touched. */
export class AmbiguousCreateError extends TesseralError {
  override readonly name = "AmbiguousCreateError";

  constructor(
    what: string,
    readonly lost: LostCreate,
    readonly candidates: readonly Candidate[],
  ) {
    const named = candidates.map(({ id, createTime }) => `${id} (created ${createTime})`).join(", ");
    super(
      "ambiguous-create",
      `the answer to an earlier creation of ${what} was lost, and ${candidates.length} objects fit: ${named}. None was touched`,
    );
  }
}

export interface Candidate {
  id: string;
  createTime: string;
}

export interface CreateSteps<T extends Candidate> {
  /** For messages: `organization "Acme"`. */
  what: string;
  operation: Operation;
  /** Sends the create, once. */
  create: () => Promise<T>;
  /** Lists what the lost create may have made. */
  find: (lost: LostCreate) => Promise<T[]>;
  /** Accepts what was found as the result, or discards it and returns undefined. */
  reconcile: (found: T) => Promise<T | undefined>;
  /** Whether everything that `find` finds is certainly ours and worthless, so that several are not ambiguous. @default false */
  reconcileAll?: boolean;
  /** Discards what an abandoned create made after all. */
  discard: (late: T) => Promise<void>;
}

export interface Created<T> {
  made: T;
  /**
   * To be awaited once `made` is safely recorded: an abandoned create can still be carried out after the search for it;
   * this looks once more and discards what exists besides `made`.
   */
  discardLate: () => Promise<void>;
}

/**
 * Creates an object so that, whatever is lost, exactly one exists in the end, or an error says what does.
 * Throws {@link AmbiguousCreateError}, {@link CreateOutcomeUnknownError}, or the create's own error; a
 * `TypeError` where a step is missing or `create` answers nothing.
 */
export async function createOnce<T extends Candidate>(steps: CreateSteps<T>): Promise<Created<T>> {
  const { what, operation, create, find, reconcile, reconcileAll, discard } = whole(steps);
  const { clock, timing } = operation.transport;
  let firstBegin: string | undefined;

  const discardLate = async (made: T) => {
    if (firstBegin === undefined) {
      return;
    }
    const seen = await find({ begin: firstBegin, end: iso(clock.latest(timing.now())) });
    for (const late of seen) {
      if (late.id !== made.id) {
        await discard(late);
      }
    }
  };

  while (true) {
    const begunAt = timing.now();
    try {
      const made = await create();
      if (typeof made?.id !== "string") {
        throw new TypeError(
          `\`create\` of ${what} answered no object with an \`id\`, so nobody can tell what it made: it must answer what Tesseral answered`,
        );
      }
      return { made, discardLate: () => discardLate(made) };
    } catch (error) {
      if (!(error instanceof TesseralError) || !outcomeUnknown(error)) {
        throw error;
      }
      // From the first try on: an earlier one that was not found may have been carried out since.
      firstBegin ??= iso(clock.earliest(begunAt));
      // The server was told how long it may work on the request.
      const end = iso(clock.latest(Math.max(timing.now(), begunAt + operation.transport.timeoutMs)));
      const lost = { begin: firstBegin, end };
      const mayRepeat = await operation.permitsRetry(error);
      const unclear = (failure: unknown): never => {
        throw failure instanceof TesseralError ? new CreateOutcomeUnknownError(what, lost, failure) : failure;
      };
      const candidates = await find(lost).catch(unclear);
      if (candidates.length > 1 && !reconcileAll) {
        throw new AmbiguousCreateError(what, lost, candidates);
      }
      for (const found of candidates) {
        const made = await reconcile(found).catch(unclear);
        if (made !== undefined) {
          return { made, discardLate: () => discardLate(made) };
        }
      }
      if (!mayRepeat) {
        unclear(error);
      }
    }
  }
}

/** The steps, unless one is missing: nothing is sent then. */
function whole<T extends Candidate>(steps: CreateSteps<T>): CreateSteps<T> {
  const given: Partial<CreateSteps<T>> = steps ?? {};
  const missing = [
    ...(["create", "find", "reconcile", "discard"] as const).filter((name) => typeof given[name] !== "function"),
    ...(given.operation === undefined ? ["operation"] : []),
  ];
  if (missing.length > 0) {
    throw new TypeError(`createOnce needs ${missing.join(", ")}; nothing was sent`);
  }
  return steps;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Whether an object was created within the span of a lost create. */
export function createdWithin(lost: LostCreate, { createTime }: Candidate): boolean {
  const time = Date.parse(createTime);
  return time >= Date.parse(lost.begin) && time <= Date.parse(lost.end);
}

/**
 * The display name under which an object is created until its final name is set: the final one, and a mark that only the
 * resource `managedBy` (`organization/project/stack/resource`) has.
 */
export function markedName(displayName: string, managedBy: string): string {
  return `${displayName} (being created, ${createHash("sha256").update(managedBy).digest("hex").slice(0, 12)})`;
}

const mark = / \(being created, [0-9a-f]{12}\)$/;

/** Whether a display name is one of {@link markedName}: a create that was interrupted left the object behind. */
export function isMarkedName(displayName: string | undefined): boolean {
  return mark.test(displayName ?? "");
}

/** A display name without the mark of {@link markedName}. */
export function plainName(displayName: string): string {
  return displayName.replace(mark, "");
}
