import { Secret, type SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import type { KeySource } from "./keySource";
import { changed, type Transform } from "./transforms";

interface KeySecretOptions {
  name: string;
  source: KeySource;
  kmsKeyArn: pulumi.Input<string> | undefined;
  tags: Record<string, pulumi.Input<string>>;
  transform: Transform<SecretArgs> | undefined;
  opts: pulumi.CustomResourceOptions;
}

/** The secret with the key. */
interface KeySecret {
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
