// Proves what rollout registers, what of it is refused, and that the alias keeps its name. That CloudFormation hands the alias to CodeDeploy, and
// that CodeDeploy moves it back, is AWS's work and not shown.
import { expect, it } from "vitest";
import { type Backend, type BackendArgs, Backend as Component } from "../../../components/backend";
import { record } from "./record";
import { sampleBackend } from "./sample";

const { changed, refusal, required } = sampleBackend();
const stack = "aws:cloudformation/stack:Stack api-live";
const config = "aws:codedeploy/deploymentConfig:DeploymentConfig api-rollout";
const group = "aws:codedeploy/deploymentGroup:DeploymentGroup api-rollout";

const ofFunction = "arn:aws:lambda:us-east-1:123456789012:function:api";
const policy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "MoveAlias",
      Effect: "Allow",
      Action: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
      Resource: [ofFunction, `${ofFunction}:*`],
    },
    { Sid: "WatchAlarms", Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" },
  ],
};
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "codedeploy.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

it("hands the alias to CloudFormation, with CodeDeploy to move it and two alarms to stop it, and changes nothing of the entry", async () => {
  const found = await changed({ rollout: { strategy: "canary" } });
  const { templateBody, ...ofStack } = found[stack] as unknown as Record<string, unknown>;
  expect(JSON.parse(String(templateBody)).Resources).toEqual({
    Alias: {
      Type: "AWS::Lambda::Alias",
      Properties: { FunctionName: { Ref: "FunctionName" }, FunctionVersion: { Ref: "FunctionVersion" }, Name: "live" },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: "Application" },
          DeploymentGroupName: { Ref: "DeploymentGroup" },
        },
      },
    },
  });
  expect({ ...found, [stack]: ofStack }).toEqual({
    [stack]: {
      name: "live-api-1a2b3c4",
      parameters: {
        FunctionName: "api-1a2b3c4",
        FunctionVersion: "7",
        Application: "api-rollout-1a2b3c4",
        DeploymentGroup: "live",
      },
      tags: {},
    },
    "aws:codedeploy/application:Application api-rollout": { computePlatform: "Lambda", tags: {} },
    [config]: {
      computePlatform: "Lambda",
      trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { percentage: 10, interval: 5 } },
    },
    [group]: {
      appName: "api-rollout-1a2b3c4",
      deploymentGroupName: "live",
      deploymentConfigName: "api-rollout-id",
      serviceRoleArn: "arn:aws:iam::123456789012:role/api-rollout",
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      alarmConfiguration: { enabled: true, alarms: ["api-errors-1a2b3c4", "api-unavailable-1a2b3c4"] },
      autoRollbackConfiguration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      tags: {},
    },
    "aws:iam/role:Role api-rollout": { assumeRolePolicy: JSON.stringify(trust), tags: {} },
    "aws:iam/rolePolicy:RolePolicy api-rollout": { role: "api-rollout-1a2b3c4", policy: JSON.stringify(policy) },
    // A share may last for a minute.
    "aws:cloudwatch/metricAlarm:MetricAlarm api-errors": { period: 60 },
    "aws:cloudwatch/metricAlarm:MetricAlarm api-unavailable": { period: 60 },
    "aws:lambda/alias:Alias api": "gone",
  });
});

it("stops at the same alarms behind an HTTP API, whose own alarm comes after it", async () => {
  const before: Partial<BackendArgs> = { url: "httpApi" };
  const found = await changed({ ...before, rollout: { strategy: "canary" } }, before);
  expect(found[group]).toMatchObject({
    alarmConfiguration: { alarms: ["api-errors-1a2b3c4", "api-unavailable-1a2b3c4"] },
  });
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${ofFunction}:live/invocations`;
  expect(found["aws:apigatewayv2/integration:Integration api"]).toEqual({ integrationUri: uri });
  const others = Object.keys(found).filter((name) => !/rollout|Stack|Alarm|Alias|Integration/.test(name));
  expect(others).toEqual([]); // routes, stage and permission name the alias as before
});

it("moves calls in equal shares, or at once", async () => {
  const linear = await changed({ rollout: { strategy: "linear", percentage: 25, minutes: 2 } });
  expect(linear[config]).toMatchObject({
    trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { percentage: 25, interval: 2 } },
  });
  const atOnce = await changed({ rollout: { strategy: "allAtOnce" } });
  expect(atOnce[config]).toBeUndefined();
  expect(atOnce[group]).toMatchObject({ deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce" });
});

it("has no alias of its own, and the same ARN", async () => {
  let api: Backend | undefined;
  await record(() => {
    api = new Component("api", { ...required, rollout: { strategy: "canary" } });
  });
  expect(api?.alias).toBeUndefined();
  expect(await new Promise((resolve) => api?.aliasArn.apply(resolve))).toBe(`${ofFunction}:live`);
});

it.each([
  [{ rollout: {} }, "rollout.strategy: is required"],
  [{ rollout: { strategy: "blueGreen" } }, 'rollout.strategy: "blueGreen" is none of "canary", "linear", "allAtOnce"'],
  [{ rollout: { strategy: "canary", percentage: 0 } }, "rollout.percentage: 0 is not a whole number from 1 to 99"],
  [
    { rollout: { strategy: "linear", percentage: 1, minutes: 30 } },
    "rollout: the last share would come after 2970 minutes, but CodeDeploy takes 2880, which is two days; raise percentage or lower minutes",
  ],
  [
    { rollout: { strategy: "linear", minutes: 330 } },
    "rollout: the last share would come after 2970 minutes, but CodeDeploy takes 2880, which is two days; raise percentage or lower minutes",
  ],
  [
    { rollout: { strategy: "allAtOnce", minutes: 5 } },
    "rollout: percentage and minutes are for the strategies canary and linear",
  ],
  [
    { rollout: { strategy: "canary" }, alarms: false },
    "rollout: only with alarms, which are its brake, and alarms is false",
  ],
  [
    { rollout: { strategy: "canary" }, provisionedConcurrency: 2 },
    "rollout: not with provisionedConcurrency; AWS keeps no instances ready for an alias whose calls are shared",
  ],
  [
    { rollout: { strategy: "canary" }, transform: { alias: (args: unknown) => args } },
    "transform.alias: not with rollout, where CloudFormation has the alias",
  ],
])("refuses %j", async (args, why) => {
  expect(await refusal(args)).toBe(`Backend "api": ${why}`);
});
