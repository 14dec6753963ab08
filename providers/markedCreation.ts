/** Creates an object exactly once that gets its final name by a second request anyway. */
import { AmbiguousCreateError, createOnce, markedName, type TesseralClient } from "../tesseral";
import type { ProviderProcess } from "./providerProcess";

/** The part of a Tesseral object that creations need. */
export interface RemoteObject {
  id: string;
  displayName?: string;
  createTime: string;
}

/** The object that a creation begins with; everything declared is set by the steps that follow. */
export interface Beginning<Remote> {
  remote: Remote;
  /** For messages: what has become of it so far. */
  was: "created" | "taken over";
  /** Discards what an abandoned create made after all. To be awaited once `remote` is safely recorded. */
  discardLate(): Promise<void>;
}

/** An object that existed before: nothing of it can be late. */
export function existing<Remote>(remote: Remote, was: Beginning<Remote>["was"]): Beginning<Remote> {
  return { remote, was, discardLate: async () => {} };
}

export interface MarkedCreation<Remote> {
  /** For messages: `organization "Acme"`. */
  what: string;
  inputs: { displayName: string; managedBy: string };
  /** Lists what an earlier run can have left. */
  before(tesseral: TesseralClient): Promise<Remote[]>;
  /** Lists what this run can have made. */
  list(tesseral: TesseralClient): Promise<Remote[]>;
  create(tesseral: TesseralClient, displayName: string): Promise<Remote>;
  remove(tesseral: TesseralClient, id: string): Promise<unknown>;
}

/** Creates an object under its marked name, or continues with the one that an earlier run left under it. */
export async function createMarked<Remote extends RemoteObject>(
  provider: ProviderProcess,
  { what, inputs, before, list, create, remove }: MarkedCreation<Remote>,
): Promise<Beginning<Remote> & { isNew: boolean }> {
  const { tesseral: client } = await provider.connection();
  const displayName = markedName(inputs.displayName, inputs.managedBy);
  const marked = (all: Remote[]) =>
    all.filter((one) => one.displayName === displayName && !provider.claimed.has(one.id));
  const left = marked(await before(client.begin()));
  if (left.length > 1) {
    throw new AmbiguousCreateError(what, { begin: "", end: "" }, left);
  }
  if (left[0] !== undefined) {
    return { ...existing(left[0], "created"), isNew: false };
  }
  // Begun only now, since the first creation of a run has waited for the list of a large tenant.
  const tesseral = client.begin();
  const { made, discardLate } = await createOnce<Remote>({
    what,
    operation: tesseral.operation,
    create: () => create(tesseral, displayName),
    find: async () => marked(await list(tesseral)),
    reconcile: async (found) => found,
    discard: async (late) => {
      await remove(tesseral, late.id);
    },
  });
  return { remote: made, was: "created", discardLate, isNew: true };
}
