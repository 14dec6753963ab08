import { type Zippable, zipSync } from "fflate";

/** A file of a zip. */
export interface ZipEntry {
  /** Path inside the zip, with `/` between folders. */
  name: string;
  content: Uint8Array;
  /** Unix permission bits, `0o755` or `0o644`. */
  mode: number;
  /** True for a symbolic link; its content is the target. @default false */
  isLink?: boolean;
}

/** `attrs` of a zip entry made on Unix: the file type, regular or link, and the permission bits in the upper half. */
const unixAttributes = (mode: number, isLink: boolean): number =>
  (((isLink ? 0o12_0000 : 0o10_0000) | mode) << 16) >>> 0;

/**
 * Zips files so that the same files give the same bytes on every machine: sorted, without times, with Unix modes.
 * The compressor is JavaScript and not Node's zlib, whose output differs between builds of Node; a zip with other bytes
 * would be a new version of the function.
 *
 * @param level 0 (stored) to 9. @default 6
 */
export function writeZip(entries: readonly ZipEntry[], level: 0 | 6 = 6): Buffer {
  // The earliest time a zip can hold. It is kept as local time, so a local date gives the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1);
  const files: Zippable = {};
  for (const { name, content, mode, isLink = false } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    files[name] = [content, { level, mtime, os: 3, attrs: unixAttributes(mode, isLink) }];
  }
  return Buffer.from(zipSync(files));
}
