/** Judges keys that an update would have to make. No I/O. */
import { deliveryOf } from "../../components/delivery/deliverTo";
import { canonicalTime, epochMilliseconds } from "../../tesseral/instant";
import type { Problem } from "../problem";
import type { IdentifiedCustomer } from "./identifiedCustomer";

interface NewKeys {
  /** What is wrong with them. */
  problems: Problem[];
  /** Those that cannot be made yet but stop nothing, by name, with what people should know about each. */
  waiting: Map<string, Problem>;
}

/** A deployed key by its name in the entry, whatever its name was before; undefined if the stack does not have it. */
export type StoredKey = (child: string) => { expireTime: string | undefined; tokenEnd: string | undefined } | undefined;

/** Judges the keys of a customer that are new or would be replaced. */
export function judgeNewKeys(name: string, entry: IdentifiedCustomer, stored: StoredKey, now: Date): NewKeys {
  const waiting = isOff(entry) ? waitingKeys(name, entry, stored, now) : new Map<string, Problem>();
  const isJudged = (child: string) => stored(child) === undefined && !waiting.has(child);
  return {
    problems: [
      ...endedKeys(name, entry, isJudged, now),
      ...undeliverableKeys(name, entry, isJudged),
      ...(isOff(entry) ? replacedKeys(name, entry, stored) : []),
    ],
    waiting,
  };
}

/** Whether API keys are off for the customer, so that Tesseral makes none. */
function isOff({ apiAccess }: IdentifiedCustomer): boolean {
  return apiAccess === "suspended" || apiAccess === "offboarding";
}

/**
 * New keys of a customer whose API keys are off. Refusing them would stop the updates of all other customers until
 * somebody edits an entry in which nothing may be wrong: the key's creation may have failed before, or the customer starts out suspended.
 */
function waitingKeys(
  name: string,
  { apiAccess, apiKeys = {} }: IdentifiedCustomer,
  stored: StoredKey,
  now: Date,
): Map<string, Problem> {
  const keys = Object.entries(apiKeys).filter(
    ([child, { adopt }]) => adopt === undefined && stored(child) === undefined,
  );
  return new Map(
    keys.map(([child, key]) => {
      const off = `is not in the stack, and Tesseral makes no key while the customer has apiAccess: ${apiAccess}`;
      const message = hasEnded(key, now)
        ? `${off}. Then there will be none either, since its expireTime is past: give a later time, or remove the key`
        : `${off}: the first update after access is enabled makes it`;
      return [child, { code: "TSL-API-KEYS-SUSPENDED", path: [name, "apiKeys", child], message }];
    }),
  );
}

/** Keys of a customer whose API keys are off that a changed `expireTime` would replace, in the middle of an update. */
function replacedKeys(name: string, { apiAccess, apiKeys = {} }: IdentifiedCustomer, stored: StoredKey): Problem[] {
  return Object.entries(apiKeys).flatMap(([child, { expireTime, rotateEvery }]) => {
    const key = stored(child);
    const isKnown = expireTime === undefined || typeof expireTime === "string";
    const end = canonicalTime(expireTime);
    // A key that becomes a rotating one keeps its token, and so its end; one that has the declared end already keeps it, too.
    const keepsToken = expireTime === undefined ? rotateEvery !== undefined : end === key?.tokenEnd;
    return key === undefined || !isKnown || keepsToken || end === key.expireTime
      ? []
      : [
          {
            code: "TSL-API-KEYS-SUSPENDED" as const,
            path: [name, "apiKeys", child, ...(expireTime === undefined ? [] : ["expireTime"])],
            message:
              `${expireTime === undefined ? "no longer has its expireTime" : "is another than before"}, which makes a new key, and Tesseral makes none while ` +
              `the customer has apiAccess: ${apiAccess}: change it when access is enabled. It is ${key.expireTime ?? "not set"} so far`,
          },
        ];
  });
}

/** Keys that would have expired when they are created. A deployed key that has expired stops nothing, least of all a `destroy --run-program`. */
function endedKeys(
  name: string,
  { apiKeys = {} }: IdentifiedCustomer,
  isJudged: (child: string) => boolean,
  now: Date,
): Problem[] {
  return Object.entries(apiKeys).flatMap(([child, key]) =>
    isJudged(child) && hasEnded(key, now)
      ? [
          {
            code: "TSL-EXPIRED" as const,
            path: [name, "apiKeys", child, "expireTime"],
            message: "is in the past: give a later time, or remove the key",
          },
        ]
      : [],
  );
}

function hasEnded({ expireTime }: { expireTime?: unknown }, now: Date): boolean {
  const end = typeof expireTime === "string" ? epochMilliseconds(expireTime) : undefined;
  return end !== undefined && end <= now.getTime();
}

/** Keys that are taken over now, whose tokens nobody knows yet although they are to be handed over. */
function undeliverableKeys(
  name: string,
  { apiKeys = {}, deliverTo }: IdentifiedCustomer,
  isJudged: (child: string) => boolean,
): Problem[] {
  return Object.entries(apiKeys).flatMap(([child, { adopt, rotate, deliverTo: own }]) =>
    adopt === undefined ||
    rotate !== undefined ||
    !isJudged(child) ||
    deliveryOf(undefined, deliverTo, own) === undefined
      ? []
      : [
          {
            code: "TSL-ADOPT-TOKEN" as const,
            path: [name, "apiKeys", child, "adopt"],
            message:
              "is a key whose token cannot be delivered, since Tesseral has shown it once and not here: declare overlap and rotate " +
              "beside it, such as { overlap: P7D, rotate: first token }, and a new token is made and delivered, or deliverTo: none until then",
          },
        ],
  );
}
