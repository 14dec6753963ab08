// Proves what may be written of deliveries for the stack, a customer and a key, where its problems are shown, and what the customers are
// that come out. What is made of them: test/components/delivery.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { checkDeclarations } from "../../config/checkDeclarations";
import { fileShape } from "../../config/customerShape";
import { stackDelivery } from "../../config/deliveryRules";
import { problemLines } from "../../config/problem";
import type { StackFile } from "../../config/stackFile";
import { readYaml } from "../../config/yamlSource";
import { now } from "./declared";

const kmsKeyId = "alias/customers";

beforeAll(async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "shop", "prod");
});

beforeEach(() => pulumi.runtime.setAllConfig({}));

/** Customers from a text, with what the stack's file says of deliveries. */
function read(text: string, stackText = "") {
  const source = readYaml(stackText, "Pulumi.prod.yaml");
  const config = (source.value ?? {}) as Record<string, unknown>;
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([name, value]) => [name, JSON.stringify(value)])),
  );
  const stackFile: StackFile = { config, locate: source.locate };
  const delivery = stackDelivery(stackFile);
  const declared = { ...readYaml(text, "customers.yaml"), shape: fileShape, root: [] };
  const { customers, problems } = checkDeclarations([declared], now, delivery);
  return { customers, problems: [...problemLines(delivery.problems, source.locate), ...problems] };
}

const two = `customers:
  acme:
    displayName: Acme
    deliverTo: { awsSecretsManager: { sharedWith: ["123456789012"] } }
    apiKeys:
      ci:
      live: { deliverTo: none }
  globex: { displayName: Globex, apiKeys: { ci: { deliverTo: { awsSecretsManager: { name: "{stack}/{customer}" } } }, live: } }
`;

it("gives each key what holds for it", () => {
  const { customers, problems } = read(two, `tesseral:deliverTo: { awsSecretsManager: { kmsKeyId: ${kmsKeyId} } }`);
  expect(problems).toEqual([]);
  expect(customers).toEqual({
    acme: {
      displayName: "Acme",
      apiKeys: { ci: { deliverTo: { awsSecretsManager: { kmsKeyId, sharedWith: ["123456789012"] } } }, live: {} },
    },
    globex: {
      displayName: "Globex",
      apiKeys: {
        ci: { deliverTo: { awsSecretsManager: { kmsKeyId, name: "{stack}/{customer}" } } },
        live: { deliverTo: { awsSecretsManager: { kmsKeyId } } },
      },
    },
  });
});

it("leaves the customers as they are when the stack says nothing, be it the empty map of Pulumi.yaml", () => {
  const { customers } = read(
    two.replace("sharedWith", "replicaRegions").replace("123456789012", "eu-west-1"),
    "tesseral:deliverTo: {}",
  );
  expect(customers.acme?.deliverTo).toEqual({ awsSecretsManager: { replicaRegions: ["eu-west-1"] } });
});

it("shows a combination where the field is that needs the other", () => {
  expect(read(two).problems).toEqual([
    "customers.yaml:4:51 customers.acme.deliverTo.awsSecretsManager.sharedWith: needs kmsKeyId with a KMS key of your own: the key that AWS " +
      "manages, aws/secretsmanager, decrypts for your account alone, and nobody can change its policy (TSL-DELIVERY)",
  ]);
});

it("shows what the stack declares in the stack's file, once for all keys", () => {
  expect(
    read(
      "customers: { acme: { displayName: Acme, apiKeys: { a: , b: } } }",
      "tesseral:deliverTo: { awsSecretsManager: { name: 'k/{cust}' } }",
    ).problems,
  ).toEqual([
    'Pulumi.prod.yaml:1:50 tesseral:deliverTo.awsSecretsManager.name: has {cust}, which is no placeholder, did you mean "{customer}"? (TSL-DELIVERY)',
  ]);
});

it("finds names that two keys would have, in whatever customers they are", () => {
  const text = two.replace("{stack}/{customer}", "shop/prod/acme/ci").replace('sharedWith: ["123456789012"]', "");
  expect(read(text).problems).toEqual([
    "customers.yaml:8:91 customers.globex.apiKeys.ci.deliverTo.awsSecretsManager.name: gives shop/prod/acme/ci, as it does for acme.apiKeys.ci: " +
      "each token has a secret of its own. Let {customer} and {key} stand in the name (TSL-DELIVERY)",
  ]);
});

it("says nothing of combinations of what was wrong in itself", () => {
  const text =
    "customers: { acme: { displayName: Acme, deliverTo: { awsSecretsManager: { kmsKeyId: x, sharedWith: [123] } }, apiKeys: { a: } } }";
  expect(read(text).problems).toEqual([
    "customers.yaml:1:85 customers.acme.deliverTo.awsSecretsManager.kmsKeyId: is not a KMS key: give the ARN of a key " +
      "(arn:aws:kms:<region>:<account>:key/<id>), its id, or an alias such as alias/customers (TSL-VALUE)",
    "customers.yaml:1:101 customers.acme.deliverTo.awsSecretsManager.sharedWith[0]: must be text, but it is a number: put it in quotes (TSL-VALUE)",
  ]);
});

it.each([
  ["yes", 'must be "none" or a map of settings, but it is text (TSL-VALUE)'],
  ["{}", "awsSecretsManager is missing (TSL-MISSING)"],
  ["{ awsSecretManager: {} }", 'unknown field, did you mean "awsSecretsManager"? (TSL-FIELD)'],
  ["{ awsSecretsManager: { recoveryWindowInDays: 3 } }", "must be a whole number from 7 to 30, or 0 (TSL-VALUE)"],
  [
    "{ awsSecretsManager: { recoveryWindowInDays: '7' } }",
    "must be a whole number from 7 to 30, or 0, but it is text (TSL-VALUE)",
  ],
  ["{ awsSecretsManager: { tags: [a] } }", "must be a map of texts, but it is a list (TSL-VALUE)"],
  ["{ awsSecretsManager: { tags: { cost: 1 } } }", "must be text, but it is a number: put it in quotes (TSL-VALUE)"],
])("refuses deliverTo: %s", (written, message) => {
  const { problems } = read(`customers: { acme: { displayName: Acme, deliverTo: ${written}, apiKeys: { a: } } }`);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.replace(/^\S+ \S+ /u, "")).toBe(message);
});
