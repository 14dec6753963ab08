import { readFileSync } from "node:fs";

/** The text of a file that the output of a command was sent to. */
export function printedText(file: string): string {
  return textOf(readFileSync(file));
}

/** What a command printed, as a text. PowerShell writes UTF-16 with `>`, or a mark before UTF-8. */
export function textOf(bytes: Buffer): string {
  const encodings: Record<string, string> = { fffe: "utf-16le", feff: "utf-16be" };
  // The decoder leaves the mark out.
  return new TextDecoder(encodings[bytes.toString("hex", 0, 2)] ?? "utf-8").decode(bytes);
}
