import type { SecretsManagerDelivery } from "./deliverTo";
import { isAwsManaged, keyIn, kmsKeyProblem } from "./kmsKey";
import { defaultSecretName, type NamedKey, secretNameProblem } from "./secretName";

/** What is wrong with one field of a delivery. */
interface DeliveryProblem {
  field: keyof SecretsManagerDelivery;
  /** The end of a sentence that begins with the field. */
  message: string;
}

/** What is wrong with the delivery of a key. What is not known yet, such as outputs, is not checked. */
export function deliveryProblems(delivery: SecretsManagerDelivery, named: NamedKey): DeliveryProblem[] {
  const { name = defaultSecretName, kmsKeyId, sharedWith = [], recoveryWindowInDays: days, region } = delivery;
  const { replicaRegions = [], tags = {} } = delivery;
  const key = typeof kmsKeyId === "string" ? kmsKeyId : undefined;
  const problems: (DeliveryProblem | undefined)[] = [
    problem("name", secretNameProblem(name, named)),
    problem("kmsKeyId", key && kmsKeyProblem(key)),
    problem("region", region && regionProblem(region)),
    problem("recoveryWindowInDays", days === undefined ? undefined : recoveryWindowProblem(days)),
    ...sharedWith.map((who) => problem("sharedWith", typeof who === "string" ? principalProblem(who) : undefined)),
    ...replicaRegions.map((one) => problem("replicaRegions", regionProblem(one) ?? ownRegionProblem(one, region))),
    ...Object.entries(tags).map(([tag, value]) => problem("tags", tagProblem(tag, value))),
  ];
  const found = problems.filter((one) => one !== undefined);
  return found.length > 0 ? found : combinationProblems(delivery);
}

function combinationProblems({
  kmsKeyId,
  sharedWith = [],
  replicaRegions = [],
}: SecretsManagerDelivery): DeliveryProblem[] {
  const key = typeof kmsKeyId === "string" ? kmsKeyId : undefined;
  if (sharedWith.length > 0 && (kmsKeyId === undefined || (key !== undefined && isAwsManaged(key)))) {
    const message =
      "needs kmsKeyId with a KMS key of your own: the key that AWS manages, aws/secretsmanager, decrypts for your account alone, " +
      "and nobody can change its policy";
    return [{ field: "sharedWith", message }];
  }
  if (replicaRegions.length > 0 && key !== undefined && keyIn("eu-west-1", key) === undefined) {
    const message =
      "needs a kmsKeyId that exists in each region, and this key is in one: name a multi-Region key (its id begins with mrk-) or an " +
      "alias that you have in every region";
    return [{ field: "replicaRegions", message }];
  }
  return [];
}

// AWS Secrets Manager API reference, DeleteSecret, "RecoveryWindowInDays".
function recoveryWindowProblem(days: number): string | undefined {
  return days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30)
    ? undefined
    : "must be a whole number of days from 7 to 30, or 0 to delete at once";
}

export function regionProblem(region: string): string | undefined {
  return /^[a-z]{2,4}(?:-[a-z]+)+-\d$/u.test(region) ? undefined : "must be a region of AWS, such as eu-west-1";
}

/** Who may be let in: whole accounts, roles and users, but not everybody. */
export function principalProblem(principal: string): string | undefined {
  return /^(?:\d{12}|arn:[a-z-]+:iam::\d{12}:(?:root|(?:role|user)\/[\w+=,.@/-]+))$/u.test(principal)
    ? undefined
    : "must name the customer's AWS account by its 12 digits, or a role or user in it, such as arn:aws:iam::123456789012:role/api-client";
}

function ownRegionProblem(replica: string, region: string | undefined): string | undefined {
  return replica === region ? "names the region in which the secret is: leave it out" : undefined;
}

function tagProblem(tag: string, value: unknown): string | undefined {
  if (/^aws:/iu.test(tag)) {
    return `has ${JSON.stringify(tag)}, but names that begin with aws: are Amazon's own`;
  }
  if (tag === "" || tag.length > 128) {
    return "must have names of 1 to 128 characters";
  }
  return typeof value === "string" && value.length > 256 ? `has more than 256 characters in ${tag}` : undefined;
}

function problem(field: DeliveryProblem["field"], message: string | undefined): DeliveryProblem | undefined {
  return message ? { field, message } : undefined;
}
