// Proves what invokeMode registers and refuses, and that with it an Express program's answer arrives in parts: the program, the layer and
// the real web adapter, started as Lambda starts them. That a function URL passes the parts on to a caller is AWS's work and not shown.
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, describe, expect, it } from "vitest";
import { functionEnvironment } from "../../../components/backend/environment";
import { startEmulator } from "../../../emulator";
import {
  leftOutFor,
  secretsManager,
  startLambda,
  tesseralLayer,
  webAdapterLayer,
  webAdapterMissing,
} from "../../lambda";
import { appFolders } from "./apps";
import { expressFolder } from "./expressFolder";
import { inputsOf } from "./record";
import { sampleBackend } from "./sample";

const { registered, changed, refusal } = sampleBackend();
const folder = appFolders();

it.each<[string, pulumi.Input<"RESPONSE_STREAM">]>([
  ["plain", "RESPONSE_STREAM"],
  ["an output", pulumi.output("RESPONSE_STREAM" as const)],
])("tells the function URL and the web adapter, %s", async (_, invokeMode) => {
  const difference = await changed({ invokeMode });
  expect(difference).toEqual({
    "aws:lambda/function:Function api": { environment: expect.anything() },
    "aws:lambda/functionUrl:FunctionUrl api": { invokeMode: "RESPONSE_STREAM" },
  });
  const { environment } = inputsOf(await registered({ invokeMode }), "aws:lambda/function:Function", "api");
  expect(environment).toMatchObject({ variables: { AWS_LWA_INVOKE_MODE: "response_stream" } });
});

it("is refused for an HTTP API, without an entry, and in the environment", async () => {
  const text = 'Backend "api": invokeMode: only with url: "functionUrl"; an HTTP API waits for the whole answer';
  expect(await refusal({ invokeMode: "RESPONSE_STREAM", url: "httpApi" })).toBe(text);
  expect(await refusal({ invokeMode: "RESPONSE_STREAM", url: "none" })).toBe(text);
  expect(await refusal({ invokeMode: "BUFFERED", url: "httpApi" })).toBe("accepted");
  expect(await refusal({ invokeMode: "stream" })).toBe(
    'Backend "api": invokeMode: "stream" is none of "BUFFERED", "RESPONSE_STREAM"',
  );
  expect(await refusal({ environment: { AWS_LWA_INVOKE_MODE: "response_stream" } })).toBe(
    'Backend "api": environment.AWS_LWA_INVOKE_MODE: is set by the component; set invokeMode',
  );
});

/** The Express example with a route that writes one part, waits for the gate, and writes another. */
const program = `
import express from "express";
import { createApiKeyAuth } from "./apiKeyAuth.js";

const { TESSERAL_BACKEND_API_KEY: backendApiKey, TESSERAL_API_URL: apiUrl, GATE_URL, PORT } = process.env;
const { requireApiKey } = createApiKeyAuth({ backendApiKey, apiUrl });
const app = express();
app.get("/healthz", (_req, res) => res.json({ ok: true }));
app.get("/export", requireApiKey, async (req, res) => {
  res.type("application/x-ndjson").write("first\\n");
  await fetch(GATE_URL);
  res.end("second\\n");
});
app.listen(PORT);
`;
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf";

describe.skipIf(leftOutFor(webAdapterMissing()))("an Express program", () => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) {
      await close();
    }
  });

  async function start(invokeMode: "BUFFERED" | "RESPONSE_STREAM") {
    const emulator = await startEmulator();
    const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const { secretToken } = emulator.console.createApiKey({ organizationId });
    const waiting: ServerResponse[] = [];
    const gate = createServer((_, response) => waiting.push(response));
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    const manager = await secretsManager({ secrets: { [secretArn]: { v1: emulator.backendApiKey } } });
    const taskRoot = expressFolder(folder({}));
    writeFileSync(join(taskRoot, "stream.js"), program);
    writeFileSync(join(taskRoot, "stream.sh"), "#!/bin/bash\nexec node stream.js\n", { mode: 0o755 });
    const environment = functionEnvironment({
      environment: {
        TESSERAL_API_URL: emulator.url,
        GATE_URL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
      },
      runtime: "nodejs24.x",
      adapter: "web",
      port: 8080,
      healthCheckPath: "/healthz",
      invokeMode,
      secretArn,
      secretVersionId: "v1",
      secretJsonKey: undefined,
    });
    const lambda = await startLambda({
      taskRoot,
      layers: [webAdapterLayer(), tesseralLayer(folder({}))],
      handler: "stream.sh",
      runtime: "nodejs24.x",
      environment: environment as Record<string, string>,
      secretsManager: manager,
    });
    closing.push(
      () => emulator.close(),
      () => gate.close(),
      () => manager.close(),
      () => lambda.stop(),
      () => rmSync(taskRoot, { recursive: true, force: true }),
    );
    const open = () => {
      for (const response of waiting.splice(0)) {
        response.end();
      }
    };
    return { lambda, open, gate, authorization: `Bearer ${secretToken}` };
  }

  it("sends a part before it has the next, and checks the key before any", async () => {
    const { lambda, open, authorization } = await start("RESPONSE_STREAM");
    const parts: string[] = [];
    const answer = await lambda.request({ path: "/export", headers: { authorization } }, (part) => {
      parts.push(part);
      open(); // The program cannot go on before this first part is here.
    });
    expect(parts).toEqual(["first\n", "second\n"]);
    expect(answer).toMatchObject({ status: 200, body: "first\nsecond\n" });
    expect(answer.headers["content-type"]).toContain("application/x-ndjson");

    const refused = await lambda.request({ path: "/export" });
    expect(refused).toMatchObject({ status: 401, body: '{"error":"unauthorized"}' });
  }, 60_000);

  it("sends all at once without it", async () => {
    const { lambda, open, gate, authorization } = await start("BUFFERED");
    gate.on("request", open);
    const parts: string[] = [];
    const answer = await lambda.request({ path: "/export", headers: { authorization } }, (part) => parts.push(part));
    expect(parts).toEqual([]);
    expect(answer).toMatchObject({ status: 200, body: "first\nsecond\n" });
  }, 60_000);
});
