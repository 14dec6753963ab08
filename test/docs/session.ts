// Runs the shell sessions of a page as a reader would, in a project with an emulated Tesseral, and says what a reader would not have seen.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { type Project, type Ran, UnexpectedEnd } from "../commandLine/project";
import { type Block, blocksOf } from "./blocks";

interface Step {
  command: string;
  /** What the page shows of what is printed. */
  shown: string[];
}

const main = resolve(__dirname, "../../dist/cli/main.js");

/** The commands of a session, each after `$ `, and what is printed under each. */
export function stepsOf({ text }: Block): Step[] {
  const steps: Step[] = [];
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("$ ")) {
      steps.push({ command: line.slice(2), shown: [] });
    } else {
      steps.at(-1)?.shown.push(line);
    }
  }
  return steps;
}

/** The lines of a page that were not printed in this order. `…` stands for anything. */
export function missingLines(shown: readonly string[], printed: string): string[] {
  const lines = printed.split(/\r?\n/).map((line) => line.trim());
  let from = 0;
  return shown.filter((line) => {
    const words = line.trim();
    if (words === "" || words === "…") {
      return false;
    }
    const pattern = new RegExp(`^${words.split("…").map(escaped).join(".*")}$`);
    const found = lines.findIndex((one, index) => index >= from && pattern.test(one));
    from = found < 0 ? from : found + 1;
    return found < 0;
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Files of a page, by the name in their first line: `# customers.yaml`, `// server.mjs`. */
const fileName = /^(?:#|\/\/) ([\w./-]+\.(?:yaml|mjs|ts|txt))\n/;

/** What a page says in other words than what happens, a line each; and starts what runs in the background, which `stop` ends. */
export async function playPage(project: Project, page: string, port: number): Promise<string[]> {
  const replace = { "http://127.0.0.1:8090": project.emulator.url, "8080": String(port) };
  const inPlace = (text: string) =>
    Object.entries(replace).reduce((before, [shown, real]) => before.replaceAll(shown, real), text);
  const wrong: string[] = [];
  for (const block of blocksOf(page)) {
    const [, file] = fileName.exec(block.text) ?? [];
    if (file !== undefined) {
      project.write(file, inPlace(block.text));
    }
    if (block.language !== "console" || block.checked !== undefined || block.unchecked !== undefined) {
      continue;
    }
    for (const { command, shown } of stepsOf(block)) {
      const printed = await run(project, inPlace(command), port);
      const missing = missingLines(shown.map(inPlace), printed);
      if (missing.length > 0) {
        wrong.push(
          `${page}:${block.line} $ ${command}\nis said to print\n${missing.join("\n")}\nbut printed\n${printed}`,
        );
      }
    }
  }
  return wrong;
}

/** Waits for what was started in the background. Rejects when it never listens. */
async function isListening(port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const outcome = await new Promise<Error | undefined>((done) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => done(undefined)).on("error", done);
      socket.on("connect", () => socket.destroy());
    });
    if (outcome === undefined) {
      return;
    }
    if (tries === 600) {
      throw outcome;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
}

/** The commands that were started with `&` at their end. */
const background: ChildProcess[] = [];

export function stopBackground(): void {
  for (const { pid } of background.splice(0)) {
    if (pid !== undefined) {
      process.kill(-pid);
    }
  }
}

async function run(project: Project, command: string, port: number): Promise<string> {
  // What a package manager would find is not installed in the folder of a test.
  const script = `npx() { shift; '${process.execPath}' '${main}' "$@"; }\n${command.replace(/ &$/, "")}`;
  if (command.endsWith(" &")) {
    // Its own group, so that what the shell starts ends with it.
    const options = { cwd: project.folder, env: project.environment, detached: true } as const;
    background.push(spawn("bash", ["-c", script], { ...options, stdio: "ignore" }));
    await isListening(port);
    return "";
  }
  const ran: Ran = await project.run("bash", ["-c", script]).catch((error: unknown) => {
    if (error instanceof UnexpectedEnd) {
      return error.ran;
    }
    throw error;
  });
  return ran.stdout + ran.stderr;
}

/** The pages with sessions, in the order in which a reader meets them: a page goes on with what those before have made. */
export function sessionPages(): string[] {
  const tasks = [...readFileSync("docs/tasks/index.md", "utf8").matchAll(/\]\(([\w-]+\.md)\)/g)];
  return ["docs/start.md", ...tasks.map(([, page]) => `docs/tasks/${page}`)];
}
