// Draws docs/pictures/review.svg: what `review` writes into a terminal, of a preview with every kind of change.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview } from "../report/preview/readPreview";
import { terminalReview } from "../report/render/terminal";
import { type Review, reviewVersion } from "../report/review";
import { reviewOf } from "../report/reviewOf";

const columns = 118;
/** Pixels of a character, and of a line. */
const [across, down, margin] = [8.43, 20, 20];

const colors: Record<string, string> = {
  "1": 'font-weight="bold"',
  "2": 'fill="#9da7b3"',
  "31": 'fill="#ff9492"',
  "32": 'fill="#6fdd8b"',
  "33": 'fill="#f0b72f"',
};

/** A terminal with what is written in it, colors included. */
function terminalPicture(written: string): string {
  const lines = written.trimEnd().split("\n");
  const [width, height] = [Math.ceil(columns * across) + 2 * margin, lines.length * down + 2 * margin];
  const texts = lines.map(
    (line, index) => `<text x="${margin}" y="${margin + index * down + 14}" xml:space="preserve">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
<title>pulumi-tesseral review in a terminal</title>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
${texts.join("\n")}
</svg>
`;
}

function spans(line: string): string {
  return line
    .split("\u001b[")
    .map((part, index) => {
      const [, codes = "", text = part] = index === 0 ? [] : (/^([\d;]*)m(.*)$/.exec(part) ?? []);
      const shown = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      const style = codes.split(";").flatMap((code) => colors[code] ?? []);
      return style.length === 0 ? shown : `<tspan ${style.join(" ")}>${shown}</tspan>`;
    })
    .join("");
}

/** The review that the pictures show. */
export function shownReview(): Review {
  const preview = readPreview(readFileSync(join(__dirname, "../test/report/previews/everything.json"), "utf8"));
  const now = Date.parse("2026-11-27T00:30:00Z");
  return { version: reviewVersion, stacks: [reviewOf(preview, { horizon: "P30D", now })] };
}

export function drawReview(): string {
  return terminalPicture(terminalReview(shownReview(), { color: true, columns }));
}
