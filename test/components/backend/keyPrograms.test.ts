// Proves that the programs of docs/backend-key.md type-check, deploy, change nothing on a second run and take a new key; and that the
// function of the last one starts with it. The AWS plugin is a stand-in: ECS, App Runner and EKS themselves are not there.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Backend } from "../../../components/backend";
import type { EngineStack, Outcome } from "../../engine/stack";
import { secretsManager, startLambda } from "../../lambda";
import { appFolders, elf } from "./apps";
import { deployed } from "./deployed";
import { documentedPrograms, userProgram } from "./documentedPrograms";
import { awsStack } from "./echo/awsStack";

const work = mkdtempSync(join(tmpdir(), "key-programs-test-"));
const folder = appFolders();
const programs = documentedPrograms("backend-key.md");
const first = "tesseral_secret_key_1111111111111111111111111";
const second = "tesseral_secret_key_2222222222222222222222222";
const config = (value: string) => ({ apiBackendKey: { value, secret: true } });

/** Answers a hash of its key, since an answer must not hold it. */
const ordersProgram = `
import { createHash } from "node:crypto";
const hash = createHash("sha256").update(process.env.TESSERAL_BACKEND_API_KEY ?? "").digest("hex");
export const handler = async () => ({ statusCode: 200, body: hash });
`;

let stack: EngineStack | undefined;
afterEach(() => {
  stack?.close();
  stack = undefined;
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const updated = ({ steps }: Outcome) =>
  steps.filter(({ op }) => op === "update" || op === "replace").map(({ type, name }) => `${type} ${name}`);

/** Runs a program of the page twice, then with another key; gives the stack's outputs and what the new key changed. */
async function run(title: string) {
  const project = join(work, title.replaceAll(/\W+/g, "-"));
  mkdirSync(join(project, "orders"), { recursive: true });
  writeFileSync(join(project, "orders/index.mjs"), ordersProgram);
  const program = userProgram(project, programs.get(title) ?? "");
  stack = await awsStack(program, { config: config(first), programFolder: project });
  const preview = await stack.preview();
  const up = await stack.up();
  expect(up.changes).toEqual(preview.changes);
  expect((await stack.up()).changes).toEqual({ same: up.changes.create });
  await stack.automation.setAllConfig(config(second));
  const rotated = await stack.up();
  expect((await stack.preview()).changes).toEqual({ same: up.changes.create });
  expect(stack.everythingSaid()).not.toMatch(new RegExp(`${first}|${second}`));
  return { stack, project, outputs: up.outputs, changedByKey: updated(rotated) };
}

function inputs(of: EngineStack, type: string): Record<string, unknown> {
  const resources = of.resources() as unknown as { type: string; inputs: Record<string, unknown> }[];
  return resources.find((one) => one.type === type)?.inputs ?? {};
}

it("has a program for each way", () => {
  expect([...programs.keys()]).toEqual(["ECS and Fargate", "App Runner", "EKS", "Functions of your own"]);
});

describe("the program for", { timeout: 180_000 }, () => {
  it("ECS and Fargate names the secret's version in the container's definition", async () => {
    const { stack: made, changedByKey } = await run("ECS and Fargate");
    const [container] = JSON.parse(String(inputs(made, "aws:ecs/taskDefinition:TaskDefinition").containerDefinitions));
    expect(container.secrets).toEqual([
      {
        name: "TESSERAL_BACKEND_API_KEY",
        valueFrom: expect.stringMatching(/:secret:api-[0-9a-f]{7}-AbCdEf:::[0-9a-f]{40}$/),
      },
    ]);
    expect(changedByKey).toEqual(["SecretVersion api", "TaskDefinition api"]);
  });

  it("App Runner names it among the service's secrets", async () => {
    const { stack: made, changedByKey } = await run("App Runner");
    expect(inputs(made, "aws:apprunner/service:Service").sourceConfiguration).toMatchObject({
      imageRepository: {
        imageConfiguration: {
          runtimeEnvironmentSecrets: { TESSERAL_BACKEND_API_KEY: expect.stringMatching(/-AbCdEf:::[0-9a-f]{40}$/) },
        },
      },
    });
    expect(changedByKey).toEqual(["SecretVersion api", "Service api"]);
  });

  it("EKS writes a manifest that names it", async () => {
    const { outputs, changedByKey } = await run("EKS");
    expect(outputs.manifest?.secret).toBe(false);
    expect(JSON.parse(outputs.manifest?.value).spec.data).toEqual([
      {
        secretKey: "TESSERAL_BACKEND_API_KEY",
        remoteRef: {
          key: expect.stringMatching(/^arn:aws:secretsmanager:.*-AbCdEf$/),
          version: expect.stringMatching(/^uuid\/[0-9a-f]{40}$/),
        },
      },
    ]);
    expect(changedByKey).toEqual(["SecretVersion api"]);
  });

  it("a function gives it the key at its start, and a new one", async () => {
    const { stack: made, project, changedByKey } = await run("Functions of your own");
    expect(changedByKey).toEqual(["SecretVersion orders-key", "Function orders"]);
    const { secrets, configuration, ...one } = await deployed(made, "orders", join(work, "deployed"), {
      secretName: "orders-key",
      programFolder: project,
    });
    expect(configuration).not.toContain(second);
    const manager = await secretsManager({ secrets });
    const lambda = await startLambda({ ...one, secretsManager: manager });
    try {
      const answer = await lambda.request({ path: "/" });
      expect(answer).toMatchObject({ status: 200, body: createHash("sha256").update(second).digest("hex") });
    } finally {
      await lambda.stop();
      manager.close();
    }
  });
});

it("refuses, in preview, a function whose package would start before the layer", async () => {
  const path = folder({ bootstrap: { content: elf("x86_64"), mode: 0o755 } });
  stack = await awsStack(async () => {
    Backend.fromFunction("key", { backendApiKey: first }, (options) => {
      const role = "arn:aws:iam::123456789012:role/orders";
      const code = new pulumi.asset.FileArchive(path);
      return new LambdaFunction("orders", { runtime: "provided.al2023", handler: "server", code, role }, options);
    });
  });
  const ended = new AbortController();
  const said: string[] = [];
  const preview = stack.automation.preview({
    signal: ended.signal,
    onEvent: ({ diagnosticEvent }) => {
      if (diagnosticEvent?.severity === "error") {
        said.push(diagnosticEvent.message);
        ended.abort();
      }
    },
  });
  await expect(preview).rejects.toThrow();
  expect(said[0]).toContain("has a bootstrap at its root, which Lambda would run instead of the layer");
});
