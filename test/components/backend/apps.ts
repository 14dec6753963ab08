import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** A file of an app: its text, or text and mode. Scripts (`#!`) are executable unless a mode is given. */
export type AppFile = string | Buffer | { content: string | Buffer; mode: number };

/** Makes folders for a test file, all removed at its end. */
export function appFolders(): (files: Record<string, AppFile>) => string {
  const root = mkdtempSync(join(tmpdir(), "backend-test-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (files) => {
    const folder = mkdtempSync(join(root, "app-"));
    for (const [name, file] of Object.entries(files)) {
      const path = join(folder, name);
      const { content, mode } =
        typeof file === "string" || Buffer.isBuffer(file)
          ? { content: file, mode: Buffer.from(file).toString("latin1", 0, 2) === "#!" ? 0o755 : 0o644 }
          : file;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      chmodSync(path, mode);
    }
    return folder;
  };
}

/** The smallest package of an HTTP server. */
export const webApp: Record<string, AppFile> = { "run.sh": "#!/bin/bash\nexec node server.js\n", "server.js": "" };

/** The head of a Linux executable for a processor, which is all that is looked at. */
export function elf(machine: "arm64" | "x86_64" | "riscv"): Buffer {
  const head = Buffer.alloc(64);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE({ arm64: 0xb7, x86_64: 0x3e, riscv: 0xf3 }[machine], 18);
  return head;
}
