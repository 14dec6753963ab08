import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodedError } from "../../errors/coded";
import { proxyOf } from "../../tesseral/proxy";
import { run } from "./run";

/** Milliseconds to wait for the installer's site: without a network this costs only seconds. */
const reachLimit = 5000;

/** Milliseconds that the installer may take to download and unpack. */
const installLimit = 10 * 60_000;

/** The site of Pulumi's own installer. */
export const installerSiteUrl = "https://get.pulumi.com";

/** How a Pulumi CLI is installed or built. */
export interface MakeOptions {
  /** Such as `3.259.0`. */
  version: string;
  /** Where the installer's `install.sh` and `install.ps1` lie. */
  installerSite: string;
  env: NodeJS.ProcessEnv;
  progress: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Runs Pulumi's official installer with a folder of ours as its target and returns the folder that holds the programs.
 * Neither `~/.pulumi` nor a shell's start files are touched. Throws when the site cannot be reached.
 */
export async function installPulumi(folder: string, options: MakeOptions): Promise<string> {
  const { version, installerSite, env, progress, signal } = options;
  const windows = process.platform === "win32";
  const url = `${installerSite}/install.${windows ? "ps1" : "sh"}`;
  const text = await download(url, env, signal);
  await mkdir(folder, { recursive: true });
  const script = join(folder, windows ? "install.ps1" : "install.sh");
  await writeFile(script, text);
  progress(`Installing Pulumi ${version} with ${url} into this package's cache.`);
  const root = join(folder, "root");
  const [shell, args] = windows
    ? ["powershell.exe", ["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", script, "-NoEditPath", "-InstallRoot"]]
    : ["sh", [script, "--no-edit-path", "--install-root"]];
  await run(shell, [...args, root, windows ? "-Version" : "--version", version], {
    env,
    timeout: installLimit,
    signal,
  });
  return join(root, "bin");
}

async function download(url: string, env: NodeJS.ProcessEnv, stop: AbortSignal | undefined): Promise<string> {
  const limit = AbortSignal.timeout(reachLimit);
  try {
    const send = proxyOf(url, env)?.fetch ?? fetch;
    const signal = stop ? AbortSignal.any([stop, limit]) : limit;
    const response = await send(url, { method: "GET", headers: {}, redirect: "follow", signal });
    if (!response.ok) {
      throw new Error(`it answered ${response.status}`);
    }
    return await response.text();
  } catch (error) {
    throw new CodedError("TSL-PULUMI", `${url} cannot be reached: ${reasonOf(error)}`);
  }
}

/** The deepest cause, which is where `fetch` says what went wrong. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) {
    return error.cause === undefined ? error.message : reasonOf(error.cause);
  }
  return String(error);
}
