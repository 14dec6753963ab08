// Proves that a refresh finds every kind of change made behind Pulumi's back, that it changes nothing by itself, and that
// the next update repairs each. Says nothing of changes that Pulumi makes itself.
import type * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ManagedApiKey, Organization, Role } from "../../library";
import { failureOf, foundBy, openTesseralStack, stepsOf, type TesseralStack, textOf } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Milliseconds for which the key of `expired` is good. */
const life = 3_600_000;

describe("customers that somebody changed in the console", () => {
  let tesseral: TesseralStack;
  let tokens: Record<string, string>;
  let expireTime: string | undefined;
  /** Milliseconds by which Tesseral's clock is ahead of ours. */
  let ahead = 0;

  /** One customer for each thing that can happen to one. */
  async function customers() {
    expireTime ??= new Date(Date.now() + life).toISOString();
    const tokensOf: Record<string, pulumi.Output<string | undefined>> = {};
    const customer = (name: string, key: { expireTime?: string } = {}) => {
      const organization = new Organization(name, { displayName: name, domains: [`${name}.example`] });
      const args = { organizationId: organization.id, displayName: `${name}-role`, actions: ["widgets.read"] };
      const role = new Role(`${name}-role`, args);
      const { secretToken } = new ManagedApiKey(
        `${name}-key`,
        { organizationId: organization.id, displayName: `${name}-key`, roles: [role.id], ...key },
        { deletedWith: organization },
      );
      tokensOf[name] = secretToken;
    };
    customer("expired", { expireTime });
    for (const name of ["renamed", "suspended", "deleted", "revoked", "keyless", "unassigned", "unroled"]) {
      customer(name);
    }
    return tokensOf;
  }

  const outputs = async () => {
    const all = await tesseral.stack.automation.outputs();
    return Object.fromEntries(Object.keys(all).map((name) => [name, textOf(all, name)]));
  };

  beforeAll(async () => {
    tesseral = await openTesseralStack(customers, { emulator: { now: () => new Date(Date.now() + ahead) } });
    await tesseral.stack.up();
    tokens = await outputs();
    const { console } = tesseral.emulator;
    console.updateOrganization(tesseral.organization("renamed").id, {
      displayName: "Renamed by somebody",
      domains: ["renamed.example", "else.example"],
    });
    // What is not declared is not managed: logInWithSaml is nobody's business here.
    console.updateOrganization(tesseral.organization("suspended").id, { apiKeysEnabled: false, logInWithSaml: true });
    console.deleteOrganization(tesseral.organization("deleted").id);
    console.revokeApiKey(tesseral.apiKey("revoked-key").id);
    console.deleteApiKey(tesseral.apiKey("keyless-key").id);
    console.unassignRole(tesseral.apiKey("unassigned-key").id, tesseral.role("unassigned-role").id);
    console.deleteRole(tesseral.role("unroled-role").id);
    tesseral.requests();
  });

  afterAll(() => tesseral.close());

  const drift = [
    "delete deleted",
    "delete deleted-key",
    "delete deleted-role",
    "delete unroled-role",
    "update expired-key: status",
    "update keyless-key: status",
    "update renamed: displayName, domains[0], domains[1]",
    "update revoked-key: status",
    "update suspended: apiKeysEnabled",
    "update unassigned-key: roles[0]",
    "update unroled-key: roles[0]",
  ];

  it("are not noticed by a preview, which reads nothing", async () => {
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 25 });
    expect(tesseral.requests()).toEqual(["GET /v1/project"]);
  });

  it("are shown by the preview of a refresh", async () => {
    ahead = life + 1000;
    const preview = await tesseral.stack.previewRefresh();
    expect(foundBy(preview)).toEqual(drift);
  });

  it("are taken into the state by a refresh, which writes nothing and keeps every token", async () => {
    const refresh = await tesseral.stack.refresh();
    expect(foundBy(refresh)).toEqual(drift);
    expect(refresh.changes).toEqual({ update: 7, delete: 4, same: 14 });
    expect(tesseral.writes()).toEqual([]);
    expect(await outputs()).toEqual(tokens);
  });

  it("are named in the preview of the next update where a key has ended as it was declared", async () => {
    const { printed, steps } = await tesseral.stack.preview();
    expect(steps.some(({ name }) => name === "expired-key")).toBe(false);
    expect(printed).toContain(
      `API key "expired-key" has ended at ${expireTime}, and Tesseral refuses it. A later expireTime makes a new key; or remove it`,
    );
  });

  it("are repaired by the next update, as its preview says", async () => {
    expireTime = "2099-01-01T00:00:00Z";
    const repairs = [
      "create deleted",
      "create deleted-key",
      "create deleted-role",
      "create unroled-role",
      "create-replacement expired-key: expireTime",
      "delete-replaced expired-key",
      "replace expired-key: expireTime",
      "update keyless-key: generation, retiredGeneration, rotatedAt, status",
      "update renamed: displayName, domains",
      "update revoked-key: generation, retiredGeneration, rotatedAt, status",
      "update suspended: apiKeysEnabled",
      "update unassigned-key: roles",
      "update unroled-key: roles",
    ];
    expect(stepsOf(await tesseral.stack.preview()).sort()).toEqual(repairs);
    expect(stepsOf(await tesseral.stack.up()).sort()).toEqual(repairs);
    const now = await outputs();
    const renewed = Object.keys(tokens).filter((name) => now[name] !== tokens[name]);
    expect(renewed.sort()).toEqual(["deleted", "expired", "keyless", "revoked"]);
    for (const token of Object.values(now)) {
      expect(await tesseral.authenticate(token)).toEqual(["widgets.read"]);
    }
    expect(tesseral.counts()).toEqual({ organizations: 8, apiKeys: 8, roles: 8, assignments: 8 });
    expect(tesseral.organization("renamed").domains).toEqual(["renamed.example"]);
    expect(tesseral.organization("suspended")).toMatchObject({ apiKeysEnabled: true, logInWithSaml: true });
  });

  it("are as declared afterwards, in Tesseral and in the state", async () => {
    expect((await tesseral.stack.refresh()).changes).toEqual({ same: 25 });
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 25 });
  });

  it("are none of them lost to a backend API key that is revoked while a refresh is under way", async () => {
    const state = tesseral.recorded();
    tesseral.emulator.fail({
      skip: 10,
      do: "pass",

      meanwhile: () => tesseral.emulator.console.revokeBackendApiKey(tesseral.emulator.backendApiKey),
    });
    const { message } = await failureOf(tesseral.stack.refresh());
    const lines = message.split("\n");
    expect(lines.pop()).toBe("update failed");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(
        /^Tesseral: GET \/v1\/(organizations(\/org_\w{25}\/domains)?|(api-keys|roles)\?organizationId=org_\w{25}|api-key-role-assignments\?apiKeyId=api_key_\w{25}) failed with 404 not_found: backend api key not found\. The backend API key is unknown or revoked: check tesseral:backendApiKey \(or TESSERAL_BACKEND_API_KEY\) against the Tesseral Console \(TSL-KEY-REFUSED\)$/,
      );
    }
    expect(tesseral.recorded()).toEqual(state);
  });
});
