import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "../later";
import { both, fields, matching, type Rule, record, text, value, whole } from "../rules";
import type { LiveAlias } from "./liveAlias";

/** A change of how many instances are ready, at certain times. */
export interface WarmTime {
  /** When, as Application Auto Scaling writes it: `cron(0 7 ? * MON-FRI *)`. */
  at: pulumi.Input<string>;
  /** Name of the time zone: `Europe/Berlin`. @default "UTC" */
  timezone?: pulumi.Input<string>;
  /** Instances that are ready from then on, at least. */
  instances: pulumi.Input<number>;
  /** At most. @default as many as `instances`, or as the option's `max` if that is more */
  max?: pulumi.Input<number>;
}

/** Instances that are ready before a call comes, so that it meets no cold start. */
export interface WarmInstances {
  /** Ready at all times; with `max` or `schedule`, at least. */
  instances: pulumi.Input<number>;
  /** Makes more ready as they are used, up to this. @default no more */
  max?: pulumi.Input<number>;
  /** The share of the ready instances in use at which more are made ready, 0.1 to 0.9. @default 0.7 */
  utilization?: pulumi.Input<number>;
  /** Other numbers at certain times, each under a name of its own. @default none */
  schedule?: Record<string, WarmTime>;
}

const count = whole(1, 1e6);
const time: Record<keyof WarmTime, Rule> = {
  at: matching(/^(?:cron|rate|at)\(.+\)$/, "is not a schedule, such as cron(0 7 ? * MON-FRI *)"),
  timezone: text,
  instances: whole(0, 1e6),
  max: count,
};
const warm: Record<keyof WarmInstances, Rule> = {
  instances: count,
  max: count,
  utilization: value(
    (given) => typeof given === "number" && given >= 0.1 && given <= 0.9,
    "is not a number from 0.1 to 0.9",
  ),
  schedule: record(fields(time, ["at", "instances"]), (name) =>
    /^[\w-]+$/.test(name) ? undefined : "a name has letters, digits, _ and -",
  ),
};

const enough: Rule = (given, place) => {
  const { instances, max } = given as { instances?: unknown; max?: unknown };
  return typeof instances === "number" && typeof max === "number" && max < instances
    ? [`${place}.max: ${max} is less than the ${instances} instances that are always ready`]
    : [];
};

/** A number of instances, or an object. */
export const provisionedConcurrencyRule: Rule = (given, place) =>
  isPlainObject(given) ? both(fields(warm, ["instances"]), enough)(given, place) : count(given, place);

/** What exceeds the most instances that the function may use, among the known numbers. */
export function warmProblems(provisioned: unknown, reserved: unknown): string[] {
  if (typeof reserved !== "number" || provisioned === undefined) {
    return [];
  }
  const { instances, max, schedule = {} } = isPlainObject(provisioned) ? provisioned : { instances: provisioned };
  const times = Object.values(schedule as Record<string, { instances?: unknown; max?: unknown }>);
  const wanted = [instances, max, ...times.flatMap((one) => [one.instances, one.max])];
  const most = Math.max(0, ...wanted.filter((one) => typeof one === "number"));
  return most > reserved
    ? [
        `provisionedConcurrency: ${most} instances, but reservedConcurrency is ${reserved}, which is the most that the function can use`,
      ]
    : [];
}

const isWarmInstances = (given: pulumi.Input<number> | WarmInstances): given is WarmInstances => isPlainObject(given);

interface WarmOptions {
  name: string;
  warm: pulumi.Input<number> | WarmInstances;
  functionName: pulumi.Output<string>;
  alias: LiveAlias;
  tags: Record<string, pulumi.Input<string>>;
  opts: pulumi.CustomResourceOptions;
}

/** Keeps instances of the alias ready; if asked for, their number follows use and the clock. */
export function warmInstances({ name, warm: given, functionName, alias, tags, opts }: WarmOptions): void {
  const { ProvisionedConcurrencyConfig } =
    require("@pulumi/aws/lambda/provisionedConcurrencyConfig.js") as typeof import("@pulumi/aws/lambda/provisionedConcurrencyConfig.js");
  const { instances, max, utilization = 0.7, schedule = {} } = isWarmInstances(given) ? given : { instances: given };
  const times = Object.entries(schedule);
  const isScaled = max !== undefined || times.length > 0;
  const config = new ProvisionedConcurrencyConfig(
    name,
    { functionName, qualifier: alias.name, provisionedConcurrentExecutions: instances },
    // Auto Scaling sets the number from then on; an update must not set it back.
    isScaled ? { ...opts, ignoreChanges: ["provisionedConcurrentExecutions"] } : opts,
  );
  if (!isScaled) {
    return;
  }
  const { Target } =
    require("@pulumi/aws/appautoscaling/target.js") as typeof import("@pulumi/aws/appautoscaling/target.js");
  const target = new Target(
    name,
    {
      serviceNamespace: "lambda",
      scalableDimension: "lambda:function:ProvisionedConcurrency",
      resourceId: pulumi.interpolate`function:${functionName}:${alias.name}`,
      minCapacity: instances,
      maxCapacity: max ?? instances,
      tags,
    },
    // A scheduled action sets both numbers.
    { ...opts, dependsOn: [config], ...(times.length > 0 ? { ignoreChanges: ["minCapacity", "maxCapacity"] } : {}) },
  );
  const { serviceNamespace, scalableDimension, resourceId } = target;
  const ofTarget = { serviceNamespace, scalableDimension, resourceId };
  if (max !== undefined) {
    const { Policy } =
      require("@pulumi/aws/appautoscaling/policy.js") as typeof import("@pulumi/aws/appautoscaling/policy.js");
    const predefinedMetricSpecification = { predefinedMetricType: "LambdaProvisionedConcurrencyUtilization" };
    const tracking = { targetValue: utilization, predefinedMetricSpecification };
    const policyType = "TargetTrackingScaling";
    new Policy(name, { ...ofTarget, policyType, targetTrackingScalingPolicyConfiguration: tracking }, opts);
  }
  for (const [when, { at, timezone = "UTC", instances: fewest, max: most }] of times) {
    const { ScheduledAction } =
      require("@pulumi/aws/appautoscaling/scheduledAction.js") as typeof import("@pulumi/aws/appautoscaling/scheduledAction.js");
    const maxCapacity = most ?? pulumi.all([fewest, max ?? 0]).apply((numbers) => Math.max(...numbers));
    const scalableTargetAction = { minCapacity: fewest, maxCapacity };
    new ScheduledAction(`${name}-${when}`, { ...ofTarget, schedule: at, timezone, scalableTargetAction }, opts);
  }
}
