/** Rows of texts in columns, for a terminal. */
import Table from "cli-table3";

const edges = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"];
const chars = Object.fromEntries([...edges, ...lines].map((name) => [name, ""]));

/** The rows as lines, each column as wide as its widest text; wide characters count twice, colors not at all. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) {
    return [];
  }
  const table = new Table({
    chars,
    style: { "padding-left": 2, "padding-right": 0, compact: true, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
