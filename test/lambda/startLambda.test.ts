// Proves that the harness runs a package as Lambda does: layers, the real web adapter, HTTP events, errors, an end without leftovers.
// What a function does with its key is tested with the layer and with the component.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import {
  httpEvent,
  type Lambda,
  type LambdaOptions,
  leftOutFor,
  startLambda,
  webAdapterLayer,
  webAdapterMissing,
} from ".";

const folder = mkdtempSync(join(tmpdir(), "harness-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const running: Lambda[] = [];
afterEach(async () => {
  for (const lambda of running.splice(0)) {
    await lambda.stop();
  }
});

/** Starts a package of these files, all of them executable. */
async function start(
  files: Record<string, string>,
  options: Pick<LambdaOptions, "runtime" | "handler"> & Partial<LambdaOptions>,
) {
  const taskRoot = mkdtempSync(join(folder, "task-"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(taskRoot, name), text);
    chmodSync(join(taskRoot, name), 0o755);
  }
  const lambda = await startLambda({ taskRoot, ...options });
  running.push(lambda);
  return lambda;
}

it.skipIf(leftOutFor(webAdapterMissing()))("serves an ordinary HTTP server through the web adapter", async () => {
  const server = `
const http = require("node:http");
http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => { body += part; }).on("end", () => {
    response.writeHead(request.url === "/missing" ? 404 : 200, { "content-type": "application/json", "x-test": "yes" });
    response.end(JSON.stringify([request.method, request.url, request.headers.authorization ?? null, body]));
  });
}).listen(process.env.PORT, "127.0.0.1");`;
  const lambda = await start(
    {
      "run.sh": "#!/bin/bash\nexec node server.js\n",
      "server.js": server,
    },
    { runtime: "provided.al2023", handler: "run.sh", layers: [webAdapterLayer()] },
  );
  const headers = { Authorization: "Bearer abc" };
  const answer = await lambda.request({ method: "POST", path: "/a?b=c", headers, body: "hello" });
  expect(answer).toMatchObject({
    status: 200,
    headers: { "x-test": "yes" },
    body: '["POST","/a?b=c","Bearer abc","hello"]',
  });
  expect((await lambda.request({ path: "/missing" })).status).toBe(404);
});

it("puts layers into /opt, a later one over an earlier one, and the package into a read-only /var/task", async () => {
  const layers = ["first", "second"].map((name) => {
    const layer = join(folder, name);
    mkdirSync(layer);
    writeFileSync(join(layer, name), "");
    writeFileSync(join(layer, "which"), name);
    return layer;
  });
  const source = `
const fs = require("node:fs");
const denied = (path) => { try { fs.writeFileSync(path, ""); return false; } catch (error) { return error.code; } };
exports.handler = async () => ({ opt: fs.readdirSync("/opt"), which: fs.readFileSync("/opt/which", "utf8"),
  task: process.env.LAMBDA_TASK_ROOT, denied: [denied("/opt/x"), denied("/var/task/x")] });`;
  const lambda = await start({ "index.js": source }, { runtime: "nodejs22.x", handler: "index.handler", layers });
  if (lambda.isolation === "path") {
    console.warn("left out: no mount namespace can be made here, so /opt and /var/task are other folders");
    return;
  }
  expect(await lambda.invoke({})).toEqual({
    opt: ["first", "second", "which"],
    which: "second",
    task: "/var/task",
    denied: ["EROFS", "EROFS"],
  });
});

it("reports what a handler throws, and goes on", async () => {
  const source = "exports.handler = async (event) => { if (event.bad) throw new Error('no'); return 'fine'; };";
  const lambda = await start({ "index.js": source }, { runtime: "nodejs22.x", handler: "index.handler" });
  await expect(lambda.invoke({ bad: true })).rejects.toThrow(
    'the function failed: {"errorMessage":"no","errorType":"Error"}',
  );
  expect(await lambda.invoke({})).toBe("fine");
});

it("ends a start that takes too long, and everything it started", async () => {
  const script = `#!/bin/bash\nsleep 1000 & echo $! > ${join(folder, "pid")}; echo waiting; wait\n`;
  const begun = start({ bootstrap: script }, { runtime: "provided.al2023", handler: "x", initTimeout: 500 });
  await expect(begun).rejects.toThrow("not ready after 500 ms; log: waiting");
  expect(existsSync(`/proc/${readFileSync(join(folder, "pid"), "utf8").trim()}/exe`)).toBe(false);
});

it("fails an invocation whose process ends", async () => {
  const source = "exports.handler = async () => { console.log('bye'); process.exit(3); };";
  const lambda = await start({ "index.js": source }, { runtime: "nodejs22.x", handler: "index.handler" });
  await expect(lambda.invoke(httpEvent({ path: "/" }))).rejects.toThrow("the process ended with 3; log: bye");
});
