// What the layer costs at a cold start: the time until the function is ready with its key from Secrets Manager, against the same
// function with the key as a plain variable. node scripts/runTypeScript.cjs bench/backendColdStart.ts [--runs 21]
// Needs the web adapter (scripts/installWebAdapter.sh), Go and npm. Secrets Manager is on loopback here: on AWS, a TLS handshake
// and a round trip in the region come on top, once per cold start.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { expressFolder } from "../test/components/backend/expressFolder";
import {
  type LambdaOptions,
  type SecretsManager,
  secretsManager,
  startLambda,
  tesseralLayer,
  webAdapterLayer,
} from "../test/lambda";
import { alternating, lowerQuartile } from "./alternating";

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf";
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const root = join(__dirname, "..");

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "21" } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 4) {
    throw new Error(`--runs ${values.runs}: not a number of at least 4`);
  }
  const work = mkdtempSync(join(tmpdir(), "cold-start-"));
  const manager = await secretsManager({ secrets: { [arn]: { v1: key } } });
  try {
    const layer = tesseralLayer(join(work, "layer"));
    const express = expressFolder(join(work, "express"));
    execFileSync("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", join(work, "go/server"), "."], {
      cwd: join(root, "examples/go"),
      env: { ...process.env, CGO_ENABLED: "0" },
    });
    const node = join(root, "test/components/backend/programs/node");

    const web = [webAdapterLayer()];
    const programs: Record<string, { one: Omit<LambdaOptions, "environment">; plainWrapper?: string }> = {
      "Go, web adapter": {
        one: { taskRoot: join(work, "go"), handler: "server", runtime: "provided.al2023", layers: web },
      },
      "Express, web adapter": {
        one: { taskRoot: express, handler: "run.sh", runtime: "nodejs24.x", layers: web },
        plainWrapper: "/opt/bootstrap",
      },
      "Node, Lambda handler": { one: { taskRoot: node, handler: "index.handler", runtime: "nodejs24.x", layers: [] } },
    };
    console.log(
      `Time until ready, lower quartile of ${runs} starts each, in turns; Node ${process.versions.node}, ${cpus()[0]?.model}\n`,
    );
    console.log("| function | key as plain variable | with the layer | ratio |\n| --- | ---: | ---: | ---: |");
    for (const [name, { one, plainWrapper }] of Object.entries(programs)) {
      const withLayer = { ...one, layers: [...(one.layers ?? []), layer], secretsManager: manager };
      const measured = await alternating(
        {
          plain: () =>
            ready({
              ...one,
              environment: {
                TESSERAL_BACKEND_API_KEY: key,
                ...health,
                ...(plainWrapper && { AWS_LAMBDA_EXEC_WRAPPER: plainWrapper }),
              },
            }),
          layer: () =>
            ready({
              ...withLayer,
              environment: {
                TESSERAL_BACKEND_API_KEY_SECRET_ARN: arn,
                TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "v1",
                AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
                ...(one.layers?.length ? { TESSERAL_EXEC_MODE: "web" } : {}),
                ...health,
              },
            }),
        },
        runs,
      );
      const [plain, layered] = [lowerQuartile(measured.plain), lowerQuartile(measured.layer)];
      console.log(`| ${name} | ${plain.toFixed(0)} ms | ${layered.toFixed(0)} ms | ${(layered / plain).toFixed(2)} |`);
    }
    const { script } = await alternating({ script: async () => scriptAlone(layer, manager) }, runs);
    console.log(`\nThe layer's script alone, bash and curl from start to end: ${lowerQuartile(script).toFixed(0)} ms`);
  } finally {
    manager.close();
    rmSync(work, { recursive: true, force: true });
  }
}

const health = { AWS_LWA_READINESS_CHECK_PATH: "/healthz" };

/** Milliseconds of the script with a program that does nothing behind it. */
async function scriptAlone(layer: string, { url, credentials }: SecretsManager): Promise<number> {
  const began = performance.now();
  const child = spawn(join(layer, "tesseral/exec-wrapper"), ["/bin/true"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      TESSERAL_BACKEND_API_KEY_SECRET_ARN: arn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) {
    throw new Error(`the layer's script ended with ${code}`);
  }
  return performance.now() - began;
}

async function ready(options: LambdaOptions): Promise<number> {
  const lambda = await startLambda(options);
  await lambda.stop();
  return lambda.initMilliseconds;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
