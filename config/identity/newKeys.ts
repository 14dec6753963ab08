/** What is wrong with keys that the stack does not have yet. No I/O. */
import { deliveryOf } from "../../components/delivery/deliverTo";
import { epochMilliseconds } from "../../tesseral/instant";
import type { Problem } from "../problem";
import type { IdentifiedCustomer } from "./identifiedCustomer";

/** All of it. */
export function newKeyProblems(
  name: string,
  entry: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
  now: Date,
): Problem[] {
  return [
    ...endedKeys(name, entry, isDeployed, now),
    ...refusedKeys(name, entry, isDeployed),
    ...undeliverableKeys(name, entry, isDeployed),
  ];
}

/** New keys that would be born dead. One that has ended while it was deployed stops nothing, least of all a `destroy --run-program`. */
function endedKeys(
  name: string,
  { apiKeys = {} }: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
  now: Date,
): Problem[] {
  return Object.entries(apiKeys).flatMap(([child, { expireTime }]) => {
    const end = typeof expireTime === "string" ? epochMilliseconds(expireTime) : undefined;
    return end === undefined || end > now.getTime() || isDeployed(child)
      ? []
      : [
          {
            code: "TSL-EXPIRED" as const,
            path: [name, "apiKeys", child, "expireTime"],
            message: "is in the past: give a later time, or remove the key",
          },
        ];
  });
}

/** New keys of a customer whose API keys are off, for which Tesseral makes none. */
function refusedKeys(
  name: string,
  { apiAccess, apiKeys = {} }: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
): Problem[] {
  return apiAccess !== "suspended" && apiAccess !== "offboarding"
    ? []
    : Object.entries(apiKeys).flatMap(([child, { adopt }]) =>
        adopt !== undefined || isDeployed(child)
          ? []
          : [
              {
                code: "TSL-API-KEYS-SUSPENDED" as const,
                path: [name, "apiKeys", child],
                message: `is not in the stack, and Tesseral makes no key while the customer has apiAccess: ${apiAccess}: add it when the customer is enabled`,
              },
            ],
      );
}

/** Keys that are taken over now, whose tokens nobody knows yet although they are to be handed over. */
function undeliverableKeys(
  name: string,
  { apiKeys = {}, deliverTo }: IdentifiedCustomer,
  isDeployed: (child: string) => boolean,
): Problem[] {
  return Object.entries(apiKeys).flatMap(([child, { adopt, rotate, deliverTo: own }]) =>
    adopt === undefined ||
    rotate !== undefined ||
    isDeployed(child) ||
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
