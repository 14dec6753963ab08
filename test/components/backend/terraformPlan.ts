import type { Recorded } from "./record";

type Json = Record<string, unknown>;

/** Arguments that Terraform writes as a block, which a plan shows as a list of one. */
const blocks = new Set([
  "alarmConfiguration",
  "autoRollbackConfiguration",
  "deploymentStyle",
  "timeBasedCanary",
  "timeBasedLinear",
  "trafficRoutingConfig",
  "accessLogSettings",
  "cors",
  "corsConfiguration",
  "defaultRouteSettings",
  "domainNameConfiguration",
  "environment",
  "loggingConfig",
  "metricTransformation",
  "predefinedMetricSpecification",
  "scalableTargetAction",
  "targetTrackingScalingPolicyConfiguration",
  "tracingConfig",
  "vpcConfig",
]);

/** Names that differ by more than their spelling. */
const renamed: Readonly<Record<string, string>> = {
  "lambda_permission.function": "function_name",
  "lambda_function.code": "filename",
  "lambda_layer_version.code": "filename",
  "lambda_function.name": "function_name",
};

const types: Readonly<Record<string, string>> = {
  "aws:acm/certificate:Certificate": "acm_certificate",
  "aws:acm/certificateValidation:CertificateValidation": "acm_certificate_validation",
  "aws:apigatewayv2/api:Api": "apigatewayv2_api",
  "aws:apigatewayv2/apiMapping:ApiMapping": "apigatewayv2_api_mapping",
  "aws:apigatewayv2/domainName:DomainName": "apigatewayv2_domain_name",
  "aws:apigatewayv2/integration:Integration": "apigatewayv2_integration",
  "aws:apigatewayv2/route:Route": "apigatewayv2_route",
  "aws:apigatewayv2/stage:Stage": "apigatewayv2_stage",
  "aws:appautoscaling/policy:Policy": "appautoscaling_policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction": "appautoscaling_scheduled_action",
  "aws:appautoscaling/target:Target": "appautoscaling_target",
  "aws:cloudformation/stack:Stack": "cloudformation_stack",
  "aws:cloudwatch/dashboard:Dashboard": "cloudwatch_dashboard",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "cloudwatch_log_metric_filter",
  "aws:cloudwatch/logGroup:LogGroup": "cloudwatch_log_group",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "cloudwatch_metric_alarm",
  "aws:codedeploy/application:Application": "codedeploy_app",
  "aws:codedeploy/deploymentConfig:DeploymentConfig": "codedeploy_deployment_config",
  "aws:codedeploy/deploymentGroup:DeploymentGroup": "codedeploy_deployment_group",
  "aws:iam/role:Role": "iam_role",
  "aws:iam/rolePolicy:RolePolicy": "iam_role_policy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "iam_role_policy_attachment",
  "aws:lambda/alias:Alias": "lambda_alias",
  "aws:lambda/function:Function": "lambda_function",
  "aws:lambda/functionUrl:FunctionUrl": "lambda_function_url",
  "aws:lambda/layerVersion:LayerVersion": "lambda_layer_version",
  "aws:lambda/permission:Permission": "lambda_permission",
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "lambda_provisioned_concurrency_config",
  "aws:route53/record:Record": "route53_record",
  "aws:s3/bucketObjectv2:BucketObjectv2": "s3_object",
  "aws:sns/topic:Topic": "sns_topic",
  "aws:sns/topicSubscription:TopicSubscription": "sns_topic_subscription",
  "aws:secretsmanager/secret:Secret": "secretsmanager_secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "secretsmanager_secret_policy",
  "aws:secretsmanager/secretVersion:SecretVersion": "secretsmanager_secret_version",
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function values(type: string, inputs: Json): Json {
  const entries = Object.entries(inputs).map(([name, given]) => {
    const value = (given as Json | null)?.secret ?? (name === "code" ? "app.zip" : given);
    const block = blocks.has(name) ? [values(type, value as Json)] : value;
    return [renamed[`${type}.${name}`] ?? snake(name), block] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * What the component registered, as the JSON of a Terraform plan: the Pulumi plugin is made of the Terraform provider, and tools
 * that judge AWS resources read plans. @throws Error for a type that is not in the table
 */
export function terraformPlan(recorded: readonly Recorded[]): string {
  const resources = recorded
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, name, inputs }) => {
      const short = types[type];
      if (!short) {
        throw new Error(`no Terraform type is known for ${type}`);
      }
      const address = `aws_${short}.${name}`;
      return {
        address,
        mode: "managed",
        type: `aws_${short}`,
        name,
        provider_name: "aws",
        values: values(short, inputs),
      };
    });
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources } },
    resource_changes: resources.map(({ values: after, ...resource }) => ({
      ...resource,
      change: { actions: ["create"], before: null, after, after_unknown: {} },
    })),
    configuration: {
      root_module: { resources: resources.map(({ values: _, ...resource }) => ({ ...resource, expressions: {} })) },
    },
  });
}
