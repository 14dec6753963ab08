/** Writes `adopt` into customers' entries and leaves every other character of the file as it is. */

import { readFileSync, realpathSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from "yaml";
import { readYaml } from "../config/yamlSource";
import { CodedError } from "../errors/coded";
import type { EntryPlace } from "./declaredCustomers";
import { replaceFiles } from "./replaceFiles";

/** An entry, and the organization that it adopts. */
interface Adoption {
  place: EntryPlace;
  id: string;
}

/** Writes all of the lines or none. Throws when an entry cannot be edited without changing other parts of the file. */
export function writeAdoptLines(adoptions: readonly Adoption[]): void {
  replaceFiles(adoptedFiles(adoptions));
}

/** The new content of the files, with the lines in them. Throws one error for all lines that cannot be written. */
export function adoptedFiles(adoptions: readonly Adoption[]): { file: string; text: string }[] {
  const paths = [...new Set(adoptions.map(({ place }) => place.path))];
  const files = paths.map((path) => {
    const file = realpathSync(path);
    const lines = adoptions.filter(({ place }) => place.path === path);
    const before = readFileSync(file, "utf8");
    return { file, before, lines, text: changedText(before, lines) };
  });
  const refused = files.filter(({ text }) => text === undefined);
  if (refused.length > 0) {
    throw cannotWrite(refused.map(({ before, lines }) => ({ text: before, adoptions: lines })));
  }
  return files.map(({ file, before, text }) => ({ file, text: text ?? before }));
}

/** The text of a file with the lines in it. */
export function withAdoptLines(text: string, adoptions: readonly Adoption[]): string {
  const changed = changedText(text, adoptions);
  if (changed === undefined) {
    throw cannotWrite([{ text, adoptions }]);
  }
  return changed;
}

/** Names the lines that cannot be written even alone, or all of them where only several together cannot. */
function cannotWrite(files: readonly { text: string; adoptions: readonly Adoption[] }[]): CodedError {
  const byHand = files.map(({ text, adoptions }) => {
    const impossible = adoptions.filter((adoption) => changedText(text, [adoption]) === undefined);
    const lines = (impossible.length > 0 ? impossible : adoptions).map(
      ({ place, id }) => `adopt: ${id} into ${place.at.at(-1) ?? "the customer"}`,
    );
    return `${adoptions[0]?.place.file} cannot be changed without changing more than was asked for. Write by hand: ${lines.join(", ")}`;
  });
  return new CodedError("TSL-ENTRIES", byHand.join("\n"));
}

/** Undefined where an entry cannot be edited without changing other parts of the file. */
function changedText(text: string, adoptions: readonly Adoption[]): string | undefined {
  const document = parseDocument(text, { schema: "core", uniqueKeys: false });
  const file = adoptions[0]?.place.file ?? "";
  const insertions: Insertion[] = [];
  let changed: string | undefined;
  for (const { place, id } of adoptions) {
    // `pulumi config set` without --path stores a map as JSON text.
    const depth = place.at.findIndex((_, index) => isText(document.getIn(place.at.slice(0, index + 1), true))) + 1;
    const above = depth === 0 ? undefined : document.getIn(place.at.slice(0, depth), true);
    if (isText(above)) {
      above.value = textWith(above.value, place.at.slice(depth), id);
      changed = document.toString({ lineWidth: 0 });
    } else {
      const entry = place.at.length === 0 ? document.contents : document.getIn(place.at, true);
      const map = place.at.length === 0 ? undefined : document.getIn(place.at.slice(0, -1), true);
      const isInEmpty = !isMap(entry) && isMap(map);
      const inserted = isMap(entry)
        ? insertion(text, entry, id)
        : isInEmpty
          ? insertionIntoNothing(text, map, place.at.at(-1), id)
          : undefined;
      if (inserted === undefined) {
        return undefined;
      }
      insertions.push(inserted);
    }
  }
  changed ??= insertions
    .sort((one, other) => other.at - one.at)
    .reduce((before, { at, line, end = at }) => before.slice(0, at) + line + before.slice(end), text);
  const wanted = adoptions.reduce((data, { place, id }) => adopted(data, place.at, id), readYaml(text, file).value);
  return isDeepStrictEqual(readYaml(changed, file).value, wanted) ? changed : undefined;
}

function isText(node: unknown): node is Scalar<string> {
  return isScalar(node) && typeof node.value === "string";
}

interface Insertion {
  at: number;
  line: string;
  /** End of the text that it replaces. @default `at`: it replaces nothing */
  end?: number;
}

/** Where the line goes: after the first field of the entry, or before it if that is not a single value. */
function insertion(text: string, entry: YAMLMap, id: string): Insertion | undefined {
  const [first] = entry.items;
  if (first === undefined && entry.range) {
    // In braces, without a field.
    return { at: entry.range[0], end: entry.range[1], line: braced(text, entry.range[0], id) };
  }
  const key = isScalar(first?.key) ? first.key.range : undefined;
  const value = isScalar(first?.value) && first.value.value !== null ? first.value.range : undefined;
  if (!key) {
    return undefined;
  }
  const indent = text.slice(text.lastIndexOf("\n", key[0] - 1) + 1, key[0]).replace(/^\ufeff/u, "");
  // In JSON, every text has quotes.
  const isJson = isScalar(first?.key) && first.key.type === "QUOTE_DOUBLE";
  const field = isJson ? `"adopt": "${id}"` : `adopt: ${id}`;
  if (!value) {
    const newline = text.includes("\r\n") ? "\r\n" : "\n";
    return { at: key[0], line: entry.flow ? `${field}, ` : `${field}${newline}${indent}` };
  }
  if (entry.flow) {
    return { at: value[1], line: `, ${field}` };
  }
  const lineEnd = text[value[1] - 1] === "\n" ? value[1] - 1 : text.indexOf("\n", value[1]);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const isCrLf = text[end - 1] === "\r";
  return { at: isCrLf ? end - 1 : end, line: `${isCrLf ? "\r\n" : "\n"}${indent}adopt: ${id}` };
}

/** The same for a role or key of which the entry has only the name. */
function insertionIntoNothing(text: string, map: YAMLMap, name: string | undefined, id: string): Insertion | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === name);
  const key = isScalar(pair?.key) ? pair.key.range : undefined;
  if (!key || (pair?.value !== null && !(isScalar(pair?.value) && pair.value.value === null))) {
    return undefined;
  }
  // The value is empty, `null` or `~`; in braces, the key may have no colon.
  const value = isScalar(pair?.value) ? pair.value.range : undefined;
  const colon = /^\s*:/.exec(text.slice(key[1]));
  if (colon === null) {
    return { at: key[1], line: `: ${braced(text, key[0], id)}` };
  }
  const after = key[1] + colon[0].length;
  return value && value[1] > value[0]
    ? { at: value[0], end: value[1], line: braced(text, key[0], id) }
    : { at: after, line: ` ${braced(text, key[0], id)}` };
}

/** A map with only the line, in the style of what is at `near`. */
function braced(text: string, near: number, id: string): string {
  const isJson = text[near] === '"' || /"\s*:\s*$/.test(text.slice(0, near));
  return isJson ? `{ "adopt": "${id}" }` : `{ adopt: ${id} }`;
}

/** The data with the adoption in it, which the changed text must read as. */
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
