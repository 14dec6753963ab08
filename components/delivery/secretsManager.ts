import { Secret, type SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretPolicy } from "@pulumi/aws/secretsmanager/secretPolicy.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { coded } from "../../errors/coded";
import { refusal } from "../../providers/refusal";
import { ifKnown } from "../ifKnown";
import { deliveredValue } from "./deliveredValue";
import type { Delivery } from "./deliverer";
import { principalProblem } from "./deliveryProblems";
import { keyIn } from "./kmsKey";
import { resourcePolicy } from "./resourcePolicy";

/**
 * Declares the secret of one key, its value and, if it is shared, its policy.
 *
 * A secret keeps the name that it was made with, since programs of the customer read it by that: neither a renamed entry nor another
 * template replaces it. A changed value is a new version: AWS moves `AWSCURRENT` to it, and the version before becomes `AWSPREVIOUS`.
 * Pulumi replaces the version then, and would take that label from the old one if it ever knew of it; so nothing is done to old versions.
 */
export function deliverToSecretsManager(delivery: Delivery): pulumi.Output<string> {
  const { name, place, key, secretName, settings, options, isReleased } = delivery;
  const { recoveryWindowInDays = 30, replicaRegions = [], sharedWith = [], tags = {} } = settings;
  const region = settings.region === undefined ? {} : { region: settings.region };
  const kmsKeyId = settings.kmsKeyId === undefined ? undefined : pulumi.output(settings.kmsKeyId);

  const secretArgs: SecretArgs = {
    name: secretName,
    // Who may read the secret sees this, too.
    description: "A managed API key. Written by Pulumi.",
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    recoveryWindowInDays,
    ...(replicaRegions.length === 0 ? {} : { replicas: replicaRegions.map((each) => replica(each, kmsKeyId)) }),
    tags,
    ...region,
  };
  const secret = new Secret(name, secretArgs, { ...options, ignoreChanges: ["name"], retainOnDelete: isReleased });
  const secretString = pulumi.secret(
    // A preview knows the id if nothing about the key changes. What is unknown although the id is known does not exist.
    key.apiKeyId.apply(async (apiKeyId) => {
      const secretToken = await ifKnown(key.secretToken);
      if (secretToken === undefined) {
        throw refusal(coded("TSL-ADOPT-TOKEN", `${place}: ${tokenUnknown}`));
      }
      return deliveredValue({
        secretToken,
        apiKeyId,
        organizationId: (await ifKnown(key.organizationId)) ?? "",
        previousSecretToken: await ifKnown(key.previousSecretToken),
        previousRetireAt: await ifKnown(key.previousRetireAt),
        currentExpireTime: await ifKnown(key.currentExpireTime),
        rotateAt: await ifKnown(key.rotateAt),
      });
    }),
  );
  const versionArgs = { secretId: secret.id, secretString, ...region };
  new SecretVersion(name, versionArgs, { ...options, retainOnDelete: true });
  if (sharedWith.length > 0) {
    const principals = pulumi.output(sharedWith).apply((known) => {
      const problem = known.map(principalProblem).find((each) => each !== undefined);
      if (problem !== undefined) {
        throw refusal(coded("TSL-DELIVERY", `${place}.deliverTo.awsSecretsManager.sharedWith: ${problem}`));
      }
      return known;
    });
    const policy = pulumi.all([secret.arn, principals]).apply(([arn, known]) => resourcePolicy(arn, known));
    const policyArgs = { secretArn: secret.arn, policy, blockPublicPolicy: true, ...region };
    new SecretPolicy(name, policyArgs, { ...options, retainOnDelete: isReleased });
  }
  return secret.arn;
}

/** Why a token cannot be delivered, and what to do: the end of a sentence that begins with the key. */
const tokenUnknown =
  "its token is not in the stack, so it cannot be delivered: Tesseral shows a token once, and this key was not made here. Declare overlap " +
  "and rotate beside it, which makes a new one, or deliverTo: none";

function replica(region: string, kmsKeyId: pulumi.Output<string> | undefined) {
  return { region, ...(kmsKeyId && { kmsKeyId: kmsKeyId.apply((key) => keyIn(region, key) ?? key) }) };
}
