/** What is declared and recorded about an API key, and what `check` plans for it. */
import { each, flag, number, optional, type Shaped, shape, text, texts } from "./fields";
import { unresolved } from "./managedApiKeyCreation";
import type { State } from "./resource";

const lifeArgs = {
  ...each(["expireTime", "rotateEvery", "overlap", "rotate", "expireAfter", "renewBefore"] as const, optional(text)),
  suspended: optional(flag),
};

/** The fields of a key's life that `check` sets, see rotationTimes.ts. */
const plan = {
  generation: number,
  rotatedAt: text,
  retiredGeneration: number,
  currentExpireTime: optional(text),
  rotateAt: optional(text),
  retireAfter: optional(text),
  status: text,
};

export const declared = shape(lifeArgs);
export const planned = shape(plan);

/** As `check` leaves them: times are canonical, roles are a sorted set. */
export const inputs = shape({
  organizationId: text,
  displayName: text,
  roles: optional(texts),
  ...lifeArgs,
  ...plan,
  adopt: optional(text),
  onRemoval: optional(text),
  managedBy: text,
});

export const outputs = shape({
  /** The current key; the resource keeps the id of its first one. */
  apiKeyId: text,
  /** Answered once, by the create. */
  secretToken: optional(text),
  secretTokenSuffix: optional(text),
  createTime: text,
  revoked: flag,
  previousApiKeyId: optional(text),
  previousSecretToken: optional(text),
  /** Absent although there is such a key: it no longer works. */
  previousRetireAt: optional(text),
  projectId: text,
  unresolved: optional(unresolved),
  /** The key is dead, and Tesseral has refused a new one because the organization's API keys are off. */
  waitsForApiKeys: optional(flag),
});

export type KeyInputs = Shaped<typeof inputs>;
export type KeyOutputs = Shaped<typeof outputs>;
export type KeyState = State<KeyInputs, KeyOutputs>;

export const lifeFields = planned.names;

/** What {@link bringLife} brings about. */
export const ownFields = [...lifeFields, "overlap", "rotate"] as const;

/** What a new key is created with. */
export function newKeyOf({ organizationId, displayName, currentExpireTime, managedBy }: KeyInputs) {
  return {
    organizationId,
    displayName,
    managedBy,
    ...(currentExpireTime === undefined ? {} : { expireTime: currentExpireTime }),
  };
}
