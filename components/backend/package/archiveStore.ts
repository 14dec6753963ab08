import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../cacheFolder";

const keptDays = 30;

/**
 * Writes a zip where the engine can read it, under a name made of its content, and gives the path.
 * The folder is `archives` in {@link cacheFolder}; what no run used for 30 days is removed.
 */
export function storeArchive(zip: Buffer): string {
  const folder = join(cacheFolder(), "archives");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${createHash("sha256").update(zip).digest("hex")}.zip`);
  if (statSync(path, { throwIfNoEntry: false })?.size === zip.length) {
    utimesSync(path, new Date(), new Date()); // Windows replaces no file that another run is reading
  } else {
    // Renamed into place: another run may be writing the same name.
    const written = join(folder, `${randomBytes(8).toString("hex")}.part`);
    writeFileSync(written, zip, { mode: 0o600 });
    renameSync(written, path);
  }
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const candidate = join(folder, name);
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats && stats.mtimeMs < oldest) {
      rmSync(candidate, { force: true });
    }
  }
  return path;
}
