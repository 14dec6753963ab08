import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Builder, BuildStep } from "./codeBuild";
import { runTool } from "./tool";

/** A package manager, by its lock file. */
interface PackageManager {
  lockFile: string;
  command: string;
  /** Installs what is locked, without scripts: they would build for this machine. */
  install: readonly string[];
  productionOnly: readonly string[];
  /** Files in which it records itself, this machine or the time. */
  notes: readonly string[];
}

const managers: readonly PackageManager[] = [
  {
    lockFile: "package-lock.json",
    command: "npm",
    install: ["ci", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund"],
    productionOnly: ["--omit=dev"],
    notes: ["node_modules/.package-lock.json"],
  },
  {
    lockFile: "pnpm-lock.yaml",
    command: "pnpm",
    install: ["install", "--frozen-lockfile", "--ignore-scripts", "--ignore-workspace", "--config.node-linker=hoisted"],
    productionOnly: ["--prod"],
    notes: [
      "node_modules/.modules.yaml",
      "node_modules/.pnpm-workspace-state.json",
      "node_modules/.pnpm-workspace-state-v1.json",
      "node_modules/.pnpm",
    ],
  },
  {
    lockFile: "yarn.lock",
    command: "yarn",
    install: ["install", "--frozen-lockfile", "--ignore-scripts", "--no-bin-links", "--non-interactive"],
    productionOnly: ["--production"],
    notes: ["node_modules/.yarn-integrity"],
  },
];

function managerOf(source: string): PackageManager {
  const found = managers.find(({ lockFile }) => existsSync(join(source, lockFile)));
  if (!found) {
    throw new Error(
      "it has no package-lock.json, pnpm-lock.yaml or yarn.lock, so two builds could differ. Run: npm install",
    );
  }
  if (found.command === "yarn" && readFileSync(join(source, found.lockFile), "utf8").includes("__metadata:")) {
    throw new Error(
      "its yarn.lock is of yarn 2 or later, which is not supported here; build the folder yourself, and set code to its path",
    );
  }
  return found;
}

function install({ command, install: args }: PackageManager, folder: string, more: readonly string[] = []): void {
  runTool({
    command,
    args: [...args, ...more],
    folder,
    install: `Install ${command}: npm install --global ${command}`,
  });
}

/** Runs the package's own script. Commands of packages are started by their files, as they were installed without links. */
function runBuildScript(manager: PackageManager, folder: string, env: Record<string, string> = {}): void {
  runTool({ command: manager.command, args: ["run", "build"], folder, env, install: `Install ${manager.command}` });
}

const hasBuildScript = (source: string): boolean =>
  JSON.parse(readFileSync(join(source, "package.json"), "utf8")).scripts?.build !== undefined;

/** A Node.js server, of any framework: its source with what it depends on; its `build` script is run first if it has one. */
export const express: Builder = {
  toolVersions: () => "",
  build({ source, target, architecture }) {
    const manager = managerOf(source);
    if (hasBuildScript(source)) {
      install({ ...manager, install: manager.install.filter((arg) => arg !== "--no-bin-links") }, source);
      runBuildScript(manager, source);
      rmSync(join(source, "node_modules"), { recursive: true, force: true });
    }
    // npm can install for another system than this; the check of native code catches what the others bring.
    const system =
      manager.command === "npm" ? ["--os=linux", `--cpu=${architecture === "arm64" ? "arm64" : "x64"}`] : [];
    install(manager, source, [...manager.productionOnly, ...system]);
    for (const note of [...manager.notes, manager.lockFile, ".npmrc"]) {
      rmSync(join(source, note), { recursive: true, force: true });
    }
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  },
};

/** A Next.js application with `output: "standalone"`. */
export const nextjs: Builder = {
  toolVersions: () => "",
  build(step) {
    const { source, target } = step;
    const manager = managerOf(source);
    const keys = keysOf(step);
    install({ ...manager, install: manager.install.filter((arg) => arg !== "--no-bin-links") }, source);
    runBuildScript(manager, source, {
      NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.from(keys("actions").slice(0, 32)).toString("base64"),
      NEXT_TELEMETRY_DISABLED: "1",
    });
    const standalone = join(source, ".next/standalone");
    if (!existsSync(standalone)) {
      throw new Error('next build made no .next/standalone. Set output: "standalone" in the Next.js configuration');
    }
    cpSync(standalone, target, { recursive: true, verbatimSymlinks: true });
    for (const [from, to] of [
      ["run.sh", "run.sh"],
      ["public", "public"],
      [".next/static", ".next/static"],
    ] as const) {
      if (existsSync(join(source, from))) {
        cpSync(join(source, from), join(target, to), { recursive: true });
      }
    }
    settle(target, source, keys);
  },
};

/**
 * Next.js draws keys for server actions and draft mode anew at each build, which would make each package another one. Here they come from a
 * seed in the source folder that is drawn once. It is a secret: take it along to make the same package on another machine.
 */
function keysOf({ path }: BuildStep): (name: string) => string {
  const file = join(path, ".seed");
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  }
  const seed = readFileSync(file, "utf8").trim();
  return (name) => createHash("sha256").update(`${name} ${seed}`).digest("hex");
}

const previewKey = /("previewMode(Id|SigningKey|EncryptionKey)": *")[0-9a-f]+/g;

/** Sets the keys, and takes the build's path out of what it wrote. */
function settle(target: string, source: string, keys: (name: string) => string): void {
  const server = join(target, ".next");
  const written = readdirSync(server, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith("node_modules"),
  );
  const files = written
    .map((path) => join(server, path))
    .filter((path) => /\.(?:json|js)$/.test(path) && statSync(path).isFile());
  for (const path of [join(target, "server.js"), ...files]) {
    const text = readFileSync(path, "utf8");
    const settled = text
      .replace(previewKey, (_, start: string, name: string) => start + keys(name))
      .replaceAll(source, "/var/task")
      .replace(/"repoRoot":"[^"]*"/g, '"repoRoot":"/var/task"');
    if (settled !== text) {
      writeFileSync(path, settled);
    }
  }
}
