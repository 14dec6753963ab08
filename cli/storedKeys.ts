import { customerType } from "../components/customerType";
import { suggestion } from "../components/nearest";
import { CodedError, coded } from "../errors/coded";
import { type ExportedStack, nameIn } from "../providers/exportedStack";
import { resourceTypes } from "../providers/resourceTypes";

/** A managed API key of a customer, as the stack's state has it. */
export interface StoredKey {
  customer: string;
  key: string;
  /** Its outputs, with secrets in plain text. */
  outputs: Readonly<Record<string, unknown>>;
}

/** The keys of customers in what `pulumi stack export --show-secrets` printed. Throws Error when that is not JSON. */
export function storedKeys(text: string): StoredKey[] {
  const { deployment }: ExportedStack = parsed(text);
  return (deployment?.resources ?? []).flatMap(({ urn, type, parent = "", delete: isReplaced, outputs = {} }) => {
    const customer = nameIn(parent);
    const prefix = `${customer}-`;
    const isKey = type === resourceTypes.managedApiKey.token && !isReplaced;
    return isKey && parent.includes(`${customerType}::`) && nameIn(urn).startsWith(prefix)
      ? [{ customer, key: nameIn(urn).slice(prefix.length), outputs: inPlainText(outputs) }]
      : [];
  });
}

/**
 * The key of that name. Throws Error with what may have been meant.
 * @param elsewhere what is known of where a customer is that the stack does not have
 */
export function findKey(
  keys: readonly StoredKey[],
  stack: string,
  customer: string,
  key: string,
  elsewhere = "",
): StoredKey {
  const ofCustomer = keys.filter((one) => one.customer === customer);
  const found = ofCustomer.find((one) => one.key === key);
  if (found !== undefined) {
    return found;
  }
  throw new CodedError(
    "TSL-CUSTOMER",
    ofCustomer.length === 0
      ? `stack ${stack} has no customer ${JSON.stringify(customer)} with API keys${
          elsewhere ||
          hint(
            customer,
            keys.map((one) => one.customer),
          )
        }`
      : `${customer} has no API key ${JSON.stringify(key)} in stack ${stack}${hint(
          key,
          ofCustomer.map((one) => one.key),
        )}`,
  );
}

/** What may have been meant, or all names if they are few. */
export function hint(wanted: string, names: readonly string[]): string {
  const known = [...new Set(names)];
  return suggestion(wanted, known) || (known.length === 0 || known.length > 10 ? "" : `; it has ${known.join(", ")}`);
}

/** The current token of a key, or the previous one. Throws Error with what to do when the stack has none. */
export function tokenOf({ customer, key, outputs }: StoredKey, which: "current" | "previous"): string {
  const name = `${customer}/${key}`;
  if (which === "previous") {
    const { previousApiKeyId, previousSecretToken, previousRetireAt } = outputs;
    if (previousApiKeyId === undefined || previousRetireAt === undefined) {
      throw new CodedError(
        "TSL-TOKEN",
        `${name} has no previous token that still works: leave out --previous for the current one`,
      );
    }
    if (typeof previousSecretToken !== "string") {
      throw new CodedError(
        "TSL-TOKEN",
        `the stack does not know the previous token of ${name}, which was not made here: leave out --previous for the current one`,
      );
    }
    return previousSecretToken;
  }
  const { secretToken, apiKeyId, unresolved } = outputs;
  if (typeof secretToken === "string") {
    return secretToken;
  }
  throw new Error(
    apiKeyId === undefined && unresolved !== undefined
      ? coded(
          "TSL-TOKEN",
          `${name} has no token yet: the update that was to create it did not learn what became of it. Run pulumi up, which settles that`,
        )
      : coded(
          "TSL-ADOPT-TOKEN",
          `the stack does not know the token of ${name}: Tesseral shows a token once, and this key was not made here. Declare overlap and ` +
            'rotate in its entry, such as { overlap: P7D, rotate: "first token" }, and run pulumi up: it gets a new token, and the old one ' +
            "goes on working for the overlap",
        ),
  );
}

/**
 * What to know of a token before it is handed out; undefined: as far as the stack knows, it works.
 * @param now milliseconds since 1970, by this machine's clock, since Tesseral is not asked
 */
export function noteOn(
  { customer, key, outputs }: StoredKey,
  which: "current" | "previous",
  now: number,
): string | undefined {
  const { status = "active", currentExpireTime, previousRetireAt } = outputs;
  const name = `${customer}/${key}`;
  const says = "pulumi preview says what the next update does about it";
  if (which === "previous") {
    return isPast(previousRetireAt, now)
      ? `the previous token of ${name} was to work until ${previousRetireAt}: it has ended, or the next update ends it`
      : undefined;
  }
  if (status !== "active") {
    return `the token of ${name} no longer works (${status}): ${says}`;
  }
  return isPast(currentExpireTime, now)
    ? `the token of ${name} ended by itself at ${currentExpireTime}: ${says}`
    : undefined;
}

function isPast(time: unknown, now: number): boolean {
  return typeof time === "string" && Date.parse(time) <= now;
}

/** Outputs in plain text, which `--show-secrets` prints with the JSON text of each secret in them. */
export function inPlainText(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const text = typeof value === "object" && value !== null && "plaintext" in value ? value.plaintext : undefined;
      return [name, typeof text === "string" ? parsed(text) : value];
    }),
  );
}

/** The value of a JSON text. Node's own error would quote the text, which holds secrets. */
export function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError(
      "TSL-PULUMI-FAILED",
      "pulumi stack export printed what is not JSON. Run it to see what it says: pulumi stack export --file state.json",
    );
  }
}
