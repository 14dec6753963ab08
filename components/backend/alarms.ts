import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import { whenKnown } from "../later";
import type { Transform } from "./transforms";

interface AlarmOptions {
  name: string;
  functionName: pulumi.Output<string>;
  /** The HTTP API's id; undefined for a function URL. */
  apiId: pulumi.Output<string> | undefined;
  /** False without a public entry, which is what counts answers. */
  hasEntry: boolean;
  /** Seconds. */
  timeout: pulumi.Input<number>;
  topicArn: pulumi.Input<string> | undefined;
  tags: Record<string, pulumi.Input<string>>;
  /** Seconds over which crashes and answers of 500 and above are counted. @default 300 */
  brakePeriod?: number;
  transform: Transform<MetricAlarmArgs> | undefined;
  opts: pulumi.CustomResourceOptions;
}

/** The alarms that tell a bad release. */
const brakes = ["errors", "unavailable"];

/**
 * Alarms on what an operator must look at, over five minutes each; returns those that tell a bad release. Crashes and throttled calls are never right; answers of 500
 * and above are how a program says that its own key or Tesseral is not working, and Lambda does not count those as errors.
 */
export function alarms(options: AlarmOptions): MetricAlarm[] {
  const { brakePeriod = 300, name, functionName, apiId, hasEntry, timeout, topicArn, tags, transform, opts } = options;
  const slow = whenKnown({ timeout }, ({ timeout: seconds }) => Math.round(seconds * 800));
  const ofFunction = { namespace: "AWS/Lambda", dimensions: { FunctionName: functionName } };
  const answers = apiId
    ? { namespace: "AWS/ApiGateway", dimensions: { ApiId: apiId }, metricName: "5xx" }
    : { ...ofFunction, metricName: "Url5xxCount" };
  const watched: Record<string, MetricAlarmArgs | undefined> = {
    errors: {
      ...ofFunction,
      metricName: "Errors",
      statistic: "Sum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      alarmDescription: "The function crashed or ran into its timeout.",
    },
    throttles: {
      ...ofFunction,
      metricName: "Throttles",
      statistic: "Sum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      alarmDescription: "Calls were throttled: raise reservedConcurrency.",
    },
    slow: {
      ...ofFunction,
      metricName: "Duration",
      extendedStatistic: "p99",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: slow,
      evaluationPeriods: 1,
      alarmDescription: whenKnown(
        { slow },
        (known) => `One call in a hundred takes ${known.slow} ms, four fifths of the timeout.`,
      ),
    },
    unavailable: hasEntry
      ? {
          ...answers,
          statistic: "Sum",
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          threshold: 1,
          evaluationPeriods: 1,
          alarmDescription: "Answers of 500 and above: the backend API key, Tesseral or the program is not working.",
        }
      : undefined,
  };
  const actions = topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] };
  const made: MetricAlarm[] = [];
  for (const [suffix, args] of Object.entries(watched)) {
    if (!args) {
      continue;
    }
    const isBrake = brakes.includes(suffix);
    const given = { ...args, period: isBrake ? brakePeriod : 300, treatMissingData: "notBreaching", ...actions, tags };
    const alarm = new MetricAlarm(`${name}-${suffix}`, transform?.(given) ?? given, opts);
    made.push(...(isBrake ? [alarm] : []));
  }
  return made;
}
