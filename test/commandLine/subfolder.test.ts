// Proves that a program of one's own, with the package installed, may stand in a subfolder: the customers' file is looked for beside
// Pulumi.yaml. Other package managers and kinds of modules are `npm run matrix`.
import { describe, expect, it } from "vitest";
import { leftOutWithoutLanguageHost, openProject } from "./project";

const index = `import { Customer, loadCustomers } from "pulumi-tesseral";

for (const [name, entry] of Object.entries(loadCustomers())) {
  new Customer(name, entry);
}
`;

describe.skipIf(leftOutWithoutLanguageHost())("a program below main: src/", () => {
  it("finds customers.yaml beside Pulumi.yaml, and its provider in the folder of the program", async () => {
    const project = await openProject({
      layout: "package",
      files: {
        "package.json": { name: "customers", private: true },
        "Pulumi.yaml": { name: "customers", runtime: "nodejs", main: "src/" },
        "src/index.ts": index,
      },
    });
    try {
      project.declare({ acme: { displayName: "Acme" } });
      const { steps, diagnostics } = await project.up();
      expect(diagnostics).toEqual([]);
      expect(steps.map(({ op, type }) => `${op} ${type}`)).toEqual(["create Customer", "create Organization"]);
      expect(project.organizations()).toEqual(["Acme"]);
      await project.preview("--expect-no-changes");
    } finally {
      await project.close();
    }
  });
});
