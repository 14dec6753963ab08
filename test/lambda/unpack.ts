import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readZip } from "../../components/backend/package/readZip";

/** Unpacks a zip as Lambda does: the modes of the entries, 0644 where the zip has none. Gives the folder back. */
export function unpack(zip: string | Buffer, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of readZip(typeof zip === "string" ? readFileSync(zip) : zip)) {
    const path = join(folder, file.name);
    mkdirSync(dirname(path), { recursive: true });
    if (file.isLink) {
      symlinkSync(file.read().toString(), path);
    } else {
      writeFileSync(path, file.read());
      chmodSync(path, file.mode); // not as an option of the write: the umask would take bits away
    }
  }
  return folder;
}
