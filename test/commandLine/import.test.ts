// Proves on the command line that a tenant which people made by hand is taken over without a write, keys included, and is a stack like any
// other then. Which settings and names are proposed is the matter of test/cli/import.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

describe.skipIf(leftOutWithoutLanguageHost())("a tenant that is taken over", () => {
  let project: Project;
  let token: string;
  let ci: Record<string, unknown>;
  let acme: Record<string, unknown>;

  beforeAll(async () => {
    project = await openProject();
    const { console } = project.emulator;
    const { id: organizationId } = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const role = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] });
    const key = console.createApiKey({ organizationId, displayName: "ci" });
    console.assignRole(key.id, role.id);
    token = key.secretToken;
    ci = { adopt: key.id, roles: ["reader"] };
    const reader = { adopt: role.id, actions: ["widgets.read"] };
    acme = { displayName: "Acme", adopt: organizationId, roles: { reader } };
    project.declare({ acme: { ...acme, apiKeys: { ci } } });
  });

  afterAll(() => project.close());

  it("is taken over without a write", async () => {
    const { steps } = await project.up();
    expect(steps.filter(({ op }) => op !== "create")).toEqual([]);
    expect(project.writes()).toEqual([]);
    expect((await project.outputs()).customers).toMatchObject({ acme: { secretTokens: { ci: null } } });
  });

  it("shows no difference then, and no output that is not known", async () => {
    await project.refresh();
    const { steps, printed } = await project.preview("--expect-no-changes");
    expect(steps).toEqual([]);
    expect(printed).not.toContain("Outputs:");
    expect(project.writes()).toEqual([]);
  });

  it("says of a token that it is not known", async () => {
    const { stderr } = await failed(project.tesseral("token", "acme", "ci", "--force"));
    expect(stderr).toContain(
      "the stack does not know the token of acme/ci: Tesseral shows a token once, and this key was not made here.",
    );
  });

  it("gets its first known token by a rotation, and nobody is cut off", async () => {
    project.declare({ acme: { ...acme, apiKeys: { ci: { ...ci, overlap: "P7D", rotate: "first token" } } } });
    await project.up();
    const keys = [...project.emulator.store.apiKeys.values()];
    expect(keys.map(({ revoked }) => revoked)).toEqual([false, false]);
    const made = keys.find(({ secretToken }) => secretToken !== token);
    expect((await project.tesseral("token", "acme", "ci", "--force")).stdout).toBe(`${made?.secretToken}\n`);
    expect((await project.outputs()).customers).toMatchObject({ acme: { secretTokens: { ci: made?.secretToken } } });
  });
});
