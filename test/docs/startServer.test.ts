// Proves what the backend of docs/start.md answers, also while Tesseral cannot be reached: it goes on. Its session is run in sessions.test.ts.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { blocksOf } from "./blocks";

let folder: string;
let emulator: Emulator;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "start-"));
  emulator = await startEmulator();
});

afterEach(async () => {
  child?.kill();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts what the page shows. Answers a call of it by its status; the first waits until it listens. */
async function started(tesseralUrl: string): Promise<(token?: string) => Promise<number>> {
  const [program] = blocksOf("docs/start.md").filter(({ language }) => language === "js");
  const port = await freePort();
  const file = join(folder, "server.mjs");
  writeFileSync(file, (program?.text ?? "").replace("8080", String(port)));
  const env = { TESSERAL_API_URL: tesseralUrl, TESSERAL_BACKEND_API_KEY: emulator.backendApiKey };
  child = spawn(process.execPath, [file], { env, stdio: "ignore" });
  return async (token) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    for (let tries = 0; ; tries += 1) {
      const answered = await fetch(`http://127.0.0.1:${port}/`, { headers }).catch((error: unknown) => {
        if (tries === 100) {
          throw error;
        }
      });
      if (answered !== undefined) {
        return answered.status;
      }
      await new Promise((later) => setTimeout(later, 50));
    }
  };
}

it("lets in a token that works, and nobody else", async () => {
  const organizationId = emulator.console.createOrganization({ apiKeysEnabled: true }).id;
  const { secretToken } = emulator.console.createApiKey({ organizationId });
  const call = await started(emulator.url);
  expect([await call(secretToken), await call("acme_sk_0"), await call()]).toEqual([200, 401, 401]);
  emulator.console.updateOrganization(organizationId, { apiKeysEnabled: false });
  expect(await call(secretToken)).toBe(401);
});

it("answers 503 while Tesseral cannot tell, and goes on", async () => {
  const organizationId = emulator.console.createOrganization({ apiKeysEnabled: true }).id;
  const { secretToken } = emulator.console.createApiKey({ organizationId });
  const call = await started(emulator.url);
  emulator.fail([{ do: { status: 500 } }, { do: "reset" }, { do: "cut" }]);
  const statuses = [await call(secretToken), await call(secretToken), await call(secretToken), await call(secretToken)];
  expect(statuses).toEqual([503, 503, 503, 200]);
});
