/** The keys of a stack, what each should do, and the tokens to try. */

import { CodedError } from "../../errors/coded";
import type { ExportedStack } from "../../providers/exportedStack";
import { customerState } from "../../report/customerStates";
import { type CustomerSteps, groupByCustomer, type PartStep } from "../../report/customerSteps";
import { netSteps } from "../../report/preview/netSteps";
import type { KeyState } from "../../report/review";
import { RoleBook } from "../../report/roleBook";
import { readState } from "../../report/state/readState";
import type { KeyVerification } from "../../report/verification";
import { hint, inPlainText } from "../storedKeys";

export interface KeyToVerify extends Pick<KeyVerification, "customer" | "displayName" | "key" | "should" | "because"> {
  /** The stack that has it. */
  stack: string;
  /** Why there is nothing to try. */
  skipped?: string;
  /** The token, in plain text. */
  current?: string;
  /** The previous token, while the stack promises that it works. */
  previous?: string;
}

/** The form of Tesseral's tokens, all of which may be sent in a header. */
const tokenForm = /^[A-Za-z0-9_-]{1,512}$/;

const reasons: Partial<Record<KeyState["state"], string>> = {
  expired: "it has expired",
  revoked: "it was revoked",
};

/** Reads what `pulumi stack export --show-secrets` printed. `now`: milliseconds since 1970. */
export function keysToVerify(exported: ExportedStack, stack: string, now: number): KeyToVerify[] {
  const grouped = groupByCustomer(netSteps(readState(exported)));
  const roles = new RoleBook(grouped);
  const secrets = new Map((exported.deployment?.resources ?? []).map(({ urn, outputs = {} }) => [urn, outputs]));
  return grouped.customers
    .flatMap((customer) => {
      const state = customerState(customer, undefined, roles, { now, until: now });
      return customer.keys.map((step) => {
        const key = state.keys.find(({ name }) => name === step.part);
        const because = refusedBecause(customer, key?.state ?? "works");
        return {
          ...{ stack, customer: customer.name, displayName: state.displayName, key: step.part },
          ...(because === undefined ? { should: "work" as const } : { should: "be refused" as const, because }),
          ...tokensOf(step, inPlainText(secrets.get(step.urn) ?? {}), now),
        };
      });
    })
    .sort((one, other) => (`${one.customer}/${one.key}` < `${other.customer}/${other.key}` ? -1 : 1));
}

function refusedBecause({ organization }: CustomerSteps, state: KeyState["state"]): string | undefined {
  const isSuspended = organization?.new?.inputs.apiKeysEnabled === false;
  return reasons[state] ?? (isSuspended ? "the customer's API access is suspended" : undefined);
}

function tokensOf(
  { new: state }: PartStep,
  outputs: Record<string, unknown>,
  now: number,
): Pick<KeyToVerify, "current" | "previous" | "skipped"> {
  const { secretToken, previousSecretToken, previousApiKeyId, previousRetireAt, unresolved } = outputs;
  if (typeof secretToken !== "string") {
    return {
      skipped:
        unresolved !== undefined && state?.outputs.apiKeyId === undefined
          ? "it has no token yet: its creation had no clear answer, which pulumi up settles"
          : "its token is not known: Tesseral shows a token once, and this key was not made here",
    };
  }
  if (!tokenForm.test(secretToken)) {
    return { skipped: "its token in the stack does not look like one" };
  }
  const isAlive =
    previousApiKeyId !== undefined && typeof previousRetireAt === "string" && Date.parse(previousRetireAt) > now;
  return {
    current: secretToken,
    ...(isAlive && typeof previousSecretToken === "string" && tokenForm.test(previousSecretToken)
      ? { previous: previousSecretToken }
      : {}),
  };
}

/**
 * Only the keys of these customers. Throws Error for an unknown customer, with what may have been meant.
 * @param elsewhere what is known of where a customer is that the stack does not have
 */
export async function ofCustomers(
  keys: readonly KeyToVerify[],
  names: readonly string[],
  elsewhere: (customer: string) => Promise<string> = async () => "",
): Promise<KeyToVerify[]> {
  const known = keys.map(({ customer }) => customer);
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) {
    const where = (await elsewhere(missing)) || hint(missing, known);
    throw new CodedError("TSL-CUSTOMER", `the stack has no customer ${JSON.stringify(missing)} with API keys${where}`);
  }
  return keys.filter(({ customer }) => names.includes(customer));
}

/** So many of the keys, chosen at random, in their order. */
export function sampled(keys: readonly KeyToVerify[], size: number, random: () => number): KeyToVerify[] {
  const chosen = new Set(
    keys
      .map((key) => ({ key, at: random() }))
      .sort((one, other) => one.at - other.at)
      .slice(0, size)
      .map(({ key }) => key),
  );
  return keys.filter((key) => chosen.has(key));
}
