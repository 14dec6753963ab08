// Proves what provisionedConcurrency registers, and what of it is refused. That instances are ready, and their number follows use and
// the clock, is AWS's work and not shown.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { sampleBackend } from "./sample";

const { changed, refusal } = sampleBackend();
const config = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig api";
const target = "aws:appautoscaling/target:Target api";
const ofAlias = { functionName: "api-1a2b3c4", qualifier: "live" };
const ofTarget = {
  serviceNamespace: "lambda",
  scalableDimension: "lambda:function:ProvisionedConcurrency",
  resourceId: "function:api-1a2b3c4:live",
};

it.each<[string, pulumi.Input<number>]>([
  ["a number", 5],
  ["an output", pulumi.output(5)],
])("keeps %s of instances of the alias ready", async (_, provisionedConcurrency) => {
  expect(await changed({ provisionedConcurrency })).toEqual({
    [config]: { ...ofAlias, provisionedConcurrentExecutions: 5 },
  });
  expect(await changed({ provisionedConcurrency: { instances: provisionedConcurrency } })).toEqual({
    [config]: { ...ofAlias, provisionedConcurrentExecutions: 5 },
  });
});

it("lets the number follow use", async () => {
  expect(await changed({ provisionedConcurrency: { instances: 2, max: 10 } })).toEqual({
    [config]: { ...ofAlias, provisionedConcurrentExecutions: 2 },
    [target]: { ...ofTarget, minCapacity: 2, maxCapacity: 10, tags: {} },
    "aws:appautoscaling/policy:Policy api": {
      ...ofTarget,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 0.7,
        predefinedMetricSpecification: { predefinedMetricType: "LambdaProvisionedConcurrencyUtilization" },
      },
    },
  });
});

it("lets it follow the clock", async () => {
  const schedule = {
    morning: { at: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/Berlin", instances: 10 },
    evening: { at: "cron(0 19 ? * MON-FRI *)", instances: 0, max: 1 },
  };
  expect(await changed({ provisionedConcurrency: { instances: 1, schedule } })).toEqual({
    [config]: { ...ofAlias, provisionedConcurrentExecutions: 1 },
    [target]: { ...ofTarget, minCapacity: 1, maxCapacity: 1, tags: {} },
    "aws:appautoscaling/scheduledAction:ScheduledAction api-morning": {
      ...ofTarget,
      schedule: "cron(0 7 ? * MON-FRI *)",
      timezone: "Europe/Berlin",
      scalableTargetAction: { minCapacity: 10, maxCapacity: 10 },
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction api-evening": {
      ...ofTarget,
      schedule: "cron(0 19 ? * MON-FRI *)",
      timezone: "UTC",
      scalableTargetAction: { minCapacity: 0, maxCapacity: 1 },
    },
  });
});

describe("refuses, before anything is registered", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["none", { provisionedConcurrency: 0 }, "provisionedConcurrency: 0 is not a whole number from 1 to 1000000"],
    [
      "more than the function can use",
      { provisionedConcurrency: 21 },
      "provisionedConcurrency: 21 instances, but reservedConcurrency is 20, which is the most that the function can use",
    ],
    [
      "more at some time than it can use",
      {
        reservedConcurrency: 5,
        provisionedConcurrency: { instances: 1, schedule: { noon: { at: "rate(1 day)", instances: 6 } } },
      },
      "provisionedConcurrency: 6 instances, but reservedConcurrency is 5, which is the most that the function can use",
    ],
    [
      "fewer at most than at least",
      { provisionedConcurrency: { instances: 5, max: 2 } },
      "provisionedConcurrency.max: 2 is less than the 5 instances that are always ready",
    ],
    [
      "a misspelled field",
      { provisionedConcurrency: { instance: 5 } },
      '\n  provisionedConcurrency.instance: unknown argument, did you mean "instances"?\n  provisionedConcurrency.instances: is required',
    ],
    [
      "a share in percent",
      { provisionedConcurrency: { instances: 1, max: 5, utilization: 70 } },
      "provisionedConcurrency.utilization: 70 is not a number from 0.1 to 0.9",
    ],
    [
      "a time of cron's own kind",
      { provisionedConcurrency: { instances: 1, schedule: { morning: { at: "0 7 * * 1-5", instances: 5 } } } },
      'provisionedConcurrency.schedule.morning.at: "0 7 * * 1-5" is not a schedule, such as cron(0 7 ? * MON-FRI *)',
    ],
  ])("%s", async (_, args, text) => {
    expect(await refusal(args)).toBe(`Backend "api":${text.startsWith("\n") ? "" : " "}${text}`);
  });

  it("but takes any number where nothing is reserved", async () => {
    expect(await refusal({ provisionedConcurrency: 100, reservedConcurrency: "unreserved" })).toBe("accepted");
    expect(await refusal({ provisionedConcurrency: 100, url: "httpApi" })).toBe("accepted");
  });
});
