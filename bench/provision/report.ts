/** What was measured, as Markdown. */
import type { RouteCounts } from "../emulatorProcess";
import { type Operation, operations } from "./measuredProject";
import type { Result } from "./results";

/** The results of one number of customers, with or without compression, side by side. */
export function report(results: readonly Result[]): string {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const title = `${result.customers} customers${result.zstd ? ", compressed state" : ""}`;
    groups.set(title, [...(groups.get(title) ?? []), result]);
  }
  const parts = [...groups].flatMap(([title, group]) => [`## ${title}`, ...sections(group)]);
  return `${parts.join("\n\n")}\n`;
}

function sections(group: readonly Result[]): string[] {
  const [ours, floor] = group;
  const others = group.filter(({ version }) => version !== undefined);
  const found = [times(group), ...others.map(({ contender, version }) => `${contender}: ${version}.`)];
  for (const one of [...(ours === undefined ? [] : [ours]), ...others]) {
    found.push(`Requests of ${one.contender}:`, requests(one));
  }
  if (ours?.properties !== undefined && floor?.properties !== undefined) {
    found.push("Bytes of state for a customer, by property:", properties(ours, floor), "Most memory:", memory(group));
  }
  return found;
}

/** Seconds and requests of each operation. The last column is ours as a multiple of the second contender's. */
function times(group: readonly Result[]): string {
  const [ours, floor] = group;
  const row = (operation: Operation) => [
    operation,
    ...group.map(({ operations: { [operation]: one } }) => {
      const count = total(one.requests);
      return `${one.seconds.toFixed(1)} s${count === 0 ? "" : `, ${count} request${count === 1 ? "" : "s"}`}`;
    }),
    ratio(ours?.operations[operation].seconds, floor?.operations[operation].seconds),
  ];
  const perCustomer = group.map(({ properties: bytes, customers }) =>
    bytes === undefined ? "" : `${Math.round(total(bytes) / customers)} bytes`,
  );
  const files = group.map(({ stateFileBytes: bytes }) => (bytes === undefined ? "" : `${(bytes / 1e6).toFixed(2)} MB`));
  return table([
    ["", ...group.map(({ contender }) => contender), "ratio"],
    ...operations.map(row),
    ["state of a customer", ...perCustomer, ratio(totalOf(ours?.properties), totalOf(floor?.properties))],
    ["state file", ...files, ratio(ours?.stateFileBytes, floor?.stateFileBytes)],
  ]);
}

function requests({ operations: measured }: Result): string {
  const rows = operations.map((operation) => [
    operation,
    Object.entries(measured[operation].requests)
      .map(([route, count]) => `${count} × ${route}`)
      .join(", "),
  ]);
  return table([["operation", "requests"], ...rows]);
}

function properties(ours: Result, floor: Result): string {
  const each = ({ properties: bytes = {}, customers }: Result, name: string) =>
    String(Math.round((bytes[name] ?? 0) / customers));
  const names = [...new Set([ours, floor].flatMap(({ properties: bytes = {} }) => Object.keys(bytes)))];
  const weight = (name: string) => (ours.properties?.[name] ?? 0) + (floor.properties?.[name] ?? 0);
  const rows = names.sort((a, b) => weight(b) - weight(a)).map((name) => [name, each(ours, name), each(floor, name)]);
  return table([["property", ours.contender, floor.contender], ...rows]);
}

function memory(group: readonly Result[]): string {
  const measured = group.filter(({ properties: bytes }) => bytes !== undefined);
  const most = (result: Result, name: string) =>
    Math.max(0, ...operations.map((operation) => result.operations[operation].peaks[name] ?? 0));
  const names = ["engine", "program", "provider", "language host"];
  const isWatched = (result: Result) => names.some((name) => most(result, name) > 0);
  const shown = (result: Result, name: string) =>
    isWatched(result) ? (most(result, name) === 0 ? "none" : megabytes(most(result, name))) : "not measured";
  const rows = names.map((name) => [name, ...measured.map((result) => shown(result, name))]);
  return table([["process", ...measured.map(({ contender }) => contender)], ...rows]);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function ratio(a: number | undefined, b: number | undefined): string {
  return a === undefined || !b ? "" : (a / b).toFixed(2);
}

function total(counts: RouteCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function totalOf(counts: RouteCounts | undefined): number | undefined {
  return counts === undefined ? undefined : total(counts);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
