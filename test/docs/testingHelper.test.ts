// Proves that the test in docs/emulator.md passes as a user's test in a project of its own, and fails with a backend that ignores revocations. Runs vitest.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { blocksOf } from "./blocks";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "testing-helper-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules/pulumi-tesseral"), "junction");
  symlinkSync(resolve("node_modules/vitest"), join(folder, "node_modules/vitest"), "junction");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A backend that asks Tesseral about each key, or that says yes to everybody. */
const backend = (refuses: boolean) => `import { createServer } from "node:http";
export async function startBackend({ TESSERAL_API_URL, TESSERAL_BACKEND_API_KEY }) {
  const server = createServer(async (req, res) => {
    const { status } = await fetch(TESSERAL_API_URL + "/v1/api-keys/authenticate", {
      method: "POST",
      headers: { Authorization: "Bearer " + TESSERAL_BACKEND_API_KEY, "Content-Type": "application/json" },
      body: JSON.stringify({ secretToken: req.headers.authorization.slice("Bearer ".length) }),
    });
    res.writeHead(status === 200 || ${!refuses} ? 200 : 401).end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: "http://127.0.0.1:" + server.address().port, close: () => new Promise((closed) => server.close(closed)) };
}
`;

/** Runs the page's test; gives what vitest printed. */
function run(): Promise<{ code: unknown; printed: string }> {
  const [block] = blocksOf("docs/emulator.md").filter(({ checked }) => checked === "test/docs/testingHelper.test.ts");
  writeFileSync(join(folder, "api.test.ts"), block?.text ?? "");
  writeFileSync(
    join(folder, "customers.yaml"),
    "customers: { acme: { displayName: Acme, apiKeys: { production: {} } } }\n",
  );
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  return new Promise((done) => {
    execFile(process.execPath, [vitest, "run", "--root", folder], { cwd: folder }, (error, stdout, stderr) => {
      done({ code: error?.code ?? 0, printed: stdout + stderr });
    });
  });
}

it("passes with a backend that asks Tesseral each time", async () => {
  writeFileSync(join(folder, "backend.js"), backend(true));
  const { code, printed } = await run();
  expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/Tests .*1 passed/) });
});

it("fails with one that lets everybody in", async () => {
  writeFileSync(join(folder, "backend.js"), backend(false));
  const { code, printed } = await run();
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringContaining("expected 200 to be 401") });
});
