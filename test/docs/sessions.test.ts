// Proves that the shell sessions of docs/start.md and docs/tasks/ do what the pages say: every command is run, in one project with an emulated Tesseral, and every
// line that is shown was printed, in this order; `…` stands for ids, times, and for what is left out. Pages go on with what those before them made.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftOutWithoutLanguageHost, openProject, type Project } from "../commandLine/project";
import { missingLines, playPage, sessionPages, stopBackground } from "./session";

it("sees a line that was not printed, or not in this order", () => {
  const printed = "one\n  org_123 two\nthree\n";
  expect(missingLines(["one", "org_… two", "three"], printed)).toEqual([]);
  expect(missingLines(["org_… two", "one"], printed)).toEqual(["one"]);
  expect(missingLines(["on", "four", "…"], printed)).toEqual(["on", "four"]);
});

describe.skipIf(leftOutWithoutLanguageHost())("a reader of", () => {
  let project: Project;
  let port: number;

  beforeAll(async () => {
    // What a clone brings along beside the program, and the pages have to get along with.
    const beside = ["Pulumi.dev.yaml", "customers.example.yaml"];
    project = await openProject({
      files: Object.fromEntries(beside.map((file) => [file, readFileSync(file, "utf8")])),
    });
    // As the page tells people to export it; in a CI job no token is printed.
    Object.assign(project.environment, { TESSERAL_BACKEND_API_KEY: project.emulator.backendApiKey, CI: "false" });
    port = await new Promise((found) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
      });
    });
  });

  afterAll(async () => {
    stopBackground();
    await project?.close();
  });

  it.each(sessionPages())("%s sees what it shows", { timeout: 600_000 }, async (page) => {
    expect((await playPage(project, page, port)).join("\n\n")).toBe("");
  });
});
