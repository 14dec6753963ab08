// Proves on the real CLI, with two stacks of one project, that each knows what the other manages: nothing of it is proposed for removal, or removed.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe.skipIf(leftOutWithoutLanguageHost())("two stacks of one Tesseral project", () => {
  let project: Project;
  let acme: string;

  beforeAll(async () => {
    project = await openProject();
    project.declare({ acme: { displayName: "Acme", apiKeys: { ci: null } } });
    await project.up();
    [acme = ""] = project.emulator.store.organizations.keys();
    await project.pulumi("stack", "init", "two");
    await project.pulumi("config", "cp", "--stack", "test", "--dest", "two");
    await project.pulumi("config", "set", "tesseral:customersFile", "two.yaml", "--stack", "two");
    project.writes();
  });

  afterAll(() => project.close());

  it("do not propose to remove what the other one has, and do not remove it, protected or not", async () => {
    project.write("two.yaml", { customers: { globex: { displayName: "Globex" } } });
    const { stdout } = await project.tesseral("inventory", "--stack", "two", "--expect-none");
    expect(stdout).toContain("Known from their states, and not shown: stack test, 2 resources\n");
    expect(stdout).toContain("The stack and Tesseral agree.");
    const refused = await failed(project.tesseral("remove", acme, "--stack", "two", "--yes"));
    expect(refused.stderr).toContain(
      `organization ${acme} is managed by stack test as "acme", which is protected: remove it from the program, then run pulumi up --stack test`,
    );
    expect(project.writes()).toEqual([]);
  });

  it("come back from a lost state with the keys that customers have, and make none a second time", async () => {
    await project.pulumi("stack", "rm", "test", "--force", "--yes", "--preserve-config");
    await project.pulumi("stack", "init", "test");
    expect((await project.tesseral("import", "--stack", "test")).stdout).toContain(
      `Wrote adopt into an entry of customers.yaml:\n  acme: ${acme}, key ci\n`,
    );
    const { printed } = await project.up("--stack", "test");
    expect(printed).not.toContain("does not know");
    expect(project.writes()).toEqual([]);
    expect([...project.emulator.store.apiKeys.values()].map(({ revoked }) => revoked)).toEqual([false]);
  });

  it("are told what both of them manage", async () => {
    project.write("two.yaml", {
      customers: { globex: { displayName: "Globex" }, corp: { displayName: "Acme", adopt: acme } },
    });
    await project.up("--stack", "two");
    for (const stacks of [["--stack", "two"], ["--all-stacks"]]) {
      const { stdout } = await project.tesseral("inventory", ...stacks);
      expect(stdout).toContain("Managed twice:\n");
      expect(stdout).toMatch(
        new RegExp(`${acme} {2}is managed by stack \\w+ as "\\w+" and by stack \\w+ as "\\w+"\\n`),
      );
      expect(stdout).not.toContain("pulumi-tesseral remove");
    }
  });

  it("are not given each other's customers by Pulumi's own command, which says why", async () => {
    const resources = JSON.parse((await project.pulumi("stack", "export", "--stack", "two")).stdout).deployment
      .resources;
    const globex = resources.find(({ urn }: { urn: string }) => urn.endsWith("tesseral:index:Customer::globex")).urn;
    const { stderr } = await failed(
      project.pulumi("state", "move", "--source", "two", "--dest", "test", "--yes", globex),
    );
    expect(stderr).toContain("pulumi:providers:pulumi-nodejs::default already exists in destination stack");
  });
});
