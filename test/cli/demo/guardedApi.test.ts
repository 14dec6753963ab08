// Proves whom the demo's own API lets in, and that it lets nobody in when Tesseral cannot be asked. Uses the emulator; what real
// backends do is shown by the examples.
import { afterEach, beforeEach, expect, it } from "vitest";
import { callApi } from "../../../cli/demo/customerKeys";
import { type GuardedApi, startGuardedApi } from "../../../cli/demo/guardedApi";
import { type Emulator, startEmulator } from "../../../emulator";

let emulator: Emulator;
let api: GuardedApi;
let secretToken: string;

beforeEach(async () => {
  emulator = await startEmulator();
  api = await startGuardedApi({ tesseralUrl: emulator.url, backendApiKey: emulator.backendApiKey });
  const organization = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const key = emulator.console.createApiKey({ organizationId: organization.id });
  const role = emulator.console.createRole({ displayName: "Reader", actions: ["widgets.read"] });
  emulator.console.assignRole(key.id, role.id);
  secretToken = key.secretToken;
});

afterEach(async () => {
  api.close();
  await emulator.close();
});

it("lets a good key in and tells what it may do", async () => {
  expect(await callApi(api.url, secretToken)).toEqual({ status: 200, actions: ["widgets.read"] });
});

it("keeps out who has no key, a made-up one, or one of a suspended organization", async () => {
  const out = { status: 401, actions: [] };
  expect(await callApi(api.url)).toEqual(out);
  expect(await callApi(api.url, secretToken.replace(/.$/, "-"))).toEqual(out);
  const [organization] = emulator.store.organizations.values();
  emulator.console.updateOrganization(organization?.id ?? "", { apiKeysEnabled: false });
  expect(await callApi(api.url, secretToken)).toEqual(out);
});

it("keeps out a token for which Tesseral answers an empty 200", async () => {
  expect(await callApi(api.url, secretToken.replace(/[0-9a-z]{55}$/, "z".repeat(55)))).toEqual({
    status: 401,
    actions: [],
  });
  expect(emulator.requests.at(-1)?.status).toBe(200);
});

it.each([
  ["breaks the connection", "reset"],
  ["is out of order", { status: 500 }],
  ["answers with a page for people", "html"],
] as const)("answers 503 when Tesseral %s", async (_, fault) => {
  emulator.fail({ path: "/v1/api-keys/authenticate", do: fault });
  expect(await callApi(api.url, secretToken)).toEqual({ status: 503, actions: [] });
});
