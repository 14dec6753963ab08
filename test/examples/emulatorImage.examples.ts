// Proves that the steps of the emulator's Docker file make a folder from which it runs with declared customers, and
// that its health check tells whether it serves. The steps run without a daemon, on this machine's Node.js: the base image and its user are not there.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
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

it("serves with customers, is healthy while it does, and ends when it is told to", async () => {
  expect(image.entrypoint.slice(-4)).toEqual(["--host", "0.0.0.0", "--port", String(image.port)]);
  const [command = "", ...options] = image.entrypoint;
  // The last one counts: a test listens on loopback, on a free port.
  const ours = ["--host", "127.0.0.1", "--port", "0", "--customers", join(root, "customers.example.yaml")];
  const env = { PATH: process.env.PATH ?? "", ...image.environment };
  const child = spawn(command, [...options, ...ours], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
    });
    const { url, tokens, keys } = JSON.parse(line);
    const [secretToken] = Object.values(Object.values(tokens)[0] as Record<string, string>);
    const answer = await fetch(`${url}/v1/api-keys/authenticate`, {
      method: "POST",
      headers: { Authorization: `Bearer ${Object.values(keys)[0]}`, "Content-Type": "application/json" },
      body: JSON.stringify({ secretToken }),
    });
    expect(answer.status).toBe(200);
    const healthy = (port: string) => {
      const [program = "", ...args] = image.healthcheck.map((part) => part.replace(String(image.port), port));
      return spawnSync(program, args, { env }).status;
    };
    expect(healthy(new URL(url).port)).toBe(0);
    expect(healthy("1")).toBe(1);
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
});
