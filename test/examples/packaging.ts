import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { asset } from "@pulumi/pulumi";
import type { Architecture } from "../../components/backend/package/elf";
import { functionPackage } from "../../components/backend/package/functionPackage";
import { packageRules } from "../../components/backend/package/packageRules";
import type { Backend } from "./backends";
import { run, sourceDigest } from "./build";

/** The architecture that packages are made for here: they are started on this machine. */
export const architecture: Architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/**
 * Packages an example with the command of its README, and zips it as `Backend` does, which also checks it. Does so twice
 * when the example has changed since the last time.
 *
 * @throws Error when the second zip is another one.
 */
export async function packaged(backend: Backend): Promise<Buffer> {
  const { folder } = backend;
  const stamp = join(folder, "dist", ".packaged");
  // The folder's birth is part of it: someone may have packaged for another architecture since.
  const state = () => `${sourceDigest(folder)} ${statSync(join(folder, "dist/lambda")).birthtimeMs}`;
  const isDone = existsSync(join(folder, "dist/lambda")) && existsSync(stamp);
  if (isDone && readFileSync(stamp, "utf8") === state()) {
    return zipped(backend);
  }
  const first = await packagedAnew(backend);
  const second = await packagedAnew(backend);
  if (!first.equals(second)) {
    throw new Error(`${backend.name}: packaging twice gave ${digest(first)}, ${digest(second)}`);
  }
  writeFileSync(stamp, state());
  return second;
}

async function packagedAnew(backend: Backend): Promise<Buffer> {
  const python = backend.lambda.runtime.startsWith("python") ? ["--python", pythonVersion()] : [];
  await run(["./package.sh", "--architecture", architecture, ...python], backend.folder);
  return zipped(backend);
}

async function zipped({ name, folder, lambda }: Backend): Promise<Buffer> {
  const code = join(folder, "dist/lambda");
  const archive = functionPackage(name, code, packageRules({ code, architecture, ...lambda }));
  return readFileSync(await (archive as asset.FileArchive).path);
}

const digest = (zip: Buffer) => createHash("sha256").update(zip).digest("hex");

/** The Python of this machine, which stands in for Lambda's. */
const pythonVersion = () => pythonSays("import sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')");

/** The folder with this machine's `python3`. */
export const pythonFolder = () => dirname(pythonSays("import sys; print(sys.executable)"));

const pythonSays = (program: string) => execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim();
