/** When a key is rotated and when the previous one ends: plain arithmetic on what is declared, what is known, and the time. */
import { coded } from "../errors/coded";
import { after, before, isNothing } from "../tesseral/instant";
import type { DeclaredLife } from "./declaredLife";
import { endsEarly, madeAnew, warningOfEnd, warningOfShortOverlap } from "./endWarning";
import { earlier, endByOverlap, isLater, later } from "./retireTimes";
import {
  expiryOf,
  inSeconds,
  isDead,
  isDue,
  milliseconds,
  type PlannedLife,
  refuseEndlessRenewal,
  rotateAtOf,
} from "./rotationTimes";

export interface LifePlan {
  life: PlannedLife;
  /** What people should know before it happens. */
  warnings: string[];
}

/**
 * The life of a key that exists. `now` is the earliest time that the server's clock can show, in milliseconds since 1970: nothing
 * happens before it is certainly due. Throws for a rotation that would need a third key.
 */
export function nextLife(olds: DeclaredLife & PlannedLife, news: DeclaredLife, now: number): LifePlan {
  const standing = standingOf(olds, news, now);
  const previous = nextOfPrevious(standing);
  const reasons = reasonsOf(standing);
  const { asked, scheduled, renewal } = reasons;
  if (asked) {
    refuseAsked(standing, previous);
  }
  const isWanted = standing.isDead || asked || ((scheduled || renewal) && !previous.lives);
  const canBeMade = !news.suspended && !standing.isOver;
  const plan = isWanted && canBeMade ? raisedLife(standing, previous, reasons) : keptLife(standing, previous, reasons);
  const early = cutShort(standing, previous);
  return early === undefined ? plan : { ...plan, warnings: [...plan.warnings, early] };
}

/** A key as it is found, what is declared of it, and the time. */
interface Standing {
  olds: DeclaredLife & PlannedLife;
  news: DeclaredLife;
  now: number;
  /** The current key no longer works. */
  isDead: boolean;
  /** The end that is declared is past: a new key with it would be born dead. */
  isOver: boolean;
}

function standingOf(olds: DeclaredLife & PlannedLife, news: DeclaredLife, now: number): Standing {
  const isOver = news.expireTime !== undefined && news.renewBefore === undefined && isDue(news.expireTime, now);
  return { olds, news, now, isDead: isDead(olds, now), isOver };
}

/** The previous key, once what is due for it has happened. */
interface Previous {
  /** Whether there is one that goes on working. */
  lives: boolean;
  retireAfter: string | undefined;
  retiredGeneration: number;
}

function nextOfPrevious({ olds, news, now, isDead, isOver }: Standing): Previous {
  const { generation, retiredGeneration } = olds;
  const { overlap } = news;
  if (retiredGeneration >= generation - 1) {
    return { lives: false, retireAfter: undefined, retiredGeneration };
  }
  const retireAfter = endByOverlap(olds, news);
  // Beside a dead key the one before is what the customer may use: it keeps its slot, until there is a new one (which a suspended customer
  // gets later), and its whole overlap beside that.
  return endsAtOnce(overlap) || (isDue(retireAfter, now) && (!isDead || isOver))
    ? { lives: false, retireAfter: undefined, retiredGeneration: generation - 1 }
    : { lives: true, retireAfter, retiredGeneration };
}

/** The warning about a previous key that the overlap which is declared now ends earlier; PT0S says so itself. */
function cutShort({ olds, news: { overlap }, now }: Standing, { lives }: Previous): string | undefined {
  const until = olds.retireAfter;
  const isCut = overlap !== olds.overlap && !lives && !isDue(until, now);
  return isCut && olds.retiredGeneration < olds.generation - 1 && until !== undefined && !endsAtOnce(overlap)
    ? `has an overlap of ${overlap} now, so its previous token ends in this update: until now it was to work until ${until}`
    : undefined;
}

/** Why a working key would be replaced. */
interface Reasons {
  /** Somebody has changed `rotate`. */
  asked: boolean;
  /** `rotateEvery` is over. */
  scheduled: boolean;
  /** `renewBefore` has begun. */
  renewal: boolean;
}

/** Throws for a key that would be renewed again and again. */
function reasonsOf({ olds, news, now }: Standing): Reasons {
  const { renewBefore } = news;
  const { rotatedAt, currentExpireTime: expiry } = olds;
  const asked = news.rotate !== undefined && news.rotate !== olds.rotate;
  // What introduces or drops the schedule must not rotate by itself.
  const isSchedule = news.rotateEvery !== undefined && olds.rotateEvery !== undefined;
  const scheduled = isSchedule && isDue(rotateAtOf(news, olds), now);
  if (renewBefore === undefined || expiry === undefined) {
    return { asked, scheduled, renewal: false };
  }
  refuseEndlessRenewal(renewBefore, rotatedAt, expiry);
  return { asked, scheduled, renewal: isDue(before(expiry, renewBefore), now) };
}

/** Throws where the rotation that somebody asks for cannot be now. */
function refuseAsked({ news, isDead, isOver }: Standing, previous: Previous): void {
  if (previous.lives && !isDead) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `it is to be rotated although the previous token works until ${previous.retireAfter}: a key has no more than two. ` +
          "Wait until then, or declare overlap: PT0S to end that token, and the current one, at once",
      ),
    );
  }
  if (news.suspended) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        "it is to be rotated, but its customer is suspended, and a suspended customer cannot get new keys: rotate it when its access is enabled again",
      ),
    );
  }
  if (isOver) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `it is to be rotated, but its expireTime, ${news.expireTime}, is past: declare a later one`,
      ),
    );
  }
}

/** The same key goes on. */
function keptLife({ olds, news, now, isDead, isOver }: Standing, previous: Previous, reasons: Reasons): LifePlan {
  const { generation, rotatedAt, currentExpireTime } = olds;
  const { retiredGeneration, retireAfter } = previous;
  const status = statusAt(olds, now);
  const life = { generation, rotatedAt, retiredGeneration, currentExpireTime, retireAfter, status };
  const isWanted = isDead || reasons.scheduled || reasons.renewal || !olds.suspended;
  const isHeldBack = news.suspended === true && !isOver && isWanted;
  const warning =
    warningOfEnd(news, { status, expiry: currentExpireTime, isDead, isHeldBack }) ??
    (isDead || isHeldBack || currentExpireTime === undefined
      ? undefined
      : shortOverlap(news, currentExpireTime, now, previous));
  return { life: { ...life, rotateAt: rotateAtOf(news, life) }, warnings: warning === undefined ? [] : [warning] };
}

/** The warning about a key whose token ends by itself before its whole overlap can be over; undefined if it does not. */
function shortOverlap(
  { rotateEvery, overlap, renewBefore }: DeclaredLife,
  expiry: string,
  now: number,
  { lives, retireAfter }: Previous,
): string | undefined {
  const whole = rotateEvery === undefined ? renewBefore : overlap;
  const from = lives && retireAfter !== undefined ? retireAfter : inSeconds(now);
  return whole !== undefined && isLater(from, before(expiry, whole))
    ? warningOfShortOverlap(expiry, whole, lives ? retireAfter : undefined)
    : undefined;
}

function statusAt({ status, currentExpireTime }: PlannedLife, now: number): string {
  return status === "active" && isDue(currentExpireTime, now) ? "expired" : status;
}

/** A new key takes the place of the current one. */
function raisedLife(standing: Standing, previous: Previous, reasons: Reasons): LifePlan {
  const { olds, news, now, isDead } = standing;
  const { currentExpireTime: expiry } = olds;
  const rotatedAt = inSeconds(now);
  const isRenewed = news.renewBefore !== undefined && expiry !== undefined;
  const currentExpireTime = isRenewed
    ? inSeconds(milliseconds(rotatedAt) + milliseconds(expiry) - milliseconds(olds.rotatedAt))
    : expiryOf(news, rotatedAt);
  const ending = isDead
    ? endOfDead(standing, previous, rotatedAt)
    : endOfCurrent(standing, previous, reasons, rotatedAt);
  const whole = isDead ? undefined : wholeOverlap(standing, reasons, rotatedAt);
  const life = {
    generation: olds.generation + 1,
    rotatedAt,
    ...ending,
    currentExpireTime,
    status: "active",
  };
  return {
    life: { ...life, rotateAt: rotateAtOf(news, life) },
    warnings: isDead
      ? [madeAnew(statusAt(olds, now))]
      : whole !== undefined && expiry !== undefined && isLater(whole, expiry)
        ? [endsEarly(expiry, whole)]
        : [],
  };
}

/** Which keys end once there is a new one, and until when the previous one lives. */
type Ending = Pick<PlannedLife, "retiredGeneration" | "retireAfter">;

/** The dead key goes at once; the previous one stays, if it lives. */
function endOfDead({ olds, news: { overlap } }: Standing, previous: Previous, rotatedAt: string): Ending {
  const { lives, retireAfter, retiredGeneration } = previous;
  if (!lives) {
    return { retiredGeneration: olds.generation, retireAfter: undefined };
  }
  if (retireAfter === undefined) {
    return { retiredGeneration, retireAfter };
  }
  // The length of an overlap that is no longer declared is still known.
  const lasted = milliseconds(retireAfter) - milliseconds(olds.rotatedAt);
  const whole = overlap === undefined ? inSeconds(milliseconds(rotatedAt) + lasted) : after(rotatedAt, overlap);
  return { retiredGeneration, retireAfter: whole };
}

/** The current key becomes the previous one: until its overlap is over or, if that is earlier or it is renewed, until it ends by itself. */
function endOfCurrent(standing: Standing, previous: Previous, reasons: Reasons, rotatedAt: string): Ending {
  const { olds, news } = standing;
  const { retiredGeneration } = previous;
  const { currentExpireTime: expiry } = olds;
  const whole = wholeOverlap(standing, reasons, rotatedAt);
  if (whole === undefined) {
    return { retiredGeneration, retireAfter: expiry };
  }
  return endsAtOnce(news.overlap)
    ? { retiredGeneration: olds.generation, retireAfter: undefined }
    : { retiredGeneration, retireAfter: expiry === undefined ? whole : earlier(whole, expiry) };
}

/** When the overlap beside a key that is made at `rotatedAt` is over; undefined: the key before works until it ends by itself. */
function wholeOverlap(
  { news: { overlap } }: Standing,
  { asked, renewal }: Reasons,
  rotatedAt: string,
): string | undefined {
  return overlap === undefined || (renewal && !asked) ? undefined : after(rotatedAt, overlap);
}

/** Until when the previous key has to live, now that it is known when the current one was made. */
export function exactRetireTime(
  { rotatedAt, retireAfter, overlap }: Pick<PlannedLife & DeclaredLife, "rotatedAt" | "retireAfter" | "overlap">,
  createTime: string,
): string | undefined {
  const isOverlap =
    retireAfter !== undefined && overlap !== undefined && !isLater(after(rotatedAt, overlap), retireAfter);
  return isOverlap ? later(retireAfter, after(createTime, overlap)) : retireAfter;
}

/**
 * The same for a previous key for which it was `exact` until now, where another overlap is declared. An overlap that becomes longer never
 * ends it earlier.
 * @param planned what `retireAfter` was
 */
export function changedRetireTime(
  news: Pick<PlannedLife & DeclaredLife, "rotatedAt" | "retireAfter"> & { overlap: string },
  createTime: string,
  { exact, planned }: { exact: string; planned: string | undefined },
): string {
  const { retireAfter } = news;
  if (retireAfter === undefined) {
    return earlier(exact, after(createTime, news.overlap));
  }
  const changed = exactRetireTime(news, createTime) ?? retireAfter;
  return planned !== undefined && isLater(planned, retireAfter) ? changed : later(exact, changed);
}

/** Whether a key that ends at `expiry` fits the plan: a failed update made it, and the plan is newer. */
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

function endsAtOnce(overlap: string | undefined): boolean {
  return overlap !== undefined && isNothing(overlap);
}
