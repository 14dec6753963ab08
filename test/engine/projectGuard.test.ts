// Proves that a backend API key of another project touches nothing and drops nothing from the state, and that a rotated key
// reaches refresh and destroy in the ways that are documented. Says nothing of explicit providers.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ManagedApiKey, Organization, Role } from "../../library";
import { failureOf, openTesseralStack, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const customer =
  (displayName = "Acme") =>
  async () => {
    const { id: organizationId } = new Organization("acme", { displayName });
    const role = new Role("reader", { organizationId, displayName: "reader", actions: ["widgets.read"] });
    new ManagedApiKey("ci", { organizationId, displayName: "ci", roles: [role.id] });
  };

let tesseral: TesseralStack;

beforeAll(async () => {
  tesseral = await openTesseralStack(customer());
  await tesseral.stack.up();
});

afterAll(() => tesseral.close());

const configure = (key: string | undefined) =>
  tesseral.stack.automation.setConfig("tesseral:backendApiKey", { value: key ?? "", secret: true });

/** The environment of the Pulumi commands from now on. */
const setEnvironment = (key: string | undefined) => {
  tesseral.stack.automation.workspace.envVars.TESSERAL_BACKEND_API_KEY = key ?? "";
};

/** All that the state records but for the stack and the provider, whose key may change. */
const recorded = () => tesseral.recorded().slice(2);

describe("a stack that is given a key of another project", () => {
  const second = () => tesseral.emulator.keys["second-project-key"];

  it.each([
    ["preview", "config", () => tesseral.stack.preview()],
    ["up", "config", () => tesseral.stack.up(customer("Acme Ltd"))],
    ["refresh", "environment", () => tesseral.stack.refresh()],
    ["destroy", "environment", () => tesseral.stack.destroy()],
  ])("refuses %s with the key in the %s, touches nothing and drops nothing", async (_, place, operation) => {
    await configure(place === "config" ? second() : tesseral.emulator.backendApiKey);
    setEnvironment(place === "environment" ? second() : undefined);
    const before = recorded();
    tesseral.requests();
    const { message } = await failureOf(operation());
    const owner = tesseral.emulator.store.projectByName("first")?.id;
    const other = tesseral.emulator.store.projectByName("second")?.id;
    const lines = message.split("\n").filter((line) => line !== "update failed");
    expect([...new Set(lines.map((line) => line.replace(/^(org|role|api_key)_[0-9a-z]{25} /, "")))]).toEqual([
      `belongs to Tesseral project ${owner}, but the backend API key in use is for project ${other}. ` +
        "Nothing was touched: set tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) to a key of the project that the stack was deployed to (TSL-PROJECT)",
    ]);
    expect(tesseral.requests()).toEqual(["GET /v1/project"]);
    expect(recorded()).toEqual(before);
  });
});

describe("a stack whose backend API key was replaced and revoked", () => {
  let fresh: string;

  beforeAll(async () => {
    const { console, backendApiKey } = tesseral.emulator;
    await configure(backendApiKey);
    setEnvironment(undefined);
    await tesseral.stack.up(customer());
    fresh = console.createBackendApiKey();
    console.revokeBackendApiKey(backendApiKey);
    tesseral.requests();
  });

  it("is not destroyed with the old key, and says which one that is and how to give the new one", async () => {
    await configure(fresh);
    const { message } = await failureOf(tesseral.stack.destroy());
    expect(message).toBe(
      "Tesseral does not accept the backend API key in tesseral:backendApiKey: it answered 404 backend api key not found. " +
        "Create a key in the Tesseral Console, under Project settings, Backend API Keys. If tesseral:backendApiKey holds a new one already: " +
        "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Set TESSERAL_BACKEND_API_KEY to the new key for it, " +
        "or, for `pulumi refresh` and `pulumi destroy`, add --run-program (TSL-KEY-REFUSED)\nupdate failed",
    );
    expect(tesseral.requests()).toEqual(["GET /v1/project"]);
    expect(tesseral.counts()).toEqual({ organizations: 1, apiKeys: 1, roles: 1, assignments: 1 });
  });

  it("is refreshed with the new key in the config when the program is run", async () => {
    expect((await tesseral.stack.previewRefresh({ runProgram: true })).changes).toEqual({ same: 4 });
  });

  it("is destroyed with the new key in the environment, without the program", async () => {
    setEnvironment(fresh);
    expect((await tesseral.stack.destroy()).changes).toEqual({ delete: 4 });
    expect(tesseral.counts()).toEqual({ organizations: 0, apiKeys: 0, roles: 0, assignments: 0 });
  });

  it("shows none of the keys anywhere", () => {
    const said = tesseral.stack.everythingSaid();
    expect(tesseral.secrets()).toContain(fresh);
    expect(tesseral.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  });
});
