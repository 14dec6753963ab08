// Proves that one stack manages two Tesseral projects through explicit providers, that none of it meets the other's, and how
// the look-ups of a program read either. Says nothing of the customers of a single project.
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getOrganization, getOrganizations, getProject, ManagedApiKey, Organization, Provider } from "../../library";
import { failureOf, openTesseralStack, stepsOf, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A component that hands its provider down to what it is made of. */
class Team extends pulumi.ComponentResource {
  readonly organization: Organization;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Team", name, {}, opts);
    this.organization = new Organization(name, { displayName: name }, { parent: this });
    new ManagedApiKey(
      `${name}-ci`,
      { organizationId: this.organization.id, displayName: "ci" },
      { parent: this, deletedWith: this.organization },
    );
    this.registerOutputs();
  }
}

describe("a stack with an explicit provider beside the default one", () => {
  let tesseral: TesseralStack;
  let stagingKey: string | undefined;

  const program =
    ({ production = "default", lookUp }: { production?: "default" | "staging"; lookUp?: string } = {}) =>
    async () => {
      const staging = new Provider("staging", {
        backendApiKey: pulumi.secret(stagingKey ?? ""),
        apiUrl: tesseral.emulator.url,
        maxConcurrentRequests: 4,
      });
      const providers = [staging];
      new Team("tenant-of-staging", { providers });
      new Team("tenant-of-production", production === "staging" ? { providers } : {});
      if (lookUp === undefined) {
        return {};
      }
      const found = Organization.get("found", lookUp, { provider: staging });
      return {
        own: getProject().id,
        staging: getProject({ provider: staging }).id,
        ownOrganizations: getOrganizations().apply((all) => all.map((one) => one.displayName)),
        stagingOrganizations: getOrganizations({ provider: staging }).apply((all) => all.map((one) => one.displayName)),
        one: getOrganization(lookUp, { provider: staging }).displayName,
        foundName: found.displayName,
        foundEnabled: found.apiKeysEnabled,
      };
    };

  beforeAll(async () => {
    tesseral = await openTesseralStack(async () => {});
    stagingKey = tesseral.emulator.keys["second-project-key"];
  });

  afterAll(() => tesseral.close());

  const projectOf = (name: string) => tesseral.emulator.store.projectByName(name)?.id;

  it("creates each customer in the project of its provider, with two requests for the projects", async () => {
    const up = await tesseral.stack.up(program());
    expect(stepsOf(up).sort()).toEqual([
      "create staging",
      "create tenant-of-production",
      "create tenant-of-production",
      "create tenant-of-production-ci",
      "create tenant-of-staging",
      "create tenant-of-staging",
      "create tenant-of-staging-ci",
    ]);
    expect(tesseral.organization("tenant-of-production").projectId).toBe(projectOf("first"));
    expect(tesseral.organization("tenant-of-staging").projectId).toBe(projectOf("second"));
    expect(tesseral.requests().filter((route) => route === "GET /v1/project")).toHaveLength(2);
    expect((await tesseral.stack.preview()).changes).toEqual({ same: 8 });
  });

  it("refuses to move a customer from one project to the other", async () => {
    const { message } = await failureOf(tesseral.stack.preview(program({ production: "staging" })));
    const { id } = tesseral.organization("tenant-of-production");
    expect(message).toBe(
      `${id} belongs to Tesseral project ${projectOf("first")}, but the backend API key in use is for project ${projectOf("second")}. ` +
        "Nothing was touched: set tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) to a key of the project that the stack was deployed to (TSL-PROJECT)",
    );
  });

  it("looks up projects and organizations in either", async () => {
    const { id } = tesseral.organization("tenant-of-staging");
    tesseral.requests();
    const { outputs } = await tesseral.stack.up(program({ lookUp: id }));
    expect(outputs.staging).toEqual({ value: projectOf("second"), secret: false });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))).toEqual({
      own: projectOf("first"),
      staging: projectOf("second"),
      ownOrganizations: ["tenant-of-production"],
      stagingOrganizations: ["tenant-of-staging"],
      one: "tenant-of-staging",
      foundName: "tenant-of-staging",
      foundEnabled: true,
    });
    // One by each provider process, one by all look-ups of the program in either project.
    expect(tesseral.requests().filter((route) => route === "GET /v1/project")).toHaveLength(4);
  });

  it("says plainly that an organization to look up is not there", async () => {
    const { id } = tesseral.organization("tenant-of-production");
    const { message } = await failureOf(tesseral.stack.preview(program({ lookUp: id })));
    expect(message.split("\n")).toContain(
      `Tesseral: GET /v1/organizations/${id} failed with 404 not_found: organization not found (TSL-NOT-FOUND)`,
    );
    expect(message.split("\n")).toContain(
      `Preview failed: there is no organization ${id} in Tesseral project ${projectOf("second")}. Check the id, and that the backend API key is one of its project (TSL-NOT-THERE)`,
    );
    expect(message).not.toMatch(/^\s+at /m);
  });

  it("does not let the environment's key reach the explicit provider", async () => {
    tesseral.stack.automation.workspace.envVars.TESSERAL_BACKEND_API_KEY = tesseral.emulator.backendApiKey;
    expect((await tesseral.stack.refresh()).changes).toEqual({ same: 9 });
  });

  it("destroys an explicit provider's customers with its new key when the program is run", async () => {
    const { console: web } = tesseral.emulator;
    const old = stagingKey ?? "";
    stagingKey = web.createBackendApiKey("second");
    web.revokeBackendApiKey(old);
    tesseral.stack.automation.workspace.program = program();
    const { message } = await failureOf(tesseral.stack.destroy());
    expect(message).toBe(
      "Tesseral does not accept the backend API key in the Provider's backendApiKey: it answered 404 backend api key not found. " +
        "Create a key in the Tesseral Console, under Project settings, Backend API Keys. If the program gives the Provider a new one already: " +
        "`pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. Add --run-program to `pulumi refresh` and `pulumi destroy`; " +
        "for `pulumi up`, leave the Provider in the program until what it manages is deleted (TSL-KEY-REFUSED)\nupdate failed",
    );
    await tesseral.stack.destroy({ runProgram: true });
    expect(tesseral.stack.resources()).toEqual([]);
    expect(tesseral.counts()).toMatchObject({ organizations: 0, apiKeys: 0 });
  });

  it("shows none of the secrets anywhere", () => {
    const said = tesseral.stack.everythingSaid();
    expect(tesseral.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  });
});
