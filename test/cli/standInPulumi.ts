// A stand-in for the `pulumi` on PATH, and the command of this package as a process of its own beside it. The real CLI answers the same
// questions in test/crash.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { ExportedStack } from "../../providers/exportedStack";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

interface Typed {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  /** Ctrl-C comes when this has come to pass. */
  interruptAfter?: Promise<unknown>;
}

interface Resource {
  kind: string;
  name: string;
  id: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** The customer that it is in. */
  customer?: string;
  protect?: boolean;
}

export interface StandInStack {
  stack: string | null;
  resources?: Resource[];
  interrupted?: Omit<Resource, "id">[];
  /** What the stack itself puts out. */
  outputs?: Record<string, unknown>;
  config?: Record<string, { value?: string; objectValue?: unknown; secret?: boolean }>;
  /** Lets `pulumi stack export` of it end with this on standard error. */
  unreadable?: string;
  /** What `pulumi preview --json` prints, and how it ends. */
  preview?: { stdout: string; stderr?: string; code?: number };
}

function stored({
  resources = [],
  interrupted = [],
  outputs: stackOutputs = {},
  config = {},
  preview,
  unreadable,
}: StandInStack) {
  const described = ({ kind, name }: { kind: string; name: string }) => {
    const type = `pulumi-nodejs:dynamic/tesseral:${kind}`;
    return { type, urn: `urn:pulumi:prod::shop::tesseral:index:Customer$${type}::${name}` };
  };
  const state: ExportedStack = {
    deployment: {
      resources: [
        {
          urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
          type: "pulumi:pulumi:Stack",
          outputs: stackOutputs,
        },
        ...resources.map(({ kind, name, id, inputs, outputs = {}, customer, protect }) => ({
          ...described({ kind, name }),
          ...(protect !== undefined && { protect }),
          ...(inputs !== undefined && { inputs }),
          ...(customer !== undefined && { parent: `urn:pulumi:prod::shop::tesseral:index:Customer::${customer}` }),
          id,
          outputs,
        })),
      ],
      pending_operations: interrupted.map((one) => ({ type: "creating", resource: described(one) })),
    },
  };
  return { state, config, preview, unreadable };
}

export class StandInPulumi {
  /** The folder of the Pulumi project. */
  readonly project = mkdtempSync(join(tmpdir(), "stand-in-project-"));
  readonly #folder = mkdtempSync(join(tmpdir(), "stand-in-pulumi-"));

  constructor() {
    const script = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(this.#path("calls"))}, JSON.stringify([process.cwd(), ...args]) + "\\n");
const failure = ${JSON.stringify(this.#path("failure"))};
if (existsSync(failure)) { console.error(readFileSync(failure, "utf8")); process.exit(255); }
const answers = JSON.parse(readFileSync(${JSON.stringify(this.#path("answers"))}, "utf8"));
const { stack, state, config, preview, unreadable } = answers[args[args.indexOf("--stack") + 1]] ?? Object.values(answers)[0];
if (args[0] === "preview") {
  process.stdout.write(preview.stdout);
  process.stderr.write(preview.stderr ?? "");
  process.exitCode = preview.code ?? 0;
} else if (args[0] === "config") {
  const shown = Object.entries(config).map(([name, { secret, ...one }]) =>
    [name, secret && !args.includes("--show-secrets") ? { secret } : { ...one, secret }]);
  console.log(JSON.stringify(Object.fromEntries(shown)));
} else if (args[1] === "export" && unreadable !== undefined) { console.error(unreadable); process.exit(255);
} else if (args[1] === "export") console.log(JSON.stringify(state));
else if (args[1] === "ls") console.log(JSON.stringify(Object.keys(answers).map((name) => ({ name }))));
else if (stack !== null) console.log("organization/shop/" + stack);
else { console.error("error: no stack selected; please use \`pulumi stack select\` or \`pulumi stack init\` to choose one"); process.exit(255); }
`;
    writeFileSync(this.#path("pulumi"), script, { mode: 0o755 });
  }

  /** What it answers: of one stack, or of several, of which the first is selected. `stack: null`: none is selected. */
  answer(...stacks: StandInStack[]): void {
    const answers = stacks.map((one) => [one.stack ?? "none", { stack: one.stack, ...stored(one) }]);
    writeFileSync(this.#path("answers"), JSON.stringify(Object.fromEntries(answers)));
    writeFileSync(this.#path("calls"), "");
  }

  /** Lets every command end with this on standard error. */
  fail(said: string): void {
    writeFileSync(this.#path("failure"), said);
  }

  /** How it was called: the folder and the arguments, sorted, since questions are asked together. */
  calls(): string[][] {
    const lines = readFileSync(this.#path("calls"), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    return lines.map((line): string[] => JSON.parse(line)).sort((a, b) => (a.join(" ") < b.join(" ") ? -1 : 1));
  }

  /** Runs `pulumi-tesseral` in the project's folder, or elsewhere, without a terminal. */
  type(args: string[], { cwd = this.project, env = {}, input = "", interruptAfter }: Typed = {}): Promise<Ran> {
    const options = { cwd, env: { PATH: [this.#folder, dirname(process.execPath)].join(delimiter), ...env } };
    return new Promise((done) => {
      const child = execFile(
        process.execPath,
        [resolve("dist/cli/main.js"), ...args],
        options,
        (error, stdout, stderr) => done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
      child.stdin?.end(input);
      void interruptAfter?.then(() => child.kill("SIGINT"));
    });
  }

  /** The same at a pseudo-terminal, where somebody types `input`; standard error is shown there, too. Needs `script` of util-linux. */
  typeAtTerminal(args: string[], input = "", env: Record<string, string> = { NO_COLOR: "1" }): Promise<Ran> {
    const command = [process.execPath, resolve("dist/cli/main.js"), ...args].map((one) => `'${one}'`).join(" ");
    const path = [this.#folder, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
    return new Promise((done) => {
      const child = execFile(
        "script",
        ["-qec", command, "/dev/null"],
        { cwd: this.project, env: { PATH: path, SHELL: "/bin/sh", TERM: "xterm", ...env } },
        (error, stdout, stderr) => done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
      // The answer comes after the question, and its end only after the command: it would end the terminal.
      let said = "";
      child.stdout?.on("data", (text: string) => {
        const isAsked = said.includes("[y/N]");
        said += text;
        if (!isAsked && said.includes("[y/N]")) {
          child.stdin?.write(input);
        }
      });
      child.on("exit", () => child.stdin?.end());
    });
  }

  close(): void {
    for (const folder of [this.#folder, this.project]) {
      rmSync(folder, { recursive: true });
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
