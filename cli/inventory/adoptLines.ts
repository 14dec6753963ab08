/** Writes `adopt` into customers' entries, and leaves every other character of the file as it is. */
import { readFileSync, realpathSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { readYaml } from "../../config/yamlSource";
import type { EntryPlace } from "../declaredCustomers";
import { replaceFiles } from "../replaceFiles";

/** An entry, and the organization that it adopts. */
export interface Adoption {
  place: EntryPlace;
  id: string;
}

/** Writes the lines, all of them or none. Throws when an entry cannot be changed without changing more. */
export function writeAdoptLines(adoptions: readonly Adoption[]): void {
  replaceFiles(adoptedFiles(adoptions));
}

/** The files with the lines in them, as they are to be. */
export function adoptedFiles(adoptions: readonly Adoption[]): { file: string; text: string }[] {
  const paths = new Set(adoptions.map(({ place }) => place.path));
  return [...paths].map((path) => {
    const file = realpathSync(path);
    const lines = adoptions.filter(({ place }) => place.path === path);
    return { file, text: withAdoptLines(readFileSync(file, "utf8"), lines) };
  });
}

/** The text of a file with the lines in it. */
export function withAdoptLines(text: string, adoptions: readonly Adoption[]): string {
  const document = parseDocument(text, { schema: "core", uniqueKeys: false });
  const file = adoptions[0]?.place.file ?? "";
  const refuse = (): never => {
    const lines = adoptions.map(({ place, id }) => `adopt: ${id} into ${place.at.at(-1) ?? "the customer"}`).join(", ");
    throw new Error(`${file} cannot be changed without changing more than was asked for. Write by hand: ${lines}`);
  };
  const insertions: { at: number; line: string }[] = [];
  let changed: string | undefined;
  for (const { place, id } of adoptions) {
    const customers = document.getIn(place.at.slice(0, -1), true);
    if (isScalar(customers) && typeof customers.value === "string" && place.at.length > 0) {
      // `pulumi config set` without --path keeps a map as a text of JSON.
      customers.value = textWith(customers.value, place.at.slice(-1), id);
      changed = document.toString({ lineWidth: 0 });
    } else {
      const entry = place.at.length === 0 ? document.contents : document.getIn(place.at, true);
      insertions.push((isMap(entry) ? insertion(text, entry, id) : undefined) ?? refuse());
    }
  }
  changed ??= insertions
    .sort((one, other) => other.at - one.at)
    .reduce((before, { at, line }) => before.slice(0, at) + line + before.slice(at), text);
  const wanted = adoptions.reduce((data, { place, id }) => adopted(data, place.at, id), readYaml(text, file).value);
  return isDeepStrictEqual(readYaml(changed, file).value, wanted) ? changed : refuse();
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
    // In JSON every text has quotes.
    const isJson = isScalar(first?.key) && first.key.type === "QUOTE_DOUBLE";
    return { at: value[1], line: isJson ? `, "adopt": "${id}"` : `, adopt: ${id}` };
  }
  const indent = text.slice(text.lastIndexOf("\n", key[0] - 1) + 1, key[0]);
  const lineEnd = text[value[1] - 1] === "\n" ? value[1] - 1 : text.indexOf("\n", value[1]);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const isCrLf = text[end - 1] === "\r";
  return { at: isCrLf ? end - 1 : end, line: `${isCrLf ? "\r\n" : "\n"}${indent}adopt: ${id}` };
}

/** The data with the adoption in it, which the changed text must give. */
function adopted(data: unknown, at: readonly string[], id: string): unknown {
  if (typeof data === "string") {
    return textWith(data, at, id);
  }
  const record: Record<string, unknown> = typeof data === "object" && data !== null ? { ...data } : {};
  const [step, ...rest] = at;
  return step === undefined ? { ...record, adopt: id } : { ...record, [step]: adopted(record[step], rest, id) };
}

function textWith(json: string, at: readonly string[], id: string): string {
  return JSON.stringify(adopted(JSON.parse(json), at, id));
}
