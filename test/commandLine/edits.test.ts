// Proves that edits of the customers' file, run by `pulumi` as people run them, say what they do in few words: a rename, a change of one
// customer among thirty, a file that is gone, a key that anyone can read. What becomes of every edit is the matter of test/edits.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

const names = Array.from({ length: 30 }, (_, index) => `customer-${String(index).padStart(2, "0")}`);
const entryOf = (name: string) => ({
  displayName: name.toUpperCase(),
  roles: { reader: { actions: ["widgets.read"] } },
  apiKeys: { ci: { roles: ["reader"] } },
});
const thirty: Record<string, ReturnType<typeof entryOf>> = Object.fromEntries(
  names.map((name) => [name, entryOf(name)]),
);

const seven = { ...entryOf("customer-07"), displayName: "Seven" };

describe.skipIf(leftOutWithoutLanguageHost())("a project of thirty customers", () => {
  let project: Project;

  beforeAll(async () => {
    project = await openProject();
    project.declare(thirty);
    await project.up();
    project.writes();
  });

  afterAll(() => project.close());

  /** The lines that tell of a customer by its name or an id. */
  const tellingLines = (lines: readonly string[]) =>
    lines.filter((line) => /customer-\d\d|(org|api_key|role)_/i.test(line));

  it("prints one line about the customer that changes, and none about the others", async () => {
    project.declare({ ...thirty, "customer-07": seven });
    const previewed = await project.preview();
    expect(tellingLines(previewed.lines)).toHaveLength(1);
    expect(previewed.steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update customer-07"]);
    const updated = await project.up("--skip-preview");
    expect(new Set(tellingLines(updated.lines).flatMap((line) => /customer-\d\d/.exec(line)?.[0] ?? line))).toEqual(
      new Set(["customer-07"]),
    );
    expect(project.writes()).toEqual(["PATCH /v1/organizations/{id}"]);
  });

  it("says that a renamed entry is renamed, and sends nothing", async () => {
    const { "customer-08": eight, ...others } = thirty;
    const renamed = { ...eight, renamedFrom: "customer-08" };
    project.declare({ ...others, "customer-07": seven, eight: renamed });
    for (const { printed, changes } of [await project.preview(), await project.up("--skip-preview")]) {
      expect(printed).toContain("eight: renamed from customer-08, which alone changes nothing in Tesseral.");
      expect(Object.keys(changes)).toEqual(["same"]);
    }
    expect(project.writes()).toEqual([]);
    expect((await project.outputs()).customers).toHaveProperty("eight.organizationId");
    await project.preview("--expect-no-changes");
  });

  it("refuses to go on without the file, though everything could be deleted", async () => {
    const text = project.read("customers.yaml");
    project.delete("customers.yaml");
    const { diagnostics, printed } = await failed(project.preview());
    expect(diagnostics.join("\n")).toContain("No customers are declared, neither under tesseral:customers nor in ");
    expect(printed).not.toMatch(/^\s+at /m);
    expect((await failed(project.up("--skip-preview"))).steps).toEqual([]);
    expect(project.writes()).toEqual([]);
    project.write("customers.yaml", text);
  });
});

describe.skipIf(leftOutWithoutLanguageHost())("a program in a subfolder", () => {
  it("is refused with a key that anyone can read, also where the stack's file is elsewhere", async () => {
    const project = await openProject({
      layout: "package",
      files: {
        "package.json": { name: "customers", private: true },
        "Pulumi.yaml": { name: "customers", runtime: "nodejs", main: "src/", stackConfigDir: "stacks" },
        "src/index.ts": 'import { loadCustomers } from "pulumi-tesseral";\n\nloadCustomers();\n',
        "customers.yaml": { customers: {} },
      },
    });
    try {
      await project.preview();
      await project.configure({ "tesseral:backendApiKey": project.emulator.backendApiKey });
      const { diagnostics, printed } = await failed(project.preview());
      expect(diagnostics.join("\n")).toMatch(
        /^stacks\/Pulumi\.test\.yaml:\d+:\d+ tesseral:backendApiKey: is not encrypted: /m,
      );
      expect(printed).not.toContain(project.emulator.backendApiKey);
      expect(printed).not.toMatch(/^\s+at /m);
    } finally {
      await project.close();
    }
  });
});
