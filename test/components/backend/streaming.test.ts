// Proves what invokeMode registers and refuses, and that with it an Express program's answer arrives in parts: the program, the layer and
// the real web adapter, started as Lambda starts them. That a function URL passes the parts on to a caller is AWS's work and not shown.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, describe, expect, it } from "vitest";
import { leftOutFor, tesseralLayer, webAdapterMissing } from "../../lambda";
import { appFolders } from "./apps";
import { expressFolder } from "./expressFolder";
import { type GatedExport, startGatedExport, streamedExport } from "./gatedExport";
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
const parts = ["first\n", "second\n"];

describe.skipIf(leftOutFor(webAdapterMissing()))("an Express program", () => {
  const started: GatedExport[] = [];
  afterAll(() => Promise.all(started.map((one) => one.close())));

  async function start(invokeMode: "BUFFERED" | "RESPONSE_STREAM"): Promise<GatedExport> {
    const taskRoot = expressFolder(folder({}));
    writeFileSync(join(taskRoot, "stream.js"), program);
    writeFileSync(join(taskRoot, "stream.sh"), "#!/bin/bash\nexec node stream.js\n", { mode: 0o755 });
    const layer = tesseralLayer(folder({}));
    const one = await startGatedExport({ taskRoot, handler: "stream.sh", runtime: "nodejs24.x", layer, invokeMode });
    started.push(one);
    return one;
  }

  it("sends a part before it has the next, and checks the key before any", async () => {
    const one = await start("RESPONSE_STREAM");
    const streamed = await streamedExport(one);
    expect(streamed).toMatchObject({ parts, status: 200, body: parts.join("") });
    expect(streamed.contentType).toContain("application/x-ndjson");
    expect(await one.lambda.request({ path: "/export" })).toMatchObject({
      status: 401,
      body: '{"error":"unauthorized"}',
    });
  }, 60_000);

  it("sends all at once without it", async () => {
    const one = await start("BUFFERED");
    one.open();
    expect(await streamedExport(one)).toMatchObject({ parts: [], status: 200, body: parts.join("") });
  }, 60_000);
});
