// Proves exactly what is registered for a delivered key: resources, arguments, options, the policy, and what is secret. Pulumi is mocked:
// what the engine makes of it is in engine.test.ts; AWS is not asked.
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import "../../../components/delivery";
import { Customer } from "../../../components/customer";
import type { CustomerArgs } from "../../../components/customerArgs";
import { resourcePolicy } from "../../../components/delivery/resourcePolicy";
import { arnOf, children, inputsOf, type Recorded, record, settled } from "../backend/record";

const types = {
  secret: "aws:secretsmanager/secret:Secret",
  version: "aws:secretsmanager/secretVersion:SecretVersion",
  policy: "aws:secretsmanager/secretPolicy:SecretPolicy",
};
const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef";
const description = "A managed API key. Written by Pulumi.";

/** What the provider answers of every key. */
const made = {
  apiKeyId: "api_key_2",
  secretToken: "acme_sk_second",
  previousApiKeyId: "api_key_1",
  previousSecretToken: "acme_sk_first",
  previousRetireAt: "2026-12-08T00:00:00Z",
  rotateAt: "2027-03-01T00:00:00Z",
  currentExpireTime: "2027-04-01T00:00:00Z",
  organizationId: "org_1",
};

const declare =
  (args: Partial<CustomerArgs>, opts: pulumi.ComponentResourceOptions = {}) =>
  () =>
    new Customer("acme", { displayName: "Acme", apiKeys: { ci: {} }, ...args }, opts);

const registered = (args: Partial<CustomerArgs>, key: object = made, preview = false): Promise<Recorded[]> =>
  record(declare(args), { tesseral: key, preview });

it("is nothing without deliverTo, or with none", async () => {
  expect(children(await registered({}))).toEqual([]);
  expect(children(await registered({ deliverTo: "none" }))).toEqual([]);
  const optedOut = { deliverTo: { awsSecretsManager: {} }, apiKeys: { ci: { deliverTo: "none" as const } } };
  expect(children(await registered(optedOut))).toEqual([]);
});

it("is a secret and its value, in a first preview, too", async () => {
  const args = { deliverTo: { awsSecretsManager: {} } };
  for (const preview of [false, true]) {
    const found = await registered(args, made, preview);
    expect(children(found)).toEqual([`${types.secret} acme-ci`, `${types.version} acme-ci`]);
    expect(inputsOf(found, types.secret, "acme-ci")).toEqual({
      name: "project/stack/acme/ci",
      description,
      recoveryWindowInDays: 30,
      tags: {},
    });
  }
});

it("holds both tokens while both work, as a secret of the stack", async () => {
  const found = await registered({ deliverTo: { awsSecretsManager: {} } });
  const { secretId, secretString } = inputsOf(found, types.version, "acme-ci");
  expect(secretId).toBe(arnOf(types.secret, "acme-ci"));
  const { secret } = secretString as { secret: string };
  expect(secret).toBe(
    '{"secretToken":"acme_sk_second","previousSecretToken":"acme_sk_first","apiKeyId":"api_key_2","organizationId":"org_1",' +
      '"expireTime":"2027-04-01T00:00:00Z","rotateAt":"2027-03-01T00:00:00Z"}',
  );
  expect(JSON.stringify(found.filter(({ type }) => type !== types.version))).not.toContain("acme_sk_");
});

it("leaves out what there is not, such as a token before that no longer works", async () => {
  const { previousRetireAt: _, rotateAt: __, currentExpireTime: ___, ...dead } = made;
  const found = await registered({ deliverTo: { awsSecretsManager: {} } }, dead);
  const { secret } = inputsOf(found, types.version, "acme-ci").secretString as { secret: string };
  expect(secret).toBe('{"secretToken":"acme_sk_second","apiKeyId":"api_key_2","organizationId":"org_1"}');
});

const everything: CustomerArgs["deliverTo"] = {
  awsSecretsManager: {
    name: "keys/{customer}/{key}",
    kmsKeyId,
    sharedWith: ["210987654321", "arn:aws:iam::210987654321:role/api-client"],
    recoveryWindowInDays: 7,
    replicaRegions: ["eu-west-1"],
    region: "eu-central-1",
    tags: { team: "api" },
  },
};

it("has every option", async () => {
  const found = await registered({ deliverTo: everything });
  // The version waits for the key, the policy does not.
  expect(children(found).sort()).toEqual([types.secret, types.policy, types.version].map((type) => `${type} acme-ci`));
  expect(inputsOf(found, types.secret, "acme-ci")).toEqual({
    name: "keys/acme/ci",
    description,
    kmsKeyId,
    recoveryWindowInDays: 7,
    replicas: [{ region: "eu-west-1", kmsKeyId: kmsKeyId.replace("us-east-1", "eu-west-1") }],
    region: "eu-central-1",
    tags: { team: "api" },
  });
  expect(inputsOf(found, types.version, "acme-ci").region).toBe("eu-central-1");
  const { policy, ...rest } = inputsOf(found, types.policy, "acme-ci");
  const secretArn = arnOf(types.secret, "acme-ci");
  expect(rest).toEqual({ secretArn, blockPublicPolicy: true, region: "eu-central-1" });
  expect(JSON.parse(String(policy))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadThisSecret",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::210987654321:role/api-client", "arn:aws:iam::210987654321:root"] },
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: secretArn,
      },
    ],
  });
});

it("is the same in another program under another name", async () => {
  const both = await record(
    () => {
      new Customer("acme", {
        displayName: "Acme",
        deliverTo: everything,
        apiKeys: { a: {}, b: { deliverTo: "none" } },
      });
      new Customer("globex", { displayName: "Globex", deliverTo: everything, apiKeys: { a: {} } });
    },
    { tesseral: made },
  );
  const names = both.filter(({ type }) => type === types.secret).map(({ inputs }) => inputs.name);
  expect(names).toEqual(["keys/acme/a", "keys/globex/a"]);
});

it("names an account in the partition of its secret", () => {
  expect(
    resourcePolicy("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:x-AbCdEf", ["210987654321"]),
  ).toContain('"AWS":["arn:aws-cn:iam::210987654321:root"]');
});

it("keeps names, old versions, and what is released", async () => {
  const options = async (args: Partial<CustomerArgs>) => {
    const seen: Record<string, unknown>[] = [];
    const look: pulumi.ResourceTransformation = ({ type, opts }) => {
      const { ignoreChanges, retainOnDelete, protect, deletedWith, aliases = [] }: pulumi.CustomResourceOptions = opts;
      seen.push({ type, ignoreChanges, retainOnDelete, protect, deletedWith, aliases });
      return undefined;
    };
    const opts = { aliases: [{ name: "corp" }], transformations: [look] };
    await record(declare({ deliverTo: everything, ...args }, opts), { tesseral: made });
    return seen.filter(({ type }) => String(type).startsWith("aws:"));
  };
  const shared = { protect: false, deletedWith: undefined, aliases: [{ name: "corp-ci" }] };
  expect(await options({})).toEqual([
    { type: types.secret, ignoreChanges: ["name"], retainOnDelete: false, ...shared },
    { type: types.version, ignoreChanges: undefined, retainOnDelete: true, ...shared },
    { type: types.policy, ignoreChanges: undefined, retainOnDelete: false, ...shared },
  ]);
  expect((await options({ onRemoval: "release" })).map(({ retainOnDelete }) => retainOnDelete)).toEqual([
    true,
    true,
    true,
  ]);
});

it("gives the ARNs out, of the keys that are delivered", async () => {
  let arns: Promise<Record<string, string>> | undefined;
  await record(
    () => {
      const apiKeys = { ci: {}, live: { deliverTo: "none" as const } };
      arns = settled(new Customer("acme", { displayName: "Acme", deliverTo: everything, apiKeys }).secretArns);
    },
    { tesseral: made },
  );
  expect(await arns).toEqual({ ci: arnOf(types.secret, "acme-ci") });
});

it("takes outputs of other resources", async () => {
  const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
  const sharing = (kms: string, who: string) => ({
    deliverTo: { awsSecretsManager: { kmsKeyId: later(kms), sharedWith: [later(who)] } },
  });
  const found = await registered(sharing(kmsKeyId, "210987654321"));
  expect(inputsOf(found, types.secret, "acme-ci").kmsKeyId).toBe(kmsKeyId);
});

it("refuses what cannot be before anything is registered", async () => {
  const refusal = async (deliverTo: CustomerArgs["deliverTo"], apiKeys = {}) => {
    const found = await record(() => {
      expect(() => declare({ ...(deliverTo && { deliverTo }), apiKeys: { ci: {}, ...apiKeys } })()).toThrowError(
        expect.objectContaining({ message: expect.stringMatching(/^Customer "acme": apiKeys\./) }),
      );
    });
    return found.map(({ type }) => type);
  };
  expect(await refusal({ awsSecretsManager: { sharedWith: ["210987654321"] } })).toEqual(["tesseral:index:Customer"]);
  expect(await refusal({ awsSecretsManager: { name: "{customer}" } }, { live: {} })).toEqual([
    "tesseral:index:Customer",
  ]);
});
