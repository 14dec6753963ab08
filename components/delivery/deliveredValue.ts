import type { Unwrap } from "@pulumi/pulumi";
import type { ManagedApiKey } from "../../providers";

/** What is delivered of a key. */
export type DeliveredKey = Pick<
  ManagedApiKey,
  | "secretToken"
  | "previousSecretToken"
  | "previousRetireAt"
  | "apiKeyId"
  | "organizationId"
  | "currentExpireTime"
  | "rotateAt"
>;

/** The text of a secret: JSON, in which what does not exist is left out. */
export function deliveredValue(key: Unwrap<DeliveredKey>): string {
  const { secretToken, previousSecretToken, previousRetireAt, apiKeyId, organizationId, rotateAt } = key;
  return JSON.stringify({
    secretToken,
    // A previous token that no longer works has no such time.
    ...(previousRetireAt === undefined ? {} : { previousSecretToken }),
    apiKeyId,
    organizationId,
    expireTime: key.currentExpireTime,
    rotateAt,
  });
}
