/**
 * Customers whose API keys are turned on or off by being taken over. Only the provider knows their state in Tesseral, and warns of it in the preview. It
 * says nothing where they stay as they are, or where there is no key that could work.
 */

import type { CustomerSteps } from "../customerSteps";
import { count } from "../inWords";
import type { PreviewDiagnostic } from "../preview/preview";
import { isUnknown } from "../preview/unknownValue";
import type { Change, CustomerChange } from "../review";

/** How the provider's warnings begin; `providers/keysTurned.ts` has all of them. */
const turnsOn =
  /organization "([^"]+)": API keys are off in org_\w+, and this update turns them on: Tesseral accepts the (?:(\d+) keys|key) /;
const turnsOff =
  /organization "([^"]+)": API keys are on in org_\w+, and this update turns them off: Tesseral refuses the (?:(\d+) keys|key) /;

/** Whether a message repeats what the changes say. */
export function saysKeysTurned(text: string): boolean {
  return turnsOn.test(text) || turnsOff.test(text);
}

/** What being taken over does to API keys, by the customers' names. */
export function keysTurned(diagnostics: readonly PreviewDiagnostic[]): Map<string, Change> {
  const turned = new Map<string, Change>();
  for (const { message } of diagnostics) {
    const [, on, accepted = "1"] = turnsOn.exec(message) ?? [];
    const [, off, refused = "1"] = turnsOff.exec(message) ?? [];
    if (on !== undefined) {
      turned.set(on, turnedOn(Number(accepted)));
    }
    if (off !== undefined) {
      turned.set(off, turnedOff(Number(refused)));
    }
  }
  return turned;
}

/** A notice, since nothing in the entry says that refused keys will work again. */
function turnedOn(keys: number): Change {
  return {
    ...{ effect: "enable", level: "notice" },
    text: `its API keys are off now and are turned on: ${count(keys, "key")} that ${keys === 1 ? "was refused works" : "were refused work"} again. apiAccess: suspended in its entry keeps ${keys === 1 ? "it" : "them"} off`,
    keys,
  };
}

function turnedOff(keys: number): Change {
  return {
    ...{ effect: "suspend", level: "notice" },
    text: `its API keys are on now and are turned off: ${count(keys, "key")} that ${keys === 1 ? "works is" : "work are"} refused. apiAccess: enabled in its entry keeps them on`,
    keys,
  };
}

/** What is unknown about a customer until the update knows which organization it takes over; undefined if nothing is. */
function unknownAccess({ organization }: CustomerSteps): Change | undefined {
  const { adopt, apiKeysEnabled } = organization?.new?.inputs ?? {};
  if (organization?.op !== "create" || !isUnknown(adopt)) {
    return undefined;
  }
  return {
    ...{ effect: "other", level: "quiet" },
    text:
      apiKeysEnabled === false
        ? "its entry says API access suspended: only the update finds out which organization it takes over, so whether keys in it work now is not known"
        : "its entry says API access enabled: only the update finds out which organization it takes over, so whether its API keys are off now is not known",
  };
}

/** The change, with what becomes of the customer's keys added. */
export function withKeysTurned(
  customer: CustomerSteps,
  change: CustomerChange,
  turned: ReadonlyMap<string, Change>,
): CustomerChange {
  const one = turned.get(customer.name) ?? unknownAccess(customer);
  if (one === undefined) {
    return change;
  }
  return one.level === "notice"
    ? { ...change, level: "notice", changes: [one, ...change.changes] }
    : { ...change, changes: [...change.changes, one] };
}
