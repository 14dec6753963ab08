import type { ApiArgs } from "@pulumi/aws/apigatewayv2/api.js";
import type { StageArgs } from "@pulumi/aws/apigatewayv2/stage.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { AliasArgs } from "@pulumi/aws/lambda/alias.js";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { FunctionUrlArgs } from "@pulumi/aws/lambda/functionUrl.js";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import { callable, fields, type Rule } from "../rules";

/** Changes the arguments of one child before it is created: it gets them and returns those to use. */
export type Transform<Args> = (args: Args) => Args;

/** The escape hatch: everything that `@pulumi/aws` can do and `BackendArgs` does not cover. */
export interface BackendTransform {
  /** The function. */
  function?: Transform<FunctionArgs>;
  /** The alias `live`. */
  alias?: Transform<AliasArgs>;
  /** The function's role. */
  role?: Transform<RoleArgs>;
  /** The component's own policy of the role. */
  rolePolicy?: Transform<RolePolicyArgs>;
  /** The secret that holds the key. */
  secret?: Transform<SecretArgs>;
  /** The function's log group, and the access log's of an HTTP API. */
  logGroup?: Transform<LogGroupArgs>;
  /** The object in `codeBucket`. */
  codeObject?: Transform<BucketObjectv2Args>;
  /** The entry, with `url: "functionUrl"`. */
  functionUrl?: Transform<FunctionUrlArgs>;
  /** The entry, with `url: "httpApi"`. */
  httpApi?: Transform<ApiArgs>;
  /** The only stage of the HTTP API. */
  stage?: Transform<StageArgs>;
  /** Called for each alarm. */
  alarm?: Transform<MetricAlarmArgs>;
}

export const changed = <Args>(transform: Transform<Args> | undefined, args: Args): Args => transform?.(args) ?? args;

const rules: Record<keyof BackendTransform, Rule> = {
  function: callable,
  alias: callable,
  role: callable,
  rolePolicy: callable,
  secret: callable,
  logGroup: callable,
  codeObject: callable,
  functionUrl: callable,
  httpApi: callable,
  stage: callable,
  alarm: callable,
};

export const transformRule: Rule = fields(rules);
