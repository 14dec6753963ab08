import { readFileSync } from "node:fs";

/** The text of a file that the output of a command was sent to. PowerShell writes UTF-16 there with `>`, or a mark before UTF-8. */
export function printedText(file: string): string {
  const bytes = readFileSync(file);
  const encodings: Record<string, string> = { fffe: "utf-16le", feff: "utf-16be" };
  // The decoder leaves the mark out.
  return new TextDecoder(encodings[bytes.toString("hex", 0, 2)] ?? "utf-8").decode(bytes);
}
