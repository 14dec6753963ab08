import { spawnSync } from "node:child_process";

/** A program that a build needs. */
export interface Tool {
  command: string;
  args: readonly string[];
  folder?: string;
  /** Variables besides those of this process; undefined takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What to do when the program is not there. */
  install: string;
}

const mostOutput = 64 * 1024 * 1024;
const shownLines = 15;

/** Runs a tool and returns what it wrote to stdout. @throws Error when it is not installed, or with the end of what it wrote when it fails */
export function runTool({ command, args, folder, env, install }: Tool): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    // Packages that are built must not see the secrets of the deployment.
    env: { ...process.env, TESSERAL_BACKEND_API_KEY: undefined, PULUMI_CONFIG: undefined, ...env },
    encoding: "utf8",
    maxBuffer: mostOutput,
    shell: process.platform === "win32", // npm is a script there
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    throw new Error(`${command} is not on the PATH. ${install}`);
  }
  if (error || status !== 0) {
    const said = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").slice(-shownLines).join("\n");
    throw new Error(`${[command, ...args].join(" ")} ended with ${error?.message ?? status}:\n${said}`);
  }
  return stdout;
}
