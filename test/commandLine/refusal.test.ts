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
