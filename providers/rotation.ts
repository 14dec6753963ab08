/** When a key is rotated and when the one before it ends: plain arithmetic on what is declared, what is known, and the time. */
import { coded } from "../errors/coded";
import { after, before, epochMilliseconds, everAsLong, isNothing } from "../tesseral/instant";
import { warningOfEnd } from "./endWarning";

/** What people declare of a key's life. Times are RFC 3339, periods ISO 8601. */
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

/** What the provider keeps beside it. */
export interface PlannedLife {
  /** Counts the keys; the first is 1. */
  generation: number;
  /** When the current generation was planned, by the server's clock. Its key is never older. */
  rotatedAt: string;
  /** The last generation whose key is to be ended; 0: none. */
  retiredGeneration: number;
  /** When the current key ends by itself; absent: never. */
  currentExpireTime?: string | undefined;
  /** When the next rotation is due; absent: never. */
  rotateAt?: string | undefined;
  /** Until when the key before the current one goes on working at least; absent: there is none. */
  retireAfter?: string | undefined;
  /** "active", until a refresh finds the current key "revoked", "expired" or "gone". */
  status: string;
}

export interface LifePlan {
  life: PlannedLife;
  /** What people should know before it happens. */
  warnings: string[];
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

/** What is wrong between the fields of a key's life, each of which is well-formed. */
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
        "needs overlap beside it: how long the token before goes on working once the new one exists, such as P7D, or PT0S to end it at once",
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
  }
  return problems;
}

/** The life of a key that is to be created. Throws for a key that would have to be renewed at once. */
export function firstLife(declared: DeclaredLife, now: number): PlannedLife {
  const rotatedAt = inSeconds(now);
  const currentExpireTime = expiryOf(declared, rotatedAt);
  const { renewBefore } = declared;
  if (renewBefore !== undefined && currentExpireTime !== undefined) {
    refuseEndlessRenewal(renewBefore, rotatedAt, currentExpireTime);
  }
  const life = { generation: 1, rotatedAt, retiredGeneration: 0, currentExpireTime, status: "active" };
  return { ...life, rotateAt: rotateAtOf(declared, life) };
}

/**
 * The life of a key that exists. `now` is the earliest time that the server's clock can show, in milliseconds since 1970: nothing
 * happens before it is certainly due. Throws for a rotation that would need a third key.
 */
export function nextLife(olds: DeclaredLife & PlannedLife, news: DeclaredLife, now: number): LifePlan {
  const isDue = (time: string | undefined) => time !== undefined && now >= milliseconds(time);
  const { overlap, renewBefore } = news;
  const { generation, currentExpireTime: expiry } = olds;
  const isDead = olds.status !== "active" || isDue(expiry);
  const hasPrevious = olds.retiredGeneration < generation - 1;
  let retireAfter = hasPrevious ? olds.retireAfter : undefined;
  if (hasPrevious && overlap !== undefined && overlap !== olds.overlap) {
    retireAfter = after(olds.rotatedAt, overlap);
  }
  // A new key with an end that is past would be born dead.
  const isOver = news.expireTime !== undefined && renewBefore === undefined && isDue(news.expireTime);
  const canBeMade = !news.suspended && !isOver;
  const endsAtOnce = overlap !== undefined && isNothing(overlap);
  // Beside a dead key the one before is what the customer may use: it keeps its slot, until there is a new one (which a suspended customer
  // gets later), and its whole overlap beside that.
  const retires = hasPrevious && (endsAtOnce || (isDue(retireAfter) && (!isDead || isOver)));
  let retiredGeneration = retires ? generation - 1 : olds.retiredGeneration;
  if (retires) {
    retireAfter = undefined;
  }
  const previousLives = hasPrevious && !retires;

  const asked = news.rotate !== undefined && news.rotate !== olds.rotate;
  // What introduces or drops the schedule must not rotate by itself.
  const scheduled = news.rotateEvery !== undefined && olds.rotateEvery !== undefined && isDue(rotateAtOf(news, olds));
  const renewal = renewBefore !== undefined && expiry !== undefined && isDue(before(expiry, renewBefore));
  if (renewBefore !== undefined && expiry !== undefined) {
    refuseEndlessRenewal(renewBefore, olds.rotatedAt, expiry);
  }
  if (asked && previousLives && !isDead) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `it is to be rotated although the token before the current one works until ${retireAfter}: a key has no more than two. ` +
          "Wait until then, or declare overlap: PT0S to end that token, and the current one, at once",
      ),
    );
  }
  if (asked && news.suspended) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        "it is to be rotated, but its customer is suspended, and a suspended customer cannot get new keys: rotate it when its access is enabled again",
      ),
    );
  }
  if (asked && !canBeMade) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `it is to be rotated, but its expireTime, ${news.expireTime}, is past: declare a later one`,
      ),
    );
  }
  const raises = canBeMade && (isDead || asked || ((scheduled || renewal) && !previousLives));
  const warnings: string[] = [];
  if (!raises) {
    const status = isDue(expiry) && olds.status === "active" ? "expired" : olds.status;
    const { rotatedAt } = olds;
    const life = { generation, rotatedAt, retiredGeneration, currentExpireTime: expiry, retireAfter, status };
    const isHeldBack = news.suspended === true && !isOver && (isDead || scheduled || renewal || !olds.suspended);
    const warning = warningOfEnd(news, { status, expiry, isDead, isHeldBack });
    warnings.push(...(warning === undefined ? [] : [warning]));
    return { life: { ...life, rotateAt: rotateAtOf(news, life) }, warnings };
  }

  const rotatedAt = inSeconds(now);
  const lifetime = expiry === undefined ? 0 : milliseconds(expiry) - milliseconds(olds.rotatedAt);
  const currentExpireTime =
    renewBefore === undefined || expiry === undefined
      ? expiryOf(news, rotatedAt)
      : inSeconds(milliseconds(rotatedAt) + lifetime);
  if (isDead) {
    // The dead key goes at once.
    retiredGeneration = previousLives ? retiredGeneration : generation;
    if (previousLives && retireAfter !== undefined) {
      // Of an overlap that is no longer declared it is known how long it was.
      const lasted = milliseconds(retireAfter) - milliseconds(olds.rotatedAt);
      retireAfter = overlap === undefined ? inSeconds(milliseconds(rotatedAt) + lasted) : after(rotatedAt, overlap);
    }
  } else if (overlap !== undefined && (asked || !renewal)) {
    retiredGeneration = endsAtOnce ? generation : retiredGeneration;
    retireAfter = endsAtOnce ? undefined : after(rotatedAt, overlap);
  } else {
    retireAfter = expiry;
  }
  if (
    retireAfter !== undefined &&
    expiry !== undefined &&
    !isDead &&
    milliseconds(expiry) < milliseconds(retireAfter)
  ) {
    warnings.push(
      `is rotated, but its token in use until now ends by itself at ${expiry}, before the overlap is over at ${retireAfter}`,
    );
  }
  const life = {
    generation: generation + 1,
    rotatedAt,
    retiredGeneration,
    currentExpireTime,
    retireAfter,
    status: "active",
  };
  return { life: { ...life, rotateAt: rotateAtOf(news, life) }, warnings };
}

/** Until when the key before the current one has to live, now that it is known when the current one was made. */
export function exactRetireTime(
  { retireAfter, overlap }: Pick<PlannedLife & DeclaredLife, "retireAfter" | "overlap">,
  createTime: string,
): string | undefined {
  if (retireAfter === undefined || overlap === undefined) {
    return retireAfter;
  }
  const exact = after(createTime, overlap);
  return milliseconds(exact) > milliseconds(retireAfter) ? exact : retireAfter;
}

/** Whether a key that ends at `expiry` will do for what is planned: a failed update made it, and the plan is younger than it is. */
export function livesAsPlanned(
  {
    currentExpireTime,
    rotateAt,
    overlap,
  }: Pick<PlannedLife & DeclaredLife, "currentExpireTime" | "rotateAt" | "overlap">,
  expiry: string | undefined,
): boolean {
  if (expiry === undefined || currentExpireTime === undefined || rotateAt === undefined || overlap === undefined) {
    return expiry === currentExpireTime;
  }
  return milliseconds(expiry) >= milliseconds(after(rotateAt, overlap));
}

function expiryOf({ expireTime, expireAfter }: DeclaredLife, rotatedAt: string): string | undefined {
  return expireAfter === undefined ? expireTime : after(rotatedAt, expireAfter);
}

/** A token that ends by itself is rotated while its overlap still fits in. */
function rotateAtOf(
  { rotateEvery, overlap }: DeclaredLife,
  { rotatedAt, currentExpireTime }: Pick<PlannedLife, "rotatedAt" | "currentExpireTime">,
): string | undefined {
  if (rotateEvery === undefined || overlap === undefined) {
    return undefined;
  }
  const regular = after(rotatedAt, rotateEvery);
  const latest = currentExpireTime === undefined ? regular : before(currentExpireTime, overlap);
  return milliseconds(latest) < milliseconds(regular) ? latest : regular;
}

function refuseEndlessRenewal(renewBefore: string, rotatedAt: string, expireTime: string): void {
  if (milliseconds(before(expireTime, renewBefore)) <= milliseconds(rotatedAt)) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `renewBefore is ${renewBefore}, but the key lives no longer than that (from ${rotatedAt} until ${expireTime}): it would be renewed again and again`,
      ),
    );
  }
}

function milliseconds(time: string): number {
  const known = epochMilliseconds(time);
  if (known === undefined) {
    throw new Error(coded("TSL-RECORD", `${JSON.stringify(time)} is not a time`));
  }
  return known;
}

/** Whole seconds, rounded down. */
export function inSeconds(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
