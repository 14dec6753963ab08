import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { npm, type PackageManager } from "./packageManager";

const repository = resolve(__dirname, "../..");

/** The compiler settings that `pulumi new typescript` gives to a project. */
const compilerOptions = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  module: "commonjs",
  moduleResolution: "node",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};

/** Packs the package as it is built now; returns the tarball, whose name no package manager has seen before. */
export async function packTarball(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const packed: { filename: string }[] = JSON.parse(await npm(args, repository));
  const name = packed[0]?.filename;
  if (name === undefined) {
    throw new Error("npm pack made no file");
  }
  const tarball = join(folder, `${Date.now()}-${name}`);
  renameSync(join(folder, name), tarball);
  return tarball;
}

/**
 * What `pulumi new typescript` also gives to a project. The Pulumi SDK is the newest that every supported Node may use: later ones
 * refuse Node 20.
 */
const usual = ["@pulumi/pulumi@3.248.0"];

/** Makes an empty project in `folder` and installs the tarball there, beside `sdks`. */
export async function makeTarballProject(
  folder: string,
  manager: PackageManager,
  tarball: string,
  sdks: readonly string[] = usual,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0", private: true }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typescript.ts"] }));
  await manager.add([tarball, ...sdks, "typescript@5", "@types/node@20"], folder);
  copyPrograms(folder);
}

/** Copies the repository to `folder`, as a clone with the changes of the working tree has it, and installs it there. */
export async function makeRepositoryCopy(folder: string, manager: PackageManager): Promise<void> {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  for (const file of list.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(repository, file), join(folder, file));
  }
  if (manager.name !== "npm") {
    keepVersions(folder);
  }
  await manager.install(folder);
  copyPrograms(folder);
}

/** Packages whose newest version not every Node and registry has: it refuses Node 20, or asks for a package of Windows that a registry can lack. */
const kept = ["@pulumi/pulumi", "vite"];

/** Lets managers that do not read package-lock.json install the versions of these that stand there. The others are as new as may be. */
function keepVersions(folder: string): void {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const { packages }: { packages: Record<string, { version: string }> } = read("package-lock.json");
  const resolutions = Object.fromEntries(kept.map((name) => [name, packages[`node_modules/${name}`]?.version]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...read("package.json"), resolutions }, null, 2));
}

function copyPrograms(folder: string): void {
  cpSync(join(__dirname, "programs"), folder, { recursive: true });
}
