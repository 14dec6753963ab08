import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../cli/pulumi/run";

/** Milliseconds for one call of a package manager, downloads included. */
const limit = 15 * 60_000;

interface Kind {
  /** What to install to have it; nothing for the npm that comes with Node. */
  from?: string;
  /** Its start file, below the folder that it is installed in. */
  file?: string;
  /** A program, and no script for Node. */
  native?: boolean;
  /** The environment that keeps what it downloads in `cache`, and takes it from `registry`. */
  environment?: (cache: string, registry: string) => NodeJS.ProcessEnv;
  /** Files that it wants to see in a project. */
  files?: Record<string, string>;
  /** Installs packages into a project. */
  add: string[];
  /** Installs what a project's package.json asks for. */
  install: string[];
  /** Runs the project's own `prepare`, where installing does not. */
  prepare?: string[];
}

const kinds = {
  npm: {
    // npm names its cache by the content: nothing stale can come from the one that is there.
    add: ["install", "--no-audit", "--no-fund", "--prefer-offline"],
    install: ["ci", "--no-audit", "--no-fund", "--prefer-offline"],
  },
  pnpm: {
    from: "pnpm@10",
    file: "node_modules/pnpm/bin/pnpm.cjs",
    environment: (cache) => ({ npm_config_store_dir: cache }),
    add: ["add"],
    install: ["install", "--no-frozen-lockfile"],
  },
  yarn: {
    from: "yarn@1",
    file: "node_modules/yarn/bin/yarn.js",
    environment: (cache) => ({ YARN_CACHE_FOLDER: cache }),
    add: ["add", "--non-interactive"],
    install: ["install", "--non-interactive", "--no-lockfile"],
  },
  yarn4: {
    from: "@yarnpkg/cli-dist@4",
    file: "node_modules/@yarnpkg/cli-dist/bin/yarn.js",
    environment: (cache, registry) => ({
      YARN_CACHE_FOLDER: cache,
      YARN_ENABLE_GLOBAL_CACHE: "false",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_TELEMETRY: "false",
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
    }),
    // Without a node_modules folder (Plug'n'Play) Pulumi itself does not find its SDK: pulumi#3586.
    files: { ".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": "" },
    add: ["add"],
    install: ["install"],
    prepare: ["run", "prepare"],
  },
  bun: {
    from: "bun@1",
    file: "node_modules/bun/bin/bun.exe",
    native: true,
    environment: (cache, registry) => ({ BUN_INSTALL_CACHE_DIR: cache, BUN_CONFIG_REGISTRY: registry }),
    add: ["add"],
    install: ["install"],
  },
} satisfies Record<string, Kind>;

export type PackageManagerName = keyof typeof kinds;

/** A package manager, ready to be called. */
export interface PackageManager {
  name: PackageManagerName;
  /** Installs packages into the project in `folder`: names with versions, or tarballs. */
  add(packages: readonly string[], folder: string): Promise<void>;
  /** Installs what the project in `folder` asks for, and runs its own `prepare`. */
  install(folder: string): Promise<void>;
}

/** Gets a package manager; what it is and what it downloads stays in `folder`. */
export async function getPackageManager(name: PackageManagerName, folder: string): Promise<PackageManager> {
  const { from, file, native, environment, files = {}, add, install, prepare }: Kind = kinds[name];
  if (from) {
    await npm(["install", "--no-audit", "--no-fund", "--prefix", folder, from]);
  }
  const program =
    file === undefined ? npmProgram : native ? [join(folder, file)] : [process.execPath, join(folder, file)];
  const more = environment?.(join(folder, "cache"), await npm(["config", "get", "registry"]));
  const call = async (args: string[], cwd: string) => {
    mkdirSync(cwd, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      if (!existsSync(join(cwd, path))) {
        writeFileSync(join(cwd, path), text);
      }
    }
    const [command = "", ...first] = [...program, ...args];
    await run(command, first, { cwd, timeout: limit, env: { ...process.env, ...more } });
  };
  return {
    name,
    add: (packages, project) => call([...add, ...packages], project),
    install: async (project) => {
      await call(install, project);
      if (prepare !== undefined) {
        await call(prepare, project);
      }
    },
  };
}

/** On Windows npm is a script of the command prompt, which cannot be started without one. */
const npmProgram =
  process.platform === "win32"
    ? [process.execPath, join(dirname(process.execPath), "node_modules/npm/bin/npm-cli.js")]
    : ["npm"];

/** Runs npm and returns what it prints. */
export async function npm(args: readonly string[], cwd?: string): Promise<string> {
  const [command = "", ...first] = [...npmProgram, ...args];
  return await run(command, first, { timeout: limit, ...(cwd === undefined ? {} : { cwd }) });
}
