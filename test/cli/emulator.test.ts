// Proves what `pulumi-tesseral emulator` prints, that it stops when it is told to, and how it refuses its arguments, as a process of
// its own. What the emulator answers is the matter of test/emulator.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";

const program = path.resolve("dist/cli/main.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "emulator-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it to its end. */
const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, "emulator", ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

interface Line {
  url: string;
  keys: Record<string, string>;
  publishableKeys: Record<string, string>;
  tokens?: Record<string, Record<string, string>>;
  caFile?: string;
}

interface Running extends Line {
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; lines: string[] }>;
}

/** Starts it, and waits for its line. */
async function start(...args: string[]): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [program, "emulator", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
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
  const line = JSON.parse(lines[0] ?? "") as Line;
  return {
    ...line,
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
    stderr: `pulumi-tesseral emulator: listen EADDRINUSE: address already in use 127.0.0.1:${port} (TSL-USAGE)\n`,
  });
  await running.stop("SIGTERM");
});

it.each<[string[], string]>([
  [["--colour", "red"], "unknown option '--colour', did you mean --clock? (TSL-USAGE)"],
  [["extra"], "too many arguments for 'emulator'. Expected 0 arguments but got 1. (TSL-USAGE)"],
  [["--port"], "option '--port <n>' argument missing (TSL-USAGE)"],
  [["--port", "many"], '--port: expected a whole number from 0 to 65535, got "many" (TSL-USAGE)'],
  [["--port", "70000"], '--port: expected a whole number from 0 to 65535, got "70000" (TSL-USAGE)'],
  [["--latency", "fast"], '--latency: expected milliseconds such as 50 or 20-80, got "fast" (TSL-USAGE)'],
  [["--latency", "80-20"], '--latency: expected milliseconds such as 50 or 20-80, got "80-20" (TSL-USAGE)'],
  [
    ["--database-connections", "0"],
    '--database-connections: expected a whole number of at least 1, got "0" (TSL-USAGE)',
  ],
  [["--requests-per-second", "0"], '--requests-per-second: expected a whole number of at least 1, got "0" (TSL-USAGE)'],
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
  expect(stdout).toMatch(/^Usage: pulumi-tesseral emulator \[options\]\n/);
  expect(stdout).toContain("\nExample: npx pulumi-tesseral emulator --port 8080 --latency 20-80\n");
});

const customers = `customers:
  acme:
    displayName: Acme Corp
    roles: { reader: { actions: [widgets.read] } }
    apiKeys: { production: { roles: [reader] }, ci-eu: {} }
  acme-tests: { displayName: Acme Tests, apiKeys: { eu: {} } }
  globex: { displayName: Globex, apiAccess: suspended, apiKeys: { production: {} } }
`;
const authenticate = async (running: Running, secretToken: string | undefined) => {
  const response = await fetch(`${running.url}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { Authorization: `Bearer ${running.keys["backend-key"]}`, "Content-Type": "application/json" },
    body: JSON.stringify({ secretToken }),
  });
  return [response.status, await response.json()] as const;
};

it("starts with declared customers, and prints their tokens as JSON and as exports of a shell", async () => {
  const running = await start("--customers", file("customers.yaml", customers));
  const { tokens = {} } = running;
  const [status, answer] = await authenticate(running, tokens.acme?.production);
  expect([status, answer]).toMatchObject([200, { actions: ["widgets.read"] }]);
  expect((await authenticate(running, tokens.globex?.production))[0]).toBe(403);
  const { lines } = await running.stop("SIGTERM");
  expect(lines.slice(1).sort()).toEqual(
    [
      `export TESSERAL_API_URL='${running.url}'`,
      `export TESSERAL_BACKEND_API_KEY='${running.keys["backend-key"]}'`,
      `export TESSERAL_PUBLISHABLE_KEY='${running.publishableKeys.first}'`,
      `export TESSERAL_CONFIG_API_HOSTNAME='${new URL(running.url).host}'`,
      `export TESSERAL_TOKEN_ACME_PRODUCTION='${tokens.acme?.production}'`,
      `export TESSERAL_TOKEN_ACME_CI_EU='${tokens.acme?.["ci-eu"]}'`,
      `export TESSERAL_TOKEN_ACME_TESTS_EU='${tokens["acme-tests"]?.eu}'`,
      `export TESSERAL_TOKEN_GLOBEX_PRODUCTION='${tokens.globex?.production}'`,
    ].sort(),
  );
});

it("refuses customers that are not what pulumi up would take, in one line", async () => {
  const target = file("wrong.yaml", "customers: { acme: { displayNam: Acme } }\n");
  const { code, stderr } = await run("--customers", target);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^pulumi-tesseral emulator: --customers .*wrong\.yaml: .*wrong\.yaml:1:22 .*did you mean "displayName"\?.*\n$/,
  );
  expect((await run("--customers", target, "--seed", "recordings")).stderr).toBe(
    "pulumi-tesseral emulator: --customers and --seed both set the records at the start: give only one of them (TSL-USAGE)\n",
  );
});

it("keeps records and tokens over SIGKILL, in the file that it is given", async () => {
  const target = path.join(folder, "records");
  const options = ["--customers", file("customers.yaml", customers), "--data", target];
  const first = await start(...options);
  const created = await fetch(`${first.url}/v1/organizations`, {
    method: "POST",
    headers: { Authorization: `Bearer ${first.keys["backend-key"]}`, "Content-Type": "application/json" },
    body: JSON.stringify({ displayName: "Initech" }),
  });
  expect(created.status).toBe(200);
  await first.stop("SIGKILL");
  const second = await start(...options);
  expect([second.keys, second.tokens, second.publishableKeys]).toEqual([
    first.keys,
    first.tokens,
    first.publishableKeys,
  ]);
  expect(await (await get(second, "/v1/organizations")).text()).toContain('"displayName":"Initech"');
  await second.stop("SIGTERM");
});

it("lets its clock stand at the time that it is given", async () => {
  const running = await start("--clock", "2030-01-31T00:00:00Z");
  expect(await (await get(running, "/_emulator/clock")).json()).toEqual({
    time: "2030-01-31T00:00:00.000Z",
    stands: true,
  });
  await running.stop("SIGTERM");
  expect((await run("--clock", "soon")).stderr).toBe(
    'pulumi-tesseral emulator: --clock: "soon" is not a time in RFC 3339 such as 2030-01-31T00:00:00Z (TSL-USAGE)\n',
  );
});

it("listens on every address and speaks TLS when it is told to, and takes the authority's file away at its end", async () => {
  const running = await start("--host", "0.0.0.0", "--tls");
  const { url, caFile = "" } = running;
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const status = await new Promise((resolve, reject) =>
    https
      .get(`${url}/_emulator/health`, { ca: readFileSync(caFile), agent: false }, (res) => resolve(res.statusCode))
      .on("error", reject),
  );
  expect(status).toBe(200);
  await running.stop("SIGTERM");
  expect(existsSync(caFile)).toBe(false);
});
