/** Pictures of the docs as text: for light pages and dark ones, without anything loaded. */

const style = `  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f; }
    .heading { font-weight: 600; }
    .request { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px; }
    .lostText { fill: #b42318; }
    .answered, .line { fill: none; stroke: #57606a; stroke-width: 1.5; }
    .lost { fill: none; stroke: #b42318; stroke-width: 1.5; stroke-dasharray: 4 3; }
    .box { fill: none; stroke: #57606a; }
    .small { font-size: 11px; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .lostText { fill: #ff938a; }
      .answered, .line, .box { stroke: #8b949e; }
      .lost { stroke: #ff938a; }
    }
  </style>`;

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

export function textOf(kind: string, x: number, y: number, text: string): string {
  return `  <text class="${kind}" x="${x}" y="${y}">${escaped(text)}</text>`;
}

export function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `  <title id="title">${escaped(title)}</title>`,
    style,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}
