import type { Secret, SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { requireArgs } from "../../providers/given";
import { refuse } from "../refuse";
import { callable, fields, type Rule, record, text } from "../rules";
import { checked } from "./checked";
import { keySecret } from "./keySecret";
import { type KeySource, keySourceProblems, keySourceRules } from "./keySource";
import { readKeyPolicy } from "./rolePolicy";
import type { Transform } from "./transforms";

/** Scalars may be outputs. Plain values are checked before anything is created, outputs as soon as they are known. */
export interface BackendKeyArgs extends KeySource {
  /** For the secret. @default {} */
  tags?: Record<string, pulumi.Input<string>>;
  /** Changes the secret's arguments before it is created. @default none */
  transform?: { secret?: Transform<SecretArgs> };
}

const rules: Record<keyof BackendKeyArgs, Rule> = {
  ...keySourceRules,
  tags: record(text, (name) => (name.startsWith("aws:") ? "names that begin with aws: are Amazon's own" : undefined)),
  transform: fields({ secret: callable }),
};
const shape = fields(rules);

/**
 * The Tesseral backend API key of a backend that runs elsewhere than in `Backend`: on ECS, EKS, App Runner or EC2.
 *
 * Creates the secret and its version, or takes one that exists, and says how to read it. A changed key makes a new version, whose id is
 * in `valueFrom`, so that what names it is rolled out anew. Deleting removes the secret; AWS keeps it for 30 days.
 *
 * ```ts
 * const key = new BackendKey("api", { backendApiKey: new pulumi.Config().requireSecret("apiBackendKey") });
 * new aws.iam.RolePolicy("api-key", { role: executionRole.name, policy: key.policy });
 * // In the container's definition: secrets: [{ name: "TESSERAL_BACKEND_API_KEY", valueFrom: key.valueFrom }]
 * ```
 */
export class BackendKey extends pulumi.ComponentResource {
  /** ARN of the secret that holds the key: the component's own, or the one that was given. */
  readonly secretArn: pulumi.Output<string>;
  /** Id of the secret's version to read; undefined for the current one. */
  readonly secretVersionId: pulumi.Output<string | undefined>;
  /** What ECS and App Runner take to set a variable: the secret's ARN, its field if it is a JSON object, and its version. */
  readonly valueFrom: pulumi.Output<string>;
  /** IAM policy, as JSON, that lets a role read this key and nothing else. */
  readonly policy: pulumi.Output<string>;
  /** Undefined with `backendApiKeySecretArn`. */
  readonly secret: Secret | undefined;

  /** @throws pulumi.RunError naming every argument that is wrong, before anything is created. */
  constructor(name: string, args: BackendKeyArgs, opts: pulumi.ComponentResourceOptions = {}) {
    requireArgs("BackendKey", name, args);
    const given = checked(args, problems, (found) => refuse(name, found, "BackendKey"));
    super("tesseral:aws:BackendKey", name, {}, opts);
    const { kmsKeyArn, tags = {}, transform } = given;
    const ofSecret = { name, source: given, kmsKeyArn, tags, transform: transform?.secret, opts: { parent: this } };
    const { secret, secretArn, versionId } = keySecret(ofSecret);
    this.secret = secret;
    this.secretArn = secretArn;
    this.secretVersionId = pulumi.output(versionId);
    this.valueFrom = pulumi
      .all([secretArn, given.backendApiKeySecretJsonKey, versionId])
      .apply(([arn, field = "", version = ""]) => (field || version ? `${arn}:${field}::${version}` : arn));
    this.policy = pulumi
      .all([secretArn, kmsKeyArn])
      .apply(([arn, kms]) => readKeyPolicy({ secretArn: arn, kmsKeyArn: kms }));
    const { secretVersionId, valueFrom, policy } = this;
    this.registerOutputs({ secretArn, secretVersionId, valueFrom, policy });
  }
}

function problems(given: object): string[] {
  const found = shape(given, "");
  return found.length > 0 ? found : keySourceProblems(given);
}
