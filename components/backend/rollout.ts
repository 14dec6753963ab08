import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import { fields, oneOf, plain, type Rule, whole } from "../rules";
import type { LiveAlias } from "./liveAlias";

/** How calls move from one version of the function to the next. */
export interface Rollout {
  /** `canary`: a share first, then all. `linear`: a share after the other. `allAtOnce`: all, but back when an alarm goes off. */
  strategy: "canary" | "linear" | "allAtOnce";
  /** The first share, or each, in percent. @default 10 */
  percentage?: number;
  /** Minutes from one share to the next. @default 5 */
  minutes?: number;
}

/** CodeDeploy's quota, which cannot be raised: minutes between the first and the last shift of calls. */
const mostMinutes = 2880;
const defaults = { percentage: 10, minutes: 5 };

const rollout: Record<keyof Rollout, Rule> = {
  strategy: plain(oneOf("canary", "linear", "allAtOnce")),
  percentage: plain(whole(1, 99)),
  minutes: plain(whole(1, mostMinutes)),
};
export const rolloutRule: Rule = fields(rollout, ["strategy"]);

/** Arguments that exclude a rollout, or do not fit it. */
export function rolloutProblems(given: {
  rollout?: unknown;
  alarms?: unknown;
  provisionedConcurrency?: unknown;
  transform?: unknown;
}): string[] {
  if (given.rollout === undefined) {
    return [];
  }
  const { strategy, percentage, minutes } = given.rollout as Rollout;
  const isShared = strategy !== "allAtOnce";
  const until = minutesOf({ ...defaults, ...(given.rollout as Rollout) });
  return [
    given.alarms === false && "rollout: only with alarms, which are its brake, and alarms is false",
    given.provisionedConcurrency !== undefined &&
      "rollout: not with provisionedConcurrency; AWS keeps no instances ready for an alias whose calls are shared",
    (given.transform as { alias?: unknown } | undefined)?.alias !== undefined &&
      "transform.alias: not with rollout, where CloudFormation has the alias",
    !isShared &&
      (percentage ?? minutes) !== undefined &&
      "rollout: percentage and minutes are for the strategies canary and linear",
    isShared &&
      until > mostMinutes &&
      `rollout: the last share would come after ${until} minutes, but CodeDeploy takes ${mostMinutes}, which is two days; raise percentage or lower minutes`,
  ].filter((problem) => problem !== false);
}

/** Minutes from the first share to the last. */
const minutesOf = ({ strategy, percentage, minutes }: Required<Rollout>): number =>
  (strategy === "linear" ? Math.ceil(100 / percentage) - 1 : 1) * minutes;

interface RolloutOptions {
  name: string;
  rollout: Rollout;
  lambda: LambdaFunction;
  /** The alarms that stop a rollout. They come later, since some of them watch the entry, which needs the alias. */
  alarms: Promise<readonly MetricAlarm[]>;
  boundary: pulumi.Input<string> | undefined;
  tags: Record<string, pulumi.Input<string>>;
  opts: pulumi.CustomResourceOptions;
}

/** Minutes that CloudFormation may need besides the shares: it waits for CodeDeploy, and CodeDeploy for the alarms. */
const spareMinutes = 30;

/** The alias as CloudFormation has it. With this policy, and only so, a changed version is handed to CodeDeploy. */
const template = JSON.stringify({
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "The alias of a function, moved from version to version by CodeDeploy",
  Parameters: Object.fromEntries(
    ["FunctionName", "FunctionVersion", "Application", "DeploymentGroup"].map((name) => [name, { Type: "String" }]),
  ),
  Resources: {
    Alias: {
      Type: "AWS::Lambda::Alias",
      Properties: {
        FunctionName: { Ref: "FunctionName" },
        FunctionVersion: { Ref: "FunctionVersion" },
        Name: "live",
      },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: "Application" },
          DeploymentGroupName: { Ref: "DeploymentGroup" },
        },
      },
    },
  },
});

/**
 * The alias `live`, which CodeDeploy moves to a new version share by share, and back when one of the alarms goes off; the update of the stack fails then.
 *
 * Nothing in Pulumi starts a deployment of CodeDeploy. CloudFormation does when it owns the alias, so it is in a stack of CloudFormation with nothing else in it.
 */
export function rolledOut(options: RolloutOptions): LiveAlias {
  const { name, rollout: given, lambda, alarms, tags, opts } = options;
  const { Application } =
    require("@pulumi/aws/codedeploy/application.js") as typeof import("@pulumi/aws/codedeploy/application.js");
  const { DeploymentGroup } =
    require("@pulumi/aws/codedeploy/deploymentGroup.js") as typeof import("@pulumi/aws/codedeploy/deploymentGroup.js");
  const { Stack } =
    require("@pulumi/aws/cloudformation/stack.js") as typeof import("@pulumi/aws/cloudformation/stack.js");
  const application = new Application(`${name}-rollout`, { computePlatform: "Lambda", tags }, opts);
  const group = new DeploymentGroup(
    `${name}-rollout`,
    {
      appName: application.name,
      deploymentGroupName: "live",
      deploymentConfigName: configName(name, given, opts),
      serviceRoleArn: serviceRole(options),
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      alarmConfiguration: { enabled: true, alarms: alarms.then((brakes) => brakes.map((alarm) => alarm.name)) },
      autoRollbackConfiguration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      tags,
    },
    opts,
  );
  const { percentage = 10, minutes = 5, strategy } = given;
  const shares = strategy === "linear" ? Math.ceil(100 / percentage) : 1;
  const update = `${(strategy === "allAtOnce" ? 0 : shares * minutes) + spareMinutes}m`;
  const stack = new Stack(
    `${name}-live`,
    {
      // Begins with a letter and has no underscore, as CloudFormation wants it.
      name: lambda.name.apply((known) => `live-${known.replaceAll("_", "-")}`),
      templateBody: template,
      parameters: {
        FunctionName: lambda.name,
        FunctionVersion: lambda.version,
        Application: application.name,
        DeploymentGroup: group.deploymentGroupName,
      },
      tags,
    },
    { ...opts, customTimeouts: { update } },
  );
  // By the stack's id, which stays, and not by its outputs: a preview does not know those while the stack changes, and would show a new address.
  const arn = pulumi.all([lambda.arn, stack.id]).apply(([ofFunction]) => `${ofFunction}:live`);
  const invokeArn = arn.apply((known) => {
    const [, partition, , region] = known.split(":");
    return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${known}/invocations`;
  });
  return { name: stack.id.apply(() => "live"), arn, invokeArn };
}

function configName(
  name: string,
  { strategy, percentage = 10, minutes = 5 }: Rollout,
  opts: pulumi.CustomResourceOptions,
) {
  if (strategy === "allAtOnce") {
    return "CodeDeployDefault.LambdaAllAtOnce";
  }
  const { DeploymentConfig } =
    require("@pulumi/aws/codedeploy/deploymentConfig.js") as typeof import("@pulumi/aws/codedeploy/deploymentConfig.js");
  const share = { percentage, interval: minutes };
  const trafficRoutingConfig =
    strategy === "canary"
      ? { type: "TimeBasedCanary", timeBasedCanary: share }
      : { type: "TimeBasedLinear", timeBasedLinear: share };
  return new DeploymentConfig(`${name}-rollout`, { computePlatform: "Lambda", trafficRoutingConfig }, opts).id;
}

/** What CodeDeploy may do: move this function's alias, and look at alarms, at all of them as in AWS's own policy for it. */
function serviceRole({ name, lambda, boundary, tags, opts }: RolloutOptions): pulumi.Output<string> {
  const { Role } = require("@pulumi/aws/iam/role.js") as typeof import("@pulumi/aws/iam/role.js");
  const { RolePolicy } = require("@pulumi/aws/iam/rolePolicy.js") as typeof import("@pulumi/aws/iam/rolePolicy.js");
  const principal = { Service: "codedeploy.amazonaws.com" };
  const role = new Role(
    `${name}-rollout`,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
      }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
      tags,
    },
    opts,
  );
  const policy = lambda.arn.apply((arn) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "MoveAlias",
          Effect: "Allow",
          Action: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
          Resource: [arn, `${arn}:*`],
        },
        { Sid: "WatchAlarms", Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" },
      ],
    }),
  );
  const attached = new RolePolicy(`${name}-rollout`, { role: role.name, policy }, opts);
  // Whoever uses the role waits for its policy.
  return pulumi.all([role.arn, attached.id]).apply(([arn]) => arn);
}
