// Proves that the steps of the emulator's Docker file make a folder from which it runs with declared customers, and
// that its health check tells whether it serves. The steps run without a daemon, on this machine's Node.js: the base image and its user are not there.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Image, ignoredBy, runSteps } from "./dockerSteps";

const root = join(__dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "emulator-image-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let image: Image;
let folder: string;
beforeAll(async () => {
  image = await runSteps(join(root, "emulator/Dockerfile"), root, work);
  folder = join(image.root, image.workdir);
});

it("sends no build folders and no tests to the daemon", () => {
  const isIgnored = ignoredBy("node_modules\n**/dist\n*.tgz\n");
  const paths = [
    "node_modules/a.js",
    "a/node_modules/b.js",
    "dist",
    "a/dist/b.js",
    "distance/a.js",
    "x.tgz",
    "a/x.tgz",
  ];
  expect(paths.filter(isIgnored)).toEqual(["node_modules/a.js", "dist", "a/dist/b.js", "x.tgz"]);
  expect(existsSync(join(work, "build/build/test"))).toBe(false);
  expect(existsSync(join(work, "build/build/examples/go/main.go"))).toBe(true);
});

it("installs the command without what only its development or a backend needs", () => {
  expect(existsSync(join(folder, "node_modules/commander"))).toBe(true);
  expect(existsSync(join(folder, "node_modules/@pulumi/aws"))).toBe(false);
  expect(existsSync(join(folder, "node_modules/typescript"))).toBe(false);
  expect(existsSync(join(folder, "package.tgz"))).toBe(false);
  expect(image).toMatchObject({ user: "node", port: 8080, environment: { NODE_ENV: "production" } });
});

it("has a folder for data files that every user can write to", () => {
  expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o777);
});

it.each([
  ["plainly", []],
  ["by TLS", ["--tls"]],
])("serves with customers %s, is healthy while it does, and ends when it is told to", async (_, more) => {
  expect(image.entrypoint.slice(-4)).toEqual(["--host", "0.0.0.0", "--port", String(image.port)]);
  const [command = "", ...options] = image.entrypoint;
  // The last one counts: a test listens on loopback, on a port that is free.
  const customers = join(root, "customers.example.yaml");
  const ours = ["--host", "127.0.0.1", "--port", String(await freePort()), "--customers", customers, ...more];
  const env = { PATH: process.env.PATH ?? "", ...image.environment };
  const child = spawn(command, [...options, ...ours], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
    });
    const { url, tokens, keys, caFile } = JSON.parse(line);
    const [secretToken] = Object.values(Object.values(tokens)[0] as Record<string, string>);
    const body = JSON.stringify({ secretToken });
    const headers = { Authorization: `Bearer ${Object.values(keys)[0]}`, "Content-Type": "application/json" };
    expect(await statusOf(`${url}/v1/api-keys/authenticate`, { headers, body, caFile })).toBe(200);
    // In the container it is process 1.
    const commandLine = join(work, "cmdline");
    const healthy = (words: string[]) => {
      writeFileSync(commandLine, words.map((word) => `${word}\0`).join(""));
      const [program = "", ...args] = image.healthcheck;
      return spawnSync(program, [...args, commandLine], { cwd: folder, env }).status;
    };
    const words = ["node", command, ...options, ...ours];
    expect(healthy(words)).toBe(0);
    expect(healthy([...words, "--port=1"])).toBe(1);
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(healthy(words)).toBe(1);
  } finally {
    child.kill("SIGKILL");
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The status of a POST, by HTTP or by HTTPS. */
function statusOf(
  url: string,
  { headers, body, caFile }: { headers: Record<string, string>; body: string; caFile?: string },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, agent: false } as const;
    const answered = ({ statusCode }: IncomingMessage) => resolve(statusCode);
    const request =
      caFile === undefined
        ? http.request(url, options, answered)
        : https.request(url, { ...options, ca: readFileSync(caFile) }, answered);
    request.on("error", reject).end(body);
  });
}
