import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { changed, type Transform } from "./transforms";

interface UnauthorizedOptions {
  name: string;
  /** Answers in five minutes. */
  threshold: pulumi.Input<number>;
  functionName: pulumi.Output<string>;
  /** Name of the HTTP API's access log; undefined for a function URL, which has none. */
  accessLog: pulumi.Output<string> | undefined;
  topicArn: pulumi.Input<string> | undefined;
  tags: Record<string, pulumi.Input<string>>;
  transform: Transform<MetricAlarmArgs> | undefined;
  opts: pulumi.CustomResourceOptions;
}

/**
 * An alarm on a burst of refused keys: somebody guesses keys, or goes on with one that was revoked. Behind an HTTP API, the access log is
 * counted for answers of 401; a function URL has no such log, and AWS counts its answers of 400 to 499 together.
 */
export function unauthorizedAlarm(options: UnauthorizedOptions): void {
  const { name, threshold, functionName, accessLog, topicArn, tags, transform, opts } = options;
  const metric = accessLog
    ? countedIn(accessLog, options)
    : { namespace: "AWS/Lambda", metricName: "Url4xxCount", dimensions: { FunctionName: functionName } };
  const answers = accessLog ? "answers of 401" : "answers of 400 to 499";
  const args: MetricAlarmArgs = {
    ...metric,
    statistic: "Sum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold,
    evaluationPeriods: 1,
    period: 300,
    treatMissingData: "notBreaching",
    alarmDescription: `A burst of ${answers}: keys are guessed, or one that was revoked is still in use.`,
    ...(topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] }),
    tags,
  };
  new MetricAlarm(`${name}-unauthorized`, changed(transform, args), opts);
}

function countedIn(accessLog: pulumi.Output<string>, { name, functionName, opts }: UnauthorizedOptions) {
  const { LogMetricFilter } =
    require("@pulumi/aws/cloudwatch/logMetricFilter.js") as typeof import("@pulumi/aws/cloudwatch/logMetricFilter.js");
  // A namespace of the function's own, since metrics of filters have no dimension here.
  const metric = { namespace: pulumi.interpolate`Tesseral/${functionName}`, metricName: "Unauthorized" };
  new LogMetricFilter(
    `${name}-unauthorized`,
    {
      logGroupName: accessLog,
      pattern: '{ $.status = "401" }',
      metricTransformation: { namespace: metric.namespace, name: metric.metricName, value: "1", defaultValue: "0" },
    },
    opts,
  );
  return metric;
}
