/** Writes `adopt` into customers' entries, and leaves every other character of the file as it is. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { readYaml } from "../../config/yamlSource";
import type { CustomersSource } from "../declaredCustomers";

/** Organizations by the name of the entry that adopts them. */
export type Adoptions = ReadonlyMap<string, string>;

/** Writes the lines into the file, as a whole or not at all. Throws when an entry cannot be changed without changing more. */
export function writeAdoptLines({ path, name, root }: CustomersSource, adoptions: Adoptions): void {
  const file = realpathSync(path);
  const text = readFileSync(file, "utf8");
  const changed = withAdoptLines(text, name, root, adoptions);
  const unfinished = `${file}.${process.pid}.unfinished`;
  try {
    const handle = openSync(unfinished, "w", statSync(file).mode);
    writeSync(handle, changed);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** The text with the lines in it. */
export function withAdoptLines(text: string, file: string, root: readonly string[], adoptions: Adoptions): string {
  const document = parseDocument(text, { schema: "core", uniqueKeys: false });
  const customers = document.getIn(root, true);
  const refuse = (): never => {
    const lines = [...adoptions].map(([name, id]) => `${name}: adopt: ${id}`).join(", ");
    throw new Error(`${file} cannot be changed without changing more than was asked for. Write by hand: ${lines}`);
  };
  let changed: string;
  if (isScalar(customers) && typeof customers.value === "string") {
    // `pulumi config set` without --path keeps a map as a text of JSON.
    const entries: Record<string, object> = JSON.parse(customers.value);
    for (const [name, adopt] of adoptions) {
      entries[name] = { ...entries[name], adopt };
    }
    customers.value = JSON.stringify(entries);
    changed = document.toString({ lineWidth: 0 });
  } else if (isMap(customers)) {
    const insertions = [...adoptions].map(([name, id]) => {
      const entry = customers.get(name, true);
      return (isMap(entry) ? insertion(text, entry, id) : undefined) ?? refuse();
    });
    changed = insertions
      .sort((one, other) => other.at - one.at)
      .reduce((before, { at, line }) => before.slice(0, at) + line + before.slice(at), text);
  } else {
    return refuse();
  }
  const wanted = readYaml(text, file).value;
  const isAsWanted = isDeepStrictEqual(readYaml(changed, file).value, adopted(wanted, root, adoptions));
  return isAsWanted ? changed : refuse();
}

/** Where the line goes: after the first field of the entry. */
function insertion(text: string, entry: YAMLMap, id: string): { at: number; line: string } | undefined {
  const [first] = entry.items;
  const key = isScalar(first?.key) ? first.key.range : undefined;
  const value = isScalar(first?.value) ? first.value.range : undefined;
  if (!key || !value) {
    return undefined;
  }
  if (entry.flow) {
    return { at: value[1], line: `, adopt: ${id}` };
  }
  const indent = text.slice(text.lastIndexOf("\n", key[0] - 1) + 1, key[0]);
  const lineEnd = text[value[1] - 1] === "\n" ? value[1] - 1 : text.indexOf("\n", value[1]);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const isCrLf = text[end - 1] === "\r";
  return { at: isCrLf ? end - 1 : end, line: `${isCrLf ? "\r\n" : "\n"}${indent}adopt: ${id}` };
}

/** The data with the adoptions, which the changed text must give. */
function adopted(data: unknown, root: readonly string[], adoptions: Adoptions): unknown {
  const fields = (value: unknown) => (typeof value === "object" && value !== null ? { ...value } : {});
  const [step, ...rest] = root;
  if (step !== undefined) {
    const record: Record<string, unknown> = fields(data);
    return { ...record, [step]: adopted(record[step], rest, adoptions) };
  }
  const entries: Record<string, unknown> = typeof data === "string" ? JSON.parse(data) : fields(data);
  for (const [name, adopt] of adoptions) {
    entries[name] = { ...fields(entries[name]), adopt };
  }
  return typeof data === "string" ? JSON.stringify(entries) : entries;
}
