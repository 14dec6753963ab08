// Proves that the project, run by `pulumi` as people run it, does what it declares and is quiet about the rest. Refusals are the
// matter of refusal.test.ts; every kind of change is that of test/engine and test/config.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

const acme = {
  displayName: "Acme",
  roles: { reader: { actions: ["widgets.read"] } },
  apiKeys: { ci: { roles: ["reader"] } },
};
const globex = { displayName: "Globex", protect: false };
const initech = { displayName: "Initech", protect: false };

describe.skipIf(leftOutWithoutLanguageHost())("the project", () => {
  let project: Project;

  beforeAll(async () => {
    project = await openProject();
    project.declare({ acme, globex, initech });
  });

  afterAll(() => project.close());

  it("creates what is declared, and hands out tokens that Tesseral knows", async () => {
    const { steps, diagnostics } = await project.up();
    expect(steps.map(({ op, type, name }) => `${op} ${type} ${name}`).sort()).toEqual([
      "create Customer acme",
      "create Customer globex",
      "create Customer initech",
      "create ManagedApiKey acme-ci",
      "create Organization acme",
      "create Organization globex",
      "create Organization initech",
      "create Role acme-reader",
    ]);
    expect(diagnostics).toEqual([]);
    expect(project.organizations()).toEqual(["Acme", "Globex", "Initech"]);
    const [key] = project.emulator.store.apiKeys.values();
    expect((await project.outputs()).customers).toMatchObject({ acme: { secretTokens: { ci: key?.secretToken } } });
    expect((await project.tesseral("token", "acme", "ci", "--force")).stdout).toBe(`${key?.secretToken}\n`);
    expect(project.writes().length).toBeGreaterThan(0);
  });

  it("previews no change, and prints no customer's name", async () => {
    const { steps, lines } = await project.preview("--expect-no-changes");
    expect(steps).toEqual([]);
    expect(lines.filter((line) => /acme|globex|initech|org_|api_key_/i.test(line))).toEqual([]);
  });

  it("agrees with Tesseral, as the inventory finds", async () => {
    expect((await project.tesseral("inventory")).exitCode).toBe(0);
  });

  it("previews, then makes, a change of one customer alone", async () => {
    project.declare({ acme: { ...acme, displayName: "Acme Corporation" }, globex, initech });
    const previewed = await project.preview();
    expect(previewed.steps.map(({ op, name, diffs }) => `${op} ${name}: ${diffs}`)).toEqual([
      "update acme: displayName",
    ]);
    expect(project.writes()).toEqual([]);
    await project.up();
    expect(project.writes()).toEqual(["PATCH /v1/organizations/{id}"]);
    expect(project.organizations()).toEqual(["Acme Corporation", "Globex", "Initech"]);
  });

  it("stops an update that would remove two customers, before anything is written", async () => {
    project.declare({ acme: { ...acme, displayName: "Acme Corporation" } });
    const { diagnostics } = await failed(project.up());
    expect(diagnostics).toEqual([
      "Nothing was created, changed or deleted.\n" +
        "2 customers would be deleted, and tesseral:maxRemovals allows 1: globex, initech. (TSL-BRAKE)\n" +
        "If that is meant: pulumi config set tesseral:maxRemovals 2",
    ]);
    expect(project.writes()).toEqual([]);
  });

  it("removes them by the command that it names", async () => {
    await project.pulumi("config", "set", "tesseral:maxRemovals", "2");
    const { changes } = await project.up();
    expect(changes).toMatchObject({ delete: 4 });
    expect(project.organizations()).toEqual(["Acme Corporation"]);
  });

  it("finds a deletion behind its back by refresh, and repairs it", async () => {
    project.writes();
    const [id = ""] = project.emulator.store.organizations.keys();
    project.emulator.store.deleteOrganization(id);
    await project.refresh();
    expect(project.writes()).toEqual([]);
    await project.up();
    expect(project.organizations()).toEqual(["Acme Corporation"]);
  });

  it("destroys nothing that is protected, and everything that is not", async () => {
    const refused = await failed(project.destroy());
    expect(refused.printed).toContain("protected");
    expect(project.organizations()).toEqual(["Acme Corporation"]);
    await project.pulumi("state", "unprotect", "--all", "--yes");
    await project.destroy();
    expect(project.organizations()).toEqual([]);
    expect(await project.outputs()).toEqual({});
  });
});
