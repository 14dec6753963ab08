import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";
import { type TemporaryBackend, temporaryBackend } from "../../cli/demo/temporaryBackend";
import type { PulumiCli } from "../../cli/pulumi/findPulumi";
import { run } from "../../cli/pulumi/run";
import type { Emulator } from "../../emulator";

/** Milliseconds for one command. */
const limit = 180_000;

/** The programs, each declaring one organization and one key. */
export const programs = { commonjs: "commonjs.cjs", esm: "esm.mjs", typescript: "typescript.ts" } as const;
export type Modules = keyof typeof programs;

/** What a cell runs with. */
export interface CellOptions {
  /** The project, with everything installed. */
  folder: string;
  modules: Modules;
  /** The Node that runs the program and the plugin. */
  node: string;
  cli: PulumiCli;
  tesseral: Emulator;
}

/** Runs a program's whole life through the Automation API: up, a preview without changes, destroy. Throws if anything is amiss. */
export async function runInline(options: CellOptions): Promise<void> {
  await withBackend(options, async (backend, env) => {
    const script = join(options.folder, "runInline.cjs");
    const args = [script, programs[options.modules], backend.workDir];
    await run(options.node, args, { cwd: options.folder, timeout: limit, env });
  });
}

/** The same with the commands that people type. Needs the language host of a full Pulumi installation. */
export async function runCommands(options: CellOptions): Promise<void> {
  const { folder, modules, cli, tesseral } = options;
  await withBackend(options, async (backend, env) => {
    const main = join(folder, programs[modules]);
    writeFileSync(join(backend.workDir, "Pulumi.yaml"), stringify({ name: "matrix", runtime: "nodejs", main }));
    const pulumi = (...args: string[]) =>
      run(cli.command, [...args, "--non-interactive"], { cwd: backend.workDir, timeout: limit, env });
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "tesseral:apiUrl", tesseral.url);
    await pulumi("config", "set", "--secret", "tesseral:backendApiKey", tesseral.backendApiKey);
    await pulumi("up", "--yes");
    const [key] = tesseral.store.apiKeys.values();
    const token = await pulumi("stack", "output", "secretToken", "--show-secrets");
    if (key === undefined || token !== key.secretToken) {
      throw new Error("the output is not the token of the new key");
    }
    await pulumi("preview", "--expect-no-changes");
    await pulumi("destroy", "--yes");
    if (tesseral.store.organizations.size > 0) {
      throw new Error("destroy left an organization behind");
    }
  });
}

/**
 * Compiles a program with a `Backend` against the SDKs that are installed, and declares it by mocks: what can be known of a version of
 * `@pulumi/aws` without AWS.
 */
export async function runBackend({ folder, node }: CellOptions): Promise<void> {
  const code = join(folder, "function");
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, "run.sh"), "#!/bin/sh\nexec node server.js\n");
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  await run(node, [compiler, "--outDir", "bin", "--skipLibCheck", "--module", "node16", "backend.ts"], {
    cwd: folder,
    timeout: limit,
  });
  const declared: string[] = JSON.parse(await run(node, ["bin/backend.js", code], { cwd: folder, timeout: limit }));
  for (const type of ["aws:lambda/function:Function", "aws:secretsmanager/secret:Secret", "aws:iam/role:Role"]) {
    if (!declared.includes(type)) {
      throw new Error(`no ${type} was declared, only ${declared.join(", ")}`);
    }
  }
}

async function withBackend(
  { node, cli, tesseral }: CellOptions,
  work: (backend: TemporaryBackend, env: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const backend = temporaryBackend("matrix-");
  try {
    await work(backend, {
      ...process.env,
      ...backend.env,
      // The language host and the plugin are started by the engine: they take the first Node on PATH.
      PATH: [dirname(node), cli.path].join(delimiter),
      TESSERAL_URL: tesseral.url,
      TESSERAL_KEY: tesseral.backendApiKey,
    });
  } finally {
    backend.remove();
  }
}
