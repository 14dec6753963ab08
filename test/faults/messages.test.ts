// Proves what people read when the recovery comes to its end. That nothing is lost meanwhile is shown by the other files here.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { handlersOf } from "../../providers/handlers";
import type { Bag } from "../../providers/lifecycle";
import { ProviderProcess } from "../../providers/providerProcess";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

function provider() {
  const provider = new ProviderProcess({}, { retries: 2, retryDelay: 1, requestTimeout: 5 }, async () => undefined);
  const config: Record<string, string> = {
    "tesseral:apiUrl": emulator.url,
    "tesseral:backendApiKey": emulator.backendApiKey,
  };
  provider.configure({ get: (key) => config[key] });
  return handlersOf(provider);
}

const acme: Bag = { displayName: "Acme", apiKeysEnabled: true, managedBy: "organization/tesseral/test/acme" };

const keyOf = (organizationId: string): Bag => ({
  organizationId,
  displayName: "production",
  status: "active",
  managedBy: "organization/tesseral/test/acme-production",
  generation: 1,
  rotatedAt: "2026-01-01T00:00:00Z",
  retiredGeneration: 0,
});

/** The text of a failure, with what differs in every run replaced. */
async function textOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) {
    throw new Error("it did not fail");
  }
  const text = "reasons" in error ? (error.reasons as string[]).join("\n") : error.message;
  const ids = new Map<string, string>();
  return text
    .replace(/\b(org|api_key|role|project)_[0-9a-z]{25}/g, (id, kind) => {
      const name = ids.get(id) ?? `${kind}_${[...ids.keys()].filter((one) => one.startsWith(kind)).length + 1}`;
      ids.set(id, name);
      return name;
    })
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/in \d+\.\d s/g, "in N s")
    .replace(/\((ECONNRESET|UND_ERR_SOCKET)\)/, "(RESET)");
}

it("ambiguous candidates: names them, touches none, and says what to do", async () => {
  const handlers = provider();
  const { id } = await handlers.organization.create(acme);
  emulator.fail({
    method: "POST",
    path: "/v1/api-keys",
    when: "after",
    do: "reset",
    meanwhile: () => {
      emulator.console.createApiKey({ organizationId: id, displayName: "production" });
    },
  });
  const text = await textOf(handlers.managedApiKey.create(keyOf(id)));
  expect(text.replace(/api_key_\d/g, "api_key_N")).toBe(
    'the answer to an earlier creation of API key "production" of org_1 was lost, and 2 objects fit: api_key_N (created TIME), ' +
      "api_key_N (created TIME). None was touched. Remove those that nobody needs (npx pulumi-tesseral remove <id>) or rename " +
      "those that are somebody's, then run the update again (TSL-AMBIGUOUS)",
  );
  expect([...emulator.store.apiKeys.values()].map(({ revoked }) => revoked)).toEqual([false, false]);
});

it("retries spent: says what was tried, how often, and for how long", async () => {
  const handlers = provider();
  const { id, outs } = await handlers.organization.create(acme);
  emulator.fail({ method: "DELETE", times: "always", do: { status: 503 } });
  expect(await textOf(handlers.organization.delete(id, outs))).toBe(
    "Tesseral: DELETE /v1/organizations/org_1 was tried 3 times in N s (3 × 503) and given up; the last time it failed with 503. " +
      "Run the update again when Tesseral answers (TSL-SERVER)",
  );
});

it("a create without a clear answer: says that the next update looks first", async () => {
  const handlers = provider();
  emulator.fail({ method: "POST", path: "/v1/organizations", times: "always", do: "reset" });
  expect(await textOf(handlers.organization.create(acme))).toBe(
    'the creation of organization "Acme" got no clear answer: Tesseral: POST /v1/organizations got no usable answer: the connection ' +
      "was lost (RESET). Run the update again: it looks first for what may have been created (TSL-UNCLEAR)",
  );
});

it("partial failure: names the object that exists and what is missing", async () => {
  const handlers = provider();
  emulator.fail({ method: "PATCH", times: "always", do: { status: 502 } });
  expect(await textOf(handlers.organization.create(acme))).toBe(
    "organization org_1 was created, but is not yet as declared: Tesseral: PATCH /v1/organizations/org_1 was tried 3 times in N s " +
      "(3 × 502) and given up; the last time it failed with 502. Run the update again when Tesseral answers (TSL-SERVER)",
  );
});

it("credentials revoked half-way: is not taken for a deletion", async () => {
  const handlers = provider();
  const { id, outs } = await handlers.organization.create(acme);
  emulator.console.revokeBackendApiKey(emulator.backendApiKey);
  expect(await textOf(handlers.organization.read(id, outs))).toBe(
    "Tesseral: GET /v1/organizations/org_1 failed with 404 not_found: backend api key not found. The backend API key is unknown or " +
      "revoked: check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Tesseral Console (TSL-KEY-REFUSED)",
  );
  expect(emulator.store.organizations.size).toBe(1);
});
