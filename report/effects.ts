/** What a change means for a customer. */

/** Who notices a change: the customer at once, the customer with time to act, or nobody. */
export type Level = "notice" | "rotation" | "quiet";

/** Every effect, by how much of it a customer notices. Gates name them: `--fail-on delete`. */
export const effects = {
  /** The organization is deleted with everything in it. */
  delete: "notice",
  /** Tesseral refuses the customer's keys. */
  suspend: "notice",
  /** A token that is in use stops working in the update. */
  "token-ends": "notice",
  /** A key may do less. */
  "actions-lost": "notice",
  /** Members need a second factor. */
  "mfa-required": "notice",
  /** Members can no longer log in, or be provisioned, in some way. */
  "log-in-off": "notice",
  /** A key gets a new token, and the previous one keeps working for its overlap. */
  rotate: "rotation",
  /** The previous token ends, as announced. */
  retire: "rotation",
  /** A key whose token no longer works gets a new one. */
  "new-token": "rotation",
  /** A customer is new. */
  create: "quiet",
  /** An existing organization is taken over. */
  adopt: "quiet",
  /** The stack forgets a customer, and all of it stays in Tesseral. */
  release: "quiet",
  /** An entry, a role or a key has another name in the stack. */
  rename: "quiet",
  /** Keys that were refused work again. */
  enable: "quiet",
  /** A customer gets a key. */
  "key-added": "quiet",
  /** A key may do more. */
  "actions-gained": "quiet",
  /** What a role allows or who has it changes, and no key may do less or more. */
  role: "quiet",
  /** When a key is to be rotated or to end. */
  schedule: "quiet",
  /** A name that people see in Tesseral. */
  "display-name": "quiet",
  /** Members can log in, or be provisioned, in more ways. */
  "log-in-on": "quiet",
  /** Whether the entry can be removed, and what becomes of the customer then. */
  protection: "quiet",
  /** Anything else. */
  other: "quiet",
} as const satisfies Record<string, Level>;

export type Effect = keyof typeof effects;

export const levels: readonly Level[] = ["notice", "rotation", "quiet"];

/** The highest level. */
export function highest(found: readonly Level[]): Level {
  return levels.find((level) => found.includes(level)) ?? "quiet";
}
