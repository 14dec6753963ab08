// npm run draw
// Draws docs/pictures/rotation.svg from docs/pictures/rotation.yaml: which tokens of a key work on which days.
import { parse } from "yaml";
import type { DeclaredLife } from "../providers/declaredLife";
import { nextLife } from "../providers/rotation";
import { firstLife } from "../providers/rotationTimes";

interface Picture {
  title: string;
  key: DeclaredLife;
  /** Days, counted from the first update. */
  updates: number[];
  until: number;
}

interface Token {
  number: number;
  from: number;
  /** When the next one was made. */
  replaced?: number;
  /** When an update ended it. */
  ended?: number;
}

const day = 86_400_000;

/** The tokens that updates on these days make and end. */
function tokensOf({ key, updates }: Picture): Token[] {
  const at = (days: number) => Date.UTC(2030, 0, 1) + days * day;
  const [first = 0, ...later] = updates;
  const tokens: Token[] = [{ number: 1, from: first }];
  let life = firstLife(key, at(first));
  for (const update of later) {
    const next = nextLife({ ...key, ...life }, key, at(update)).life;
    if (next.generation > life.generation) {
      const replaced = tokens.at(-1);
      if (replaced !== undefined) {
        replaced.replaced = update;
      }
      tokens.push({ number: next.generation, from: update });
    }
    for (const token of tokens) {
      if (token.number <= next.retiredGeneration) {
        token.ended ??= update;
      }
    }
    life = next;
  }
  return tokens;
}

/** The picture, for light pages and dark ones. */
export function drawRotation(text: string): string {
  const picture: Picture = parse(text);
  const { title, updates, until } = picture;
  const tokens = tokensOf(picture);
  const [left, top, row, width] = [80, 40, 34, 640];
  const x = (days: number) => left + Math.round((days / until) * width);
  const bottom = top + tokens.length * row;
  const lines = updates.map(
    (days) =>
      `  <path class="update" d="M${x(days)} ${top - 6}V${bottom + 4}"/>\n` +
      `  <text class="day" x="${x(days)}" y="${top - 12}">day ${days}</text>`,
  );
  const bars = tokens.flatMap(({ number, from, replaced = until, ended = until }, index) => {
    const y = top + index * row + 6;
    const bar = (kind: string, start: number, end: number) =>
      end > start
        ? [`  <rect class="${kind}" x="${x(start)}" y="${y}" width="${x(end) - x(start)}" height="20"/>`]
        : [];
    return [
      `  <text x="8" y="${y + 15}">token ${number}</text>`,
      ...bar("current", from, replaced),
      ...bar("before", replaced, ended),
    ];
  });
  const legend = [
    ["current", "the current token", left],
    ["before", "the one before: it works on for the overlap", left + 170],
    ["update", "an update", left + 500],
  ] as const;
  const explained = legend.map(([kind, says, start]) =>
    kind === "update"
      ? `  <path class="update" d="M${start + 6} ${bottom + 20}v16"/>\n  <text x="${start + 20}" y="${bottom + 33}">${says}</text>`
      : `  <rect class="${kind}" x="${start}" y="${bottom + 22}" width="14" height="14"/>\n  <text x="${start + 20}" y="${bottom + 33}">${says}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${bottom + 48}" role="img" aria-labelledby="title">`,
    `  <title id="title">${title}</title>`,
    "  <style>",
    "    text { font: 13px system-ui, sans-serif; fill: #24292f; }",
    "    .day { font-size: 11px; text-anchor: middle; }",
    "    .current { fill: #1f6feb; }",
    "    .before { fill: #1f6feb; fill-opacity: 0.4; }",
    "    .update { stroke: #57606a; stroke-dasharray: 3 3; }",
    "    @media (prefers-color-scheme: dark) {",
    "      text { fill: #e6edf3; }",
    "      .current, .before { fill: #58a6ff; }",
    "      .update { stroke: #8b949e; }",
    "    }",
    "  </style>",
    ...lines,
    ...bars,
    ...explained,
    "</svg>",
    "",
  ].join("\n");
}
