// npm run draw
// Draws docs/pictures/identity.svg from docs/pictures/identity.yaml: how a customer is known in three places, edit by edit.
import { parse } from "yaml";
import { svg, textOf } from "./svg";

interface Picture {
  title: string;
  columns: string[];
  rows: { edit: string; cells: string[] }[];
}

/** The picture, for light pages and dark ones. */
export function drawIdentity(text: string): string {
  const { title, columns, rows }: Picture = parse(text);
  const [width, height, gap] = [210, 30, 40];
  const x = (column: number) => 8 + column * (width + gap);
  const parts = columns.map((name, column) => textOf("heading", x(column), 22, name));
  for (const [index, { edit, cells }] of rows.entries()) {
    const y = 56 + index * 66;
    parts.push(textOf("small", 8, y - 6, edit));
    for (const [column, cell] of cells.entries()) {
      if (cell === "") {
        continue;
      }
      parts.push(
        `  <rect class="box" x="${x(column)}" y="${y}" width="${width}" height="${height}" rx="4"/>`,
        textOf("request", x(column) + 10, y + 20, cell),
      );
      if (column > 0 && cells[column - 1] !== "") {
        parts.push(`  <path class="line" d="M${x(column) - gap} ${y + height / 2}h${gap}"/>`);
      }
    }
  }
  return svg(x(columns.length) - gap + 8, 56 + rows.length * 66 - 24, title, parts);
}
