// Proves what each kind of public entry creates, and what its options change: registrations against mocks, not what AWS makes of them.
import { describe, expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { appFolders, webApp } from "./apps";
import { arnOf, changes, type RecordOptions, record } from "./record";

const folder = appFolders();
const code = folder(webApp);
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const required: BackendArgs = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey: key };

const registered = (args: Partial<BackendArgs> = {}, options?: RecordOptions) =>
  record(() => new Backend("api", { ...required, ...args }), options);

/** What an option changes against the defaults. */
const changed = async (args: Partial<BackendArgs>) => changes(await registered(), await registered(args));

const lambda = "aws:lambda/function:Function api";
const urlChildren = [
  "aws:lambda/functionUrl:FunctionUrl api",
  "aws:lambda/permission:Permission api-url",
  "aws:lambda/permission:Permission api-invoke",
];

describe("the public entry", () => {
  it('url: "none"', async () => {
    expect(await changed({ url: "none" })).toEqual({
      ...Object.fromEntries(urlChildren.map((name) => [name, "gone"])),
      "aws:cloudwatch/metricAlarm:MetricAlarm api-unavailable": "gone",
      [lambda]: { reservedConcurrentExecutions: undefined },
    });
  });

  it('url: "httpApi"', async () => {
    expect(await changed({ url: "httpApi" })).toEqual({
      ...Object.fromEntries(urlChildren.map((name) => [name, "gone"])),
      [lambda]: { reservedConcurrentExecutions: undefined },
      "aws:cloudwatch/metricAlarm:MetricAlarm api-unavailable": {
        namespace: "AWS/ApiGateway",
        dimensions: { ApiId: "api-id" },
        metricName: "5xx",
      },
      "aws:cloudwatch/logGroup:LogGroup api-access": { retentionInDays: 30, tags: {} },
      "aws:apigatewayv2/api:Api api": { protocolType: "HTTP", tags: {} },
      "aws:apigatewayv2/integration:Integration api": {
        apiId: "api-id",
        integrationType: "AWS_PROXY",
        integrationUri: "arn:aws:apigateway:us-east-1:lambda:path/functions/api",
        payloadFormatVersion: "2.0",
        timeoutMilliseconds: 30_000,
      },
      "aws:apigatewayv2/route:Route api": {
        apiId: "api-id",
        routeKey: "$default",
        authorizationType: "NONE",
        target: "integrations/api-id",
      },
      "aws:apigatewayv2/stage:Stage api": {
        apiId: "api-id",
        name: "$default",
        autoDeploy: true,
        accessLogSettings: {
          destinationArn: arnOf("aws:cloudwatch/logGroup:LogGroup", "api-access"),
          format:
            '{"requestId":"$context.requestId","time":"$context.requestTimeEpoch","sourceIp":"$context.identity.sourceIp",' +
            '"method":"$context.httpMethod","path":"$context.path","status":"$context.status",' +
            '"latency":"$context.responseLatency","integrationError":"$context.integrationErrorMessage"}',
        },
        defaultRouteSettings: { throttlingRateLimit: 50, throttlingBurstLimit: 100 },
        tags: {},
      },
      "aws:lambda/permission:Permission api": {
        principal: "apigateway.amazonaws.com",
        action: "lambda:InvokeFunction",
        function: "api-1a2b3c4",
        qualifier: "live",
        sourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/*/*",
      },
    });
  });

  it("throttle", async () => {
    const throttle = { requestsPerSecond: 5, burst: 7 };
    const difference = changes(await registered({ url: "httpApi" }), await registered({ url: "httpApi", throttle }));
    expect(difference).toEqual({
      "aws:apigatewayv2/stage:Stage api": { defaultRouteSettings: { throttlingRateLimit: 5, throttlingBurstLimit: 7 } },
    });
  });

  it("cors, on either entry", async () => {
    const cors = { allowOrigins: ["https://app.example.com"] };
    const expected = { ...cors, allowMethods: ["*"], allowHeaders: ["authorization", "content-type"], maxAge: 3600 };
    expect(await changed({ cors })).toEqual({ "aws:lambda/functionUrl:FunctionUrl api": { cors: expected } });
    expect(changes(await registered({ url: "httpApi" }), await registered({ url: "httpApi", cors }))).toEqual({
      "aws:apigatewayv2/api:Api api": { corsConfiguration: expected },
    });
    const full = {
      ...cors,
      allowMethods: ["GET"],
      allowHeaders: ["x-a"],
      exposeHeaders: ["x-b"],
      allowCredentials: true,
      maxAge: 0,
    };
    expect(await changed({ cors: full })).toEqual({ "aws:lambda/functionUrl:FunctionUrl api": { cors: full } });
  });
});
