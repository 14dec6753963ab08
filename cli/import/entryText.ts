import { Document, isMap, isScalar } from "yaml";
import type { Proposal } from "./plan";

/** The lines of an entry below its name: its fields, each role and key on one line, and a comment of what is left alone. */
export function entryLines({ entry, notes }: Proposal): string[] {
  const document = new Document(entry, { schema: "core" });
  for (const field of ["roles", "apiKeys"]) {
    const map = document.get(field);
    for (const { value } of isMap(map) ? map.items : []) {
      if (isMap(value)) {
        value.flow = true;
      }
    }
  }
  const lines = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd().split("\n");
  return [...lines, ...notes.map((note) => `# ${note}`)];
}

/** The entry with its name above, for a map of customers. */
function namedLines(proposal: Proposal): string[] {
  return [`${proposal.name}:`, ...entryLines(proposal).map((line) => `  ${line}`)];
}

/** Entries one below the other, indented. */
export function indented(proposals: readonly Proposal[], indent: number): string[] {
  return proposals.flatMap(namedLines).map((line) => `${" ".repeat(indent)}${line}`);
}

/** Whether a node holds nothing. */
export function isEmptyNode(node: unknown): boolean {
  return (
    node === undefined ||
    node === null ||
    (isScalar(node) && node.value === null) ||
    (isMap(node) && node.items.length === 0)
  );
}
