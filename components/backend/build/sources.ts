import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ZipEntry } from "../package/writeZip";
import { zipEntries } from "../package/zipFolder";

/** What a build makes itself, or what belongs to one machine. */
const neverSource = [
  "node_modules/",
  ".next/",
  "/dist/",
  "/target/",
  ".venv/",
  "venv/",
  "__pycache__/",
  "*.pyc",
  "*.tsbuildinfo",
  ".env",
  ".env.*",
  ".seed",
  "Pulumi.yaml",
  "Pulumi.*.yaml",
];

/** The files of a source folder: all but those above, what its `.gitignore` names, and `excludes`. */
export function sourceFiles(path: string, excludes: readonly string[]): ZipEntry[] {
  const ignored = join(path, ".gitignore");
  const own = existsSync(ignored) ? readFileSync(ignored, "utf8").split(/\r?\n/) : [];
  return zipEntries(path, [...neverSource, ...own, ...excludes]);
}

/** Changes when a file, its place or its mode does. */
export function digestOf(files: readonly ZipEntry[], ...more: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(more));
  for (const { name, mode, content } of files) {
    hash.update(`\0${name}\0${mode}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Writes the files into a folder, with their modes. */
export function writeFiles(files: readonly ZipEntry[], folder: string): void {
  for (const { name, content, mode, isLink } of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (isLink) {
      symlinkSync(Buffer.from(content).toString(), path);
    } else {
      writeFileSync(path, content, { mode });
    }
  }
}
