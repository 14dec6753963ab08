// Proves that create, no change, update, replace and destroy do to Tesseral what they say, by which requests, and that no
// secret is seen anywhere. Says nothing of failures and of changes made behind Pulumi's back.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  ManagedApiKey,
  type ManagedApiKeyArgs,
  Organization,
  type OrganizationArgs,
  Role,
  type RoleArgs,
} from "../../library";
import { loginSwitches } from "../../tesseral";
import { openTesseralStack, stepsOf, type TesseralStack, textOf } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Changes {
  acme?: Partial<OrganizationArgs>;
  reader?: Partial<RoleArgs>;
  ci?: Partial<ManagedApiKeyArgs>;
  ciRoles?: ("reader" | "writer")[];
  ciOf?: "acme" | "globex";
}

const allLogins = Object.fromEntries(loginSwitches.map((name) => [name, true]));

/** Every argument of an organization that can be changed, at a value that it does not have at first. */
const everySetting = {
  displayName: "Acme Ltd",
  apiKeysEnabled: false,
  ...allLogins,
  requireMfa: true,
  scimEnabled: true,
  customRolesEnabled: true,
  domains: ["a.example", "b.example"],
  googleHostedDomains: ["g.example"],
  microsoftTenantIds: ["11111111-0000-0000-0000-000000000000", "22222222-0000-0000-0000-000000000000"],
};

/** A customer with two roles and a key, and another customer. */
const customers =
  ({ acme = {}, reader = {}, ci = {}, ciRoles = ["reader"], ciOf = "acme" }: Changes = {}) =>
  async () => {
    const organizations = {
      acme: new Organization("acme", { displayName: "Acme Corp", ...acme }),
      globex: new Organization("globex", { displayName: "Globex" }),
    };
    const organizationId = organizations.acme.id;
    const roles = {
      reader: new Role("reader", {
        organizationId,
        displayName: "reader",
        description: "Reads widgets",
        actions: ["widgets.read"],
        ...reader,
      }),
      writer: new Role("writer", { displayName: "writer", actions: ["widgets.write", "widgets.read"] }),
    };
    const key = new ManagedApiKey(
      "ci",
      {
        organizationId: organizations[ciOf].id,
        displayName: "ci",
        roles: ciRoles.map((name) => roles[name].id),
        ...ci,
      },
      { deletedWith: organizations[ciOf] },
    );
    return {
      acmeId: organizationId,
      token: key.secretToken,
      suffix: key.secretTokenSuffix,
      createTime: organizations.acme.createTime,
    };
  };

describe("a stack of two customers", () => {
  let tesseral: TesseralStack;
  let token = "";

  beforeAll(async () => {
    tesseral = await openTesseralStack(customers());
  });

  afterAll(() => tesseral.close());

  it("is previewed by one request for the project and one list of its organizations", async () => {
    const preview = await tesseral.stack.preview();
    expect(preview.changes).toEqual({ create: 6 });
    expect(tesseral.requests().sort()).toEqual(["GET /v1/organizations", "GET /v1/project"]);
  });

  it("is created with two requests for an organization or role, and one for a key and for each of its roles", async () => {
    const up = await tesseral.stack.up();
    expect(up.changes).toEqual({ create: 6 });
    expect(tesseral.requests().sort()).toEqual([
      "GET /v1/organizations",
      "GET /v1/project",
      "GET /v1/roles",
      "PATCH /v1/organizations/{id}",
      "PATCH /v1/organizations/{id}",
      "PATCH /v1/roles/{id}",
      "PATCH /v1/roles/{id}",
      "POST /v1/api-key-role-assignments",
      "POST /v1/api-keys",
      "POST /v1/organizations",
      "POST /v1/organizations",
      "POST /v1/roles",
      "POST /v1/roles",
    ]);
    expect(tesseral.organization("Acme Corp")).toMatchObject({ id: up.outputs.acmeId?.value, apiKeysEnabled: true });
    const writer = tesseral.role("writer");
    expect([[...writer.actions].sort(), writer.organizationId]).toEqual([["widgets.read", "widgets.write"], undefined]);
    token = textOf(up.outputs, "token");
    expect(up.outputs.token?.secret).toBe(true);
    expect(token).toBe(tesseral.apiKey("ci").secretToken);
    expect(up.outputs.suffix).toEqual({ value: token.slice(-4), secret: false });
    expect(await tesseral.authenticate(token)).toEqual(["widgets.read"]);
  });

  it("is seen to be unchanged by a single request, in preview and in up", async () => {
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 6 });
    expect(tesseral.requests()).toEqual(["GET /v1/project"]);
    expect((await tesseral.stack.up()).changes).toEqual({ same: 6 });
    expect(tesseral.requests()).toEqual(["GET /v1/project"]);
  });

  it("changes every setting of an organization in place, by one request for the settings and one for each list", async () => {
    tesseral.emulator.console.setProject(allLogins);
    const program = customers({ acme: everySetting });
    expect(stepsOf(await tesseral.stack.preview(program))).toEqual([
      `update acme: ${Object.keys(everySetting).sort().join(", ")}`,
    ]);
    expect(tesseral.writes()).toEqual([]);
    expect((await tesseral.stack.up()).changes).toEqual({ update: 1, same: 5 });
    expect(tesseral.writes().sort()).toEqual([
      "PATCH /v1/organizations/{id}",
      "PATCH /v1/organizations/{organizationId}/domains",
      "PATCH /v1/organizations/{organizationId}/google-hosted-domains",
      "PATCH /v1/organizations/{organizationId}/microsoft-tenant-ids",
    ]);
    expect(tesseral.organization("Acme Ltd")).toMatchObject(everySetting);
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 6 });
  });

  it("takes equal sets in another order, and times in another form, for unchanged", async () => {
    const reordered = {
      ...everySetting,
      domains: ["b.example", "a.example", "b.example"],
      microsoftTenantIds: [...everySetting.microsoftTenantIds].reverse(),
    };
    expect((await tesseral.stack.preview(customers({ acme: reordered }))).changes).toEqual({ same: 6 });
  });

  it("sends only what changed, and leaves in Tesseral what is declared no longer", async () => {
    const up = await tesseral.stack.up(customers({ acme: { displayName: "Acme Ltd" } }));
    const { displayName: _, ...dropped } = everySetting;
    expect(stepsOf(up)).toEqual([`update acme: ${Object.keys(dropped).sort().join(", ")}`]);
    expect(tesseral.writes()).toEqual(["PATCH /v1/organizations/{id}"]);
    expect(tesseral.emulator.requests.at(-1)?.body).toEqual({ apiKeysEnabled: true });
    expect(tesseral.organization("Acme Ltd")).toMatchObject({ ...dropped, apiKeysEnabled: true });
  });

  it("renames a key in place and keeps its token", async () => {
    const renamed = customers({ acme: { displayName: "Acme Ltd" }, ci: { displayName: "pipeline" } });
    expect(stepsOf(await tesseral.stack.preview(renamed))).toEqual(["update ci: displayName"]);
    const up = await tesseral.stack.up();
    expect(tesseral.writes()).toEqual(["PATCH /v1/api-keys/{id}"]);
    expect(textOf(up.outputs, "token")).toBe(token);
    expect(tesseral.apiKey("pipeline").secretToken).toBe(token);
  });

  it("gives a key other roles, and a role other actions, which the token has at once", async () => {
    const up = await tesseral.stack.up(
      customers({ ciRoles: ["writer"], reader: { displayName: "viewer", actions: ["widgets.read", "widgets.write"] } }),
    );
    expect(stepsOf(up).sort()).toEqual([
      "update acme: displayName",
      "update ci: displayName, roles",
      "update reader: actions, displayName",
    ]);
    expect(tesseral.writes().sort()).toEqual([
      "DELETE /v1/api-key-role-assignments/{id}",
      "PATCH /v1/api-keys/{id}",
      "PATCH /v1/organizations/{id}",
      "PATCH /v1/roles/{id}",
      "POST /v1/api-key-role-assignments",
    ]);
    expect(await tesseral.authenticate(token)).toEqual(["widgets.read", "widgets.write"]);
  });

  it("replaces a key whose expiry changes: the new one is there before the old one goes", async () => {
    const program = customers({ ci: { expireTime: "2099-12-31T23:59:59.500+02:00" } });
    expect((await tesseral.stack.preview(program)).printed).toContain(
      'API key "ci" is replaced by a new key, since its expireTime changes: the token in use stops working in this update.',
    );
    const up = await tesseral.stack.up(program);
    expect(stepsOf(up).filter((step) => step.includes("replace"))).toEqual([
      "create-replacement ci: expireTime, roles",
      "replace ci: expireTime, roles",
      "delete-replaced ci",
    ]);
    expect(tesseral.writes().filter((route) => route.includes("api-key"))).toEqual([
      "POST /v1/api-keys",
      "PATCH /v1/api-keys/{id}",
      "POST /v1/api-key-role-assignments",
      "POST /v1/api-keys/{id}/revoke",
      "DELETE /v1/api-keys/{id}",
    ]);
    expect(await tesseral.authenticate(token)).toBe("invalid_api_key_secret_token");
    token = textOf(up.outputs, "token");
    expect(await tesseral.authenticate(token)).toEqual(["widgets.read"]);
    const sameInstant = customers({ ci: { expireTime: "2099-12-31T21:59:59.5Z" } });
    expect((await tesseral.stack.preview(sameInstant)).changes).toEqual({ same: 6 });
  });

  it("replaces a key that goes to another organization", async () => {
    const program = customers({ ciOf: "globex", ciRoles: ["writer"] });
    expect((await tesseral.stack.preview(program)).printed).toContain(
      'API key "ci" is replaced by a new key, since its organization and its expireTime change: the token in use stops working',
    );
    const up = await tesseral.stack.up(program);
    expect(stepsOf(up)).toContain("replace ci: expireTime, organizationId, roles");
    expect(tesseral.counts()).toMatchObject({ apiKeys: 1, assignments: 1 });
    expect(tesseral.apiKey("ci").organizationId).toBe(tesseral.organization("Globex").id);
    expect(await tesseral.authenticate(token)).toBe("invalid_api_key_secret_token");
    token = textOf(up.outputs, "token");
    expect(await tesseral.authenticate(token)).toEqual(["widgets.read", "widgets.write"]);
  });

  it("replaces a role to clear what Tesseral cannot clear, or to give it to another organization", async () => {
    const cleared = await tesseral.stack.preview(
      customers({ ciOf: "globex", reader: { description: "", actions: [] } }),
    );
    expect(stepsOf(cleared)).toContain("replace reader: actions, description");
    const moved = await tesseral.stack.preview(
      customers({ ciOf: "globex", reader: { organizationId: tesseral.organization("Globex").id } }),
    );
    expect(stepsOf(moved)).toContain("replace reader: organizationId");
  });

  it("is destroyed to the last object; a key that goes with its organization takes no request", async () => {
    tesseral.requests();
    expect((await tesseral.stack.destroy()).changes).toEqual({ delete: 6 });
    expect(tesseral.writes().sort()).toEqual([
      "DELETE /v1/organizations/{id}",
      "DELETE /v1/organizations/{id}",
      "DELETE /v1/roles/{id}",
      "DELETE /v1/roles/{id}",
    ]);
    expect(tesseral.counts()).toEqual({ organizations: 0, apiKeys: 0, roles: 0, assignments: 0 });
  });

  it("shows no secret in what it printed, in its events, and in its state and history", async () => {
    const said = tesseral.stack.everythingSaid();
    expect(said).toContain("Acme Ltd");
    expect(tesseral.secrets().filter((secret) => secret.startsWith("acme_sk_"))).toHaveLength(3);
    expect(tesseral.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  });
});
