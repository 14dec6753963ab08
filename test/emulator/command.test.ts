// Proves what the command prints, that it stops when it is told to, and how it refuses its arguments. It is run as a program
// of its own, compiled into a temporary folder; how it is reached from the package's command is not tested here.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compileEmulator } from "./compileEmulator";

let folder: string;
let program: string;
beforeAll(() => {
  folder = compileEmulator();
  program = path.join(folder, "program.js");
  writeFileSync(program, 'require("./cli/emulator.js").emulatorCommand(process.argv.slice(2));\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it to its end. */
const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

interface Running {
  url: string;
  keys: Record<string, string>;
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; lines: string[] }>;
}

/** Starts it, and waits for its line. */
async function start(...args: string[]): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  if (child.stdout === null) {
    throw new Error("no output");
  }
  const reader = createInterface({ input: child.stdout });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  await new Promise<void>((resolve) =>
    reader.on("line", (line) => {
      lines.push(line);
      resolve();
    }),
  );
  const { url, keys } = JSON.parse(lines[0] ?? "") as Pick<Running, "url" | "keys">;
  return {
    url,
    keys,
    async stop(signal) {
      child.kill(signal);
      return { code: await ended, lines };
    },
  };
}

const file = (name: string, content: unknown) => {
  const target = path.join(folder, name);
  writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
  return target;
};
const get = (running: Running, target: string) =>
  fetch(running.url + target, { headers: { Authorization: `Bearer ${running.keys["backend-key"]}` } });

it.each(["SIGINT", "SIGTERM"] as const)(
  "prints one line with its address and keys, and exits 0 on %s",
  async (signal) => {
    const running = await start();
    expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(Object.keys(running.keys)).toEqual([
      "backend-key",
      "revoked-backend-key",
      "second-project-key",
      "empty-project-key",
      "disabled-project-key",
      "unentitled-project-key",
      "bare-project-key",
      "broken-webhook-project-key",
      "console-project-key",
    ]);
    expect((await get(running, "/v1/project")).status).toBe(200);
    const { code, lines } = await running.stop(signal);
    expect([code, lines.length]).toEqual([0, 1]);
  },
);

it("stops although a client hangs", async () => {
  const running = await start("--faults", file("hang.json", { do: "hang", times: "always" }));
  const hanging = expect(get(running, "/v1/project")).rejects.toThrow("fetch failed");
  expect((await running.stop("SIGTERM")).code).toBe(0);
  await hanging;
});

it("takes a seed, faults and a latency", async () => {
  const seed = file("seed.json", { projects: [{ name: "shop", displayName: "Shop" }] });
  const faults = file("faults.json", [{ path: "/v1/roles", do: { status: 503 } }]);
  const running = await start("--port", "0", "--seed", seed, "--faults", faults, "--latency", "5-10");
  expect(Object.keys(running.keys)).toEqual(["backend-key"]);
  expect(await (await get(running, "/v1/project")).json()).toMatchObject({ project: { displayName: "Shop" } });
  expect((await get(running, "/v1/roles")).status).toBe(503);
  expect((await get(running, "/v1/roles")).status).toBe(200);
  await running.stop("SIGTERM");
});

it("limits requests and connections", async () => {
  const running = await start("--database-connections", "4", "--requests-per-second", "1", "--retry-after");
  const answers = await Promise.all(Array.from({ length: 8 }, () => get(running, "/v1/project")));
  expect(answers.map(({ status }) => status)).toContain(200);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get("retry-after")).toBe("1");
  await running.stop("SIGTERM");
});

it("refuses a port that is taken", async () => {
  const running = await start();
  const { port } = new URL(running.url);
  expect(await run("--port", port)).toEqual({
    code: 2,
    stdout: "",
    stderr: `pulumi-tesseral emulator: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
  });
  await running.stop("SIGTERM");
});

it.each<[string[], string]>([
  [["--colour", "red"], "Unknown option '--colour'"],
  [["extra"], "Unexpected argument 'extra'"],
  [["--port"], "Option '--port <value>' argument missing"],
  [["--port", "many"], '--port: expected a whole number from 0 to 65535, got "many"'],
  [["--port", "70000"], '--port: expected a whole number from 0 to 65535, got "70000"'],
  [["--latency", "fast"], '--latency: expected milliseconds such as 50 or 20-80, got "fast"'],
  [["--latency", "80-20"], '--latency: expected milliseconds such as 50 or 20-80, got "80-20"'],
  [["--database-connections", "0"], '--database-connections: expected a whole number of at least 1, got "0"'],
  [["--requests-per-second", "0"], '--requests-per-second: expected a whole number of at least 1, got "0"'],
])("refuses %j with one line", async (args, message) => {
  expect(await run(...args)).toEqual({ code: 2, stdout: "", stderr: `pulumi-tesseral emulator: ${message}\n` });
});

it("refuses a seed file that is missing, no JSON, no seed, or impossible", async () => {
  const missing = path.join(folder, "none.json");
  const refused = async (target: string) => {
    const { code, stderr } = await run("--seed", target);
    expect(code).toBe(2);
    expect(stderr.split("\n")).toHaveLength(2);
    return stderr;
  };
  expect(await refused(missing)).toContain(`--seed ${missing}: ENOENT`);
  expect(await refused(file("text.json", "nope"))).toContain("is not valid JSON");
  expect(await refused(file("shape.json", {}))).toContain("seed.projects: missing");
  expect(await refused(file("empty.json", { projects: [] }))).toContain("seed: it has no project");
});

it("prints its usage", async () => {
  const { code, stdout } = await run("--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^pulumi-tesseral emulator \[options\]\n/);
});
