// Proves what BackendKey registers and gives out, and what it refuses. Resources meet mocks here; that ECS, App Runner and
// External Secrets read what it gives them is not shown.

import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { BackendKey, type BackendKeyArgs } from "../../../components/backend";
import { uncoded } from "../../../errors/coded";
import { arnOf, children, inputsOf, record, settled } from "./record";
import { sampleKey } from "./sample";

const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared/key-AbCdEf";
const ownSecret = arnOf("aws:secretsmanager/secret:Secret", "api");

async function made(args: BackendKeyArgs) {
  let key: BackendKey | undefined;
  const found = await record(() => {
    key = new BackendKey("api", args);
  });
  if (!key) {
    throw new Error("not made");
  }
  const outputs = pulumi.all([key.secretArn, key.secretVersionId, key.valueFrom, key.policy]);
  const [arn, version, valueFrom, policy] = await settled(outputs);
  return { found, arn, version, valueFrom, statements: JSON.parse(policy).Statement as unknown[] };
}

const readKey = (arn: string) => ({
  Sid: "ReadBackendApiKey",
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: arn,
});

it("keeps a key in a secret, and names its version", async () => {
  const tags = { team: "api" };
  const { found, ...outputs } = await made({ backendApiKey: sampleKey, tags });
  expect(children(found)).toEqual([
    "aws:secretsmanager/secret:Secret api",
    "aws:secretsmanager/secretVersion:SecretVersion api",
  ]);
  expect(inputsOf(found, "aws:secretsmanager/secret:Secret", "api")).toEqual({
    description: "Tesseral backend API key of api",
    tags,
  });
  expect(inputsOf(found, "aws:secretsmanager/secretVersion:SecretVersion", "api")).toEqual({
    secretId: ownSecret,
    secretString: { secret: sampleKey },
  });
  expect(outputs).toEqual({
    arn: ownSecret,
    version: "version-of-api",
    valueFrom: `${ownSecret}:::version-of-api`,
    statements: [readKey(ownSecret)],
  });
});

it.each<[string, BackendKeyArgs, string]>([
  ["a secret that exists, by its current version", { backendApiKeySecretArn: secretArn }, secretArn],
  [
    "a version of it",
    { backendApiKeySecretArn: secretArn, backendApiKeySecretVersionId: pulumi.output("v-1") },
    `${secretArn}:::v-1`,
  ],
  [
    "a field of it",
    { backendApiKeySecretArn: pulumi.output(secretArn), backendApiKeySecretJsonKey: "key" },
    `${secretArn}:key::`,
  ],
])("names %s, and makes nothing", async (_, args, valueFrom) => {
  const { found, statements, ...outputs } = await made(args);
  expect(children(found)).toEqual([]);
  expect(outputs).toMatchObject({ arn: secretArn, valueFrom });
  expect(statements).toEqual([readKey(secretArn)]);
});

it("lets a role decrypt with one key, for that secret, through Secrets Manager", async () => {
  const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d";
  const { statements } = await made({ backendApiKeySecretArn: secretArn, kmsKeyArn });
  expect(statements).toEqual([
    readKey(secretArn),
    {
      Sid: "DecryptBackendApiKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
      Condition: {
        StringEquals: {
          "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
          "kms:EncryptionContext:SecretARN": secretArn,
        },
      },
    },
  ]);
});

describe("refuses, before anything is registered", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["no key", {}, "set backendApiKey, or backendApiKeySecretArn for a secret that exists already"],
    [
      "a misspelled argument",
      { backendApiKeys: sampleKey },
      'backendApiKeys: unknown argument, did you mean "backendApiKey"?',
    ],
    [
      "another kind of key, without showing it",
      { backendApiKey: "acme_sk_012" },
      "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it has another form",
    ],
    [
      "a secret's name",
      { backendApiKeySecretArn: "key" },
      'backendApiKeySecretArn: "key" is not the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>',
    ],
    [
      "a tag of Amazon's own",
      { backendApiKey: sampleKey, tags: { "aws:x": "y" } },
      "tags.aws:x: names that begin with aws: are Amazon's own",
    ],
  ])("%s", async (_, args, text) => {
    let message = "accepted";
    const found = await record(() => {
      try {
        new BackendKey("api", args as BackendKeyArgs);
      } catch (error) {
        message = (error as Error).message;
      }
    });
    expect(message).toMatch(/ \(TSL-BACKEND(-KEY)?\)$/);
    expect(uncoded(message)).toBe(`BackendKey "api": ${text}`);
    expect(found).toEqual([]);
  });
});
