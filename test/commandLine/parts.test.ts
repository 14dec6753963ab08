// Proves on the real CLI, with the repository's program, that customers are divided over stacks, that none leaves its stack by an edit, and that a growth
// moves them without a change in Tesseral. That it can be killed at any write: test/cli/parts/grow.test.ts, where `pulumi` is played.
import { afterEach, describe, expect, it, vi } from "vitest";
import { partOf } from "../../config/parts/part";
import { failed, leftOutWithoutLanguageHost, openProject, type Project } from "./project";

vi.setConfig({ testTimeout: 400_000 });

let project: Project | undefined;

afterEach(() => project?.close());

const names = ["acme", "globex", "initech", "umbrella"];
const entry = (name: string) => ({
  displayName: name,
  roles: { reader: { actions: ["widgets.read"] } },
  apiKeys: { production: { roles: ["reader"] } },
});
const entries = Object.fromEntries(names.map((name) => [name, entry(name)]));

describe.skipIf(leftOutWithoutLanguageHost())("parts of two, then three", () => {
  it("take their customers, keep them whatever is edited, and hand them over as they are", async () => {
    project = await openProject();
    const { emulator } = project;
    project.declare(entries);
    await project.tesseral("parts", "init", "--stack", "test", "--parts", "2", "--yes");
    await project.tesseral("parts", "run", "up", "--yes", "--jobs", "1");
    expect(project.organizations()).toEqual(names);
    const tokens = () => [...emulator.store.apiKeys.values()].map(({ secretToken }) => secretToken).sort();
    const before = tokens();
    project.writes();

    // Each knows what the other has.
    const [acmes = "", others = ""] = [partOf("acme", 2), 3 - partOf("acme", 2)].map((part) => `test-${part}`);
    const agrees = await project.tesseral("inventory", "--stack", others, "--expect-none");
    expect(agrees.stdout).toMatch(
      new RegExp(`^Known from their states, and not shown: stack ${acmes} \\(part \\d\\), `, "m"),
    );
    const picture = (await project.tesseral("inventory", "--stack", "test", "--json")).stdout;
    expect(JSON.parse(picture).tenants[0].totals).toMatchObject({ customers: 4, undeclared: 0 });
    const elsewhere = await failed(project.tesseral("token", "acme", "production", "--stack", others, "--force"));
    expect(elsewhere.stderr).toContain(`it is in stack ${acmes} (part `);

    const { stdout: token } = await project.tesseral("token", "acme", "production", "--stack", "test", "--force");
    expect(before).toContain(token.trim());

    // By hand, the number of parts takes nobody away.
    const moved = names.filter((name) => partOf(name, 3) !== partOf(name, 2));
    const [first = ""] = moved;
    const stack = `test-${partOf(first, 2)}`;
    await project.pulumi("config", "set", "tesseral:part", `${partOf(first, 2)}/3`, "--stack", stack);
    const { printed } = await failed(project.preview("--stack", stack));
    expect(printed).toContain(`customers.${first}: belongs to part 3, but this stack has it`);
    expect(printed).toContain("npx pulumi-tesseral parts grow --to 3");
    await project.pulumi("config", "set", "tesseral:part", `${partOf(first, 2)}/2`, "--stack", stack);

    await project.tesseral("parts", "grow", "--to", "3", "--yes", "--jobs", "1");
    expect(project.writes()).toEqual([]);
    const { stdout } = await project.tesseral(
      "parts",
      "run",
      "preview",
      "--jobs",
      "1",
      "--json",
      "--",
      "--expect-no-changes",
    );
    expect(JSON.parse(stdout).parts.map(({ stack: name, result }: Record<string, string>) => [name, result])).toEqual([
      ["test-1", "done"],
      ["test-2", "done"],
      ["test-3", "done"],
    ]);
    await project.tesseral("parts", "run", "up", "--yes", "--jobs", "1");
    expect(project.writes()).toEqual([]);
    expect(tokens()).toEqual(before);
    const there = (await project.pulumi("stack", "output", "customers", "--stack", "test-3", "--show-secrets")).stdout;
    expect(Object.keys(JSON.parse(there)).sort()).toEqual(names.filter((name) => partOf(name, 3) === 3).sort());
  });
});
