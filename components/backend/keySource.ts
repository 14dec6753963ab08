import type * as pulumi from "@pulumi/pulumi";
import { coded } from "../../errors/coded";
import { later } from "../later";
import { both, matching, type Rule, text } from "../rules";

/** Where the backend API key is: given, or in a secret that exists already. */
export interface KeySource {
  /** The backend API key. Kept in Secrets Manager, and encrypted in the stack's state. */
  backendApiKey?: pulumi.Input<string>;
  /** Instead of `backendApiKey`: full ARN of a secret that already holds it. Nothing secret is in the stack then. */
  backendApiKeySecretArn?: pulumi.Input<string>;
  /** With `backendApiKeySecretArn`: id of the version to read. @default the current one, read at each start */
  backendApiKeySecretVersionId?: pulumi.Input<string>;
  /** With `backendApiKeySecretArn`: the field that holds the key, when the secret is a JSON object. @default the secret is the key */
  backendApiKeySecretJsonKey?: pulumi.Input<string>;
  /**
   * ARN of a KMS key for the secret, and for what else of the component is encrypted. With `backendApiKeySecretArn` it is the key of
   * that secret, too. @default the keys that AWS manages
   */
  kmsKeyArn?: pulumi.Input<string>;
}

/** An ARN of a form. */
export const arn = (pattern: RegExp, expected: string): Rule => matching(pattern, `is not ${expected}`);

/** A backend API key. The key is not in the message. */
const backendApiKeyRule: Rule = both(text, (key, place) => {
  if (key === later || /^tesseral_secret_key_[0-9a-z]+$/.test(String(key))) {
    return [];
  }
  const reason =
    key === ""
      ? "it is empty"
      : /^\s|\s$/.test(String(key))
        ? "it has spaces or line breaks around it"
        : "it has another form";
  return [
    coded(
      "TSL-BACKEND-KEY",
      `${place}: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; ${reason}`,
    ),
  ];
});

export const keySourceRules: Record<keyof KeySource, Rule> = {
  backendApiKey: backendApiKeyRule,
  backendApiKeySecretArn: arn(
    /^arn:(?:aws|aws-cn|aws-us-gov):secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
    "the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>",
  ),
  backendApiKeySecretVersionId: matching(/^[A-Za-z0-9-]+$/, "is not the id of a secret's version"),
  backendApiKeySecretJsonKey: matching(/^[A-Za-z0-9_-]+$/, "may only have letters, digits, _ and -"),
  kmsKeyArn: arn(
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    "the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
  ),
};

type Known = { [Name in keyof KeySource]?: unknown };

/** What is wrong with the arguments together. */
export function keySourceProblems(known: Known): string[] {
  if (known.backendApiKey === undefined && known.backendApiKeySecretArn === undefined) {
    return [coded("TSL-BACKEND-KEY", "set backendApiKey, or backendApiKeySecretArn for a secret that exists already")];
  }
  if (known.backendApiKey !== undefined && known.backendApiKeySecretArn !== undefined) {
    return [
      coded(
        "TSL-BACKEND-KEY",
        "backendApiKey and backendApiKeySecretArn are both set; one of them says where the key is",
      ),
    ];
  }
  if (known.backendApiKey === undefined) {
    return [];
  }
  return [
    ...(known.backendApiKeySecretVersionId === undefined
      ? []
      : [
          "backendApiKeySecretVersionId: only with backendApiKeySecretArn; the component pins its own secret's version",
        ]),
    ...(known.backendApiKeySecretJsonKey === undefined
      ? []
      : ["backendApiKeySecretJsonKey: only with backendApiKeySecretArn; the component's own secret is the key"]),
  ];
}
