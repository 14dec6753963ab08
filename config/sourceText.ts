import { readFileSync } from "node:fs";
import type { Position } from "./problem";

/** The text of a file, or why it cannot be read as text. */
type SourceText = { text: string } | { problem: string; position: Position };

/**
 * Reads a file that must be UTF-8, with its mark or without. Another encoding is named: read as UTF-8 it would put U+FFFD into the
 * names of customers, or be called bad YAML.
 * @param file what the position calls the file
 * @throws the error of Node if the file cannot be read
 */
export function readText(path: string, file: string): SourceText {
  const bytes = readFileSync(path);
  const wide = utf16(bytes);
  if (wide !== undefined) {
    return { problem: `is ${wide}: save the file as UTF-8`, position: { file, line: 1, column: 1 } };
  }
  const text = bytes.toString("utf8");
  const at = firstDifference(bytes, Buffer.from(text, "utf8"));
  if (at === undefined) {
    return { text };
  }
  const before = bytes.subarray(0, at).toString("utf8").split("\n");
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return {
    problem: `is not UTF-8, but probably ISO-8859-1 or Windows-1252 (here is the byte ${byte}): save the file as UTF-8`,
    position: { file, line: before.length, column: (before.at(-1) ?? "").length + 1 },
  };
}

/** UTF-16, by its mark or by the zeros beside Latin letters, with which YAML and JSON begin. */
function utf16(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && third !== 0 && fourth === 0)) {
    return "UTF-16 LE";
  }
  const bigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && third === 0 && fourth !== 0);
  return bigEndian && bytes.length > 1 ? "UTF-16 BE" : undefined;
}

/** Where the bytes are not UTF-8; undefined if nowhere. */
function firstDifference(bytes: Buffer, again: Buffer): number | undefined {
  if (bytes.equals(again)) {
    return undefined;
  }
  return bytes.findIndex((byte, index) => byte !== again[index]);
}
