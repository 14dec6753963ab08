// Proves what the component refuses when it is constructed, with the exact text, and that nothing was registered by then.
// What is known only later (outputs) is refused by the engine's run, tested there.
import { describe, expect, it } from "vitest";
import { Backend, type BackendArgs, type BackendTransform } from "../../../components/backend";
import { publicAdapterLayer } from "../../../components/backend/layers";
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
  }
  return message;
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
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ and letters and digits; it is empty",
  ],
  [
    "a key with a line break",
    { backendApiKey: "tesseral_secret_key_abc\n" },
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ and letters and digits; it has blanks or line breaks around it",
  ],
  [
    "another kind of key",
    { backendApiKey: "acme_sk_012" },
    "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ and letters and digits; it is another text",
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
    { layers: ["a", "b", "c", "d"] },
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

describe("refuses, before anything is registered", () => {
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
      'Backend "api": backendApiKeySecretJsonKey: "a.*" may have letters, digits, _ and - only',
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
      'Backend "my api": the name may have letters, digits, _ and - only, as a function\'s',
    );
  });

  it("several mistakes at once", async () => {
    expect(await refusal({ runtime: "go1.x", memorySize: 1, backendApiKey: "x" })).toBe(
      'Backend "api":\n' +
        '  runtime: "go1.x" is deprecated by AWS Lambda; use "provided.al2023"\n' +
        "  memorySize: 1 is not a whole number from 128 to 10240\n" +
        "  backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ and letters and digits; it is another text",
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
    `adapterLayerArn is needed in ${region}: the Lambda Web Adapter has no public layer there`,
  );
});
