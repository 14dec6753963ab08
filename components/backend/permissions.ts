import type { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { kindOf } from "../../providers/given";
import { isLater, later } from "../later";
import { suggestion } from "../nearest";
import { both, fields, flag, list, matching, oneOf, plain, type Rule, record, text } from "../rules";

/** What the program may do in AWS, as a statement of an IAM policy. */
export interface PolicyStatement {
  /** Whether it allows or denies. @default "Allow" */
  effect?: pulumi.Input<"Allow" | "Deny">;
  /** `["dynamodb:GetItem", "dynamodb:Query"]`. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs, which may hold `*`. */
  resources: pulumi.Input<pulumi.Input<string>[]>;
  /** By operator and key: `{ StringEquals: { "aws:ResourceTag/team": "api" } }`. @default none */
  conditions?: Record<string, Record<string, pulumi.Input<pulumi.Input<string>[] | string>>>;
  /** Permits all actions of a service, or of AWS, on every resource. Without it that is refused. @default false */
  allowWildcard?: boolean;
}

// IAM user guide, "IAM JSON policy elements: Condition operators".
const operators = [
  ...["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  ...["StringLike", "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"],
  ...["NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan"],
  ...["DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress"],
  ...["NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null"],
];

function operatorProblem(name: string): string | undefined {
  const operator = name.replace(/^ForA(?:ll|ny)Values?:/, "").replace(/IfExists$/, "");
  return operators.includes(operator) ? undefined : `unknown operator${suggestion(operator, operators)}`;
}

const keyProblem = (name: string): string | undefined =>
  /^[\w-]+:\S+$/.test(name) ? undefined : "is not a condition key, such as aws:SourceIp";

/** IAM's JSON has numbers, dates and truth values as texts, too. */
const texts: Rule = (given, place) =>
  given === later || typeof given === "string"
    ? []
    : Array.isArray(given)
      ? list(text, 1, "name at least one")(given, place)
      : [`${place}: expected a string, such as "true" or "10", or a list of strings, not ${kindOf(given)}`];

const action = matching(/^(?:\*|[a-z0-9-]+:[\w*?]+)$/, "is not an action, such as dynamodb:GetItem");
const resource = matching(
  /^(?:\*|arn:[a-z*-]+:[a-z0-9*-]+:[^:\s]*:[^:\s]*:\S+)$/,
  "is not an ARN, such as arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
);

const shape: Record<keyof PolicyStatement, Rule> = {
  effect: oneOf("Allow", "Deny"),
  actions: list(action, 1, "name at least one action"),
  resources: list(resource, 1, "name at least one resource"),
  conditions: record(record(texts, keyProblem), operatorProblem),
  allowWildcard: plain(flag),
};

/** Every resource, or every one of a service in whatever region: `arn:aws:s3:::*` is all buckets with all that is in them. */
const isEverything = (given: unknown): boolean => /^(?:\*|arn:[^:]+:[^:]+:\*?:\*?:\*+)$/.test(String(given));
const isWholeService = (given: unknown): boolean => /^(?:[a-z0-9-]+:)?\*+$/.test(String(given));

const wildcard: Rule = (given, place) => {
  const { effect = "Allow", actions, resources, allowWildcard } = given as { [Name in keyof PolicyStatement]: unknown };
  if (allowWildcard === true || effect !== "Allow" || !Array.isArray(actions) || !Array.isArray(resources)) {
    return [];
  }
  const wide = actions.find((one) => one !== later && isWholeService(one));
  return wide !== undefined && resources.some(isEverything)
    ? [`${place}: "${wide}" on every resource; name actions or resources, or set allowWildcard: true`]
    : [];
};

/** Each statement, and together no more than IAM's 10,240 characters of a role's inline policies leave beside the component's own. */
const mostCharacters = 8000;
const size: Rule = (given, place) => {
  const { length } = JSON.stringify(policyOf(given as readonly Known[]));
  return length > mostCharacters
    ? [
        `${place}: ${length} characters, of at most ${mostCharacters}; move some to a managed policy and set managedPolicyArns`,
      ]
    : [];
};

export const policyStatementsRule: Rule = plain(
  both(list(both(fields(shape, ["actions", "resources"]), wildcard), 0), size),
);

const policyArn = matching(
  /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/\S+$/,
  "is not the ARN of a policy, arn:aws:iam::<account>:policy/<name>",
);
const notEverything: Rule = (given, place) =>
  /^arn:[a-z-]+:iam::aws:policy\/AdministratorAccess$/.test(String(given))
    ? [`${place}: AdministratorAccess is everything in the account; say what the program needs in policyStatements`]
    : [];
/** IAM's quota can be raised to this. */
const mostPolicies = 20;
const fewEnough: Rule = (given, place) => {
  const arns = given as readonly unknown[];
  const twice = arns.find((one, index) => one !== later && arns.indexOf(one) !== index);
  return [
    ...(arns.length > mostPolicies ? [`${place}: ${arns.length} policies; a role takes ${mostPolicies}`] : []),
    ...(twice === undefined ? [] : [`${place}: "${twice}" is there twice`]),
  ];
};

export const managedPolicyArnsRule: Rule = plain(both(list(both(policyArn, notEverything), 0), fewEnough));

interface Known {
  effect?: string;
  actions: readonly string[];
  resources: readonly string[];
  conditions?: Record<string, Record<string, readonly string[] | string>>;
}

const policyOf = (statements: readonly Known[]) => ({
  Version: "2012-10-17",
  Statement: statements.map(({ effect = "Allow", actions, resources, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  })),
});

interface PermissionOptions {
  name: string;
  role: Role;
  policyStatements: readonly PolicyStatement[];
  managedPolicyArns: readonly pulumi.Input<string>[];
  opts: pulumi.CustomResourceOptions;
}

/** The user's own permissions for the function's role, apart from the component's policy. Returns what the function waits for. */
export function ownPermissions(options: PermissionOptions): pulumi.Resource[] {
  const { name, role, policyStatements, managedPolicyArns, opts } = options;
  const made: pulumi.Resource[] = [];
  if (policyStatements.length > 0) {
    const policy = pulumi.output([...policyStatements]).apply((known) => JSON.stringify(policyOf(known as Known[])));
    made.push(new RolePolicy(`${name}-own`, { role: role.name, policy }, opts));
  }
  for (const [suffix, policyArn] of attachments(managedPolicyArns)) {
    const { RolePolicyAttachment } =
      require("@pulumi/aws/iam/rolePolicyAttachment.js") as typeof import("@pulumi/aws/iam/rolePolicyAttachment.js");
    made.push(new RolePolicyAttachment(`${name}-${suffix}`, { role: role.name, policyArn }, opts));
  }
  return made;
}

/** Managed policies by what their attachments are called: by the policy if it is known, so that another order changes nothing. */
function attachments(arns: readonly pulumi.Input<string>[]): [suffix: string, arn: pulumi.Input<string>][] {
  const called = (arn: string) => arn.replace(/^.*:policy\//, "").replace(/\W+/g, "-");
  const names = arns.map((arn, index) => (isLater(arn) ? String(index) : called(arn)));
  return arns.map((arn, index) => {
    const name = names[index] ?? "";
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    // AWS's own policy and one of the account can have one name, and a path reads like a hyphen.
    return [isAlone || isLater(arn) ? name : arn.replace(/^.*:iam::/, "").replace(/[^\w/]+/g, "-"), arn];
  });
}
