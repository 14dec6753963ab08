/** Seconds against customers, as a picture for light pages and dark ones; both axes are logarithmic. */
import type { Operation } from "./measuredProject";
import type { PartsResult, Result } from "./results";

/** A line of the picture. */
interface Line {
  title: string;
  points: { customers: number; seconds: number }[];
}

const shown = ["up", "preview, no change"] as const satisfies Operation[];
const [left, top, width, height] = [60, 40, 520, 300];
/** Of the names of the lines, which stand below. */
const [namesTop, nameHeight] = [top + height + 60, 18];

/**
 * @param parts of `npm run bench:scale`: a line of its own, since the time of stacks that stay small does not grow with the square
 * @throws where there are no results without compression
 */
export function plot(results: readonly Result[], parts: readonly PartsResult[]): string {
  const lines = [...linesOf(results), ...(results.length > 0 ? partLines(parts) : [])];
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) {
    throw new Error("there is nothing to draw: no result without compression");
  }
  const x = axis(all.map(({ customers }) => customers));
  const y = axis(all.map(({ seconds }) => seconds));
  const across = (customers: number) => Math.round(left + x.at(customers) * width);
  const up = (seconds: number) => Math.round(top + (1 - y.at(seconds)) * height);
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `  <path class="grid" d="M${across(tick)} ${top}v${height}"/>\n  <text class="below" x="${across(tick)}" y="${top + height + 18}">${tick}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `  <path class="grid" d="M${left} ${up(tick)}h${width}"/>\n  <text class="beside" x="${left - 8}" y="${up(tick) + 4}">${tick}</text>`,
    ),
  ];
  const drawn = lines.map(({ title, points }, index) => {
    const path = points.map((point) => `${across(point.customers)} ${up(point.seconds)}`).join("L");
    const dots = points.map((point) => `<circle cx="${across(point.customers)}" cy="${up(point.seconds)}" r="3"/>`);
    const y = namesTop + index * nameHeight;
    return [
      `  <g class="line${index}"><path d="M${path}"/>${dots.join("")}<path d="M${left + 12} ${y - 4}h20"/></g>`,
      `  <text x="${left + 38}" y="${y}">${title}</text>`,
    ].join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${namesTop + lines.length * nameHeight}" role="img" aria-labelledby="title">`,
    '  <title id="title">Seconds against customers</title>',
    "  <style>",
    "    text { font: 13px system-ui, sans-serif; fill: #24292f; }",
    "    .below { text-anchor: middle; } .beside { text-anchor: end; }",
    "    .grid { stroke: #d0d7de; }",
    "    g { fill: none; stroke-width: 2; } circle { stroke: none; }",
    ...["#1f6feb", "#8250df", "#1a7f37", "#bf8700", "#57606a", "#cf222e", "#0598bc", "#bf3989"].map(
      (color, index) => `    .line${index} { stroke: ${color}; } .line${index} circle { fill: ${color}; }`,
    ),
    "    @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #30363d; } }",
    "  </style>",
    `  <text x="8" y="20">seconds</text>\n  <text x="${left + width - 60}" y="${top + height + 38}">customers</text>`,
    ...grid,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function linesOf(results: readonly Result[]): Line[] {
  const measured = results.filter(({ zstd, properties }) => !zstd && properties !== undefined);
  const contenders = [...new Set(measured.map(({ contender }) => contender))];
  return shown.flatMap((operation) =>
    contenders.map((contender) => ({
      title: `${operation}: ${contender}`,
      points: measured
        .filter((result) => result.contender === contender)
        .map(({ customers, operations }) => ({ customers, seconds: operations[operation].seconds }))
        .sort((a, b) => a.customers - b.customers),
    })),
  );
}

function partLines(parts: readonly PartsResult[]): Line[] {
  return parts.length === 0
    ? []
    : shown.map((operation) => ({
        title: `${operation}: pulumi-tesseral, in parts`,
        points: parts
          .map(({ customers, seconds }) => ({ customers, seconds: seconds[operation] }))
          .sort((a, b) => a.customers - b.customers),
      }));
}

interface Axis {
  /** Where a value stands, from 0 to 1. */
  at(value: number): number;
  ticks: number[];
}

/** From the step of 1, 2, 5, 10 … below the least value to the one above the greatest. */
function axis(values: readonly number[]): Axis {
  const steps = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 1))).flat();
  const first = steps.findLastIndex((step) => step <= Math.min(...values));
  const last = steps.findIndex((step) => step >= Math.max(...values));
  const ticks = steps.slice(Math.max(0, first), last < 0 ? undefined : Math.max(last, first + 1) + 1);
  const [low = 1, high = 10] = [ticks[0], ticks.at(-1)];
  return { at: (value) => Math.log(value / low) / Math.log(high / low), ticks };
}
