import { inflateRawSync } from "node:zlib";

/** A file as the central directory of a zip describes it. */
interface ZipFile {
  name: string;
  /** Unix permission bits; 0o644 when the zip was not made on Unix, which is what Lambda takes then. */
  mode: number;
  /** Unpacked size in bytes. */
  size: number;
  /** True for a symbolic link; its content is the target. */
  isLink: boolean;
  read(): Buffer;
}

const endOfCentralDirectory = 0x06_05_4b_50;
const centralEntry = 0x02_01_4b_50;
const endLength = 22;
const longestComment = 0xff_ff;

/**
 * The files of a zip, folders left out, in the order of its central directory.
 *
 * @throws Error when the bytes are not a zip, a zip64 (more than 65,534 files or 4 GB, above what Lambda takes), or one that Lambda
 * cannot unpack as intended: encrypted, or with backslashes between folders, as some Windows programs write.
 */
export function readZip(zip: Buffer): ZipFile[] {
  const lowest = Math.max(0, zip.length - endLength - longestComment);
  let end = zip.length - endLength;
  while (end >= lowest && zip.readUInt32LE(end) !== endOfCentralDirectory) {
    end--;
  }
  if (end < lowest) {
    throw new Error("not a zip file. Pass a folder or a zip");
  }
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xff_ff || at === 0xff_ff_ff_ff) {
    throw new Error("a zip64 file, which Lambda's size does not need: pass the folder, or zip fewer than 65,535 files");
  }
  const files: ZipFile[] = [];
  for (let n = 0; n < count; n++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== centralEntry) {
      throw new Error("a damaged zip file: make it again, or pass the folder");
    }
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    if (name.includes("\\")) {
      throw new Error(
        `a zip file with a backslash in ${name}, so Lambda would not make folders. Zip it with another program, or pass the folder`,
      );
    }
    if (!name.endsWith("/")) {
      files.push(fileAt(zip, at, name));
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

function fileAt(zip: Buffer, at: number, name: string): ZipFile {
  const madeOnUnix = [3, 19].includes(zip.readUInt8(at + 5)); // 19 is macOS
  const unixMode = madeOnUnix ? zip.readUInt16LE(at + 40) : 0;
  const method = zip.readUInt16LE(at + 10);
  if ((zip.readUInt16LE(at + 8) & 1) !== 0 || (method !== 0 && method !== 8)) {
    throw new Error(`a zip file whose ${name} is encrypted, or compressed by another method than deflate`);
  }
  const packedSize = zip.readUInt32LE(at + 20);
  const header = zip.readUInt32LE(at + 42);
  return {
    name,
    mode: unixMode & 0o777 || 0o644,
    size: zip.readUInt32LE(at + 24),
    isLink: (unixMode & 0o17_0000) === 0o12_0000,
    read() {
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const bytes = zip.subarray(start, start + packedSize);
      return method === 8 ? inflateRawSync(bytes) : Buffer.from(bytes);
    },
  };
}
