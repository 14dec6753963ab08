import { type Dirent, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { ZipEntry } from "./writeZip";

/** Never part of a running program, and full of times and history. */
const leftOut = new Set([".git", ".DS_Store"]);

/**
 * The files of a folder as entries of a zip. Dot files are in it; `.git` is not. Symbolic links are followed, so that
 * workspaces and pnpm's store work. Modes become 0755 or 0644, whatever the umask of the checkout was.
 *
 * @throws Error when a link points nowhere or to a folder that contains it.
 */
export function zipEntries(folder: string): ZipEntry[] {
  const entries: ZipEntry[] = [];

  function walk(path: string, prefix: string, ancestors: ReadonlySet<string>): void {
    const real = realpathSync(path);
    if (ancestors.has(real)) {
      throw new Error(`${path} links to a folder that contains it`);
    }
    const inside = new Set([...ancestors, real]);
    for (const child of readdirSync(path, { withFileTypes: true })) {
      if (leftOut.has(child.name)) {
        continue;
      }
      const childPath = join(path, child.name);
      const stats = statOf(childPath, child);
      if (stats.isDirectory()) {
        walk(childPath, `${prefix}${child.name}/`, inside);
      } else if (stats.isFile()) {
        const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
        entries.push({ name: prefix + child.name, content: readFileSync(childPath), mode });
      }
    }
  }

  walk(folder, "", new Set());
  return entries;
}

function statOf(path: string, child: Dirent): Stats {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw new Error(`${path} ${child.isSymbolicLink() ? "links to nothing" : "is gone"}`);
  }
  return stats;
}
