import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** A file's new content. */
export interface NewFile {
  /** Not a link. */
  file: string;
  text: string;
}

const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Writes files, each as a whole: the new text is on the disk under another name before it takes the place of the old one. All of them or
 * none: when one cannot be written, those before it get their old texts back, and Ctrl-C waits until all is done. Only what ends the
 * process at once (SIGKILL, a power failure) between two files leaves the first ones new and the others old.
 */
export function replaceFiles(files: readonly NewFile[]): void {
  const wait = () => {};
  for (const signal of interruptions) {
    process.on(signal, wait);
  }
  const staged: (NewFile & { unfinished: string; before?: string })[] = [];
  const done: typeof staged = [];
  try {
    for (const { file, text } of files) {
      mkdirSync(dirname(file), { recursive: true });
      const before = existsSync(file) ? { before: readFileSync(file, "utf8") } : {};
      staged.push({ file, text, unfinished: `${file}.${process.pid}.unfinished`, ...before });
    }
    for (const { unfinished, text, file, before } of staged) {
      writeSafely(unfinished, text, before === undefined ? 0o644 : statSync(file).mode);
    }
    for (const each of staged) {
      renameSync(each.unfinished, each.file);
      done.push(each);
    }
  } catch (error) {
    for (const { file, before } of done) {
      if (before === undefined) {
        rmSync(file, { force: true });
      } else {
        writeSafely(file, before, statSync(file).mode);
      }
    }
    throw error;
  } finally {
    for (const { unfinished } of staged) {
      rmSync(unfinished, { force: true });
    }
    for (const signal of interruptions) {
      process.off(signal, wait);
    }
  }
}

function writeSafely(file: string, text: string, mode: number): void {
  const handle = openSync(file, "w", mode);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
