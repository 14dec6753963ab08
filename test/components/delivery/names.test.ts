// Proves how a secret's name is made of a template, what is refused of names, keys, principals and combinations, and what holds of several
// levels. That the rules are AWS's is taken from its documentation.
import { describe, expect, it } from "vitest";
import { type DeliverTo, deliveryOf, type SecretsManagerDelivery } from "../../../components/delivery/deliverTo";
import { deliveryProblems } from "../../../components/delivery/deliveryProblems";
import { keyIn } from "../../../components/delivery/kmsKey";
import { secretName } from "../../../components/delivery/secretName";

const named = { project: "shop", stack: "prod", customer: "acme", key: "ci" };
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555";
const multiRegion = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef";

it("puts the key's names into a template", () => {
  expect(secretName("{project}/{stack}/{customer}/{key}", named)).toBe("shop/prod/acme/ci");
  expect(secretName("keys/{customer}-{key}-{customer}", named)).toBe("keys/acme-ci-acme");
});

const ownKey =
  "needs kmsKeyId with a KMS key of your own: the key that AWS manages, aws/secretsmanager, decrypts for your account alone, and nobody " +
  "can change its policy";
const principal =
  "must name the customer's AWS account by its 12 digits, or a role or user in it, such as arn:aws:iam::123456789012:role/api-client";

describe("refuses", () => {
  it.each<[string, SecretsManagerDelivery, string, string]>([
    [
      "a misspelled placeholder",
      { name: "{custmer}/{key}" },
      "name",
      'has {custmer}, which is no placeholder, did you mean "{customer}"?',
    ],
    [
      "another placeholder",
      { name: "{region}" },
      "name",
      "has {region}, which is no placeholder; there are {project}, {stack}, {customer}, {key}",
    ],
    ["a brace", { name: "{key" }, "name", 'gives "{key", and Secrets Manager takes letters, digits and /_+=.@- only'],
    [
      "a blank",
      { name: "keys of {customer}" },
      "name",
      'gives "keys of acme", and Secrets Manager takes letters, digits and /_+=.@- only',
    ],
    ["nothing", { name: "" }, "name", "must not be empty"],
    ["a long name", { name: "x".repeat(513) }, "name", "gives a name of 513 characters, and Secrets Manager takes 512"],
    [
      "no key",
      { kmsKeyId: "my-key" },
      "kmsKeyId",
      "is not a KMS key: give the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), its id, or an alias such as alias/customers",
    ],
    ["sharing without a key", { sharedWith: ["123456789012"] }, "sharedWith", ownKey],
    [
      "sharing with AWS's key",
      { sharedWith: ["123456789012"], kmsKeyId: "alias/aws/secretsmanager" },
      "sharedWith",
      ownKey,
    ],
    [
      "sharing with AWS's key by its ARN",
      { sharedWith: ["123456789012"], kmsKeyId: "arn:aws:kms:us-east-1:123456789012:alias/aws/secretsmanager" },
      "sharedWith",
      ownKey,
    ],
    ["sharing with everybody", { sharedWith: ["*"], kmsKeyId: keyArn }, "sharedWith", principal],
    ["11 digits", { sharedWith: ["12345678901"], kmsKeyId: keyArn }, "sharedWith", principal],
    [
      "a federated user",
      { sharedWith: ["arn:aws:sts::123456789012:federated-user/x"], kmsKeyId: keyArn },
      "sharedWith",
      principal,
    ],
    [
      "a short window",
      { recoveryWindowInDays: 3 },
      "recoveryWindowInDays",
      "must be a whole number of days from 7 to 30, or 0 to delete at once",
    ],
    ["a place that is no region", { region: "Ireland" }, "region", "must be a region of AWS, such as eu-west-1"],
    [
      "a replica where the secret is",
      { region: "eu-west-1", replicaRegions: ["eu-west-1"] },
      "replicaRegions",
      "names the region in which the secret is: leave it out",
    ],
    [
      "replicas with a key of one region",
      { kmsKeyId: keyArn, replicaRegions: ["eu-west-1"] },
      "replicaRegions",
      "needs a kmsKeyId that exists in each region, and this key is in one: name a multi-Region key (its id begins with mrk-) or an alias that you have in every region",
    ],
    [
      "Amazon's tags",
      { tags: { "aws:team": "x" } },
      "tags",
      'has "aws:team", but names that begin with aws: are Amazon\'s own',
    ],
    ["long tags", { tags: { team: "x".repeat(257) } }, "tags", "has more than 256 characters in team"],
  ])("%s", (_, delivery, field, message) => {
    expect(deliveryProblems(delivery, named)).toEqual([{ field, message }]);
  });
});

it.each<[string, SecretsManagerDelivery]>([
  ["nothing at all", {}],
  [
    "every kind of principal",
    {
      kmsKeyId: keyArn,
      sharedWith: [
        "123456789012",
        "arn:aws:iam::123456789012:role/path/to/x",
        "arn:aws:iam::123456789012:user/x",
        "arn:aws:iam::123456789012:root",
      ],
    },
  ],
  ["a key's id", { kmsKeyId: "0a1b2c3d-0000-1111-2222-333344445555" }],
  ["replicas with a multi-Region key", { kmsKeyId: multiRegion, replicaRegions: ["eu-west-1", "us-gov-west-1"] }],
  ["replicas with an alias", { kmsKeyId: "alias/customers", replicaRegions: ["eu-west-1"] }],
  ["no recovery", { recoveryWindowInDays: 0 }],
])("takes %s", (_, delivery) => {
  expect(deliveryProblems(delivery, named)).toEqual([]);
});

it("finds a key in another region by its id or its alias", () => {
  expect(keyIn("eu-west-1", multiRegion)).toBe(multiRegion.replace("us-east-1", "eu-west-1"));
  expect(keyIn("eu-west-1", "arn:aws:kms:us-east-1:123456789012:alias/x")).toBe(
    "arn:aws:kms:eu-west-1:123456789012:alias/x",
  );
  expect(keyIn("eu-west-1", "alias/x")).toBe("alias/x");
  expect(keyIn("eu-west-1", keyArn)).toBeUndefined();
});

it("takes the last level's word for whether, and the fields of all for how", () => {
  const stack: DeliverTo = { awsSecretsManager: { kmsKeyId: keyArn, tags: { team: "api", stage: "prod" } } };
  const customer: DeliverTo = { awsSecretsManager: { sharedWith: ["123456789012"], tags: { stage: "test" } } };
  expect(deliveryOf()).toBeUndefined();
  expect(deliveryOf(stack, undefined, undefined)).toEqual(stack.awsSecretsManager);
  expect(deliveryOf(stack, customer)).toEqual({
    kmsKeyId: keyArn,
    sharedWith: ["123456789012"],
    tags: { team: "api", stage: "test" },
  });
  expect(deliveryOf(stack, "none")).toBeUndefined();
  expect(deliveryOf(stack, "none", customer)).toEqual(deliveryOf(stack, customer));
});
