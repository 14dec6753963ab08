// Proves that the package of each example, built by `Backend` as its line in Pulumi.dev.yaml says, is the same every time, and that it
// runs as in Lambda: behind the real web adapter, read-only, with its backend API key from Secrets Manager through the layer.
// It does not prove anything about Amazon Linux or the other architecture; this machine's interpreters stand in for Lambda's.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Backend as BackendComponent } from "../../components/backend";
import { functionEnvironment } from "../../components/backend/environment";
import { startGatedExport, streamedExport } from "../components/backend/gatedExport";
import { inputsOf, record } from "../components/backend/record";
import { sampleKey } from "../components/backend/sample";
import {
  type Lambda,
  type SecretsManager,
  secretsManager,
  startLambda,
  tesseralLayer,
  unpack,
  webAdapterLayer,
  webAdapterMissing,
} from "../lambda";
import { backends, missingTool, tools } from "./backends";
import { run } from "./build";
import { deployedByOneLine, type Packaged, packaged, pythonFolder } from "./packaging";
import { Project } from "./project";
import { verified } from "./rows/verified";
import { bearer } from "./session";

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf";
const workspace = mkdtempSync(join(tmpdir(), "packages-"));
const layer = tesseralLayer(join(workspace, "layer"));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const noAdapter = webAdapterMissing() && missingTool([tools.rust]);

beforeAll(async () => {
  if (webAdapterMissing() && !noAdapter) {
    await run(["scripts/installWebAdapter.sh"], join(__dirname, "../.."));
  }
});

for (const backend of backends) {
  const missing = missingTool(backend.tools) ?? (noAdapter && `the Lambda Web Adapter cannot be built: ${noAdapter}`);
  if (missing && process.env.CI === "true") {
    throw new Error(`${backend.name}: ${missing}`);
  }
  if (missing) {
    console.warn(`the package of ${backend.name} is left out: ${missing}`);
  }

  describe.skipIf(missing)(backend.name, () => {
    let project: Project;
    let secrets: SecretsManager;
    let lambda: Lambda;
    let made: Packaged;
    const taskRoot = join(workspace, backend.name);
    const path = backend.lambda.runtime.startsWith("python") ? [pythonFolder()] : [];

    beforeAll(async () => {
      made = await packaged(backend, join(workspace, "builds", backend.name));
      unpack(made.zip, taskRoot);
      project = await Project.start();
      const { url, backendApiKey } = project.emulator;
      secrets = await secretsManager({ secrets: { [secretArn]: { v1: backendApiKey } } });
      const environment = functionEnvironment({
        ...backend.lambda,
        environment: { TESSERAL_API_URL: url },
        adapter: "web",
        port: 8080,
        healthCheckPath: "/healthz",
        secretArn,
        secretVersionId: "v1",
        secretJsonKey: undefined,
      });
      lambda = await startLambda({
        ...backend.lambda,
        taskRoot,
        layers: [webAdapterLayer(), layer],
        environment: environment as Record<string, string>,
        secretsManager: secrets,
        path,
      });
    });
    afterAll(async () => {
      await lambda?.stop();
      secrets?.close();
      await project?.emulator.close();
    });

    /** Status and JSON of the answer. */
    async function get(path: string, authorization?: string): Promise<[status: number, body: unknown]> {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const { status, body } = await lambda.request({ path, headers });
      return [status, JSON.parse(body)];
    }

    it("is what its line in Pulumi.dev.yaml deploys", async () => {
      const line = deployedByOneLine(backend.name);
      vi.stubEnv("XDG_CACHE_HOME", made.cache); // what was built is there: nothing is built again
      const found = await record(() => new BackendComponent("backend", { ...line, backendApiKey: sampleKey }));
      vi.unstubAllEnvs();
      const { code, runtime, handler } = inputsOf(found, "aws:lambda/function:Function", "backend");
      expect({ runtime, handler }).toEqual({ ...backend.lambda, ...(line.runtime && { runtime: line.runtime }) });
      expect(made.zip.equals(readFileSync((code as { path: string }).path))).toBe(true);
    });

    it("answers a good key with its organization, id and actions", async () => {
      const { organizationId, keys } = project;
      const reader = { organizationId, apiKeyId: keys.reader.id, actions: ["widgets.read"] };
      expect(await get("/whoami", bearer(keys.reader))).toEqual([200, reader]);
    });

    it("answers 401 without a key, with a revoked one, and for a suspended organization", async () => {
      const unauthorized = [401, { error: "unauthorized" }];
      expect(await get("/whoami")).toEqual(unauthorized);
      expect(await get("/whoami", bearer(project.keys.revoked))).toEqual(unauthorized);
      expect(await get("/whoami", bearer(project.keys.suspended))).toEqual(unauthorized);
    });

    it("answers 403 without the action, 503 while Tesseral fails, and is well after that", async () => {
      expect(await get("/widgets", bearer(project.keys.good))).toEqual([403, { error: "forbidden" }]);
      project.emulator.fail({ path: "/v1/api-keys/authenticate", do: { status: 500 } });
      expect(await get("/widgets", bearer(project.keys.reader))).toEqual([503, { error: "unavailable" }]);
      expect((await get("/widgets", bearer(project.keys.reader)))[0]).toBe(200);
    });

    it("is verified as behind a function URL", async () => {
      const functionUrl = createServer((request, response) => {
        const { authorization } = request.headers;
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        lambda.request({ path: request.url ?? "/", headers }).then(
          ({ status, body }) => response.writeHead(status).end(body),
          () => response.writeHead(502).end(),
        );
      });
      await new Promise<void>((listening) => functionUrl.listen(0, "127.0.0.1", listening));
      const { port } = functionUrl.address() as AddressInfo;
      try {
        expect(await verified(project, new URL(`http://127.0.0.1:${port}/whoami`))).toBe(
          "right, right, right, right, right: 200",
        );
      } finally {
        functionUrl.closeAllConnections();
        functionUrl.close();
      }
    });

    it("has written no key", () => {
      const found = project.secrets.filter((secret) => lambda.log.includes(secret));
      expect(found).toEqual([]);
    });

    it.runIf(backend.name === "fastapi")(
      "sends a part before it has the next, and checks the key before any",
      async () => {
        cpSync(join(__dirname, "streaming"), taskRoot, { recursive: true });
        const { runtime } = backend.lambda;
        const invokeMode = "RESPONSE_STREAM";
        const one = await startGatedExport({ taskRoot, handler: "stream.sh", runtime, path, layer, invokeMode });
        try {
          const parts = ["first\n", "second\n"];
          expect(await streamedExport(one)).toMatchObject({ parts, status: 200, body: parts.join("") });
          expect(await one.lambda.request({ path: "/export" })).toMatchObject({ status: 401 });
        } finally {
          await one.close();
        }
      },
    );
  });
}
