import { Secret, type SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { changed, type Transform } from "./transforms";

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
}

export interface KeySecretOptions {
  name: string;
  source: KeySource;
  kmsKeyArn: pulumi.Input<string> | undefined;
  tags: Record<string, pulumi.Input<string>>;
  transform: Transform<SecretArgs> | undefined;
  opts: pulumi.CustomResourceOptions;
}

/** The secret with the key. */
export interface KeySecret {
  /** Undefined when it is the user's own. */
  secret: Secret | undefined;
  secretArn: pulumi.Output<string>;
  /** Undefined for the current version. */
  versionId: pulumi.Input<string> | undefined;
}

/** The secret with the key: the user's own, or one made here. */
export function keySecret({ name, source, kmsKeyArn, tags, transform, opts }: KeySecretOptions): KeySecret {
  if (source.backendApiKeySecretArn !== undefined) {
    const secretArn = pulumi.output(source.backendApiKeySecretArn);
    return { secret: undefined, secretArn, versionId: source.backendApiKeySecretVersionId };
  }
  const kmsKey = kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn };
  const secretArgs = { description: `Tesseral backend API key of ${name}`, ...kmsKey, tags };
  const secret = new Secret(name, changed(transform, secretArgs), opts);
  const secretString = pulumi.secret(source.backendApiKey ?? "");
  const version = new SecretVersion(name, { secretId: secret.id, secretString }, opts);
  return { secret, secretArn: secret.arn, versionId: version.versionId };
}
