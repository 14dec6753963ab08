import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
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
 * start, the file is replaced as a whole by one without history. One emulator at a time may use a file.
 */
export class DataFile {
  readonly #path: string;
  #store = new Store();
  #keys: Record<string, string> = {};
  readonly #dirty = new Map<string, [TableName, string]>();
  #size = 0;
  #snapshotSize = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** What the file holds; undefined if there is none. Throws Error if it is not such a file. */
  read(): Contents | undefined {
    if (!existsSync(this.#path)) {
      return undefined;
    }
    const [first = "", ...lines] = readFileSync(this.#path, "utf8").split("\n");
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

  /** Replaces the file by these records, and keeps it up to date with every change of them. */
  keep({ store, keys }: Contents): void {
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
      // A commit is made without a pause, and answered after one.
      queueMicrotask(() => this.#append());
    }
    this.#dirty.set(`${name} ${id}`, [name, id]);
  }

  #append(): void {
    const commit: Commit = [...this.#dirty.values()].map(([name, id]) => [name, id, this.#store[name].get(id) ?? null]);
    this.#dirty.clear();
    if (commit.length === 0) {
      return;
    }
    const line = `${stringify(commit)}\n`;
    appendFileSync(this.#path, line);
    this.#size += line.length;
    if (this.#size > 2 * this.#snapshotSize + slack) {
      this.#replace();
    }
  }

  #replace(): void {
    const table = (name: TableName): [TableName, [string, unknown][]] => [name, [...this.#store[name]]];
    const tables = Object.fromEntries(tableNames.map(table));
    const text = `${stringify({ emulator: formatVersion, keys: this.#keys, tables })}\n`;
    const next = `${this.#path}.next`;
    // It holds tokens.
    const file = openSync(next, "w", 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, this.#path);
    this.#snapshotSize = text.length;
    this.#size = text.length;
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
