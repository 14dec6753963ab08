/** Adds entries to the text of a file and leaves every other character as it is. No I/O. */

import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { isRecord } from "../../config/isRecord";
import { readYaml } from "../../config/yamlSource";
import { CodedError } from "../../errors/coded";
import { indented, isEmptyNode } from "./entryText";
import type { Proposal } from "./plan";

/**
 * The text with the entries at the end of the map of customers, which stands at `at`: ["customers"] in a file of customers. What cannot be
 * written so, such as a map in braces, is written anew with its comments. Throws when an entry is there already, or when the file
 * would say anything else than before and the entries.
 */
export function withEntries(text: string, file: string, at: readonly string[], proposals: readonly Proposal[]): string {
  const before = readYaml(text, file);
  const [problem] = before.problems;
  if (problem !== undefined) {
    throw new CodedError("TSL-ENTRIES", `${file} cannot be read: ${problem.message}`);
  }
  const wanted = added(before.value, file, at, proposals);
  const ways = file.endsWith(".json")
    ? [() => `${JSON.stringify(wanted, null, indentOf(text))}\n`]
    : [() => appended(text, at, proposals), () => written(text, at, proposals)];
  for (const way of ways) {
    const result = way();
    if (result !== undefined && isDeepStrictEqual(readYaml(result, file).value, wanted)) {
      return result;
    }
  }
  throw new CodedError(
    "TSL-ENTRIES",
    `${file} cannot be changed without changing more than was asked for. Write the entries into a file of their own with --out, and move them by hand`,
  );
}

/** The data with the entries added. */
function added(data: unknown, file: string, at: readonly string[], proposals: readonly Proposal[]): unknown {
  const [step, ...rest] = at;
  if (typeof data === "string" && step === undefined) {
    throw new CodedError(
      "TSL-ENTRIES",
      `${file} holds the customers as one text of JSON, as pulumi config set without --path writes it: move them into a file, or use --out`,
    );
  }
  if (data !== null && data !== undefined && !isRecord(data)) {
    throw new CodedError("TSL-ENTRIES", `${file} has something else than a map where its customers should be`);
  }
  const entries = isRecord(data) ? data : {};
  if (step !== undefined) {
    return { ...entries, [step]: added(entries[step], file, rest, proposals) };
  }
  for (const { name } of proposals) {
    if (Object.hasOwn(entries, name)) {
      throw new CodedError("TSL-ENTRIES", `an entry ${name} was added to ${file} meanwhile: run this again`);
    }
  }
  return { ...entries, ...Object.fromEntries(proposals.map(({ name, entry }) => [name, entry])) };
}

/** The text with lines added behind the last entry. Undefined where the map is not written in lines. */
function appended(text: string, at: readonly string[], proposals: readonly Proposal[]): string | undefined {
  const document = parseDocument(text, { schema: "core", uniqueKeys: false });
  const customers = document.getIn(at, true);
  if (customers === undefined && (document.contents === null || isBlockMap(document.contents))) {
    return at.length === 1 ? joined(text, text.length, [`${at[0]}:`, ...indented(proposals, 2)]) : undefined;
  }
  if (!isBlockMap(customers)) {
    return undefined;
  }
  const first = customers.items[0]?.key;
  const start = isScalar(first) ? first.range?.[0] : undefined;
  if (start === undefined || !customers.range) {
    return undefined;
  }
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  return joined(text, endOfMap(text, customers.range[1], indent), indented(proposals, indent));
}

function isBlockMap(node: unknown): node is YAMLMap {
  return isMap(node) && !node.flow && !isEmptyNode(node);
}

/** The offset behind the map's last line, comments included. */
function endOfMap(text: string, end: number, indent: number): number {
  const lineEnd = (from: number) => (text.indexOf("\n", from) === -1 ? text.length : text.indexOf("\n", from) + 1);
  let at = text[end - 1] === "\n" ? end : lineEnd(end);
  for (let next = at; next < text.length; ) {
    const line = text.slice(next, lineEnd(next));
    next += line.length;
    const comment = /^( *)#/.exec(line);
    if (comment !== null && (comment[1]?.length ?? 0) >= indent) {
      at = next;
    } else if (line.trim() !== "") {
      break;
    }
  }
  return at;
}

function joined(text: string, at: number, lines: readonly string[]): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, at);
  const gap = before === "" || before.endsWith("\n") ? "" : newline;
  return `${before}${gap}${lines.join(newline)}${newline}${text.slice(at)}`;
}

/** The whole document written again, with its comments. */
function written(text: string, at: readonly string[], proposals: readonly Proposal[]): string {
  const document = parseDocument(text, { schema: "core", uniqueKeys: false });
  if (isEmptyNode(document.getIn(at, true))) {
    document.setIn(at, document.createNode({}));
  }
  const customers = document.getIn(at, true);
  if (isMap(customers)) {
    customers.flow = false;
    for (const { name, entry } of proposals) {
      customers.add(document.createPair(name, entry));
    }
  }
  return document.toString({ lineWidth: 0 });
}

function indentOf(text: string): number | string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? 2;
}
