// Lets the stand-in for Pulumi's AWS plugin do in a Secrets Manager what the real one does there, if a test names one in the environment:
// the calls for secrets, versions and policies, as the Terraform provider that it is made of makes them. Signatures are not made.
const { randomUUID } = require("node:crypto");

const secretSignature = "4dabf18193072939515e22adb298388d";
const address = process.env.ECHO_SECRETS_MANAGER_URL;
const credential = "Credential=echo/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0";

async function call(action, input) {
  const response = await fetch(address, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${action}`,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (response.status !== 200) {
    throw new Error(`${action} failed with ${response.status} ${answer.__type}: ${answer.message ?? answer.Message}`);
  }
  return answer;
}

const plain = (value) => (value?.[secretSignature] ? value.value : value);

const creations = {
  "aws:secretsmanager/secret:Secret": async ({ name, description, kmsKeyId }) => {
    const { ARN } = await call("CreateSecret", {
      Name: name,
      Description: description,
      ...(kmsKeyId && { KmsKeyId: kmsKeyId }),
      ClientRequestToken: randomUUID(),
    });
    return { id: ARN, arn: ARN };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": async ({ secretId, secretString }) => {
    const { VersionId } = await call("PutSecretValue", {
      SecretId: secretId,
      SecretString: plain(secretString),
      ClientRequestToken: randomUUID(),
    });
    return { id: `${secretId}|${VersionId}`, versionId: VersionId };
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": async ({ secretArn, policy }) => {
    await call("PutResourcePolicy", { SecretId: secretArn, ResourcePolicy: policy });
    return { id: secretArn };
  },
};

const deletions = {
  "aws:secretsmanager/secret:Secret": (id, { recoveryWindowInDays }) =>
    call("DeleteSecret", { SecretId: id, RecoveryWindowInDays: recoveryWindowInDays }),
  "aws:secretsmanager/secretPolicy:SecretPolicy": (id) => call("DeleteResourcePolicy", { SecretId: id }),
};

/** What is known of a resource that was made there, its id included; nothing where no Secrets Manager is named. */
exports.create = async (type, inputs) => (address && (await creations[type]?.(inputs))) || {};

exports.remove = async (type, id, inputs) => {
  if (address && type === "aws:secretsmanager/secretVersion:SecretVersion") {
    throw new Error(`${id} was to be deleted, which would take its labels from it`);
  }
  await (address && deletions[type]?.(id, inputs));
};
