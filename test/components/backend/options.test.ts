// Proves what each option changes in the registered resources, against the defaults: exactly that and nothing else.
// The resources meet mocks here: whether the engine and AWS take them is not shown.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { appFolders, webApp } from "./apps";
import { everything } from "./everything";
import { arnOf, changes, children, inputsOf, type RecordOptions, record } from "./record";

const folder = appFolders();
const code = folder(webApp);
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const required: BackendArgs = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey: key };

const registered = (args: Partial<BackendArgs> = {}, options?: RecordOptions) =>
  record(() => new Backend("api", { ...required, ...args }), options);

/** What an option changes against the defaults. */
const changed = async (args: Partial<BackendArgs>) => changes(await registered(), await registered(args));

const lambda = "aws:lambda/function:Function api";
const policy = "aws:iam/rolePolicy:RolePolicy api";
const allAlarms = ["errors", "throttles", "slow", "unavailable"].map(
  (suffix) => `aws:cloudwatch/metricAlarm:MetricAlarm api-${suffix}`,
);
const everyChild = (args: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, args]));

describe("each option changes exactly what it says", () => {
  it("architecture", async () => {
    expect(await changed({ architecture: "x86_64" })).toEqual({
      [lambda]: {
        architectures: ["x86_64"],
        layers: [
          "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:30",
          arnOf("aws:lambda/layerVersion:LayerVersion", "api"),
        ],
      },
    });
  });

  it('adapter: "none"', async () => {
    const own = { code: folder({ "index.mjs": "" }), handler: "index.handler", adapter: "none" as const };
    expect(await changed(own)).toEqual({
      [lambda]: {
        code: { path: expect.any(String) },
        handler: "index.handler",
        layers: [arnOf("aws:lambda/layerVersion:LayerVersion", "api")],
        environment: {
          variables: {
            AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
            TESSERAL_BACKEND_API_KEY_SECRET_ARN: arnOf("aws:secretsmanager/secret:Secret", "api"),
            TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "version-of-api",
          },
        },
      },
    });
  });

  it("runtime: provided.al2023 needs no exec wrapper, and the layer with bootstrap comes last", async () => {
    const difference = await changed({ runtime: "provided.al2023" });
    expect(Object.keys(difference)).toEqual([lambda]);
    expect(difference[lambda]).toEqual({
      runtime: "provided.al2023",
      environment: {
        variables: {
          TESSERAL_BACKEND_API_KEY_SECRET_ARN: arnOf("aws:secretsmanager/secret:Secret", "api"),
          TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "version-of-api",
          TESSERAL_EXEC_MODE: "web",
          PORT: "8080",
          AWS_LWA_READINESS_CHECK_PATH: "/healthz",
        },
      },
    });
  });

  it("adapterLayerArn and layers", async () => {
    const adapterLayerArn = "arn:aws:lambda:us-east-1:123456789012:layer:adapter:1";
    const otel = "arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-arm64:1";
    expect(await changed({ adapterLayerArn, layers: [otel] })).toEqual({
      [lambda]: { layers: [otel, adapterLayerArn, arnOf("aws:lambda/layerVersion:LayerVersion", "api")] },
    });
  });

  it("environment, with a wrapper of the user's own handed on", async () => {
    const environment = {
      LOG_LEVEL: "debug",
      TABLE: pulumi.output("customers"),
      AWS_LAMBDA_EXEC_WRAPPER: "/opt/otel-instrument",
    };
    expect(await changed({ environment, port: 3000, healthCheckPath: "/up" })).toEqual({
      [lambda]: {
        environment: {
          variables: {
            LOG_LEVEL: "debug",
            TABLE: "customers",
            AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
            TESSERAL_NEXT_EXEC_WRAPPER: "/opt/otel-instrument",
            TESSERAL_BACKEND_API_KEY_SECRET_ARN: arnOf("aws:secretsmanager/secret:Secret", "api"),
            TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "version-of-api",
            TESSERAL_EXEC_MODE: "web",
            PORT: "3000",
            AWS_LWA_READINESS_CHECK_PATH: "/up",
          },
        },
      },
    });
  });

  it("memorySize, timeout and reservedConcurrency", async () => {
    expect(await changed({ memorySize: 1024, timeout: 120, reservedConcurrency: 5 })).toEqual({
      [lambda]: { memorySize: 1024, timeout: 120, reservedConcurrentExecutions: 5 },
      "aws:cloudwatch/metricAlarm:MetricAlarm api-slow": {
        threshold: 96_000,
        alarmDescription: "One call in a hundred takes 96000 ms, four fifths of the timeout.",
      },
    });
    expect(await changed({ reservedConcurrency: "unreserved" })).toEqual({
      [lambda]: { reservedConcurrentExecutions: undefined },
    });
    expect(await changed({ reservedConcurrency: 0 })).toEqual({ [lambda]: { reservedConcurrentExecutions: 0 } });
  });

  it("logRetentionInDays", async () => {
    expect(await changed({ logRetentionInDays: 365 })).toEqual({
      "aws:cloudwatch/logGroup:LogGroup api": { retentionInDays: 365 },
    });
  });

  it("kmsKeyArn, for the secret, the environment and the logs", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555";
    expect(await changed({ kmsKeyArn })).toEqual({
      [lambda]: { kmsKeyArn },
      [policy]: { policy: expect.any(String) },
      "aws:cloudwatch/logGroup:LogGroup api": { kmsKeyId: kmsKeyArn },
      "aws:secretsmanager/secret:Secret api": { kmsKeyId: kmsKeyArn },
    });
  });

  it("vpc and tracing", async () => {
    const vpc = { subnetIds: ["subnet-1"], securityGroupIds: pulumi.output(["sg-1"]) };
    expect(await changed({ vpc, tracing: true })).toEqual({
      [lambda]: {
        vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        tracingConfig: { mode: "Active" },
      },
      [policy]: { policy: expect.any(String) },
    });
  });

  it("alarms and alarmTopicArn", async () => {
    const topic = "arn:aws:sns:us-east-1:123456789012:on-call";
    expect(await changed({ alarmTopicArn: topic })).toEqual(
      everyChild({ alarmActions: [topic], okActions: [topic] }, allAlarms),
    );
    expect(await changed({ alarms: false })).toEqual(Object.fromEntries(allAlarms.map((name) => [name, "gone"])));
  });

  it("permissionsBoundaryArn", async () => {
    const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/boundary";
    expect(await changed({ permissionsBoundaryArn })).toEqual({
      "aws:iam/role:Role api": { permissionsBoundary: permissionsBoundaryArn },
    });
  });

  it("tags, on everything that takes them", async () => {
    const tags = { team: "api" };
    const tagged = [
      "aws:cloudwatch/logGroup:LogGroup api",
      "aws:secretsmanager/secret:Secret api",
      "aws:iam/role:Role api",
      lambda,
    ];
    expect(await changed({ tags })).toEqual(everyChild({ tags }, [...tagged, ...allAlarms]));
    const withApi = changes(await registered({ url: "httpApi" }), await registered({ url: "httpApi", tags }));
    const more = [
      "aws:cloudwatch/logGroup:LogGroup api-access",
      "aws:apigatewayv2/api:Api api",
      "aws:apigatewayv2/stage:Stage api",
    ];
    expect(withApi).toEqual(everyChild({ tags }, [...tagged, ...allAlarms, ...more]));
  });

  it("codeBucket, which hands the program over as an object of the stack", async () => {
    const difference = await changed({ codeBucket: "our-code" });
    const object = "aws:s3/bucketObjectv2:BucketObjectv2 api-code";
    expect(difference).toEqual({
      [object]: {
        bucket: "our-code",
        key: expect.stringMatching(/^project\/stack\/api\/[0-9a-f]{64}\.zip$/),
        source: { path: expect.stringMatching(/\/archives\/[0-9a-f]{64}\.zip$/) },
      },
      [lambda]: {
        code: undefined,
        s3Bucket: "our-code",
        s3Key: expect.stringMatching(/^project\/stack\/api\/[0-9a-f]{64}\.zip$/),
      },
    });
    const { source, key } = difference[object] as { source: { path: string }; key: string };
    expect(createHash("sha256").update(readFileSync(source.path)).digest("hex")).toBe(
      key.slice("project/stack/api/".length, -4),
    );
    const tagged = await registered({
      codeBucket: pulumi.output("our-code"),
      transform: { codeObject: (args) => ({ ...args, tags: { team: "api" } }) },
    });
    expect(changes(await registered({ codeBucket: "our-code" }), tagged)).toEqual({
      [object]: { tags: { team: "api" } },
    });
  });

  // Every scalar and list, as an output and as a promise, makes what the plain value makes.
  const plain: Partial<BackendArgs> = {
    code,
    codeBucket: "our-code",
    runtime: "python3.13",
    handler: "run.sh",
    architecture: "x86_64",
    adapter: "web",
    adapterLayerArn: "arn:aws:lambda:us-east-1:123456789012:layer:adapter:1",
    port: 3000,
    healthCheckPath: "/up",
    backendApiKey: key,
    environment: { LOG_LEVEL: "debug" },
    layers: ["arn:aws:lambda:us-east-1:123456789012:layer:otel:1"],
    memorySize: 1024,
    timeout: 20,
    reservedConcurrency: 5,
    cors: {
      allowOrigins: ["https://app.example.com"],
      allowMethods: ["GET"],
      allowHeaders: ["x-a"],
      exposeHeaders: ["x-b"],
      allowCredentials: true,
      maxAge: 5,
    },
    throttle: { requestsPerSecond: 5, burst: 7 },
    logRetentionInDays: 365,
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
    vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    tracing: true,
    alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:on-call",
    permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    tags: { team: "api" },
  };
  const deferred = (value: unknown, later: (value: unknown) => unknown): unknown =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deferred(one, later)]))
      : later(value);

  it.each<[string, (value: unknown) => unknown]>([
    ["outputs", (value) => pulumi.output(value)],
    ["promises", (value) => Promise.resolve(value)],
    ["lists of outputs", (value) => (Array.isArray(value) ? value.map((one) => pulumi.output(one)) : value)],
  ])("takes %s for every scalar and list", async (_, later) => {
    const args = { ...(deferred(plain, later) as BackendArgs), url: "httpApi" as const };
    expect(changes(await registered({ ...plain, url: "httpApi" }), await registered(args))).toEqual({});
    const known = children(await registered(args)).sort();
    expect(children(await registered(args, { preview: true })).sort()).toEqual(known);
  });

  it("takes an output that is known only after the update begins", async () => {
    const unknown = <T>(value: T) => {
      const output = pulumi.output(value);
      Object.assign(output, { isKnown: Promise.resolve(false) });
      return output;
    };
    const args = { codeBucket: unknown("our-code"), layers: [unknown("arn")], environment: { TABLE: unknown("x") } };
    const found = inputsOf(await registered(args, { preview: true }), "aws:lambda/function:Function", "api");
    expect(found).toMatchObject({
      s3Bucket: "<unknown>",
      handler: "run.sh",
      environment: { variables: { PORT: "8080" } },
    });
  });

  it("transform, for each child it names", async () => {
    const description = "changed";
    const difference = await changed({
      transform: {
        function: (args) => ({ ...args, description, ephemeralStorage: { size: 1024 } }),
        alias: (args) => ({ ...args, description }),
        role: (args) => ({ ...args, description }),
        rolePolicy: (args) => ({ ...args, name: "own" }),
        secret: (args) => ({ ...args, recoveryWindowInDays: 7 }),
        logGroup: (args) => ({ ...args, skipDestroy: true }),
        functionUrl: (args) => ({ ...args, invokeMode: "RESPONSE_STREAM" }),
        alarm: (args) => ({ ...args, period: 60 }),
      },
    });
    expect(difference).toEqual({
      [lambda]: { description, ephemeralStorage: { size: 1024 } },
      "aws:lambda/alias:Alias api": { description },
      "aws:iam/role:Role api": { description },
      [policy]: { name: "own" },
      "aws:secretsmanager/secret:Secret api": { recoveryWindowInDays: 7 },
      "aws:cloudwatch/logGroup:LogGroup api": { skipDestroy: true },
      "aws:lambda/functionUrl:FunctionUrl api": { invokeMode: "RESPONSE_STREAM" },
      ...everyChild({ period: 60 }, allAlarms),
    });
    const api = await registered({ url: "httpApi" });
    const changedApi = await registered({
      url: "httpApi",
      transform: { httpApi: (args) => ({ ...args, description }), stage: (args) => ({ ...args, description }) },
    });
    expect(changes(api, changedApi)).toEqual({
      "aws:apigatewayv2/api:Api api": { description },
      "aws:apigatewayv2/stage:Stage api": { description },
    });
  });

  it("registers the same inputs every time, with every option set", async () => {
    expect(changes(await registered(everything), await registered(everything))).toEqual({});
    const known = children(await registered(everything)).sort();
    expect(children(await registered(everything, { preview: true })).sort()).toEqual(known);
  });

  it("registers the same children in a first preview, with every option that may be an output", async () => {
    const later = pulumi.output("arn:aws:sns:us-east-1:123456789012:on-call");
    const args: Partial<BackendArgs> = {
      url: "httpApi",
      kmsKeyArn: pulumi.output("arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"),
      vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      tracing: true,
      alarmTopicArn: later,
      cors: { allowOrigins: ["*"] },
      tags: { team: "api" },
    };
    const known = children(await registered(args)).sort();
    expect(children(await registered(args, { preview: true })).sort()).toEqual(known);
  });
});
