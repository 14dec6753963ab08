// Proves what Backend.fromFunction adds to functions that somebody else makes, and what it refuses. Resources meet mocks here; that
// the function starts with the key is proved where the program of docs/backend-key.md is run.
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Backend, type FunctionOptions } from "../../../components/backend";
import { appFolders, elf } from "./apps";
import { arnOf, changes, children, inputsOf, record } from "./record";
import { sampleKey } from "./sample";

const folder = appFolders();
const role = "arn:aws:iam::123456789012:role/service/orders";
const ownArgs: FunctionArgs = {
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: new pulumi.asset.FileArchive(folder({ "index.mjs": "" })),
  role,
  environment: { variables: { LOG_LEVEL: "info" } },
};
const layerArn = arnOf("aws:lambda/layerVersion:LayerVersion", "key");
const secretArn = arnOf("aws:secretsmanager/secret:Secret", "key");
const keyVariables = {
  AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
  TESSERAL_BACKEND_API_KEY_SECRET_ARN: secretArn,
  TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "version-of-key",
};

const keyed = (args: Partial<FunctionArgs> = {}) =>
  record(() => {
    const make = (options: FunctionOptions) => new LambdaFunction("orders", { ...ownArgs, ...args }, options);
    Backend.fromFunction("key", { backendApiKey: sampleKey }, make);
  });
const lambda = (found: Awaited<ReturnType<typeof keyed>>) => inputsOf(found, "aws:lambda/function:Function", "orders");

it("adds the layer, the variables and a policy of the function's role, and changes nothing else", async () => {
  const plain = await record(() => new LambdaFunction("orders", ownArgs));
  const difference = changes(plain, await keyed());
  expect(Object.keys(difference).sort()).toEqual([
    "aws:iam/rolePolicy:RolePolicy key-orders",
    "aws:lambda/function:Function orders",
    "aws:lambda/layerVersion:LayerVersion key",
    "aws:secretsmanager/secret:Secret key",
    "aws:secretsmanager/secretVersion:SecretVersion key",
  ]);
  expect(difference["aws:lambda/function:Function orders"]).toEqual({
    layers: [layerArn],
    environment: { variables: { LOG_LEVEL: "info", ...keyVariables } },
  });
  expect(difference["aws:iam/rolePolicy:RolePolicy key-orders"]).toEqual({
    role: "orders",
    policy: expect.stringContaining('"secretsmanager:GetSecretValue"'),
  });
});

it("reaches functions that a component makes, each with a policy, and no other function", async () => {
  class Team extends pulumi.ComponentResource {
    constructor(name: string, options: pulumi.ComponentResourceOptions) {
      super("acme:Team", name, {}, options);
      new LambdaFunction(`${name}-read`, ownArgs, { parent: this });
      new LambdaFunction(
        `${name}-write`,
        { ...ownArgs, environment: pulumi.output({ variables: { A: "1" } }) },
        { parent: this },
      );
    }
  }
  const found = await record(() => {
    Backend.fromFunction("key", { backendApiKey: sampleKey }, (options) => new Team("team", options));
    new LambdaFunction("other", ownArgs);
  });
  const variables = (name: string) => inputsOf(found, "aws:lambda/function:Function", name).environment;
  expect(variables("team-read")).toEqual({ variables: { LOG_LEVEL: "info", ...keyVariables } });
  expect(variables("team-write")).toEqual({ variables: { A: "1", ...keyVariables } });
  expect(variables("other")).toEqual({ variables: { LOG_LEVEL: "info" } });
  expect(children(found).filter((name) => name.startsWith("aws:iam/"))).toEqual([
    "aws:iam/rolePolicy:RolePolicy key-team-read",
    "aws:iam/rolePolicy:RolePolicy key-team-write",
  ]);
});

it("hands over to a wrapper that is there, and comes after the function's layers", async () => {
  const adapter = "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:30";
  const found = await keyed({
    layers: [adapter],
    environment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } },
  });
  expect(lambda(found)).toMatchObject({
    layers: [adapter, layerArn],
    environment: { variables: { ...keyVariables, TESSERAL_NEXT_EXEC_WRAPPER: "/opt/bootstrap" } },
  });
});

it("names no version of a secret that exists, unless told", async () => {
  const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shared-AbCdEf";
  const found = await record(() =>
    Backend.fromFunction(
      "key",
      { backendApiKeySecretArn: arn, backendApiKeySecretJsonKey: "key" },
      (options) => new LambdaFunction("orders", ownArgs, options),
    ),
  );
  expect(lambda(found).environment).toEqual({
    variables: {
      LOG_LEVEL: "info",
      AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
      TESSERAL_BACKEND_API_KEY_SECRET_ARN: arn,
      TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "key",
    },
  });
});

describe("refuses", () => {
  it.each<[string, Partial<FunctionArgs>, string]>([
    [
      "a container image",
      { packageType: "Image" },
      "orders: layers, and so the key, do not reach a container image; use BackendKey",
    ],
    [
      "SnapStart",
      { snapStart: { applyOn: "PublishedVersions" } },
      "orders: snapStart would keep the key that the snapshot was taken with, after every rotation",
    ],
    [
      "the key among the variables",
      { environment: { variables: { TESSERAL_BACKEND_API_KEY: sampleKey } } },
      "orders: environment.TESSERAL_BACKEND_API_KEY: would be readable in the function's configuration; set backendApiKey or backendApiKeySecretArn",
    ],
    [
      "a sixth layer",
      { layers: Array.from("abcde", (name) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`) },
      "orders: layers: Lambda takes 5, and one of them brings the key",
    ],
  ])("%s", async (_, args, text) => {
    await expect(keyed(args)).rejects.toThrow(text);
  });
});

it("gives a function on provided.al2023 no wrapper, as the layer's bootstrap starts its handler", async () => {
  const code = new pulumi.asset.FileArchive(folder({ server: { content: elf("x86_64"), mode: 0o755 } }));
  const found = await keyed({ runtime: "provided.al2023", handler: "server", code });
  const { AWS_LAMBDA_EXEC_WRAPPER: _, ...variables } = keyVariables;
  expect(lambda(found)).toMatchObject({
    layers: [layerArn],
    environment: { variables: { LOG_LEVEL: "info", ...variables } },
  });
});
