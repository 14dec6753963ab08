import * as pulumi from "@pulumi/pulumi";

interface DashboardOptions {
  name: string;
  functionName: pulumi.Output<string>;
  functionArn: pulumi.Output<string>;
  /** The function's log group. */
  logGroup: pulumi.Output<string>;
  /** The HTTP API and its access log; undefined for another entry. */
  api: { id: pulumi.Output<string>; accessLog: pulumi.Output<string> } | undefined;
  hasFunctionUrl: boolean;
  /** MB. */
  memorySize: pulumi.Input<number>;
  architecture: pulumi.Input<string>;
  opts: pulumi.CustomResourceOptions;
}

/** US dollars in us-east-1 without the free tier: AWS Lambda pricing, as of October 2026. */
const prices: Readonly<Record<string, number>> = { arm64: 0.000_013_333_4, x86_64: 0.000_016_666_7 };
const pricePerRequest = 0.000_000_2;

interface Widget {
  title: string;
  kind: "metric" | "log";
  properties: Record<string, unknown>;
}

interface Known {
  functionName: string;
  region: string;
  logGroup: string;
  api: { id: string; accessLog: string } | undefined;
  hasFunctionUrl: boolean;
  memorySize: number;
  architecture: string;
}

/** A CloudWatch dashboard, named like the function: calls, answers, latency, cold starts, concurrency, cost. */
export function dashboard(options: DashboardOptions): void {
  const { Dashboard } =
    require("@pulumi/aws/cloudwatch/dashboard.js") as typeof import("@pulumi/aws/cloudwatch/dashboard.js");
  const { name, functionName, functionArn, logGroup, api, hasFunctionUrl, memorySize, architecture, opts } = options;
  const region = functionArn.apply((arn) => arn.split(":")[3] ?? "");
  const dashboardBody = pulumi
    .output({ functionName, region, logGroup, api, hasFunctionUrl, memorySize, architecture })
    .apply((known) => JSON.stringify(body(known as Known)));
  // Names of dashboards are shared by all regions; the function's name has a random end.
  new Dashboard(name, { dashboardName: pulumi.interpolate`${functionName}-${region}`, dashboardBody }, opts);
}

function body(known: Known) {
  const height = 6;
  const width = 8;
  const perRow = 3;
  return {
    widgets: widgets(known).map(({ title, kind, properties }, index) => ({
      type: kind,
      x: (index % perRow) * width,
      y: Math.floor(index / perRow) * height,
      width,
      height,
      properties: { title, region: known.region, ...properties },
    })),
  };
}

function widgets(known: Known): Widget[] {
  const { functionName, logGroup, api, hasFunctionUrl } = known;
  const ofFunction = (metric: string, options: object = {}) => [
    "AWS/Lambda",
    metric,
    "FunctionName",
    functionName,
    options,
  ];
  const ofApi = (metric: string, options: object = {}) => ["AWS/ApiGateway", metric, "ApiId", api?.id, options];
  const entry = api
    ? {
        calls: ofApi("Count"),
        refused: ofApi("4xx"),
        failed: ofApi("5xx"),
        latency: (stat: string) => ofApi("Latency", { stat }),
      }
    : hasFunctionUrl
      ? {
          calls: ofFunction("UrlRequestCount"),
          refused: ofFunction("Url4xxCount"),
          failed: ofFunction("Url5xxCount"),
          latency: (stat: string) => ofFunction("UrlRequestLatency", { stat }),
        }
      : undefined;
  const latency = entry?.latency ?? ((stat: string) => ofFunction("Duration", { stat }));
  const metric = (title: string, metrics: unknown[], options: object = {}): Widget => ({
    title,
    kind: "metric",
    properties: { metrics, view: "timeSeries", stat: "Sum", period: 300, ...options },
  });
  const logs = (title: string, group: string, query: string): Widget => ({
    title,
    kind: "log",
    properties: { query: `SOURCE '${group}' | ${query}`, view: "timeSeries", stacked: true },
  });
  return [
    ...(entry
      ? [
          metric("Calls", [entry.calls]),
          metric("Answers: 2xx, 4xx, 5xx", [
            [{ expression: "calls - refused - failed", label: "2xx and 3xx", id: "good" }],
            named(entry.calls, { id: "calls", visible: false }),
            named(entry.refused, { id: "refused", label: "4xx" }),
            named(entry.failed, { id: "failed", label: "5xx" }),
          ]),
        ]
      : [metric("Calls", [ofFunction("Invocations")])]),
    ...(api
      ? [
          logs(
            "Keys refused (401) and keys not checked (503)",
            api.accessLog,
            'filter status in ["401", "503"] | stats sum(status = "401") as refused, sum(status = "503") as unavailable by bin(5m)',
          ),
        ]
      : []),
    metric("Latency: p50, p95, p99", ["p50", "p95", "p99"].map(latency), { stat: "p50" }),
    logs(
      "Cold starts",
      logGroup,
      'filter type = "platform.report" and ispresent(record.metrics.initDurationMs) | stats count() as coldStarts by bin(5m)',
    ),
    metric("Concurrent instances", [ofFunction("ConcurrentExecutions")], { stat: "Maximum" }),
    metric("Crashes and throttled calls", [ofFunction("Errors"), ofFunction("Throttles")]),
    metric(
      "Cost a day in US dollars, about",
      [
        [{ expression: costExpression(known), label: "Lambda, at the list price of us-east-1", id: "cost" }],
        ofFunction("Duration", { id: "milliseconds", visible: false }),
        ofFunction("Invocations", { id: "requests", visible: false }),
      ],
      { period: 86_400 },
    ),
  ];
}

/** The same metric with more options. */
const named = (metric: readonly unknown[], options: object): unknown[] => [
  ...metric.slice(0, -1),
  { ...(metric.at(-1) as object), ...options },
];

function costExpression({ memorySize, architecture }: Known): string {
  const perMillisecond = ((prices[architecture] ?? 0) * memorySize) / 1024 / 1000;
  return `milliseconds * ${perMillisecond.toExponential(4)} + requests * ${pricePerRequest.toExponential(1)}`;
}
