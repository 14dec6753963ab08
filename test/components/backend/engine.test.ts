// Proves the component under the real engine: previews tell all, a second run changes nothing, a new key rolls out by itself, and
// the state holds no key in plain text. The AWS plugin is a stand-in that echoes: whether AWS takes the values is not shown.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import type { EngineStack, Outcome } from "../../engine/stack";
import { appFolders, webApp } from "./apps";
import { awsStack } from "./echo/awsStack";

vi.setConfig({ testTimeout: 120_000 });

const folder = appFolders();
const code = folder(webApp);
const first = "tesseral_secret_key_1111111111111111111111111";
const second = "tesseral_secret_key_2222222222222222222222222";

const program = (args: Partial<BackendArgs>) => async () => {
  const backend = new Backend("api", { code, runtime: "nodejs24.x", handler: "run.sh", ...args });
  return { url: backend.url, secretArn: backend.secretArn };
};
const steps = ({ steps }: Outcome) => steps.map(({ op, type, name }) => `${op} ${type} ${name}`);
const warnings = ({ diagnostics }: Outcome) =>
  diagnostics.filter((text) => !text.startsWith("using pulumi-resource-aws"));

const opened: EngineStack[] = [];
afterAll(() => {
  for (const stack of opened) {
    stack.close();
  }
});

async function open(args: Partial<BackendArgs>): Promise<EngineStack> {
  const stack = await awsStack(program(args));
  opened.push(stack);
  return stack;
}

interface StoredResource {
  urn: string;
  type: string;
  parent?: string;
  dependencies?: string[];
  inputs: Record<string, unknown>;
}

// The tests below go on with one stack, in order: that is what they are about.
describe("one stack", () => {
  let stack: EngineStack;
  const stored = () => stack.resources() as unknown as StoredResource[];
  const named = (urn: string) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? urn;

  it("previews what up does", async () => {
    stack = await open({ backendApiKey: pulumi.secret(first) });
    const preview = await stack.preview();
    expect(preview.changes).toEqual({ create: 17 });
    expect(warnings(preview)).toEqual([]);
    const up = await stack.up();
    expect(up.changes).toEqual({ create: 17 });
    expect(steps(up).sort()).toEqual(steps(preview).sort());
    expect(up.outputs.url).toEqual({ value: "https://api.lambda-url.us-east-1.on.aws", secret: false });
    expect(up.outputs.secretArn?.secret).toBe(false);
  });

  it("puts every child under the component", () => {
    const children = stored().filter(({ type }) => type.startsWith("aws:"));
    expect(children).toHaveLength(15);
    expect(new Set(children.map(({ parent }) => named(parent ?? "")))).toEqual(new Set(["tesseral:aws:Backend api"]));
  });

  it("makes the function after what its first start needs, and the entry after the alias", () => {
    const needs = Object.fromEntries(
      stored().map(({ urn, dependencies = [] }) => [named(urn), dependencies.map(named)]),
    );
    expect(needs["aws:lambda/function:Function api"]?.sort()).toEqual([
      "aws:cloudwatch/logGroup:LogGroup api",
      "aws:iam/role:Role api",
      "aws:iam/rolePolicy:RolePolicy api",
      "aws:lambda/layerVersion:LayerVersion api",
      "aws:secretsmanager/secret:Secret api",
      "aws:secretsmanager/secretVersion:SecretVersion api",
    ]);
    for (const name of [
      "aws:lambda/functionUrl:FunctionUrl api",
      "aws:lambda/permission:Permission api-url",
      "aws:lambda/permission:Permission api-invoke",
    ]) {
      expect(needs[name]).toContain("aws:lambda/alias:Alias api");
    }
  });

  it("changes nothing on a second run", async () => {
    expect((await stack.up()).changes).toEqual({ same: 17 });
  });

  it("changes nothing when the folder's files are newer and its zip is elsewhere", async () => {
    writeFileSync(join(code, "server.js"), "");
    const elsewhere = folder(webApp);
    expect((await stack.preview(program({ code: elsewhere, backendApiKey: first }))).changes).toEqual({ same: 17 });
  });

  it("rolls a new key out: a version of the secret, a version of the function, the alias", async () => {
    const outcome = await stack.up(program({ backendApiKey: second }));
    expect(steps(outcome)).toEqual([
      "create-replacement SecretVersion api",
      "replace SecretVersion api",
      "update Function api",
      "update Alias api",
      "delete-replaced SecretVersion api",
    ]);
    expect((await stack.preview()).changes).toEqual({ same: 17 });
  });

  it("rolls a new program out by the alias", async () => {
    const other = folder({ ...webApp, "server.js": "// new" });
    const outcome = await stack.up(program({ code: other, backendApiKey: second }));
    expect(steps(outcome)).toEqual(["update Function api", "update Alias api"]);
  });

  it("said and stored no key in plain text, at any time", async () => {
    expect(stack.everythingSaid()).not.toContain(first);
    expect(stack.everythingSaid()).not.toContain(second);
    const version = stored().find(({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion");
    expect(version?.inputs.secretString).toHaveProperty("ciphertext");
  });

  it("is gone after destroy", async () => {
    expect((await stack.destroy()).changes).toEqual({ delete: 17 });
  });
});

it("leaves nothing secret in the stack when the key is in a secret of the user's", async () => {
  const stack = await open({
    backendApiKeySecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf",
    url: "httpApi",
  });
  const preview = await stack.preview();
  const { changes } = await stack.up();
  expect(changes).toEqual(preview.changes);
  expect(changes).toEqual({ create: 18 });
  expect(stack.stateFile()).not.toContain("ciphertext");
  expect((await stack.preview()).changes).toEqual({ same: 18 });
});

describe("refuses what is known only when the program runs, in preview, with the component's own words", () => {
  const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
  const empty = folder({});

  it.each<[string, () => Partial<BackendArgs>, string]>([
    [
      "a key with a line break",
      () => ({ backendApiKey: later(`${first}\n`) }),
      "backendApiKey: expected a Tesseral backend API key, tesseral_secret_key_ followed by letters and digits; it has spaces or line breaks around it",
    ],
    [
      "a name for an ARN",
      () => ({ backendApiKeySecretArn: later("key") }),
      'backendApiKeySecretArn: "key" is not the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>',
    ],
    [
      "a timeout above the HTTP API's",
      () => ({ backendApiKey: first, url: "httpApi", timeout: later(60) }),
      'timeout: 60 s, but an HTTP API waits 30 s; use url: "functionUrl" for longer calls',
    ],
    [
      "a deprecated runtime",
      () => ({ backendApiKey: first, runtime: later("nodejs18.x") }),
      'runtime: "nodejs18.x" is deprecated by AWS Lambda; use "nodejs24.x"',
    ],
    [
      "a subnet in a list",
      () => ({ backendApiKey: first, vpc: { subnetIds: [later("vpc-1")], securityGroupIds: later(["sg-1"]) } }),
      'vpc.subnetIds[0]: "vpc-1" is not the id of a subnet, subnet-…',
    ],
    [
      "an environment that is too large together",
      () => ({ backendApiKey: first, environment: { ONE: later("x".repeat(3000)), TWO: later("x".repeat(3000)) } }),
      "environment: is 6019 bytes with the component's own variables; Lambda takes 4096. Keep large values elsewhere",
    ],
    [
      "a program without its handler",
      () => ({ backendApiKey: first, code: later(empty) }),
      `code: ${empty} has no run.sh, which is the handler`,
    ],
    [
      "an archive without its handler",
      () => ({ backendApiKey: first, code: new pulumi.asset.FileArchive(empty) }),
      `code: ${empty} has no run.sh, which is the handler`,
    ],
  ])("%s", async (_, args, text) => {
    const stack = await awsStack(() => program(args())());
    opened.push(stack);
    expect(await firstError(stack)).toContain(`Backend "api": ${text}`);
  });
});

/** The first error of a preview. An inline program, unlike one of its own process, waits for ever after an error in an output. */
async function firstError({ automation }: EngineStack): Promise<string> {
  const ended = new AbortController();
  let message = "";
  const preview = automation.preview({
    signal: ended.signal,
    onEvent: ({ diagnosticEvent }) => {
      if (diagnosticEvent?.severity !== "error") {
        return;
      }
      message ||= diagnosticEvent.message.replace(/<\{%.*?%\}>/g, "").trim();
      ended.abort();
    },
  });
  await expect(preview).rejects.toThrow();
  return message;
}

it("fails in preview, by one sentence, when the arguments are wrong", async () => {
  const stack = await open({ runtime: "nodejs18.x", backendApiKey: first });
  const text = 'Backend "api": runtime: "nodejs18.x" is deprecated by AWS Lambda; use "nodejs24.x" (TSL-BACKEND)';
  expect(await firstError(stack)).toBe(text);
});

it("hands the program over in a bucket of the same stack, and the object with another program", async () => {
  const inBucket = (source: string) => async () => {
    const bucket = new Bucket("code", { bucket: "code-of-acme" });
    new Backend("api", {
      code: source,
      runtime: "nodejs24.x",
      handler: "run.sh",
      backendApiKey: first,
      codeBucket: bucket.bucket,
    });
  };
  const stack = await awsStack(inBucket(code));
  opened.push(stack);
  const preview = await stack.preview();
  expect(preview.changes).toEqual({ create: 19 });
  expect((await stack.up()).changes).toEqual({ create: 19 });
  expect((await stack.up()).changes).toEqual({ same: 19 });
  const object = stack.resources().find(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
  expect(object?.inputs).toMatchObject({ bucket: "code-of-acme" });
  const outcome = await stack.up(inBucket(folder({ ...webApp, "server.js": "// another" })));
  expect(steps(outcome)).toEqual([
    "create-replacement BucketObjectv2 api-code",
    "replace BucketObjectv2 api-code",
    "update Function api",
    "update Alias api",
    "delete-replaced BucketObjectv2 api-code",
  ]);
});

it("fits names of 56 characters into AWS's 64", async () => {
  const name = "a".repeat(56);
  const long = async () =>
    void new Backend(name, { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey: first });
  const stack = await awsStack(long);
  opened.push(stack);
  expect((await stack.preview()).changes).toEqual({ create: 17 });
});
