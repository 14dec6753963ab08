import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emulator, type TestEmulator } from "../../../testing/index";
import { startProxy, type TesseralProxy } from "./tesseralProxy";

/** A program behind one of Tesseral's middlewares: `GET /` says who asks. It is configured by the environment and prints its port. */
export interface Program {
  command: readonly [string, ...string[]];
  /** Whether it calls `api.tesseral.com` whatever it is told, so that it needs the proxy. */
  fixedHost: boolean;
}

const roles = { reader: { actions: ["widgets.read"] } };
const held = { roles: ["reader"] };
const customers = {
  acme: { displayName: "Acme", roles, apiKeys: { good: held, bare: {}, revoked: {}, expiring: {} } },
  globex: { displayName: "Globex", apiAccess: "suspended" as const, apiKeys: { good: {} } },
};

/** The tests that each middleware has to pass, unchanged, against an emulator with TLS. To be called in a `describe`. */
export function testMiddleware({ command: [command, ...options], fixedHost }: Program): void {
  let tesseral: TestEmulator;
  let proxy: TesseralProxy;
  let output = "";
  let url: string;
  let stop = (): unknown => undefined;

  beforeAll(async () => {
    tesseral = await emulator({ tls: true, customers });
    proxy = await startProxy(tesseral.url);
    const idOf = (key: string) => tesseral.store.apiKeyBySecretToken(tesseral.token("acme", key))?.id ?? "";
    tesseral.console.revokeApiKey(idOf("revoked"));
    tesseral.store.apiKeys.change(idOf("expiring"), { expireTime: 1n });
    const child = spawn(command, options, {
      env: { ...process.env, ...tesseral.env, ...proxy.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    stop = () => child.kill("SIGKILL");
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const port = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child
        .once("error", reject)
        .once("close", (code) => reject(new Error(`${command} ended with ${code}:\n${output}`)));
    });
    url = `http://127.0.0.1:${port}/`;
  });
  afterAll(async () => {
    stop();
    proxy?.close();
    await tesseral?.close();
  });

  const send = async (headers: Record<string, string>) => {
    const response = await fetch(url, { headers });
    return { status: response.status, text: await response.text() };
  };
  const call = (token: string) => send({ Authorization: `Bearer ${token}` });
  const organizationOf = (name: string) =>
    [...tesseral.store.organizations.values()].find((organization) => organization.name === name)?.id ?? "";

  it("lets a good key in, with what it may do", async () => {
    const good = await call(tesseral.token("acme", "good"));
    expect(good.text).toMatch(/^\{/);
    expect(JSON.parse(good.text)).toEqual({ type: "api_key", organization: organizationOf("acme"), reads: true });
    expect(JSON.parse((await call(tesseral.token("acme", "bare"))).text)).toMatchObject({ reads: false });
    expect([...proxy.asked]).toEqual(fixedHost ? ["api.tesseral.com:443"] : []);
  });

  it("refuses a revoked key, an expired one, a wrong prefix, an unknown token and no header", async () => {
    const bad = {
      revoked: tesseral.token("acme", "revoked"),
      expired: tesseral.token("acme", "expiring"),
      "wrong prefix": tesseral.token("acme", "good").replace("acme_sk_", "other_sk_"),
      unknown: `acme_sk_${"1".repeat(55)}`,
    };
    for (const [name, token] of Object.entries(bad)) {
      expect([name, (await call(token)).status]).toEqual([name, 401]);
    }
    expect((await send({})).status).toBe(401);
  });

  it("answers 500 for an organization that is off: it takes 400 alone for a refusal, and Tesseral answers 403", async () => {
    expect((await call(tesseral.token("globex", "good"))).status).toBe(500);
  });

  it("lets a good access token in, also from the project's cookie, and no expired or foreign one", async () => {
    const organizationId = organizationOf("acme");
    const token = tesseral.accessToken({ organizationId, actions: ["widgets.read"] });
    const [project] = tesseral.store.projects.by("publishableKey", tesseral.publishableKey);
    const answers = [await call(token), await send({ Cookie: `tesseral_${project?.id}_access_token=${token}` })];
    const user = { type: "access_token", organization: organizationId, reads: true };
    expect(answers.map(({ text }) => JSON.parse(text))).toEqual([user, user]);
    expect((await call(tesseral.accessToken({ organizationId, expiresIn: -10 }))).status).toBe(401);
    const other = await emulator({ customers: { acme: { displayName: "Acme" } } });
    const [foreign] = other.store.organizations.keys();
    expect((await call(other.accessToken({ organizationId: foreign ?? "" }))).status).toBe(401);
    await other.close();
  });
}
