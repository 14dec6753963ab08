/** What the name of a KMS key tells without asking AWS. */

const keyArn = /^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:(key|alias)\/(.+)$/u;
const keyId = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/u;
const aliasName = /^alias\/[A-Za-z0-9/_-]+$/u;

/** What is wrong with the text, or undefined. */
export function kmsKeyProblem(key: string): string | undefined {
  return keyArn.test(key) || keyId.test(key) || aliasName.test(key)
    ? undefined
    : "is not a KMS key: give the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), its id, or an alias such as alias/customers";
}

/** Whether it is the key that AWS manages, of which nobody can change the policy. */
export function isAwsManaged(key: string): boolean {
  return /(?:^|:)alias\/aws\//u.test(key);
}

/**
 * The key's name in another region; undefined if it exists only in its own. A multi-Region key and its replicas have one id, and
 * an alias can stand for one key in each region.
 */
export function keyIn(region: string, key: string): string | undefined {
  const [, own, kind, id = ""] = keyArn.exec(key) ?? [];
  if (own === undefined) {
    return key.startsWith("alias/") || key.startsWith("mrk-") ? key : undefined;
  }
  return kind === "alias" || id.startsWith("mrk-") ? key.replace(`:kms:${own}:`, `:kms:${region}:`) : undefined;
}
