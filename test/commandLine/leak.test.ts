// Proves that the four commands of docs/rotation.md end a leaked token and hand out another, typed as they stand there, on the real command line.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { leftOutWithoutLanguageHost, openProject, type Project } from "./project";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** The lines of the first block of commands under the heading. */
function commandsOf(heading: string): string[] {
  const [, section = ""] = readFileSync("docs/rotation.md", "utf8").split(`\n## ${heading}\n`);
  return /```sh\n(.*?)```/s.exec(section)?.[1]?.trim().split("\n") ?? [];
}

/** A line of a shell as its words, quoted ones without their quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

describe.skipIf(leftOutWithoutLanguageHost())("a leaked token", () => {
  let project: Project;

  beforeAll(async () => {
    project = await openProject();
    const settings = {
      displayName: "Acme",
      "apiKeys.production.rotateEvery": "P90D",
      "apiKeys.production.overlap": "P7D",
      "apiKeys.ci.displayName": "ci",
    };
    const paths = Object.entries(settings).flatMap(([field, value]) => [
      "--plaintext",
      `tesseral:customers.acme.${field}=${value}`,
    ]);
    await project.pulumi("config", "set-all", "--path", ...paths);
    await project.up();
  });

  afterAll(() => project.close());

  const tokens = () =>
    Object.fromEntries([...project.emulator.store.apiKeys.values()].map((key) => [key.displayName, key.secretToken]));

  it("ends with the commands as they are written, and the last of them shows the new one", async () => {
    const before = tokens();
    const commands = commandsOf("A leak");
    expect(commands).toHaveLength(4);
    let printed = "";
    for (const command of commands) {
      const [program, ...args] = wordsOf(command);
      if (program === "npx") {
        expect(args[0]).toBe("pulumi-tesseral");
        // A person at a terminal is shown it without being asked.
        printed = (await project.tesseral(...args.slice(1), "--force")).stdout;
        continue;
      }
      expect(program).toBe("pulumi");
      const ran = args[0] === "up" ? await project.up() : await project.pulumi(...args);
      if (args[0] === "up") {
        expect(ran.steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update acme-production"]);
      }
    }
    const now = tokens();
    expect(now.production).not.toBe(before.production);
    expect(now.ci).toBe(before.ci);
    expect(
      [...project.emulator.store.apiKeys.values()].some(({ secretToken }) => secretToken === before.production),
    ).toBe(false);
    expect(printed).toContain(now.production);
    expect(printed).not.toContain(before.production);
  });
});
