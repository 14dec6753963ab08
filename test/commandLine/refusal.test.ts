// Proves that a configuration that is refused costs people no more time than a preview without changes, and shows them our words
// once and alone. What is refused, and with which words, is the matter of test/config.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

describe.skipIf(leftOutWithoutLanguageHost())("a refusal", () => {
  let project: Project;
  const good = { acme: { displayName: "Acme" } };
  const bad = { acme: { displayName: "Acme", displayname: "Acme" } };
  const said =
    "1 problem in the configuration, so nothing was created or changed:\n" +
    'customers.yaml:4:5 customers.acme.displayname: unknown field, did you mean "displayName"? (TSL-FIELD)';

  beforeAll(async () => {
    project = await openProject();
    project.declare(good);
    await project.up();
  });

  afterAll(() => project.close());

  it("says what is wrong once, without a stack trace, and writes nothing", async () => {
    project.writes();
    project.declare(bad);
    for (const command of ["preview", "up"] as const) {
      const { diagnostics, printed } = await failed(project[command]());
      expect(diagnostics).toEqual([said]);
      expect(printed.split("customers.yaml:4:5")).toHaveLength(2);
      expect(printed).not.toMatch(/^\s+at |\[Symbol|node_modules|unhandled/im);
    }
    expect(project.writes()).toEqual([]);
  });

  it("takes at most 1.2 times as long as a preview without changes", { timeout: 600_000 }, async () => {
    // In pairs, so that a busy machine slows both; one pair in which it was busy with only one of them does not count.
    const ratios: number[] = [];
    for (let round = 0; round < 5; round++) {
      project.declare(good);
      const previewed = (await project.preview()).seconds;
      project.declare(bad);
      ratios.push((await failed(project.preview())).seconds / previewed);
    }
    expect(ratios.sort((one, other) => one - other)[2]).toBeLessThan(1.2);
  });
});

describe.skipIf(leftOutWithoutLanguageHost())("a backend of the layout of before projects", () => {
  it("is refused in one line that says what to run, by the update and by every command that reads its state", async () => {
    const env = {
      PULUMI_DIY_BACKEND_LEGACY_LAYOUT: "true",
      PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "true",
    };
    const project = await openProject({ env });
    const advice =
      "lies in a backend of the old layout, in which stacks belong to no project, and this package cannot read its state there. " +
      "Run `pulumi state upgrade`, then try again";
    try {
      project.declare({ acme: { displayName: "Acme" } });
      const update = await failed(project.preview());
      expect(update.diagnostics).toEqual([`Stack test ${advice}. (TSL-STATE)`]);
      for (const command of [
        ["inventory"],
        ["inventory", "--all-stacks"],
        ["import"],
        ["remove", "api_key_4y8f1l6xh5qm2n0zj3k7v9w2a"],
      ]) {
        const { exitCode, printed } = await failed(project.tesseral(...command));
        expect([command, exitCode, printed.trim()]).toEqual([
          command,
          1,
          `pulumi-tesseral: stack test ${advice} (TSL-STATE)`,
        ]);
      }
      expect((await failed(project.tesseral("review"))).stdout).toContain(`Stack test ${advice}. (TSL-STATE)`);
      expect(project.emulator.store.organizations.size).toBe(0);
    } finally {
      await project.close();
    }
  });
});
