import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { formatTimestamp, parseTimestamp } from "../protojson/timestamp";
import { Store } from "./store";

/** What an emulator starts with: its records, and its backend API keys by name. */
export interface Contents {
  store: Store;
  keys: Record<string, string>;
}

/** The first line: everything as it was then. */
interface Snapshot {
  emulator: typeof formatVersion;
  keys: Record<string, string>;
  tables: Record<TableName, [id: string, record: unknown][]>;
}

/** A later line: what one commit made of records; null for those that it removed. */
type Commit = [table: TableName, id: string, record: unknown][];

const formatVersion = 1;
const tableNames = [
  "projects",
  "backendApiKeys",
  "organizations",
  "apiKeys",
  "roles",
  "apiKeyRoleAssignments",
  "users",
  "userInvites",
  "userRoleAssignments",
  "invitesOfDay",
] as const;
type TableName = (typeof tableNames)[number];
/** How much longer than its snapshot a file grows before a new snapshot is taken. */
const slack = 16 << 20;

/**
 * Keeps an emulator's records in a file. Each commit is appended before it is answered, as one line of JSON, so that a process that
 * is killed loses nothing it has said; a last line that was cut is a commit that nobody was told of. Now and then, and at each
 * start, the file is replaced as a whole by one without history.
 *
 * One emulator at a time may use a file. Nothing locks it, as a lock would outlive a process that was killed: an emulator that starts takes the file, and
 * the one that had it before finds another file in its place and keeps nothing any more.
 */
export class DataFile {
  readonly #path: string;
  #store = new Store();
  #keys: Record<string, string> = {};
  readonly #dirty = new Map<string, [TableName, string]>();
  #size = 0;
  #snapshotSize = 0;
  /** The number of the file that this emulator made; undefined before it has made one. */
  #inode: number | undefined;
  /** Whether an append failed, which may have left a part of its line. */
  #isTorn = false;
  #isTold = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** What the file holds; undefined if there is none. Throws Error if it cannot be read or is not such a file. */
  read(): Contents | undefined {
    const text = this.#text();
    if (text === undefined) {
      return undefined;
    }
    const [first = "", ...lines] = text.split("\n");
    const { emulator, keys, tables } = this.#parse<Snapshot>(first, 1);
    if (emulator !== formatVersion || tables === undefined) {
      throw new Error(`${this.#path} does not hold an emulator's records`);
    }
    const store = new Store();
    for (const name of tableNames) {
      for (const [id, record] of tables[name]) {
        put(store, name, id, record);
      }
    }
    // What follows the last line break was cut off.
    for (const [index, line] of lines.slice(0, -1).entries()) {
      for (const [name, id, record] of this.#parse<Commit>(line, index + 2)) {
        put(store, name, id, record);
      }
    }
    return { store, keys };
  }

  /** Replaces the file by these records, and keeps it up to date with every change of them. Throws Error as `save` does. */
  keep({ store, keys }: Contents): void {
    this.#isThere();
    this.#store = store;
    this.#keys = keys;
    this.#dirty.clear();
    this.#replace();
    for (const name of tableNames) {
      store[name].watch((id) => this.#changed(store, name, id));
    }
  }

  #changed(store: Store, name: TableName, id: string): void {
    if (store !== this.#store) {
      return;
    }
    if (this.#dirty.size === 0) {
      // Nobody may save what was changed by the console.
      queueMicrotask(() => this.#saveAnyway());
    }
    this.#dirty.set(`${name} ${id}`, [name, id]);
  }

  /**
   * Writes what was changed since the last time. Throws Error if that cannot be written, or if another emulator has taken the file: then the file stays
   * as it was, and the next time everything is tried again.
   */
  save(): void {
    if (this.#dirty.size === 0) {
      return;
    }
    if (!this.#isThere() || this.#isTorn || this.#size > 2 * this.#snapshotSize + slack) {
      this.#replace();
    } else {
      this.#append();
    }
    this.#dirty.clear();
  }

  #saveAnyway(): void {
    try {
      this.save();
    } catch (error) {
      if (!this.#isTold) {
        this.#isTold = true;
        process.emitWarning(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Whether the file is there. Throws Error if it is not the one that this emulator made. */
  #isThere(): boolean {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found !== undefined && this.#inode !== undefined && found.ino !== this.#inode) {
      throw new Error(
        `the data file ${this.#path} was taken by another emulator, or replaced: what changes here is not kept`,
      );
    }
    return found !== undefined;
  }

  #append(): void {
    const commit: Commit = [...this.#dirty.values()].map(([name, id]) => [name, id, this.#store[name].get(id) ?? null]);
    const line = `${stringify(commit)}\n`;
    this.#isTorn = true;
    this.#orSay("written", () => appendFileSync(this.#path, line));
    this.#isTorn = false;
    this.#size += line.length;
  }

  #replace(): void {
    const table = (name: TableName): [TableName, [string, unknown][]] => [name, [...this.#store[name]]];
    const tables = Object.fromEntries(tableNames.map(table));
    const text = `${stringify({ emulator: formatVersion, keys: this.#keys, tables })}\n`;
    this.#inode = this.#orSay("written", () => replaceFile(this.#path, text));
    this.#isTorn = false;
    this.#snapshotSize = text.length;
    this.#size = text.length;
  }

  #text(): string | undefined {
    return this.#orSay("read", () => {
      const isThere = statSync(this.#path, { throwIfNoEntry: false }) !== undefined;
      return isThere ? readFileSync(this.#path, "utf8") : undefined;
    });
  }

  #orSay<T>(what: "read" | "written", act: () => T): T {
    try {
      return act();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`the data file ${this.#path} cannot be ${what}: ${why}`, { cause: error });
    }
  }

  #parse<T>(line: string, number: number): T {
    try {
      return JSON.parse(line, readTime);
    } catch (error) {
      throw new Error(`${this.#path}:${number} is not JSON, so the file does not hold an emulator's records`, {
        cause: error,
      });
    }
  }
}

/** Writes a file beside it and puts it in its place. Returns the number of the new one. */
function replaceFile(path: string, text: string): number {
  const next = `${path}.next`;
  try {
    // It holds tokens.
    const file = openSync(next, "w", 0o600);
    let inode: number;
    try {
      writeFileSync(file, text);
      fsyncSync(file);
      inode = fstatSync(file).ino;
    } finally {
      closeSync(file);
    }
    renameSync(next, path);
    return inode;
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

const stringify = (value: unknown) =>
  JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? formatTimestamp(inner) : inner));

const timeFields = ["createTime", "updateTime", "expireTime"];

const readTime = (name: string, value: unknown) =>
  timeFields.includes(name) && typeof value === "string" ? parseTimestamp(value) : value;

function put(store: Store, name: TableName, id: string, record: unknown): void {
  // The file is the emulator's own: its records have the form of their table.
  const table = store[name] as Map<string, unknown>;
  if (record === null) {
    table.delete(id);
  } else {
    table.set(id, record);
  }
}
