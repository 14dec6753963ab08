/** Where the token of a key is handed over, as people declare it. Names nothing of AWS's SDK, which only a delivery loads. */
import type { Input } from "@pulumi/pulumi";
import { fields, list, plain, type Rule, record, text } from "../rules";

/** How a secret in AWS Secrets Manager is made. Every field has a default. */
export interface SecretsManagerDelivery {
  /**
   * Its name, in which `{project}`, `{stack}`, `{customer}` and `{key}` stand for what they say. A secret keeps the name that it was made
   * with. @default "{project}/{stack}/{customer}/{key}"
   */
  name?: string;
  /**
   * The KMS key that encrypts it: the key's ARN or id, or an alias. @default the key that AWS manages, `aws/secretsmanager`, with which a
   * secret cannot be shared
   */
  kmsKeyId?: Input<string>;
  /**
   * Who outside may read the secret, and nothing else: ids of AWS accounts, ARNs of roles or users. Needs `kmsKeyId`, whose policy has to
   * let them decrypt. @default nobody
   */
  sharedWith?: Input<string>[];
  /** Days for which AWS keeps a deleted secret, 7 to 30; 0 deletes it at once. @default 30 */
  recoveryWindowInDays?: number;
  /** Regions that get a copy, such as `eu-west-1`. @default none */
  replicaRegions?: string[];
  /** Where the secret is. Changing this replaces the secret. @default the region of the AWS provider, `aws:region` */
  region?: string;
  /** Tags of the secret. @default none */
  tags?: Record<string, Input<string>>;
}

/** Where tokens go. `none`: nowhere, whatever is declared for the customer or the stack. */
export type DeliverTo = "none" | { awsSecretsManager: SecretsManagerDelivery };

const secret: Record<keyof SecretsManagerDelivery, Rule> = {
  name: plain(text),
  kmsKeyId: text,
  sharedWith: plain(list(text, 0)),
  recoveryWindowInDays: plain(() => []),
  replicaRegions: plain(list(plain(text), 0)),
  region: plain(text),
  tags: plain(record(text, () => undefined)),
};
const somewhere = fields({ awsSecretsManager: fields(secret) }, ["awsSecretsManager"]);

/** The form of a {@link DeliverTo}; whether it can be delivered is checked by deliveryProblems.ts. */
export const deliverToRule: Rule = (given, place) => (given === "none" ? [] : somewhere(given, place));

/**
 * The delivery of a key, from what is declared for the stack, the customer and the key. The last of them that says anything decides
 * whether its token is delivered; fields of a later one replace those of an earlier one, tags by their names.
 * @returns undefined if the token is not delivered
 */
export function deliveryOf(...levels: readonly (DeliverTo | undefined)[]): SecretsManagerDelivery | undefined {
  const declared = levels.filter((level) => level !== undefined);
  const last = declared.at(-1);
  if (last === undefined || last === "none") {
    return undefined;
  }
  const settings = declared.flatMap((level) => (level === "none" ? [] : [level.awsSecretsManager]));
  const tags = settings.flatMap((each) => Object.entries(each.tags ?? {}));
  return Object.assign({}, ...settings, tags.length > 0 ? { tags: Object.fromEntries(tags) } : {});
}
