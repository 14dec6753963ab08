// Proves that the helper for tests starts an emulator with declared customers, whose tokens work as they would after pulumi up, and
// refuses what pulumi up would refuse. The emulator's own answers are proved elsewhere.
import { afterEach, expect, it } from "vitest";
import { type CustomerEntries, emulator, type TestEmulator } from "../../testing/index";

let tesseral: TestEmulator;
afterEach(() => tesseral?.close());

const customers: CustomerEntries = {
  acme: {
    displayName: "Acme Corp",
    logInWithGoogle: true,
    domains: ["acme.example"],
    roles: { reader: { displayName: "Reader", actions: ["widgets.read"] } },
    apiKeys: { production: { roles: ["reader"] } },
  },
  globex: { displayName: "Globex", apiAccess: "suspended", apiKeys: { production: {} } },
};

const authenticate = async (secretToken: string) => {
  const response = await fetch(`${tesseral.env.TESSERAL_API_URL}/v1/api-keys/authenticate`, {
    method: "POST",
    headers: { Authorization: `Bearer ${tesseral.env.TESSERAL_BACKEND_API_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ secretToken }),
  });
  return { status: response.status, answer: await response.json() };
};

it("starts with customers whose tokens work, or do not where access is suspended", async () => {
  tesseral = await emulator({ customers });
  const good = await authenticate(tesseral.token("acme", "production"));
  expect(good).toMatchObject({ status: 200, answer: { actions: ["widgets.read"] } });
  expect((await authenticate(tesseral.token("globex", "production"))).status).toBe(403);
  const [acme] = tesseral.store.organizations.values();
  expect(acme).toMatchObject({ displayName: "Acme Corp", logInWithGoogle: true, domains: ["acme.example"] });
});

it("is an emulator in everything else: a test can break answers, use the console and reset", async () => {
  tesseral = await emulator({ customers });
  const token = tesseral.token("acme", "production");
  tesseral.fail({ path: "/v1/api-keys/authenticate", do: { status: 503 } });
  expect((await fetch(`${tesseral.url}/v1/api-keys/authenticate`, { method: "POST" })).status).toBe(503);
  tesseral.console.revokeApiKey(tesseral.store.apiKeyBySecretToken(token)?.id ?? "");
  expect((await authenticate(token)).status).toBe(400);
  tesseral.reset();
  expect((await authenticate(token)).status).toBe(200);
});

it("refuses customers that are wrong, and tokens that are not there", async () => {
  const wrong = { acme: { displayName: "Acme", apiKeys: { ci: { roles: ["writer"] } } } };
  await expect(emulator({ customers: wrong })).rejects.toThrow("writer");
  tesseral = await emulator({ customers });
  expect(() => tesseral.token("acme", "staging")).toThrow(
    "the emulator has no API key acme.staging, but acme.production, globex.production",
  );
});
