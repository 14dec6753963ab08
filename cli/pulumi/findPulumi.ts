import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../../components/cacheFolder";
import { CodedError, uncoded } from "../../errors/coded";
import { buildPulumi } from "./build";
import { foldersOf, hasDynamicProviderScript, writeDynamicProviderScript } from "./dynamicProviderScript";
import { installerSiteUrl, installPulumi, type MakeOptions } from "./install";
import { withLock } from "./lock";
import { run } from "./run";

/** The oldest Pulumi CLI that is accepted: the first whose `pulumi import --file` takes outputs. */
const minimumPulumiVersion = "3.254.0";

/** The version that is installed or built when there is none. */
export const cachedPulumiVersion = "3.259.0";

/** A Pulumi CLI that was found and answered `pulumi version`. */
export interface PulumiCli {
  /** Absolute path of the program. */
  command: string;
  /** Its version, such as `3.259.0`. */
  version: string;
  /** One sentence for people: which CLI was taken, and from where. */
  how: string;
  /** The `PATH` to run it with: its own folder first, then a folder with the dynamic provider's plugin, then the rest. */
  path: string;
}

/** Where `findPulumi` looks, and whom it tells. */
interface FindPulumiOptions {
  /** Called with each line of progress. @default none */
  progress?: (line: string) => void;
  /** The environment: `PATH`, and the variables that decide on the cache folder. @default `process.env` */
  env?: NodeJS.ProcessEnv;
  /** The site of the installer. @default "https://get.pulumi.com" */
  installerSite?: string;
  /** Stops an installation or a build when aborted. */
  signal?: AbortSignal;
}

/** There is no CLI in a place where none is required. */
class Absent extends Error {}

interface Search extends MakeOptions {
  /** The folder of this package's own CLI, whether it exists or not. */
  folder: string;
}

/** The ways to a CLI, in the order in which they are tried: cheap and untouched first. */
const ways: { name: string; find: (search: Search) => Promise<PulumiCli> }[] = [
  { name: "PATH", find: fromPath },
  { name: "cache", find: fromCache },
  { name: "installer", find: (search) => fill(search, "installed", installPulumi) },
  { name: "Go", find: (search) => fill(search, "built with Go", buildPulumi) },
];

/**
 * Finds a Pulumi CLI of at least {@link minimumPulumiVersion}: the one on `PATH`, a copy in this package's own cache, else
 * installs one into that cache with Pulumi's installer, else builds it there with Go. Nothing outside the cache is changed.
 * Throws when every way fails, with the reason of each.
 */
export async function findPulumi(options: FindPulumiOptions = {}): Promise<PulumiCli> {
  const env = options.env ?? process.env;
  const search: Search = {
    env,
    version: cachedPulumiVersion,
    folder: join(cacheFolder(env), `pulumi-${cachedPulumiVersion}`),
    installerSite: options.installerSite ?? installerSiteUrl,
    progress: options.progress ?? (() => {}),
    signal: options.signal,
  };
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      return await way.find(search);
    } catch (error) {
      options.signal?.throwIfAborted();
      const reason = `${way.name}: ${reasonOf(error)}`;
      // That there is none is usual; one that cannot be used is worth a line.
      if (!(error instanceof Absent)) {
        search.progress(reason);
      }
      reasons.push(reason);
    }
  }
  throw new CodedError(
    "TSL-PULUMI",
    `No Pulumi CLI of version ${minimumPulumiVersion} or later could be found, installed or built. ` +
      "Install Pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/doc/install) and try again. Tried:\n" +
      reasons.map((reason) => `  ${reason}`).join("\n"),
  );
}

/** Makes `pulumi` and its plugin the ones that this process, and what it starts, find first. */
export function putOnPath(cli: PulumiCli, env: NodeJS.ProcessEnv = process.env): void {
  env.PATH = cli.path;
}

async function fromPath(search: Search): Promise<PulumiCli> {
  const folders = foldersOf(search.env.PATH);
  const folder = folders.find((candidate) => existsSync(programIn(candidate)));
  if (folder === undefined) {
    throw new Absent("no pulumi there");
  }
  const version = await versionOf(programIn(folder), search);
  let path = search.env.PATH ?? "";
  if (!hasDynamicProviderScript(folders)) {
    const plugins = join(dirname(search.folder), "plugins");
    await writeDynamicProviderScript(plugins);
    path = [path, plugins].join(delimiter);
  }
  return { command: programIn(folder), version, how: `Pulumi ${version} from PATH (${programIn(folder)})`, path };
}

async function fromCache(search: Search): Promise<PulumiCli> {
  const command = programIn(search.folder);
  if (!existsSync(command)) {
    throw new Absent(`no pulumi in ${search.folder}`);
  }
  const version = await versionOf(command, search);
  await writeDynamicProviderScript(search.folder);
  const path = [search.folder, search.env.PATH ?? ""].join(delimiter);
  return { command, version, how: `Pulumi ${version} from the cache (${command})`, path };
}

/**
 * Fills the cache with what `make` made, which returns its folder. Only a CLI that runs is moved into place,
 * in one step; of two processes at the same time, the second waits and takes what the first made.
 */
async function fill(search: Search, verb: string, make: typeof installPulumi): Promise<PulumiCli> {
  const { folder, progress, signal } = search;
  await mkdir(dirname(folder), { recursive: true });
  const onWait = (holder: number) => progress(`Waiting for process ${holder}, which is preparing a Pulumi CLI.`);
  return await withLock(`${folder}.lock`, { onWait, signal }, async () => {
    try {
      return await fromCache(search); // made while this process waited
    } catch (error) {
      if (!(error instanceof Absent)) {
        progress(`Replacing ${folder}: ${reasonOf(error)}`);
      }
    }
    const workplace = await mkdtemp(join(dirname(folder), "unfinished-"));
    try {
      const finished = await make(workplace, search);
      await versionOf(programIn(finished), search);
      await rm(folder, { recursive: true, force: true });
      await rename(finished, folder);
    } finally {
      await rm(workplace, { recursive: true, force: true });
    }
    const cli = await fromCache(search);
    return { ...cli, how: `Pulumi ${cli.version}, just ${verb} (${cli.command})` };
  });
}

function programIn(folder: string): string {
  return join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

function reasonOf(error: unknown): string {
  return uncoded(error instanceof Error ? error.message : String(error));
}

/** Runs `pulumi version`. Throws when the answer is not a version, or one that is too old. */
async function versionOf(command: string, { env, signal }: Search): Promise<string> {
  const answer = await run(command, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 60_000,
    signal,
  });
  const version = /^v?(\d+\.\d+\.\d+)/.exec(answer)?.[1];
  if (version === undefined) {
    throw new Error(`${command} answered "${answer.slice(0, 80)}" when asked for its version`);
  }
  if (isOlder(version, minimumPulumiVersion)) {
    throw new Error(`${command} is version ${version}, older than ${minimumPulumiVersion}`);
  }
  return version;
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  const difference = (a ?? []).map((part, index) => part - (b?.[index] ?? 0)).find((part) => part !== 0);
  return difference !== undefined && difference < 0;
}
