// Proves what the component refuses when it is constructed, with the exact text, and that nothing was registered by then.
// What is known only later (outputs) is refused by the engine's run, tested there.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Backend, type BackendArgs, type BackendTransform } from "../../../components/backend";
import { publicAdapterLayer } from "../../../components/backend/layers";
import { codeIn, uncoded } from "../../../errors/coded";
import { appFolders, webApp } from "./apps";
import { record } from "./record";

const folder = appFolders();
const code = folder(webApp);
const required: BackendArgs = {
  code,
  runtime: "nodejs24.x",
  handler: "run.sh",
  backendApiKey: "tesseral_secret_key_0123456789abcdefghijklmno",
};

const refusal = (args: Partial<BackendArgs>, name = "api") => refusalOf(name, { ...required, ...args });

/** The message, and proof that not even the component itself was registered. */
async function refusalOf(name: string, args: BackendArgs): Promise<string> {
  let message = "accepted";
  const found = await record(() => {
    try {
      new Backend(name, args);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  if (message !== "accepted") {
    expect(found).toEqual([]);
    expect(codeIn(message)).toMatch(/^TSL-BACKEND(-KEY)?$/);
  }
  return uncoded(message);
}

const cases: [string, Partial<BackendArgs>, string][] = [
  [
    "the key in the environment",
    { environment: { TESSERAL_BACKEND_API_KEY: "tesseral_secret_key_abc" } },
    "environment.TESSERAL_BACKEND_API_KEY: would be readable in the function's configuration; set backendApiKey or backendApiKeySecretArn",
  ],
  [
    "a variable of the component's own",
    { environment: { PORT: "3000" } },
    "environment.PORT: is set by the component; set port",
  ],
  [
    "another authorization header",
    { environment: { AWS_LWA_AUTHORIZATION_SOURCE: "x-auth" } },
    "environment.AWS_LWA_AUTHORIZATION_SOURCE: would replace the Authorization header, which carries the caller's key",
  ],
  ["a variable of Lambda's own", { environment: { AWS_REGION: "x" } }, "environment.AWS_REGION: is reserved by Lambda"],
  [
    "a variable with a hyphen",
    { environment: { "LOG-LEVEL": "x" } },
    "environment.LOG-LEVEL: Lambda takes names of two or more letters, digits and _, a letter first",
  ],
  [
    "both key sources",
    { backendApiKeySecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf" },
    "backendApiKey and backendApiKeySecretArn are both set; one of them says where the key is",
  ],
  [
    "an empty key",
    { backendApiKey: "" },
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it is empty",
  ],
  [
    "a key with a line break",
    { backendApiKey: "tesseral_secret_key_abc\n" },
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it has spaces or line breaks around it",
  ],
  [
    "another kind of key",
    { backendApiKey: "acme_sk_012" },
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it has another form",
  ],
  [
    "a version of the component's own secret",
    { backendApiKeySecretVersionId: "v1" },
    "backendApiKeySecretVersionId: only with backendApiKeySecretArn; the component pins its own secret's version",
  ],
  [
    "a field of the component's own secret",
    { backendApiKeySecretJsonKey: "key" },
    "backendApiKeySecretJsonKey: only with backendApiKeySecretArn; the component's own secret is the key",
  ],
  [
    "a deprecated runtime",
    { runtime: "nodejs20.x" },
    'runtime: "nodejs20.x" is deprecated by AWS Lambda; use "nodejs24.x"',
  ],
  [
    "no runtime at all",
    { runtime: "node22" },
    'runtime: "node22" is not a Lambda runtime, such as "nodejs24.x", "python3.13" or "provided.al2023"',
  ],
  ["an unknown adapter", { adapter: "rest" as "web" }, 'adapter: "rest" is none of "web", "none"'],
  ["an unknown entry", { url: "alb" as "none" }, 'url: "alb" is none of "functionUrl", "httpApi", "none"'],
  ["an unknown processor", { architecture: "x64" as "arm64" }, 'architecture: "x64" is none of "arm64", "x86_64"'],
  ["too little memory", { memorySize: 64 }, "memorySize: 64 is not a whole number from 128 to 10240"],
  ["too long a timeout", { timeout: 901 }, "timeout: 901 is not a whole number from 1 to 900"],
  [
    "a timeout over the HTTP API's",
    { url: "httpApi", timeout: 31 },
    'timeout: 31 s, but an HTTP API waits 30 s; use url: "functionUrl" for longer calls',
  ],
  ["a port that needs root", { port: 80 }, "port: 80 is not a whole number from 1024 to 65535"],
  [
    "half an instance",
    { reservedConcurrency: 0.5 },
    'reservedConcurrency: 0.5 is neither a whole number nor "unreserved"',
  ],
  [
    "a retention that CloudWatch does not know",
    { logRetentionInDays: 42 },
    "logRetentionInDays: 42 is none of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
  ],
  ["a relative health check", { healthCheckPath: "healthz" }, 'healthCheckPath: "healthz" does not begin with /'],
  [
    "too many layers",
    { layers: Array.from("abcd", (name) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`) },
    "layers: Lambda takes 5, and 2 of them are the component's own",
  ],
  ["a throttle without an HTTP API", { throttle: {} }, 'throttle: only with url: "httpApi"; use reservedConcurrency'],
  ["CORS without an entry", { url: "none", cors: { allowOrigins: ["*"] } }, 'cors: only with a url, and url is "none"'],
  ["CORS for nobody", { cors: { allowOrigins: [] } }, "cors.allowOrigins: name at least one origin"],
  [
    "cookies for everybody",
    { cors: { allowOrigins: ["*"], allowCredentials: true } },
    'cors.allowCredentials: browsers refuse it with the origin "*"; name the origins',
  ],
  [
    "a week of CORS",
    { cors: { allowOrigins: ["*"], maxAge: 604_800 } },
    "cors.maxAge: 604800 is not a whole number from 0 to 86400",
  ],
  [
    "a key's alias",
    { kmsKeyArn: "alias/app" },
    'kmsKeyArn: "alias/app" is not the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>',
  ],
  [
    "a topic's name",
    { alarmTopicArn: "on-call" },
    'alarmTopicArn: "on-call" is not the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>',
  ],
  [
    "a boundary's name",
    { permissionsBoundaryArn: "boundary" },
    'permissionsBoundaryArn: "boundary" is not the ARN of a policy, arn:aws:iam::<account>:policy/<name>',
  ],
  [
    "a layer without a version",
    { adapterLayerArn: "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86" },
    'adapterLayerArn: "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86" is not the ARN of a layer\'s version, arn:aws:lambda:<region>:<account>:layer:<name>:<version>',
  ],
];

/** As from a stack's configuration, which TypeScript has not seen. */
const nested: [string, Record<string, unknown>, string][] = [
  [
    "a misspelled field of vpc",
    { vpc: { subnets: ["subnet-1"], securityGroupIds: ["sg-1"] } },
    '\n  vpc.subnets: unknown argument, did you mean "subnetIds"?\n  vpc.subnetIds: is required',
  ],
  ["half a vpc", { vpc: { subnetIds: ["subnet-1"] } }, " vpc.securityGroupIds: is required"],
  [
    "a vpc without a subnet",
    { vpc: { subnetIds: [], securityGroupIds: ["sg-1"] } },
    " vpc.subnetIds: name at least one subnet",
  ],
  [
    "a subnet's ARN",
    { vpc: { subnetIds: ["subnet-1", "arn:aws:ec2"], securityGroupIds: ["sg-1"] } },
    ' vpc.subnetIds[1]: "arn:aws:ec2" is not the id of a subnet, subnet-…',
  ],
  [
    "one subnet where a list is meant",
    { vpc: { subnetIds: "subnet-1", securityGroupIds: ["sg-1"] } },
    " vpc.subnetIds: expected a list, not a string",
  ],
  ["true for a vpc", { vpc: true }, " vpc: expected an object, not true or false"],
  [
    "a misspelled field of cors",
    { cors: { origins: ["*"] } },
    '\n  cors.origins: unknown argument, did you mean "allowOrigins"?\n  cors.allowOrigins: is required',
  ],
  [
    "a text for the origins",
    { cors: { allowOrigins: "https://app.example.com" } },
    " cors.allowOrigins: expected a list, not a string",
  ],
  [
    "a host for an origin",
    { cors: { allowOrigins: ["app.example.com"] } },
    ' cors.allowOrigins[0]: "app.example.com" is neither "*" nor an origin, such as "https://app.example.com"',
  ],
  [
    "a method in small letters",
    { cors: { allowOrigins: ["*"], allowMethods: ["get"] } },
    ' cors.allowMethods[0]: "get" is none of "*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"',
  ],
  [
    "OPTIONS at a function URL",
    { cors: { allowOrigins: ["*"], allowMethods: ["OPTIONS"] } },
    " cors.allowMethods: a function URL answers OPTIONS itself and takes no such method; leave it out",
  ],
  [
    "a text for yes",
    { cors: { allowOrigins: ["*"], allowCredentials: "yes" } },
    ' cors.allowCredentials: expected true or false, not "yes"',
  ],
  [
    "a misspelled field of throttle",
    { url: "httpApi", throttle: { rate: 5, requestPerSecond: 5 } },
    '\n  throttle.rate: unknown argument; there are: requestsPerSecond, burst, routes\n  throttle.requestPerSecond: unknown argument, did you mean "requestsPerSecond"?',
  ],
  [
    "a text for a number",
    { url: "httpApi", throttle: { burst: "100" } },
    ' throttle.burst: "100" is not a whole number from 0 to 1000000',
  ],
  [
    "a negative rate",
    { url: "httpApi", throttle: { requestsPerSecond: -1 } },
    " throttle.requestsPerSecond: -1 is not a number of 0 or more",
  ],
  ["one layer where a list is meant", { layers: "arn:aws:lambda" }, " layers: expected a list, not a string"],
  [
    "a layer without a version",
    { layers: ["arn:aws:lambda:us-east-1:123456789012:layer:otel"] },
    ' layers[0]: "arn:aws:lambda:us-east-1:123456789012:layer:otel" is not the ARN of a layer\'s version, arn:aws:lambda:<region>:<account>:layer:<name>:<version>',
  ],
  [
    "a number in the environment, without showing it",
    { environment: { LIMIT: 4711 } },
    " environment.LIMIT: expected a string, not a number",
  ],
  ["a list for the environment", { environment: ["A=1"] }, " environment: expected an object, not a list"],
  [
    "a tag of Amazon's own",
    { tags: { "aws:team": "api" } },
    " tags.aws:team: names that begin with aws: are Amazon's own",
  ],
  ["a text for alarms", { alarms: "true" }, ' alarms: expected true or false, not "true"'],
  ["an object for alarms", { alarms: { topic: "x" } }, " alarms: expected true or false, not an object"],
  [
    "a misspelled transform",
    { transform: { lambda: () => ({}), functions: () => ({}) } },
    '\n  transform.lambda: unknown argument; there are: function, alias, role, rolePolicy, secret, logGroup, codeObject, functionUrl, httpApi, stage, alarm\n  transform.functions: unknown argument, did you mean "function"?',
  ],
  ["a transform that is none", { transform: { role: {} } }, " transform.role: expected a function, not an object"],
  ["no text for the handler", { handler: 5 }, " handler: expected a string, not a number"],
  ["nothing in the configuration", { handler: null }, " handler: expected a string, not null"],
  [
    "a number for the program",
    { code: 5 },
    " code: 5 is neither the path of a folder or a zip, nor source code with `build` and `path`, nor a Pulumi archive",
  ],
  ["an address for a bucket", { codeBucket: "s3://code" }, ' codeBucket: "s3://code" is not the name of an S3 bucket'],
  [
    "a bucket for a program that is no file",
    { codeBucket: "code", code: new pulumi.asset.AssetArchive({}) },
    " codeBucket: only with a folder or a zip as code",
  ],
  [
    "an output for what decides which resources there are",
    { url: pulumi.output("none"), alarms: Promise.resolve(true) },
    "\n  url: cannot be an output, because it decides what resources there are\n" +
      "  alarms: cannot be an output, because it decides what resources there are",
  ],
  [
    "an output for a whole object",
    { environment: pulumi.output({ A: "1" }) },
    " environment: cannot be an output as a whole, but what is in it can be",
  ],
  [
    "more environment than Lambda takes",
    { environment: { BIG: "x".repeat(3800) } },
    " environment: is 4157 bytes with the component's own variables; Lambda takes 4096. Keep large values elsewhere",
  ],
];

describe("refuses, before anything is registered", () => {
  it.each(nested)("%s", async (_, args, text) => {
    expect(await refusalOf("api", { ...required, ...args } as BackendArgs)).toBe(`Backend "api":${text}`);
  });

  it("an environment by its bytes, not its letters, and none that just fits", async () => {
    const room = 4096 - (4157 - 3800);
    expect(await refusal({ environment: { BIG: "x".repeat(room) } })).toBe("accepted");
    expect(await refusal({ environment: { BIG: `${"x".repeat(room - 1)}é` } })).toContain("is 4097 bytes");
  });

  it.each(cases)("%s", async (_, args, text) => {
    expect(await refusal(args)).toBe(`Backend "api": ${text}`);
  });

  it("neither key source", async () => {
    const { backendApiKey: _, ...rest } = required;
    expect(await refusalOf("api", rest)).toBe(
      'Backend "api": set backendApiKey, or backendApiKeySecretArn for a secret that exists already',
    );
  });

  it.each([
    ["a name", "key"],
    ["an ARN without the six characters at its end", "arn:aws:secretsmanager:us-east-1:123456789012:secret:key"],
    ["another service's ARN", "arn:aws:ssm:us-east-1:123456789012:parameter/key-AbCdEf"],
    [
      "a partition that the layer does not know",
      "arn:aws-iso:secretsmanager:us-iso-east-1:123456789012:secret:key-AbCdEf",
    ],
  ])("%s for a secret", async (_, backendApiKeySecretArn) => {
    const { backendApiKey: __, ...rest } = required;
    expect(await refusalOf("api", { ...rest, backendApiKeySecretArn })).toBe(
      `Backend "api": backendApiKeySecretArn: "${backendApiKeySecretArn}" is not the full ARN of a secret, ` +
        "arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>",
    );
  });

  it("a field name that the layer would not match", async () => {
    const { backendApiKey: _, ...rest } = required;
    const backendApiKeySecretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf";
    expect(await refusalOf("api", { ...rest, backendApiKeySecretArn, backendApiKeySecretJsonKey: "a.*" })).toBe(
      'Backend "api": backendApiKeySecretJsonKey: "a.*" may only have letters, digits, _ and -',
    );
  });

  it("arguments that a stack's configuration misspells or leaves out", async () => {
    const given = { code, handler: "run.sh", memorysize: 512, lambda: true, backendApiKey: required.backendApiKey };
    expect(await refusalOf("api", given as unknown as BackendArgs)).toBe(
      'Backend "api":\n' +
        '  memorysize: unknown argument, did you mean "memorySize"?\n' +
        "  lambda: unknown argument\n" +
        "  runtime: is required",
    );
  });

  it("a name that would be too long for a function, or has other characters", async () => {
    expect(await refusal({}, "a".repeat(56))).toBe("accepted");
    expect(await refusal({}, "a".repeat(57))).toBe(
      `Backend "${"a".repeat(57)}": the name has 57 characters; 56 are left of a function's 64, as Pulumi adds 8`,
    );
    expect(await refusal({}, "my api")).toBe(
      'Backend "my api": the name may only have letters, digits, _ and -, as a function\'s',
    );
  });

  it("several mistakes at once", async () => {
    expect(await refusal({ runtime: "go1.x", memorySize: 1, backendApiKey: "x" })).toBe(
      'Backend "api":\n' +
        '  runtime: "go1.x" is deprecated by AWS Lambda; use "provided.al2023"\n' +
        "  memorySize: 1 is not a whole number from 128 to 10240\n" +
        "  backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it has another form",
    );
  });
});

// A transform sees arguments made of other children, so these are registered by then; a preview fails all the same.
it.each<[string, NonNullable<BackendTransform["function"]>, string]>([
  [
    "SnapStart",
    (args) => ({ ...args, snapStart: { applyOn: "PublishedVersions" } }),
    "snapStart would keep the key that the snapshot was taken with, after every rotation",
  ],
  [
    "a container image",
    (args) => ({ ...args, packageType: "Image", imageUri: "image" }),
    "layers, and so the key, do not reach a container image",
  ],
  [
    "the key in the environment",
    (args) => ({ ...args, environment: { variables: { TESSERAL_BACKEND_API_KEY: "x" } } }),
    "TESSERAL_BACKEND_API_KEY would be readable in the function's configuration",
  ],
])("refuses %s by a transform", async (_, transform, text) => {
  const run = record(() => new Backend("api", { ...required, transform: { function: transform } }));
  await expect(run).rejects.toThrow(`Backend "api": transform.function: ${text}`);
});

it.each(["cn-north-1", "us-gov-west-1"])("asks for an adapter layer in %s, which has no public one", (region) => {
  expect(() => publicAdapterLayer(region, "arm64")).toThrow(
    `adapterLayerArn is needed in ${region}: the Lambda Web Adapter has no public layer there (TSL-ADAPTER)`,
  );
});
