import { join } from "node:path";
import { run } from "../../cli/pulumi/run";

/** Milliseconds for one call of a package manager, downloads included. */
const limit = 15 * 60_000;

/**
 * What `pulumi new typescript` also gives to a project. The Pulumi SDK is the newest that every supported Node may use: later ones
 * refuse Node 20.
 */
const beside = ["@pulumi/pulumi@3.248.0", "typescript@5", "@types/node@20"];

export type PackageManagerName = "npm" | "pnpm" | "yarn";

interface Kind {
  /** What to install to have it; nothing for the npm that comes with Node. */
  from?: string;
  /** Its start file, below the folder that it is installed in. */
  file?: string;
  /** Arguments that keep what it downloads in `cache`. */
  caching: (cache: string) => string[];
  /** Installs packages into a project. */
  add: string[];
  /** Installs what a project's package.json asks for. */
  install: string[];
}

const kinds: Record<PackageManagerName, Kind> = {
  npm: {
    // npm names its cache by the content: nothing stale can come from the one that is there.
    caching: () => [],
    add: ["install", "--no-audit", "--no-fund", "--prefer-offline"],
    install: ["ci", "--no-audit", "--no-fund", "--prefer-offline"],
  },
  pnpm: {
    from: "pnpm@10",
    file: "node_modules/pnpm/bin/pnpm.cjs",
    caching: (cache) => ["--store-dir", cache],
    add: ["add"],
    install: ["install", "--no-frozen-lockfile"],
  },
  yarn: {
    from: "yarn@1",
    file: "node_modules/yarn/bin/yarn.js",
    caching: (cache) => ["--cache-folder", cache],
    add: ["add", "--non-interactive"],
    install: ["install", "--non-interactive", "--no-lockfile"],
  },
};

/** A package manager, ready to be called. */
export interface PackageManager {
  name: PackageManagerName;
  /** Installs the tarball, and what a Pulumi program in TypeScript has beside it, into the project in `folder`. */
  add(tarball: string, folder: string): Promise<void>;
  /** Installs what the project in `folder` asks for, and runs its own `prepare`. */
  install(folder: string): Promise<void>;
}

/** Gets a package manager; what it is and what it downloads stays in `folder`. */
export async function getPackageManager(name: PackageManagerName, folder: string): Promise<PackageManager> {
  const { from, file, caching, add, install } = kinds[name];
  if (from) {
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, from], { timeout: limit });
  }
  const program = file ? [process.execPath, join(folder, file)] : ["npm"];
  const call = async (args: string[], cwd: string) => {
    const [command = "", ...first] = [...program, ...args, ...caching(join(folder, "cache"))];
    await run(command, first, { cwd, timeout: limit });
  };
  return {
    name,
    add: (tarball, project) => call([...add, tarball, ...beside], project),
    install: (project) => call(install, project),
  };
}
