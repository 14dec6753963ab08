import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import { CodedError } from "../../../errors/coded";
import { elfArchitecture } from "./elf";
import type { ZipEntry } from "./writeZip";

/** Never part of a running program, and full of times and history. */
const leftOut = new Set([".git", ".DS_Store", "Thumbs.db"]);

/** Says whether a path of the package, with `/` at the end of a folder's, is not packed. */
type IsExcluded = (name: string) => boolean;

/** Reads patterns as `.gitignore` has them. Loads their library only when there are any. */
function excludedBy(patterns: readonly string[]): IsExcluded {
  if (patterns.length === 0) {
    return () => false;
  }
  const ignore = require("ignore") as typeof import("ignore");
  // Case matters in the package, so it matters here, whatever the file system says.
  const rules = ignore({ ignorecase: false }).add([...patterns]);
  return (name) => rules.ignores(name);
}

/** Package managers leave links to commands of packages that were not installed; nothing starts by them. */
const commandLinks = /(?:^|\/)node_modules\/\.bin\/[^/]+$/;

/**
 * The files of a folder as entries of a zip. Dot files are in it; `.git` is not. Modes become 0755 or 0644, whatever the umask of
 * the checkout was; scripts (`#!`) and Linux executables get 0755 also where the file system knows no such bit.
 *
 * A link to what is packed stays a link, relative and straight to its target. A link that leaves the folder is replaced by what
 * it leads to, once; further links there lead to that place. A link to nothing is left out of `node_modules/.bin`.
 *
 * What `excludes` name, in the syntax of `.gitignore` and by the path in the package, is left out, and so are links to it.
 *
 * @throws Error when any other link leads nowhere, or to a folder that contains this one.
 */
export function zipEntries(folder: string, excludes: readonly string[] = []): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const isExcluded = excludedBy(excludes);
  const root = realpathSync(folder);
  // Folders that are packed whole: the folder itself, then each folder outside that a link leads to. Each with its place in the package.
  const packed = [{ real: root, name: "" }];

  function walk(path: string, prefix: string): void {
    for (const child of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const childPath = join(path, child.name);
      const name = prefix + child.name;
      if (leftOut.has(child.name) || isExcluded(child.isDirectory() ? `${name}/` : name)) {
        continue;
      }
      if (child.isSymbolicLink()) {
        link(childPath, name);
      } else {
        add(childPath, name);
      }
    }
  }

  function add(path: string, name: string): void {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      walk(path, `${name}/`);
    } else if (stats.isFile()) {
      const content = readFileSync(path);
      const isExecutable = (stats.mode & 0o100) !== 0 || canStart(content);
      entries.push({ name, content, mode: isExecutable ? 0o755 : 0o644 });
    }
  }

  /** Whether something in the package is not packed, itself or with a folder above it. */
  function isWithoutTarget(target: string, real: string): boolean {
    const parts = target.split("/");
    const above = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
    return [...above, statSync(real).isDirectory() ? `${target}/` : target].some(isExcluded);
  }

  function link(path: string, name: string): void {
    const real = targetOf(path);
    if (real === undefined) {
      if (commandLinks.test(name)) {
        return;
      }
      throw new CodedError("TSL-PACKAGE", `${path} links to nothing`);
    }
    const inside = packed
      .map((one) => ({ ...one, rest: below(one.real, real) }))
      .find(({ rest }) => rest !== undefined);
    if (inside?.rest) {
      const target = posix.join(inside.name, ...inside.rest);
      if (!inside.rest.some((part) => leftOut.has(part)) && !isWithoutTarget(target, real)) {
        const way = posix.relative(posix.dirname(name), target) || ".";
        entries.push({ name, content: Buffer.from(way), mode: 0o777, isLink: true });
      }
      return;
    }
    if (below(real, root)) {
      throw new CodedError("TSL-PACKAGE", `${path} links to a folder that contains it`);
    }
    packed.push({ real, name });
    add(real, name);
  }

  walk(root, "");
  return entries;
}

/** Whether Linux can start a file of this content. */
const canStart = (content: Buffer): boolean =>
  content.toString("latin1", 0, 2) === "#!" || elfArchitecture(content) !== undefined;

/** Where a link finally leads; undefined if nowhere, or if links form a circle. */
function targetOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ELOOP" || code === "ENOTDIR") {
      return undefined;
    }
    throw error;
  }
}

/** The steps from a folder down to a path; undefined when the path is not below it. */
function below(folder: string, path: string): string[] | undefined {
  const way = relative(folder, path);
  const isBelow = way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isBelow ? way.split(sep) : undefined;
}
