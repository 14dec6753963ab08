import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two checks of a lock that another process holds. */
const lookAgain = 500;

/** How `withLock` waits. */
interface LockOptions {
  /** Called once, when another process holds the lock. */
  onWait: (holder: number) => void;
  /** Stops the waiting when aborted. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while holding a lock file, which names the process that holds it. A lock of a process that has ended is
 * taken over, so that a crash blocks nobody.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let waited = false;
  while (!(await take(file))) {
    const holder = await holderOf(file);
    if (holder !== undefined && !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (!waited && holder !== undefined) {
      options.onWait(holder);
      waited = true;
    }
    await pause(lookAgain, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A link appears together with its content, so a lock always names its holder. */
async function take(file: string): Promise<boolean> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** The process that holds the lock; `undefined` when the lock is gone by now. */
async function holderOf(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
