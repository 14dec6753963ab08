// Proves what the middlewares ask for at their start, that access tokens are signed by the keys it names, and that TLS is trusted by the
// authority's file alone. The answers' form follows the server's source: there is no recording of this host.
import { createPublicKey, verify } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator;
let organizationId: string;
beforeAll(async () => {
  emulator = await startEmulator();
  organizationId = emulator.console.createOrganization({ displayName: "Acme" }).id;
});
afterAll(() => emulator.close());

interface Configuration {
  projectId: string;
  keys: { kid: string; kty: string; crv: string; x: string; y: string }[];
}
const configuration = async (publishableKey: string) => {
  const url = `${emulator.url}/v1/config/${publishableKey}`;
  return (await (await fetch(url)).json()) as Configuration;
};

it("answers a publishable key without credentials", async () => {
  const [project] = emulator.store.projects.values();
  expect(emulator.publishableKey).toMatch(/^publishable_key_[0-9a-z]{25}$/);
  expect(await configuration(emulator.publishableKey)).toEqual({
    projectId: project?.id,
    vaultDomain: "vault.first.example",
    devMode: false,
    trustedDomains: ["app.first.example", "admin.first.example"],
    keys: [
      {
        kid: project?.signingKey.id,
        kty: "EC",
        crv: "P-256",
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
      },
    ],
  });
  const second = await configuration(emulator.publishableKeys.second ?? "");
  expect(second.projectId).toBe(emulator.store.projectByName("second")?.id);
});

it.each([
  ["nope", 400, "invalid_argument", "invalid publishable key id"],
  [`publishable_key_${"0".repeat(25)}`, 404, "not_found", "publishable key not found"],
])("refuses %s", async (publishableKey, code, message, description) => {
  const answered = await send(emulator, "GET", `/v1/config/${publishableKey}`);
  expect([answered.status, answered.json]).toEqual([code, { code, message, details: [{ description }] }]);
});

const partsOf = (token: string) => {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: decode(header), claims: decode(claims), content: `${header}.${claims}`, signature };
};

it("signs access tokens by the key that it names", async () => {
  const { keys, projectId } = await configuration(emulator.publishableKey);
  const { header, claims, content, signature } = partsOf(
    emulator.accessToken({ organizationId, email: "ann@acme.example", actions: ["widgets.read"] }),
  );
  expect(header).toEqual({ kid: keys[0]?.kid, alg: "ES256" });
  const key = createPublicKey({ key: { ...keys[0] }, format: "jwk" });
  const signed = { key, dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", Buffer.from(content), signed, Buffer.from(signature, "base64url"))).toBe(true);
  const issuer = `https://${projectId.replaceAll("_", "-")}.tesseral.app`;
  expect(claims).toMatchObject({
    iss: issuer,
    aud: issuer,
    actions: ["widgets.read"],
    organization: { id: organizationId, displayName: "Acme" },
    user: { email: "ann@acme.example" },
  });
});

it("gives a token the user's own actions, and the lifetime that was asked for", async () => {
  const user = await send(emulator, "POST", "/v1/users", { body: { organizationId, email: "bob@acme.example" } });
  const userId = (user.json as { user: { id: string } }).user.id;
  const roleId = emulator.console.createRole({ displayName: "Writer", actions: ["widgets.write"] }).id;
  await send(emulator, "POST", "/v1/user-role-assignments", { body: { userId, roleId } });
  const { claims } = partsOf(emulator.accessToken({ organizationId, userId, expiresIn: -10 }));
  const { exp, nbf, actions, sub } = claims as { exp: number; nbf: number; actions: string[]; sub: string };
  expect([sub, actions, exp - nbf]).toEqual([userId, ["widgets.write"], 300]);
  expect(exp).toBeLessThan(Date.now() / 1000);
  expect(() => emulator.accessToken({ organizationId, userId: "user_x" })).toThrow("has no user user_x in org_");
  expect(() => emulator.accessToken({ organizationId: "org_x" })).toThrow("has no organization org_x");
});

it("speaks TLS to those who trust the authority in its file, breaks answers there too, and leaves no file behind", async () => {
  const secure = await startEmulator({ tls: true });
  const caFile = secure.caFile ?? "";
  const get = (ca?: Buffer, servername?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(secure.url);
      const path = `/v1/config/${secure.publishableKey}`;
      https
        .get(
          { host: "127.0.0.1", port, path, agent: false, ...(servername && { servername }), ...(ca && { ca }) },
          (res) => {
            res.resume().on("end", () => resolve(res.statusCode));
          },
        )
        .on("error", reject);
    });
  expect(secure.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  for (const name of [undefined, "localhost", "api.tesseral.com", "config.tesseral.com"]) {
    expect(await get(readFileSync(caFile), name)).toBe(200);
  }
  await expect(get()).rejects.toThrow("unable to verify the first certificate");
  secure.fail({ do: "reset" });
  await expect(get(readFileSync(caFile))).rejects.toThrow();
  expect(secure.requests.map(({ status, connectionId }) => [status, connectionId])).toEqual([
    [200, 1],
    [200, 2],
    [200, 3],
    [200, 4],
    ["reset", 5],
  ]);
  await secure.close();
  expect(existsSync(caFile)).toBe(false);
});

it("leaves no file behind where it cannot start", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "emulator-start-"));
  vi.stubEnv("TMPDIR", temporary);
  const port = Number(new URL(emulator.url).port);
  await expect(startEmulator({ tls: true, port })).rejects.toThrow("EADDRINUSE");
  expect(readdirSync(temporary)).toEqual([]);
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});
