// Proves that the demo, as it was built, tells its whole story on the real engine and leaves nothing behind, stopped or not. What
// its steps show of the package is asserted by the steps themselves.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

const command = resolve(__dirname, "../../../dist/cli/main.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the demo in a group of processes of its own, as a terminal does. All its temporary files go into `folder`. */
function startDemo(): { demo: ChildProcess; said: () => string } {
  const demo = spawn(process.execPath, [command, "demo"], {
    env: { ...process.env, TMPDIR: folder },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return { demo, said: () => text };
}

it("shows preview, creation, authentication, change, drift, repair and removal", async () => {
  const { demo, said } = startDemo();
  const [code] = await once(demo, "close");
  expect(said()).toContain("11 steps in ");
  expect(code).toBe(0);
  expect(said()).not.toMatch(/_sk_[0-9a-z]{55}|tesseral_secret_key_/);
  expect(readdirSync(folder)).toEqual([]);
});

it("stops at Ctrl-C and removes what it opened", async () => {
  const { demo, said } = startDemo();
  await vi.waitFor(() => expect(said()).toContain("2. pulumi up\n"), { timeout: 120_000 });
  process.kill(-(demo.pid ?? 0), "SIGINT");
  const [code] = await once(demo, "close");
  expect(said()).toMatch(/\npulumi-tesseral: the demo was stopped by SIGINT \(TSL-DEMO\)\n$/);
  expect(code).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});
