// Proves what policyStatements and managedPolicyArns register, and what of them is refused before anything is registered.
// Whether AWS lets the program do what a statement says is not shown.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { PolicyStatement } from "../../../components/backend";
import { children, inputsOf } from "./record";
import { sampleBackend } from "./sample";

const { registered, changed, refusal } = sampleBackend();
const table = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
const readTable: PolicyStatement = { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: [table] };
const ownPolicy = "aws:iam/rolePolicy:RolePolicy api-own";

const written = async (policyStatements: PolicyStatement[]) => {
  const { policy } = inputsOf(await registered({ policyStatements }), "aws:iam/rolePolicy:RolePolicy", "api-own");
  return JSON.parse(String(policy)) as { Statement: unknown[] };
};

it("puts statements into a policy of their own", async () => {
  const difference = await changed({ policyStatements: [readTable] });
  expect(difference).toEqual({ [ownPolicy]: { role: "api-1a2b3c4", policy: expect.any(String) } });
  expect(await written([readTable])).toEqual({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource: [table] }],
  });
});

it("writes effects, conditions and the ARNs of other resources", async () => {
  const conditions = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["tenant-*"] } };
  const denied: PolicyStatement = {
    effect: "Deny",
    actions: ["s3:*"],
    resources: pulumi.output(["*"]),
    conditions: { Bool: { "aws:SecureTransport": pulumi.output("false") } },
  };
  const { Statement: statements } = await written([
    { actions: pulumi.output(["dynamodb:GetItem"]), resources: [pulumi.output(table)], conditions },
    denied,
  ]);
  expect(statements).toEqual([
    { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [table], Condition: conditions },
    { Effect: "Deny", Action: ["s3:*"], Resource: ["*"], Condition: { Bool: { "aws:SecureTransport": "false" } } },
  ]);
});

it("registers the policy in a first preview, when no ARN is known", async () => {
  const policyStatements = [{ actions: ["dynamodb:GetItem"], resources: [pulumi.output(table)] }];
  expect(children(await registered({ policyStatements }, { preview: true }))).toContain(ownPolicy);
});

it("attaches managed policies, under names that do not depend on their order", async () => {
  const orders = "arn:aws:iam::123456789012:policy/team/orders";
  const tracing = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
  const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment api-";
  const expected = {
    [`${attachment}team-orders`]: { role: "api-1a2b3c4", policyArn: orders },
    [`${attachment}AWSXRayDaemonWriteAccess`]: { role: "api-1a2b3c4", policyArn: tracing },
  };
  expect(await changed({ managedPolicyArns: [orders, tracing] })).toEqual(expected);
  expect(await changed({ managedPolicyArns: [tracing, orders] })).toEqual(expected);
  expect(await changed({ managedPolicyArns: [pulumi.output(orders)] })).toEqual({
    [`${attachment}0`]: { role: "api-1a2b3c4", policyArn: orders },
  });
});

it("attaches policies of one name, AWS's and the account's own", async () => {
  const arns = ["aws:policy/ReadOnlyAccess", "123456789012:policy/ReadOnlyAccess", "123456789012:policy/a/b"].map(
    (tail) => `arn:aws:iam::${tail}`,
  );
  const attached = async (managedPolicyArns: string[]) => Object.keys(await changed({ managedPolicyArns })).sort();
  const names = ["123456789012-policy/ReadOnlyAccess", "a-b", "aws-policy/ReadOnlyAccess"];
  const expected = names.map((name) => `aws:iam/rolePolicyAttachment:RolePolicyAttachment api-${name}`);
  expect(await attached(arns)).toEqual(expected);
  expect(await attached(arns.reverse())).toEqual(expected);
});

describe("refuses, before anything is registered", () => {
  const statement = (changes: Record<string, unknown>) => ({ policyStatements: [{ ...readTable, ...changes }] });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "everything on everything",
      statement({ actions: ["*"], resources: ["*"] }),
      'policyStatements[0]: "*" on every resource; name actions or resources, or set allowWildcard: true',
    ],
    [
      "a whole service on everything",
      statement({ actions: ["dynamodb:GetItem", "s3:*"], resources: [table, "*"] }),
      'policyStatements[0]: "s3:*" on every resource; name actions or resources, or set allowWildcard: true',
    ],
    [
      "a whole service on every resource that it has",
      statement({ actions: ["s3:*"], resources: ["arn:aws:s3:::*"] }),
      'policyStatements[0]: "s3:*" on every resource; name actions or resources, or set allowWildcard: true',
    ],
    [
      "everything on every ARN",
      statement({ actions: ["*"], resources: ["arn:aws:*:*:*:*"] }),
      'policyStatements[0]: "*" on every resource; name actions or resources, or set allowWildcard: true',
    ],
    [
      "true in a condition",
      statement({ conditions: { Bool: { "aws:SecureTransport": true } } }),
      'policyStatements[0].conditions.Bool.aws:SecureTransport: expected a string, such as "true" or "10", or a list of strings, not true or false',
    ],
    ["no action", statement({ actions: [] }), "policyStatements[0].actions: name at least one action"],
    [
      "an action without its service",
      statement({ actions: ["GetItem"] }),
      'policyStatements[0].actions[0]: "GetItem" is not an action, such as dynamodb:GetItem',
    ],
    [
      "a table's name",
      statement({ resources: ["orders"] }),
      'policyStatements[0].resources[0]: "orders" is not an ARN, such as arn:aws:dynamodb:eu-west-1:123456789012:table/orders',
    ],
    [
      "another effect",
      statement({ effect: "allow" }),
      'policyStatements[0].effect: "allow" is none of "Allow", "Deny"',
    ],
    [
      "a misspelled operator",
      statement({ conditions: { StringEqual: { "aws:SourceVpc": "vpc-1" } } }),
      'policyStatements[0].conditions.StringEqual: unknown operator, did you mean "StringEquals"?',
    ],
    [
      "what is no condition key",
      statement({ conditions: { StringEquals: { team: "api" } } }),
      "policyStatements[0].conditions.StringEquals.team: is not a condition key, such as aws:SourceIp",
    ],
    [
      "the fields of IAM's JSON",
      { policyStatements: [{ Action: ["s3:GetObject"], resources: [table] }] },
      '\n  policyStatements[0].Action: unknown argument, did you mean "actions"?\n  policyStatements[0].actions: is required',
    ],
    [
      "a list that is known only later",
      { policyStatements: pulumi.output([readTable]) },
      "policyStatements: cannot be an output, because it decides what resources there are",
    ],
    [
      "more than a role's inline policies take",
      statement({ resources: Array.from({ length: 200 }, (_, index) => `${table}-${index}`) }),
      "policyStatements: 11807 characters, of at most 8000; move some to a managed policy and set managedPolicyArns",
    ],
    [
      "a policy's name",
      { managedPolicyArns: ["ReadOnlyAccess"] },
      'managedPolicyArns[0]: "ReadOnlyAccess" is not the ARN of a policy, arn:aws:iam::<account>:policy/<name>',
    ],
    [
      "the whole account",
      { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      "managedPolicyArns[0]: AdministratorAccess is everything in the account; say what the program needs in policyStatements",
    ],
    [
      "a policy twice",
      { managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"] },
      'managedPolicyArns: "arn:aws:iam::aws:policy/ReadOnlyAccess" is there twice',
    ],
  ])("%s", async (_, args, text) => {
    expect(await refusal(args)).toBe(`Backend "api":${text.startsWith("\n") ? "" : " "}${text}`);
  });

  it("but takes a wildcard on purpose, and one that is denied or limited", async () => {
    const wide = { actions: ["s3:*"], resources: ["*"] };
    expect(await refusal(statement({ ...wide, allowWildcard: true }))).toBe("accepted");
    expect(await refusal(statement({ ...wide, effect: "Deny" }))).toBe("accepted");
    expect(await refusal(statement({ ...wide, resources: ["arn:aws:s3:::orders/*"] }))).toBe("accepted");
    expect(await refusal(statement({ actions: ["sqs:*"], resources: ["arn:aws:sqs:eu-west-1:123456789012:*"] }))).toBe(
      "accepted",
    );
    expect(await refusal(statement({ actions: ["s3:ListAllMyBuckets"], resources: ["*"] }))).toBe("accepted");
  });
});
