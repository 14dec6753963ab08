// What becomes of a key when its entry is edited, as model.ts says it of the rest.
import type { KeyEntry } from "./entries";

/** The keys in Tesseral behind one entry. */
export interface Slots {
  current: string;
  /** The one before, while it works. */
  previous?: string;
}

/** A key as it was last deployed. */
export interface DeployedKey {
  key: KeyEntry;
  slots: Slots;
}

/** What is wrong with a key whatever is deployed. */
export function problemOfKey({ rotate, rotateEvery, overlap, expireTime }: KeyEntry): string | undefined {
  if ((rotate ?? rotateEvery) === undefined ? overlap !== undefined : overlap === undefined) {
    return "rotation and overlap go together";
  }
  return rotateEvery !== undefined && expireTime !== undefined ? "what is rotated has no end" : undefined;
}

const isAsked = (key: KeyEntry, before: KeyEntry) => key.rotate !== undefined && key.rotate !== before.rotate;

/** One that comes to be rotated keeps its token, and with it its end. */
const isReplaced = (key: KeyEntry, before: KeyEntry) =>
  key.expireTime !== before.expireTime && (key.expireTime !== undefined || key.rotateEvery === undefined);

/** Why the program refuses what is declared of a deployed key of a suspended customer. */
export function suspendedProblem(key: KeyEntry, before: DeployedKey | undefined): string | undefined {
  return before !== undefined && isReplaced(key, before.key) ? "a suspended customer's key is not replaced" : undefined;
}

/** Why the provider refuses to rotate it. */
export function rotationProblem(
  key: KeyEntry,
  before: DeployedKey | undefined,
  isSuspended: boolean,
): string | undefined {
  if (before === undefined || !isAsked(key, before.key)) {
    return undefined;
  }
  if (isSuspended) {
    return "a suspended customer's key is not rotated";
  }
  return before.slots.previous !== undefined && key.overlap !== "PT0S" ? "a key has two tokens at most" : undefined;
}

/** The keys behind an entry after an update. */
export function slotsAfter(key: KeyEntry, before: DeployedKey | undefined, newId: () => string): Slots {
  if (before === undefined || isReplaced(key, before.key)) {
    return { current: newId() };
  }
  const { current, previous } = before.slots;
  const rotated = isAsked(key, before.key);
  const kept = rotated ? current : previous;
  return {
    current: rotated ? newId() : current,
    ...(kept !== undefined && key.overlap !== "PT0S" && { previous: kept }),
  };
}
