/** What becomes of keys that the stack does not have yet. No I/O. */
import { deliveryOf } from "../../components/delivery/deliverTo";
import { epochMilliseconds } from "../../tesseral/instant";
import type { Problem } from "../problem";
import type { IdentifiedCustomer } from "./identifiedCustomer";

export interface NewKeys {
  /** What is wrong with them. */
  problems: Problem[];
  /** Those that cannot be made yet and stop nothing, by name, with what people should know of each. */
  waiting: Map<string, Problem>;
}

/** Judges the new keys of a customer. */
export function judgeNewKeys(
  name: string,
  entry: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
  now: Date,
): NewKeys {
  const waiting = waitingKeys(name, entry, isDeployed, now);
  const isJudged = (child: string) => !isDeployed(child) && !waiting.has(child);
  return {
    problems: [...endedKeys(name, entry, isJudged, now), ...undeliverableKeys(name, entry, isJudged)],
    waiting,
  };
}

/**
 * Keys of a customer whose API keys are off, for which Tesseral makes none. To refuse them would stop the updates of all other customers, until
 * somebody edits an entry in which nothing may be wrong: the key's creation may have failed before, or the customer starts out suspended.
 */
function waitingKeys(
  name: string,
  { apiAccess, apiKeys = {} }: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
  now: Date,
): Map<string, Problem> {
  const isOff = apiAccess === "suspended" || apiAccess === "offboarding";
  const keys = Object.entries(apiKeys).filter(
    ([child, { adopt }]) => isOff && adopt === undefined && !isDeployed(child),
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

/** Keys that would be born dead. One that has ended while it was deployed stops nothing, least of all a `destroy --run-program`. */
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
