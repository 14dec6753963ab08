// Proves on the command line that a tenant which people made by hand is taken over without a write, whatever is set in it, API keys
// included, and is a stack like any other then. Which entries are proposed for what is the matter of test/cli/import.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Document, isMap, parseDocument } from "yaml";
import type { Console } from "../../emulator/console";
import { loginSwitches } from "../../tesseral";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

vi.setConfig({ testTimeout: 300_000 });

/** Organizations in which every setting is in every state, one that nobody can declare among them. Answers the token of Acme's key. */
function makeTenant(console: Console): string {
  const everything = Object.fromEntries(loginSwitches.map((name) => [name, true]));
  const nothing = Object.fromEntries(loginSwitches.map((name) => [name, false]));
  const lists = {
    domains: ["b.example", "a.example"],
    googleHostedDomains: ["g.example", "g.example"],
    microsoftTenantIds: ["tenant"],
  };
  const rest = { requireMfa: true, scimEnabled: true, customRolesEnabled: true };
  const acme = console.createOrganization({
    displayName: "Acme",
    apiKeysEnabled: true,
    ...everything,
    ...rest,
    ...lists,
  });
  // A factor can be turned off while one is required.
  console.createOrganization({ displayName: "東京電力", apiKeysEnabled: true, ...nothing, requireMfa: true });
  const suspended = console.createOrganization({ displayName: "Suspended", apiKeysEnabled: false, ...nothing });
  console.createOrganization({ displayName: "Suspended, all on", apiKeysEnabled: false, ...everything, ...rest });
  for (const displayName of ["Twin", "TWIN", ""]) {
    console.createOrganization({ displayName, apiKeysEnabled: true });
  }

  const reader = console.createRole({
    organizationId: acme.id,
    displayName: "Reader",
    description: "Reads",
    actions: ["widgets.read"],
  });
  const empty = console.createRole({ organizationId: acme.id, displayName: "empty" });
  const ofProject = console.createRole({ displayName: "project's", actions: ["widgets.write"] });
  const ci = console.createApiKey({ organizationId: acme.id, displayName: "ci" });
  console.assignRole(ci.id, reader.id);
  const mixed = console.createApiKey({
    organizationId: acme.id,
    displayName: "mixed",
    expireTime: "2099-01-01T00:00:00.123456Z",
  });
  for (const role of [reader, empty, ofProject]) {
    console.assignRole(mixed.id, role.id);
  }
  console.createApiKey({ organizationId: acme.id, displayName: "ci" });
  console.revokeApiKey(console.createApiKey({ organizationId: acme.id, displayName: "revoked" }).id);
  console.createApiKey({ organizationId: acme.id, displayName: "expired", expireTime: "2020-01-01T00:00:00Z" });
  console.createApiKey({ organizationId: suspended.id, displayName: "waits" });
  return ci.secretToken;
}

describe.skipIf(leftOutWithoutLanguageHost())("a tenant that is taken over", () => {
  let project: Project;
  let token: string;

  beforeAll(async () => {
    project = await openProject();
    token = makeTenant(project.emulator.console);
  });

  afterAll(() => project.close());

  const isActive = (secret: string) =>
    [...project.emulator.store.apiKeys.values()].some((one) => one.secretToken === secret && !one.revoked);

  /** Changes the file as a person does. */
  function edit(change: (document: Document) => void): void {
    const document = parseDocument(project.read("customers.yaml"), { schema: "core" });
    change(document);
    project.write("customers.yaml", document.toString({ lineWidth: 0 }));
  }

  it("is written into a file by one command, but for what cannot be declared", async () => {
    const { stdout } = await project.tesseral("import");
    expect(stdout).toContain("7 organizations.\nWrote 6 customers with 1 role and 4 API keys into customers.yaml.");
    expect(stdout).toContain("1 organization left out:");
    expect(stdout).toContain('revoked" is left alone: it was revoked');
    expect(project.writes()).toEqual([]);
  });

  it("is previewed without a write, and reviewed", async () => {
    expect((await project.preview()).steps.filter(({ op }) => op !== "create")).toEqual([]);
    const setAccess = (access: string) =>
      edit((document) => document.setIn(["customers", "suspended", "apiAccess"], access));
    setAccess("enabled");
    const review = await project.tesseral("review");
    expect(review.stdout).toContain("an existing organization is taken over with role reader and keys ci (reader)");
    expect(review.stdout).toMatch(/Suspended \(suspended\) +! its API keys are off now and are turned on: /);
    setAccess("suspended");
    edit((document) => document.setIn(["customers", "acme", "apiAccess"], "suspended"));
    const outage = await project.tesseral("review");
    expect(outage.stdout).toMatch(/ · 1 will notice/);
    expect(outage.stdout).toMatch(
      /\(acme\) +! its API keys are on now and are turned off: \d keys that work are refused\. /,
    );
    edit((document) => document.deleteIn(["customers", "acme", "apiAccess"]));
    expect((await project.tesseral("review", "--fail-on", "notice")).stdout).toContain(" · none will notice");
    expect(project.writes()).toEqual([]);
  });

  it("is taken over without a write", async () => {
    const { steps } = await project.up();
    expect(steps.filter(({ type }) => type !== "Customer")).toHaveLength(6 + 1 + 4);
    expect(project.writes()).toEqual([]);
    // As docs/tasks/take-over-a-tenant.md has it.
    const listed = await (await fetch(`${project.emulator.url}/_emulator/requests`)).text();
    expect(listed).toContain('"method":"GET"');
    expect(listed.split("\n").filter((line) => line.includes('"committed":true'))).toEqual([]);
    const { customers } = await project.outputs();
    expect(customers).toMatchObject({
      acme: { secretTokens: { ci: null, "ci-2": null, mixed: null } },
      suspended: { secretTokens: { waits: null } },
    });
  });

  it("shows no difference then, also after a refresh, and no output that is not known", async () => {
    await project.refresh();
    const { steps, printed } = await project.preview("--expect-no-changes");
    expect(steps).toEqual([]);
    expect(printed).not.toContain("Outputs:");
    expect((await project.tesseral("import")).stdout).toContain("7 organizations, 6 declared already");
    expect(project.writes()).toEqual([]);
  });

  it("says of a token that it is not known, and delivers none", async () => {
    const { stderr } = await failed(project.tesseral("token", "acme", "ci", "--force"));
    expect(stderr).toContain(
      "the stack does not know the token of acme/ci: Tesseral shows a token once, and this key was not made here.",
    );
  });

  it("is changed like any other stack", async () => {
    edit((document) => {
      document.setIn(["customers", "suspended", "apiAccess"], "enabled");
      document.setIn(["customers", "acme", "displayName"], "Acme Corp");
    });
    await project.up();
    expect(project.writes()).toEqual(["PATCH /v1/organizations/{id}", "PATCH /v1/organizations/{id}"]);
  });

  it("is taken over by the entries that there are, when the state is lost", async () => {
    // As if the stack had made them: only the state knew the ids. Of two with one name it takes a person to tell which is which.
    edit((document) => {
      for (const name of ["acme", "suspended", "suspended-all-on", "dong-jing-dian-li"]) {
        document.deleteIn(["customers", name, "adopt"]);
      }
      document.deleteIn(["customers", "acme", "roles", "reader", "adopt"]);
      document.deleteIn(["customers", "acme", "apiKeys", "mixed", "adopt"]);
      document.deleteIn(["customers", "suspended", "apiKeys", "waits", "adopt"]);
    });
    await project.pulumi("stack", "rm", "--yes", "--force", "--preserve-config", "test");
    await project.pulumi("stack", "init", "test");
    const refused = await failed(project.up());
    expect(refused.printed).toContain("that this stack does not manage");
    const { stdout } = await project.tesseral("import");
    expect(stdout).toContain("7 organizations, 2 declared already.\nWrote adopt into 4 entries of customers.yaml:");
    const { steps } = await project.up();
    expect(steps.filter(({ type }) => type !== "Customer")).toHaveLength(6 + 1 + 4);
    expect(project.writes()).toEqual([]);
    expect(isActive(token)).toBe(true);
  });

  it("gives a key its first known token by a rotation, and cuts nobody off", async () => {
    edit((document) => {
      const key = document.getIn(["customers", "acme", "apiKeys", "ci"]);
      if (isMap(key)) {
        key.set("overlap", "P7D");
        key.set("rotate", "first token");
      }
    });
    const { steps } = await project.up();
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update acme-ci"]);
    const printed = (await project.tesseral("token", "acme", "ci", "--force")).stdout.trim();
    expect(printed).not.toBe(token);
    expect([isActive(printed), isActive(token)]).toEqual([true, true]);
    expect((await project.outputs()).customers).toMatchObject({
      acme: { secretTokens: { ci: printed, "ci-2": null } },
    });
  });

  it("is let go without a request where that is declared", async () => {
    edit((document) => {
      document.setIn(["customers", "acme", "onRemoval"], "release");
    });
    await project.up();
    project.writes();
    edit((document) => {
      document.deleteIn(["customers", "acme"]);
    });
    await project.up();
    expect(project.writes()).toEqual([]);
    expect(isActive(token)).toBe(true);
  });
});
