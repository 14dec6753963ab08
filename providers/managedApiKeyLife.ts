/** What `check` does with a key's declared life: finds problems, and plans, see rotationTimes.ts and rotation.ts. */
import { coded } from "../errors/coded";
import type { ApiKey } from "../tesseral";
import { canonicalTime, epochMilliseconds, periodProblem } from "../tesseral/instant";
import { type DeclaredLife, declaredLifeFields, lifeProblems } from "./declaredLife";
import { failuresOf, nonEmptyText, switchValue, timeProblem } from "./inputs";
import { type Bag, unknownValue } from "./lifecycle";
import { declared, planned } from "./managedApiKeyFields";
import { nextLife } from "./rotation";
import { firstLife, inSeconds, isDead } from "./rotationTimes";

/** Why a field of a key's life is not acceptable, alone or beside the others. An unknown value is acceptable. */
export function lifeFieldProblems(inputs: Bag): (string | undefined)[] {
  const alone = ["rotateEvery", "overlap", "expireAfter", "renewBefore"].flatMap((name) => {
    const value = inputs[name];
    if (value === undefined || value === unknownValue) {
      return [];
    }
    const problem = typeof value === "string" ? periodProblem(value) : "must be a text";
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  const rotate = inputs.rotate === undefined ? undefined : nonEmptyText("rotate", inputs.rotate);
  const found = failuresOf([...alone, rotate, switchValue("suspended", inputs.suspended)]);
  const life = knownLife(inputs);
  return found.length > 0 || life === undefined
    ? found
    : lifeProblems(life).map(({ field, message }) => `${field} ${message}`);
}

/** The declared life of a key; undefined if a part of it is not known yet. */
function knownLife(inputs: Bag): DeclaredLife | undefined {
  return declaredLifeFields.some((name) => inputs[name] === unknownValue)
    ? undefined
    : declared.readPartly(inputs, "the API key");
}

/**
 * Plans a key's life as of this time of the server. Throws for what is impossible.
 * @param keysOff ids of organizations for which Tesseral makes no keys in this operation
 */
export function planLife(
  inputs: Bag,
  olds: Bag,
  now: number,
  keysOff: ReadonlySet<unknown>,
): { life: Bag; warnings: string[] } {
  const late = inputs.expireTime === olds.expireTime ? undefined : timeProblem("expireTime", inputs.expireTime, now);
  if (late !== undefined) {
    throw new Error(coded("TSL-EXPIRED", late));
  }
  const life = knownLife(inputs);
  const before = planned.readPartly(olds, "the recorded API key");
  const { generation, rotatedAt, retiredGeneration, status } = before;
  const isKnown =
    generation !== undefined && rotatedAt !== undefined && retiredGeneration !== undefined && status !== undefined;
  if (life === undefined) {
    return isKnown ? { life: before, warnings: [] } : firstPlan({}, now);
  }
  if (!isKnown) {
    return firstPlan(life, now);
  }
  // The life of a key that is replaced says nothing about the new one, which is planned from scratch.
  if (replacingChanges(inputs, olds).length > 0) {
    return { life: before, warnings: [] };
  }
  const known = { ...before, generation, rotatedAt, retiredGeneration, status };
  // A static key is not told that its customer is suspended. Planning its successor would show, in every preview, what does not come.
  const isHeldBack = keysOff.has(inputs.organizationId) && isDead(known, now);
  const given = isHeldBack ? { ...life, suspended: true } : life;
  const next = nextLife({ ...declared.readPartly(olds, "the recorded API key"), ...known }, given, now);
  return { life: { ...next.life }, warnings: next.warnings };
}

/** Whether a key keeps its token under another declared end: it comes to be rotated, or the token has that end already. */
export function keepsToken({ expireTime, rotateEvery }: Bag, { currentExpireTime }: Bag): boolean {
  return expireTime === undefined ? rotateEvery !== undefined : canonicalTime(expireTime) === currentExpireTime;
}

/** Which changes of the declaration replace an existing key. */
function replacingChanges(inputs: Bag, olds: Bag): string[] {
  if (olds.managedBy === undefined) {
    return [];
  }
  const expiry = inputs.expireTime !== olds.expireTime && !keepsToken(inputs, olds);
  return [
    ...(inputs.organizationId === olds.organizationId ? [] : ["its organization"]),
    ...(expiry ? ["its expireTime"] : []),
  ];
}

/** The warnings about a key that its declaration replaces, if a token of it works at this time of the server. */
export function replacementWarnings(inputs: Bag, olds: Bag, now: number): string[] {
  const what = replacingChanges(inputs, olds);
  const ending = endingTokens(olds, now);
  return what.length === 0 || ending === undefined
    ? []
    : [
        `is replaced by a new key, since ${what.join(" and ")} ${what.length > 1 ? "change" : "changes"}: ${ending} in this ` +
          "update. To let it go on working meanwhile, declare a second key, hand its token out, and remove this one later",
      ];
}

/** What ends with a key; undefined if none of its tokens works. */
function endingTokens(olds: Bag, now: number): string | undefined {
  const {
    status = "active",
    currentExpireTime,
    generation = 1,
    retiredGeneration = 0,
  } = planned.readPartly(olds, "the recorded API key");
  const hasPrevious = retiredGeneration < generation - 1;
  if (isDead({ status, currentExpireTime }, now)) {
    return hasPrevious ? "the previous token, the only one that works, stops working" : undefined;
  }
  return hasPrevious
    ? "both its tokens, the one in use and the previous one, stop working"
    : "the token in use stops working";
}

/** Why a key cannot be taken over as declared, or undefined. */
export function adoptionProblem({ organizationId, expireTime }: Bag, key: ApiKey, now: number): string | undefined {
  const end = epochMilliseconds(key.expireTime ?? "");
  if (key.revoked || (end !== undefined && end <= now)) {
    return `it ${key.revoked ? "is revoked" : `ended at ${key.expireTime}`}, and no update makes it work again: remove adopt, and it is a new key`;
  }
  if (organizationId !== unknownValue && organizationId !== key.organizationId) {
    return `it is a key of ${key.organizationId}, not of ${organizationId}`;
  }
  if (expireTime === undefined || expireTime === unknownValue || expireTime === canonicalTime(key.expireTime)) {
    return undefined;
  }
  return key.expireTime === undefined
    ? "it never ends, and Tesseral cannot change that: remove expireTime, or remove adopt to make a new key"
    : `it ends at ${key.expireTime}, and Tesseral cannot change that: declare expireTime: ${key.expireTime}, or remove adopt to make a new key`;
}

/** Plans the life of a key that is taken over at this time of the server, as if it had been the stack's before. */
export function planAdoptedLife(inputs: Bag, key: ApiKey, now: number): { life: Bag; warnings: string[] } {
  const { life, warnings } = nextLife(existingLife(key), knownLife(inputs) ?? {}, now);
  return { life: { ...life }, warnings };
}

/** The life of a key that the stack did not make, before anything is declared about it. */
export function existingLife({ createTime, expireTime }: ApiKey) {
  const rotatedAt = inSeconds(Date.parse(createTime));
  const end = expireTime === undefined ? {} : { currentExpireTime: expireTime };
  return { generation: 1, rotatedAt, retiredGeneration: 0, status: "active", ...end };
}

function firstPlan(life: DeclaredLife, now: number): { life: Bag; warnings: string[] } {
  return { life: { ...firstLife(life, now) }, warnings: [] };
}
