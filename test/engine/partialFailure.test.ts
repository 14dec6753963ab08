// Proves on the real engine that what fails after the first write is finished by the next update, without a second object and
// without losing a token, and that a key whose creation has an unknown outcome is resolved. All orders and kinds of failures
// are the matter of test/faults.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ManagedApiKey, Organization, Role } from "../../library";
import { failureOf, openTesseralStack, stepsOf, type TesseralStack, textOf } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** An organization, then a role of it, then a key with that role. */
const customer =
  (...names: ("role" | "key" | "second")[]) =>
  async () => {
    const acme = new Organization("acme", { displayName: "Acme", domains: ["acme.example"] });
    const organizationId = acme.id;
    if (!names.includes("role")) {
      return {};
    }
    const role = new Role("reader", { organizationId, displayName: "reader", actions: ["widgets.read"] });
    if (!names.includes("key")) {
      return {};
    }
    const key = new ManagedApiKey("ci", { organizationId, displayName: "ci", roles: [role.id] });
    if (!names.includes("second")) {
      return { token: key.secretToken };
    }
    const second = new ManagedApiKey("second", { organizationId, displayName: "second", roles: [role.id] });
    return { token: key.secretToken, second: second.secretToken };
  };

let tesseral: TesseralStack;

/**
 * The line of a failed operation that is no frame around the others; durations as `N s` and the number of tries as `N`:
 * waits are drawn at random, so how many of them fit into an operation's time is not the same in every run.
 */
function reasonOf(message: string): string[] {
  return message
    .split("\n")
    .filter((line) => !/^(update failed|1 error occurred:|\s*)$/.test(line))
    .map((line) =>
      line
        .replace(/^\s*\* /, "")
        .replace(/ was tried (\d+) times in \d+\.\d s \(\1 × 503\)/, " was tried N times in N s (N × 503)"),
    );
}

const stored = (name: string) => tesseral.stack.resources().find(({ urn }) => String(urn).endsWith(`::${name}`));

describe("an update that fails on its way", () => {
  beforeAll(async () => {
    tesseral = await openTesseralStack(customer());
  });

  afterAll(() => tesseral.close());

  const givenUp = (request: string) =>
    `Tesseral: ${request} was tried N times in N s (N × 503) and given up; the last time it failed with 503`;

  it("keeps the organization that was created and could not be given its settings", async () => {
    const fault = tesseral.emulator.fail({ method: "PATCH", times: "always", do: { status: 503 } });
    const { message } = await failureOf(tesseral.stack.up(customer("role")));
    fault.remove();
    const [organization] = tesseral.emulator.store.organizations.values();
    expect(reasonOf(message)).toEqual([
      `organization ${organization?.id} was created, but is not yet as declared: ${givenUp(`PATCH /v1/organizations/${organization?.id}`)}. ` +
        "Run the update again when Tesseral answers (TSL-SERVER)",
    ]);
    expect(organization?.displayName).toMatch(/^Acme \(being created, [0-9a-f]{12}\)$/);
    expect(stored("acme")).toMatchObject({ id: organization?.id, outputs: { createTime: expect.any(String) } });
    expect(tesseral.counts()).toMatchObject({ organizations: 1, roles: 0 });
  });

  it("finishes that organization by the next update, and creates no second one", async () => {
    tesseral.requests();
    expect(stepsOf(await tesseral.stack.preview())).toEqual(["update acme", "create reader"]);
    const up = await tesseral.stack.up();
    expect(stepsOf(up)).toEqual(["update acme", "create reader"]);
    expect(tesseral.counts()).toMatchObject({ organizations: 1, roles: 1 });
    expect(tesseral.organization("Acme")).toMatchObject({ apiKeysEnabled: true, domains: ["acme.example"] });
    expect(stored("acme")?.initErrors).toBeUndefined();
  });

  it("keeps the token of a key that was created and could not be given its role", async () => {
    const fault = tesseral.emulator.fail({
      path: "/v1/api-key-role-assignments",
      times: "always",
      do: { status: 503 },
    });
    const { message } = await failureOf(tesseral.stack.up(customer("role", "key")));
    fault.remove();
    const key = tesseral.apiKey("ci");
    expect(reasonOf(message)).toEqual([
      `API key ${key.id} was created, but is not yet as declared: ${givenUp(`GET /v1/api-key-role-assignments?apiKeyId=${key.id}`)}. ` +
        "Run the update again when Tesseral answers (TSL-SERVER)",
    ]);
    const outputs = stored("ci")?.outputs as Record<string, unknown>;
    expect(outputs.secretToken).toMatchObject({ ciphertext: expect.any(String) });
    expect(stored("ci")?.id).toBe(key.id);
    const up = await tesseral.stack.up();
    expect(stepsOf(up)).toEqual(["update ci"]);
    expect(textOf(up.outputs, "token")).toBe(key.secretToken);
    expect(await tesseral.authenticate(key.secretToken)).toEqual(["widgets.read"]);
  });

  it("records a key of which nobody knows whether it exists, and finds out by the next update", async () => {
    tesseral.requests();
    tesseral.emulator.fail({ method: "POST", path: "/v1/api-keys", when: "after", do: "reset" });
    const fault = tesseral.emulator.fail({
      method: "GET",
      path: "/v1/api-keys",
      skip: 1,
      times: "always",
      do: { status: 503 },
    });
    const { message } = await failureOf(tesseral.stack.up(customer("role", "key", "second")));
    fault.remove();
    const { id } = tesseral.organization("Acme");
    expect(reasonOf(message)).toEqual([
      `the creation of API key "second" of ${id} got no clear answer: ${givenUp(`GET /v1/api-keys?organizationId=${id}`)}. ` +
        "Run the update again: it looks first for what may have been created (TSL-UNCLEAR)",
    ]);
    expect(stored("second")?.id).toMatch(/^unresolved-org_\w{25}-\d+$/);
    const lost = [...tesseral.emulator.store.apiKeys.values()].find((key) => key.displayName !== "ci");
    const up = await tesseral.stack.up();
    expect(stepsOf(up)).toEqual(["delete-replaced second", "replace second", "create-replacement second"]);
    expect(tesseral.counts()).toMatchObject({ apiKeys: 2, assignments: 2 });
    expect(tesseral.emulator.store.apiKeys.has(lost?.id ?? "")).toBe(false);
    expect(await tesseral.authenticate(textOf(up.outputs, "second"))).toEqual(["widgets.read"]);
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 5 });
  });

  it("shows no secret in any of this", () => {
    const said = tesseral.stack.everythingSaid();
    expect(tesseral.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  });
});

describe("a project that may not enable API keys for its organizations", () => {
  beforeAll(async () => {
    tesseral = await openTesseralStack(customer("role"), { key: "unentitled-project-key" });
  });

  afterAll(() => tesseral.close());

  const refusal =
    "Tesseral took the request to enable managed API keys and left them off: the project has them turned off, or is not entitled to them. " +
    "Turn them on in the Tesseral Console under Project settings, API Keys, or ask Tesseral for the entitlement; or declare apiKeysEnabled: false (TSL-API-KEYS-OFF)";

  it("fails every update until it may, instead of showing a difference for ever", async () => {
    const first = await failureOf(tesseral.stack.up());
    const [organization] = tesseral.emulator.store.organizations.values();
    expect(reasonOf(first.message)).toEqual([
      `organization ${organization?.id} was created, but is not yet as declared: ${refusal}`,
    ]);
    const second = await failureOf(tesseral.stack.up());
    expect(reasonOf(second.message)).toEqual([`organization ${organization?.id} is not yet as declared: ${refusal}`]);
    tesseral.emulator.console.setProject({ entitledBackendApiKeys: true }, "unentitled");
    const up = await tesseral.stack.up();
    expect(up.changes).toEqual({ update: 1, create: 1, same: 1 });
    expect(tesseral.counts()).toMatchObject({ organizations: 1, roles: 1 });
  });
});
