/** Which entries there are, and which part each is in. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { customerFiles, declarationIn } from "../../config/customerFiles";
import { isRecord } from "../../config/isRecord";
import { partOfEntry } from "../../config/parts/part";
import { configuredCustomers, defaultFile } from "../declaredCustomers";
import type { StackConfig } from "../stackConfig";

/** Entries as they are written, by name. */
type RawEntries = ReadonlyMap<string, Record<string, unknown>>;

/** The entries that a stack's settings lead to, in `folder`. Checks nothing: the program does that. */
export function rawEntries(folder: string, config: StackConfig): RawEntries {
  const inConfig = configuredCustomers(config);
  if (isRecord(inConfig) && Object.keys(inConfig).length > 0) {
    return entriesIn([inConfig]);
  }
  const named = config["tesseral:customersFile"]?.value || defaultFile;
  const files = customerFiles(folder, named).filter((file) => existsSync(resolve(folder, file)));
  return entriesIn(
    files.map((file) => {
      const { value: document } = declarationIn(folder, file, file === named);
      return isRecord(document) ? document.customers : undefined;
    }),
  );
}

function entriesIn(maps: readonly unknown[]): RawEntries {
  return new Map(
    maps.flatMap((customers) =>
      Object.entries(isRecord(customers) ? customers : {}).map(([name, entry]) => [name, isRecord(entry) ? entry : {}]),
    ),
  );
}

/** The part that a deployed customer belongs to, or undefined if no entry declares it under this or a new name. */
export function belongsTo(customer: string, entries: RawEntries, renames: ReadonlyMap<string, string>, parts: number) {
  const name = entries.has(customer) ? customer : renames.get(customer);
  const entry = name === undefined ? undefined : entries.get(name);
  return name === undefined || entry === undefined ? undefined : partOfEntry(name, entry, parts);
}

/** The new names of renamed entries, by their old ones. */
export function renamesIn(entries: RawEntries): Map<string, string> {
  return new Map(
    [...entries].flatMap(([name, { renamedFrom }]) =>
      (Array.isArray(renamedFrom) ? renamedFrom : [renamedFrom]).flatMap((earlier: unknown) =>
        typeof earlier === "string" ? [[earlier, name] as const] : [],
      ),
    ),
  );
}
