import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodedError } from "../../../errors/coded";
import { cacheFolder } from "../../cacheFolder";
import type { Architecture } from "../package/elf";
import { builders } from "./builders";
import type { CodeBuild } from "./codeBuild";
import { digestOf, sourceFiles, writeFiles } from "./sources";

/** Raised when builders make something else of the same source. */
const generation = "1";
const keptDays = 30;

/** What a build depends on, besides the source. */
export interface BuildTarget {
  runtime: string;
  handler: string;
  architecture: Architecture;
  /** What is no part of the source, in the syntax of `.gitignore`. */
  excludes: readonly string[];
}

/**
 * Builds a program in a copy of its folder, and returns the folder to zip. It is kept in {@link cacheFolder} under the hash of the source,
 * so the second run with the same source builds nothing; what no run used for 30 days is removed.
 *
 * @throws Error when the folder or a tool is not there, or the build fails.
 */
export function builtFolder({ build, path }: CodeBuild, target: BuildTarget): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CodedError("TSL-PACKAGE", `code.path: ${path} is not a folder`);
  }
  const builder = builders[build];
  const { excludes, ...start } = target;
  try {
    const files = sourceFiles(path, excludes);
    const tools = builder.toolVersions(target.runtime);
    const digest = digestOf(files, generation, build, JSON.stringify(start), tools);
    const folder = join(cacheFolder(), "builds");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOld(folder);
    const built = join(folder, digest);
    if (existsSync(built)) {
      utimesSync(built, new Date(), new Date());
      return built;
    }
    const work = join(tmpdir(), `pulumi-tesseral-build-${randomBytes(8).toString("hex")}`);
    // In the cache's own folder, since a rename must not lead to another disk.
    const unfinished = `${built}.${randomBytes(8).toString("hex")}.part`;
    try {
      writeFiles(files, work);
      mkdirSync(unfinished, { mode: 0o755 });
      builder.build({ path, source: work, target: unfinished, ...start });
      keep(unfinished, built);
    } finally {
      rmSync(work, { recursive: true, force: true });
      rmSync(unfinished, { recursive: true, force: true });
    }
    return built;
  } catch (error) {
    throw new CodedError("TSL-BUILD", `code: the build of ${path} failed: ${(error as Error).message}`);
  }
}

/** Another run may have finished the same build meanwhile; then that build stays. */
function keep(unfinished: string, built: string): void {
  try {
    renameSync(unfinished, built);
  } catch (error) {
    if (!existsSync(built)) {
      throw error;
    }
  }
}

function removeOld(folder: string): void {
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const candidate = join(folder, name);
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats && stats.mtimeMs < oldest) {
      rmSync(candidate, { recursive: true, force: true });
    }
  }
}
