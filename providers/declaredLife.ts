/** What people declare about a key's life, and which fields do not go together. */
import { everAsLong } from "../tesseral/instant";

/** What people declare about a key's life. Times are RFC 3339, periods ISO 8601. */
export interface DeclaredLife {
  expireTime?: string | undefined;
  rotateEvery?: string | undefined;
  overlap?: string | undefined;
  rotate?: string | undefined;
  expireAfter?: string | undefined;
  renewBefore?: string | undefined;
  /** No key can be created at present. */
  suspended?: boolean | undefined;
}

export const declaredLifeFields = [
  "expireTime",
  "rotateEvery",
  "overlap",
  "rotate",
  "expireAfter",
  "renewBefore",
  "suspended",
] as const satisfies (keyof DeclaredLife)[];

interface LifeProblem {
  field: keyof DeclaredLife;
  /** The end of a sentence that begins with the field. */
  message: string;
}

/** Which fields of a key's life do not go together, each being well-formed. */
export function lifeProblems({
  expireTime,
  rotateEvery,
  overlap,
  rotate,
  expireAfter,
  renewBefore,
}: DeclaredLife): LifeProblem[] {
  const problems: LifeProblem[] = [];
  const rotating = rotateEvery === undefined ? (rotate === undefined ? undefined : "rotate") : "rotateEvery";
  if (rotating !== undefined && overlap === undefined) {
    problems.push({
      field: rotating,
      message:
        "needs overlap beside it: how long the previous token keeps working once the new one exists, such as P7D, or PT0S to end it at once",
    });
  }
  if (rotating === undefined && overlap !== undefined) {
    problems.push({
      field: "overlap",
      message: "needs rotateEvery or rotate beside it: without them nothing is rotated",
    });
  }
  if (rotateEvery !== undefined && expireTime !== undefined) {
    problems.push({
      field: "expireTime",
      message:
        "excludes rotateEvery: keep one of the two. expireAfter gives every token of a rotating key an end; renewBefore renews a key with an expireTime",
    });
  }
  if (expireAfter !== undefined && rotateEvery === undefined) {
    problems.push({
      field: "expireAfter",
      message: "needs rotateEvery beside it: a key that is not rotated ends for good; for that, declare expireTime",
    });
  }
  if (renewBefore !== undefined && expireTime === undefined) {
    problems.push({
      field: "renewBefore",
      message: "needs expireTime beside it: only what ends can be renewed; to rotate a key, declare rotateEvery",
    });
  }
  if (rotateEvery === undefined || overlap === undefined) {
    return problems;
  }
  if (everAsLong([overlap], rotateEvery)) {
    problems.push({
      field: "overlap",
      message: `is ${overlap}, but must be shorter than rotateEvery (${rotateEvery}): a token has to end before the next rotation`,
    });
  } else if (expireAfter !== undefined && everAsLong([rotateEvery, overlap], expireAfter, 1)) {
    problems.push({
      field: "expireAfter",
      message: `is ${expireAfter}, but must be at least rotateEvery and overlap together (${rotateEvery} and ${overlap}): a token would end before its overlap does`,
    });
  } else if (expireAfter !== undefined && everAsLong([rotateEvery], expireAfter)) {
    problems.push({
      field: "expireAfter",
      message: `is ${expireAfter}, but must be longer than rotateEvery (${rotateEvery}): a token would end at the very moment at which its rotation is due`,
    });
  }
  return problems;
}
