// Proves what dashboard, alarmEmail and unauthorizedAlarm register, and what of them is refused. That CloudWatch draws, mails and counts
// is not shown: the dashboard's queries and expressions are checked for their shape alone.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { BackendArgs } from "../../../components/backend";
import { arnOf, children, inputsOf } from "./record";
import { sampleBackend } from "./sample";

const { registered, changed, refusal } = sampleBackend();
const alarms = ["errors", "throttles", "slow", "unavailable"];
const alarm = (suffix: string) => `aws:cloudwatch/metricAlarm:MetricAlarm api-${suffix}`;

it("alarmEmail makes a topic that mails, for every alarm", async () => {
  const topic = arnOf("aws:sns/topic:Topic", "api-alarms");
  const notify = { alarmActions: [topic], okActions: [topic] };
  expect(
    await changed({ alarmEmail: "on-call@example.com", tags: { team: "api" } }, { tags: { team: "api" } }),
  ).toEqual({
    "aws:sns/topic:Topic api-alarms": { tags: { team: "api" } },
    "aws:sns/topicSubscription:TopicSubscription api-alarms": {
      topic,
      protocol: "email",
      endpoint: "on-call@example.com",
    },
    ...Object.fromEntries(alarms.map((suffix) => [alarm(suffix), notify])),
  });
});

const counted = {
  statistic: "Sum",
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 100,
  evaluationPeriods: 1,
  period: 300,
  treatMissingData: "notBreaching",
  tags: {},
};

it("unauthorizedAlarm counts all answers of 400 to 499 of a function URL", async () => {
  expect(await changed({ unauthorizedAlarm: pulumi.output(100) })).toEqual({
    [alarm("unauthorized")]: {
      ...counted,
      namespace: "AWS/Lambda",
      metricName: "Url4xxCount",
      dimensions: { FunctionName: "api-1a2b3c4" },
      alarmDescription: "A burst of answers of 400 to 499: keys are guessed, or one that was revoked is still in use.",
    },
  });
});

it("unauthorizedAlarm counts the answers of 401 in the access log of an HTTP API", async () => {
  const topic = "arn:aws:sns:us-east-1:123456789012:on-call";
  const before: Partial<BackendArgs> = { url: "httpApi", alarmTopicArn: topic };
  expect(await changed({ unauthorizedAlarm: 100 }, before)).toEqual({
    "aws:cloudwatch/logMetricFilter:LogMetricFilter api-unauthorized": {
      logGroupName: "api-access-1a2b3c4",
      pattern: '{ $.status = "401" }',
      metricTransformation: { namespace: "Tesseral/api-1a2b3c4", name: "Unauthorized", value: "1", defaultValue: "0" },
    },
    [alarm("unauthorized")]: {
      ...counted,
      namespace: "Tesseral/api-1a2b3c4",
      metricName: "Unauthorized",
      alarmActions: [topic],
      okActions: [topic],
      alarmDescription: "A burst of answers of 401: keys are guessed, or one that was revoked is still in use.",
    },
  });
  // The access log writes the status as a text, which a number would not match.
  const stage = inputsOf(await registered(before), "aws:apigatewayv2/stage:Stage", "api");
  const { format } = stage.accessLogSettings as { format: string };
  expect(JSON.parse(format).status).toBe("$context.status");
});

describe("dashboard", () => {
  interface Widget {
    type: string;
    x: number;
    y: number;
    width: number;
    properties: { title: string; region: string; metrics?: unknown[][]; query?: string };
  }

  async function widgets(args: Partial<BackendArgs>): Promise<Widget[]> {
    const found = await registered({ ...args, dashboard: true });
    const { dashboardName, dashboardBody } = inputsOf(found, "aws:cloudwatch/dashboard:Dashboard", "api");
    expect(dashboardName).toBe("api-1a2b3c4-us-east-1");
    return JSON.parse(String(dashboardBody)).widgets;
  }
  const titles = (list: Widget[]) => list.map(({ properties }) => properties.title);
  const common = ["Latency: p50, p95, p99", "Cold starts", "Concurrent instances", "Crashes and throttled calls"];
  const cost = "Cost a day in US dollars, about";

  it("is one resource, in a first preview, too", async () => {
    expect(Object.keys(await changed({ dashboard: true }))).toEqual(["aws:cloudwatch/dashboard:Dashboard api"]);
    expect(children(await registered({ dashboard: true }, { preview: true }))).toContain(
      "aws:cloudwatch/dashboard:Dashboard api",
    );
    expect(await changed({ dashboard: false })).toEqual({});
  });

  it("shows what each entry counts", async () => {
    expect(titles(await widgets({}))).toEqual(["Calls", "Answers: 2xx, 4xx, 5xx", ...common, cost]);
    expect(titles(await widgets({ url: "none" }))).toEqual(["Calls", ...common, cost]);
    expect(titles(await widgets({ url: "httpApi" }))).toEqual([
      "Calls",
      "Answers: 2xx, 4xx, 5xx",
      "Keys refused (401) and keys not checked (503)",
      ...common,
      cost,
    ]);
  });

  it.each(["functionUrl", "httpApi", "none"] as const)(
    "names only this backend's own metrics and logs, with %s",
    async (url) => {
      for (const { type, properties } of await widgets({ url })) {
        expect(properties.region).toBe("us-east-1");
        const names = (properties.metrics ?? []).flatMap((metric) => (metric.length > 1 ? [metric[3]] : []));
        for (const name of names) {
          expect(name).toMatch(/^api-1a2b3c4$|^api-id$/);
        }
        const sources = [...(properties.query ?? "").matchAll(/SOURCE '([^']+)'/g)].map(([, source]) => source);
        expect(sources).toEqual(type === "log" ? [expect.stringMatching(/^api(?:-access)?-1a2b3c4$/)] : []);
      }
    },
  );

  it("reckons the cost from the memory and the processor", async () => {
    const expression = async (args: Partial<BackendArgs>) => {
      const [first] = (await widgets(args)).at(-1)?.properties.metrics?.[0] ?? [];
      return (first as { expression: string }).expression;
    };
    // Half a gigabyte for a thousandth of a second.
    expect(await expression({})).toBe("milliseconds * 6.6667e-9 + requests * 2.0e-7");
    expect(await expression({ memorySize: pulumi.output(1024), architecture: "x86_64" })).toBe(
      "milliseconds * 1.6667e-8 + requests * 2.0e-7",
    );
  });

  it("lets no two widgets overlap", async () => {
    const places = (await widgets({ url: "httpApi" })).map(({ x, y, width }) => `${x},${y},${width}`);
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...places.map((place) => Number(place.split(",")[0])))).toBe(16);
  });
});

describe("refuses, before anything is registered", () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      "two ways to be told",
      { alarmEmail: "a@example.com", alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:on-call" },
      "alarmTopicArn and alarmEmail are both set; subscribe the address to the topic instead",
    ],
    ["what is no address", { alarmEmail: "on-call" }, 'alarmEmail: "on-call" is not an e-mail address'],
    [
      "an address that is known only later",
      { alarmEmail: pulumi.output("a@example.com") },
      "alarmEmail: cannot be an output, because it decides what resources there are",
    ],
    [
      "an address without alarms",
      { alarmEmail: "a@example.com", alarms: false },
      "alarmEmail: only with alarms, and alarms is false",
    ],
    [
      "a count without alarms",
      { unauthorizedAlarm: 5, alarms: false },
      "unauthorizedAlarm: only with alarms, and alarms is false",
    ],
    [
      "a count without an entry",
      { unauthorizedAlarm: 5, url: "none" },
      'unauthorizedAlarm: only with a url, and url is "none"',
    ],
    [
      "an alarm at nothing",
      { unauthorizedAlarm: 0 },
      "unauthorizedAlarm: 0 is not a whole number from 1 to 1000000000",
    ],
    ["an object for the dashboard", { dashboard: {} }, "dashboard: expected true or false, not an object"],
  ])("%s", async (_, args, text) => {
    expect(await refusal(args)).toBe(`Backend "api": ${text}`);
  });
});
