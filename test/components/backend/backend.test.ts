// Proves which resources the component registers by default, with exactly which arguments, known and in a first preview.
// The resources meet mocks here: whether the engine and AWS take them is not shown.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { appFolders, webApp } from "./apps";
import { arnOf, changes, children, inputsOf, type RecordOptions, record, settled } from "./record";

const folder = appFolders();
const code = folder(webApp);
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const required: BackendArgs = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey: key };

const registered = (args: Partial<BackendArgs> = {}, options?: RecordOptions) =>
  record(() => new Backend("api", { ...required, ...args }), options);

const lambda = "aws:lambda/function:Function api";
const policy = "aws:iam/rolePolicy:RolePolicy api";
const allAlarms = ["errors", "throttles", "slow", "unavailable"].map(
  (suffix) => `aws:cloudwatch/metricAlarm:MetricAlarm api-${suffix}`,
);
const urlChildren = [
  "aws:lambda/functionUrl:FunctionUrl api",
  "aws:lambda/permission:Permission api-url",
  "aws:lambda/permission:Permission api-invoke",
];

describe("with the required arguments alone", () => {
  const expected = [
    "aws:cloudwatch/logGroup:LogGroup api",
    "aws:secretsmanager/secret:Secret api",
    "aws:iam/role:Role api",
    "aws:lambda/layerVersion:LayerVersion api",
    "aws:secretsmanager/secretVersion:SecretVersion api",
    "aws:iam/rolePolicy:RolePolicy api",
    "aws:lambda/function:Function api",
    "aws:lambda/alias:Alias api",
    ...allAlarms,
    ...urlChildren,
  ].sort();

  it("registers these children, and the same in a first preview", async () => {
    expect(children(await registered()).sort()).toEqual(expected);
    expect(children(await registered({}, { preview: true })).sort()).toEqual(expected);
  });

  it("gives the function exactly this", async () => {
    const inputs = inputsOf(await registered(), "aws:lambda/function:Function", "api");
    expect(inputs).toEqual({
      code: { path: expect.stringMatching(/\/archives\/[0-9a-f]{64}\.zip$/) },
      runtime: "nodejs24.x",
      handler: "run.sh",
      architectures: ["arm64"],
      memorySize: 512,
      timeout: 29,
      role: arnOf("aws:iam/role:Role", "api"),
      layers: [
        "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerArm64:30",
        arnOf("aws:lambda/layerVersion:LayerVersion", "api"),
      ],
      environment: {
        variables: {
          AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
          TESSERAL_BACKEND_API_KEY_SECRET_ARN: arnOf("aws:secretsmanager/secret:Secret", "api"),
          TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "version-of-api",
          TESSERAL_EXEC_MODE: "web",
          PORT: "8080",
          AWS_LWA_READINESS_CHECK_PATH: "/healthz",
        },
      },
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
        logGroup: "api-1a2b3c4",
      },
      publish: true,
      reservedConcurrentExecutions: 20,
      tags: {},
    });
  });

  it("knows all of the function but what other resources give it in a first preview", async () => {
    const inputs = inputsOf(await registered({}, { preview: true }), "aws:lambda/function:Function", "api");
    const { environment, layers, role, loggingConfig } = inputs;
    expect({ environment, layers, role, loggingConfig }).toEqual({
      role: "<unknown>",
      layers: ["arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerArm64:30", "<unknown>"],
      environment: {
        variables: {
          AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
          TESSERAL_BACKEND_API_KEY_SECRET_ARN: "<unknown>",
          TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "<unknown>",
          TESSERAL_EXEC_MODE: "web",
          PORT: "8080",
          AWS_LWA_READINESS_CHECK_PATH: "/healthz",
        },
      },
      loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "INFO", logGroup: "<unknown>" },
    });
  });

  it("gives the others exactly this", async () => {
    const found = await registered();
    const of = (type: string, name = "api") => inputsOf(found, type, name);
    expect(of("aws:secretsmanager/secret:Secret")).toEqual({
      description: "Tesseral backend API key of api",
      tags: {},
    });
    expect(of("aws:secretsmanager/secretVersion:SecretVersion")).toEqual({
      secretId: arnOf("aws:secretsmanager/secret:Secret", "api"),
      secretString: { secret: key },
    });
    expect(of("aws:cloudwatch/logGroup:LogGroup")).toEqual({ retentionInDays: 30, tags: {} });
    expect(of("aws:lambda/layerVersion:LayerVersion")).toEqual({
      layerName: "api-tesseral",
      code: { path: expect.stringMatching(/\/dist\/components\/backend\/layer\.zip$/) },
      compatibleArchitectures: ["arm64", "x86_64"],
      description: "Puts the Tesseral backend API key into TESSERAL_BACKEND_API_KEY",
      licenseInfo: "Apache-2.0",
    });
    expect(of("aws:lambda/alias:Alias")).toEqual({ name: "live", functionName: "api-1a2b3c4", functionVersion: "7" });
    expect(of("aws:lambda/functionUrl:FunctionUrl")).toEqual({
      functionName: "api-1a2b3c4",
      qualifier: "live",
      authorizationType: "NONE",
    });
    expect(of("aws:lambda/permission:Permission", "api-url")).toEqual({
      principal: "*",
      function: "api-1a2b3c4",
      qualifier: "live",
      action: "lambda:InvokeFunctionUrl",
      functionUrlAuthType: "NONE",
    });
    expect(of("aws:lambda/permission:Permission", "api-invoke")).toEqual({
      principal: "*",
      function: "api-1a2b3c4",
      qualifier: "live",
      action: "lambda:InvokeFunction",
      invokedViaFunctionUrl: true,
    });
  });

  it("watches errors, throttling, slowness and answers of 500 and above", async () => {
    const found = await registered();
    const shared = {
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: "api-1a2b3c4" },
      tags: {},
      alarmDescription: expect.any(String),
    };
    const alarm = (suffix: string) => inputsOf(found, "aws:cloudwatch/metricAlarm:MetricAlarm", `api-${suffix}`);
    expect(alarm("errors")).toEqual({ ...shared, metricName: "Errors", statistic: "Sum", threshold: 1 });
    expect(alarm("throttles")).toEqual({ ...shared, metricName: "Throttles", statistic: "Sum", threshold: 1 });
    expect(alarm("slow")).toEqual({ ...shared, metricName: "Duration", extendedStatistic: "p99", threshold: 23_200 });
    expect(alarm("unavailable")).toEqual({ ...shared, metricName: "Url5xxCount", statistic: "Sum", threshold: 1 });
  });

  it("gives out addresses and names", async () => {
    let made: Backend | undefined;
    await record(() => {
      made = new Backend("api", required);
    });
    if (!made) {
      throw new Error("not made");
    }
    expect(await settled(made.url)).toBe("https://api.lambda-url.us-east-1.on.aws");
    expect(await settled(made.functionName)).toBe("api-1a2b3c4");
    expect(await settled(made.functionArn)).toBe(arnOf("aws:lambda/function:Function", "api"));
    expect(await settled(made.aliasArn)).toBe(arnOf("aws:lambda/alias:Alias", "api"));
    expect(await settled(made.roleArn)).toBe(arnOf("aws:iam/role:Role", "api"));
    expect(await settled(made.roleName)).toBe("api-1a2b3c4");
    expect(await settled(made.secretArn)).toBe(arnOf("aws:secretsmanager/secret:Secret", "api"));
    expect(await settled(made.logGroupName)).toBe("api-1a2b3c4");
    expect(await settled(made.logGroupArn)).toBe(arnOf("aws:cloudwatch/logGroup:LogGroup", "api"));
    const { function: lambdaFunction, alias, role, logGroup, secret } = made;
    const types = [lambdaFunction, alias, role, logGroup, secret].map((resource) => resource && settled(resource.urn));
    expect((await Promise.all(types)).map((urn) => urn?.split("::")[2]?.split("$").at(-1))).toEqual([
      "aws:lambda/function:Function",
      "aws:lambda/alias:Alias",
      "aws:iam/role:Role",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:secretsmanager/secret:Secret",
    ]);
  });

  it("stands beside another one in one program", async () => {
    const both = await record(() => {
      new Backend("api", required);
      new Backend("admin", required);
    });
    const names = children(both);
    expect(new Set(names).size).toBe(2 * expected.length);
    expect(names.filter((name) => name.includes(" admin")).sort()).toEqual(
      expected.map((name) => name.replace(" api", " admin")).sort(),
    );
    expect(JSON.stringify(inputsOf(both, "aws:lambda/function:Function", "admin"))).not.toMatch(/[:/]api\b/);
  });
});

describe("where the key comes from", () => {
  const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared/key-AbCdEf";

  it("makes no secret for one that exists, and reads its current version", async () => {
    const { backendApiKey: _, ...rest } = required;
    const found = await record(() => new Backend("api", { ...rest, backendApiKeySecretArn: secretArn }));
    const difference = changes(await registered(), found);
    expect(Object.keys(difference).sort()).toEqual(
      [
        policy,
        lambda,
        "aws:secretsmanager/secret:Secret api",
        "aws:secretsmanager/secretVersion:SecretVersion api",
      ].sort(),
    );
    const { environment } = inputsOf(found, "aws:lambda/function:Function", "api");
    expect(environment).toEqual({
      variables: {
        AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
        TESSERAL_BACKEND_API_KEY_SECRET_ARN: secretArn,
        TESSERAL_EXEC_MODE: "web",
        PORT: "8080",
        AWS_LWA_READINESS_CHECK_PATH: "/healthz",
      },
    });
  });

  it("pins a given version and reads a field of a JSON secret", async () => {
    const { backendApiKey: _, ...rest } = required;
    const given = {
      backendApiKeySecretArn: pulumi.output(secretArn),
      backendApiKeySecretVersionId: "abc-123",
      backendApiKeySecretJsonKey: "backend_key",
    };
    const found = await record(() => new Backend("api", { ...rest, ...given }));
    expect(inputsOf(found, "aws:lambda/function:Function", "api").environment).toMatchObject({
      variables: {
        TESSERAL_BACKEND_API_KEY_SECRET_ARN: secretArn,
        TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "abc-123",
        TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "backend_key",
      },
    });
  });

  it.each([
    ["a plain text", () => key],
    ["a secret output", () => pulumi.secret(key)],
    ["a promise", () => Promise.resolve(key)],
  ])("keeps %s secret and in one place only", async (_, given) => {
    for (const preview of [false, true]) {
      const found = await record(() => new Backend("api", { ...required, backendApiKey: given() }), { preview });
      const version = inputsOf(found, "aws:secretsmanager/secretVersion:SecretVersion", "api");
      expect(version.secretString).toEqual({ secret: key });
      const others = found.filter(({ inputs }) => inputs !== version);
      expect(JSON.stringify(others)).not.toContain("tesseral_secret_key");
    }
  });
});
