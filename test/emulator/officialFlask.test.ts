// Proves that Tesseral's own client and Flask middleware run unchanged against the emulator, for both kinds of credentials. docs/emulator.md
// says why their siblings for other frameworks are not run. Skipped with the reason where Python's packages cannot be had.
import { execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulator, type TestEmulator } from "../../testing/index";

function findPython(): string | undefined {
  try {
    const script = path.resolve(__dirname, "../../scripts/installTesseralFlask.sh");
    return path.join(execFileSync(script, { encoding: "utf8", timeout: 120_000 }).trim(), "python");
  } catch (error) {
    console.warn(`Tesseral's Flask middleware is not tested, since it cannot be installed: ${error}`);
    return undefined;
  }
}

const python = findPython();

describe.skipIf(python === undefined)("Tesseral's Flask middleware", () => {
  let tesseral: TestEmulator;
  let url: string;
  let stop: () => boolean;
  const roles = { reader: { actions: ["widgets.read"] } };
  const held = { roles: ["reader"] };
  beforeAll(async () => {
    tesseral = await emulator({
      tls: true,
      customers: {
        acme: { displayName: "Acme", roles, apiKeys: { good: held, bare: {}, revoked: {}, expiring: {} } },
        globex: { displayName: "Globex", apiAccess: "suspended", apiKeys: { good: {} } },
      },
    });
    const idOf = (key: string) => tesseral.store.apiKeyBySecretToken(tesseral.token("acme", key))?.id ?? "";
    tesseral.console.revokeApiKey(idOf("revoked"));
    tesseral.store.apiKeys.change(idOf("expiring"), { expireTime: 1n });
    const env = { ...process.env, ...tesseral.env };
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    const child = spawn(python ?? "", [path.join(__dirname, "flaskApp.py")], { env, stdio });
    stop = () => child.kill("SIGKILL");
    const port = await new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
    url = `http://127.0.0.1:${port}/`;
  }, 60_000);
  afterAll(async () => {
    stop();
    await tesseral.close();
  });

  const call = async (token?: string) => {
    const response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  const organizationOf = (name: string) =>
    [...tesseral.store.organizations.values()].find((organization) => organization.name === name)?.id ?? "";

  it("lets a good key in, with what it may do", async () => {
    const good = await call(tesseral.token("acme", "good"));
    expect(JSON.parse(good.text)).toEqual({ type: "api_key", organization: organizationOf("acme"), reads: true });
    expect(JSON.parse((await call(tesseral.token("acme", "bare"))).text)).toMatchObject({ reads: false });
  });

  it("refuses a revoked key, an expired one, a wrong prefix, an unknown token and no header", async () => {
    const good = tesseral.token("acme", "good");
    const bad = [
      tesseral.token("acme", "revoked"),
      tesseral.token("acme", "expiring"),
      good.replace("acme_sk_", "other_sk_"),
      `acme_sk_${"1".repeat(55)}`,
      undefined,
    ];
    expect(await Promise.all(bad.map(async (token) => (await call(token)).status))).toEqual([401, 401, 401, 401, 401]);
  });

  it("answers 500 for an organization that is off: it takes 400 alone for a refusal, and Tesseral answers 403", async () => {
    expect((await call(tesseral.token("globex", "good"))).status).toBe(500);
  });

  it("lets a good access token in, and no expired or foreign one", async () => {
    const organizationId = organizationOf("acme");
    const good = await call(tesseral.accessToken({ organizationId, actions: ["widgets.read"] }));
    expect(JSON.parse(good.text)).toEqual({ type: "access_token", organization: organizationId, reads: true });
    expect((await call(tesseral.accessToken({ organizationId, expiresIn: -10 }))).status).toBe(401);
    const other = await emulator({ customers: { acme: { displayName: "Acme" } } });
    const [foreign] = other.store.organizations.keys();
    expect((await call(other.accessToken({ organizationId: foreign ?? "" }))).status).toBe(401);
    await other.close();
  });
});
