import type { Reporter, TestCase, TestSuite } from "vitest/node";

/** Prints, after everything else, one line per row of the contract and one column per backend. */
export class ConformanceTable implements Reporter {
  readonly #columns: string[] = [];
  readonly #rows = new Map<string, Map<string, string>>();

  onTestSuiteReady(suite: TestSuite): void {
    if (suite.module.moduleId.endsWith("/conformance.examples.ts")) {
      this.#columns.push(suite.name);
    }
  }

  onTestCaseResult(test: TestCase): void {
    if (test.parent.type !== "suite" || !this.#columns.includes(test.parent.name)) {
      return;
    }
    const row = this.#rows.get(test.name) ?? new Map<string, string>();
    row.set(test.parent.name, cell(test));
    this.#rows.set(test.name, row);
  }

  onTestRunEnd(): void {
    if (this.#rows.size === 0) {
      return;
    }
    const width = Math.max(...[...this.#rows.keys()].map((name) => name.length));
    const line = (name: string, cells: (column: string) => string) =>
      [name.padEnd(width), ...this.#columns.map((column) => cells(column).padEnd(column.length))].join("  ").trimEnd();
    const lines = [...this.#rows].map(([name, row]) => line(name, (column) => row.get(column) ?? "-"));
    process.stdout.write(`\n${[line("", (column) => column), ...lines].join("\n")}\n\n`);
  }
}

/** The status that was rightly seen, `ok` where there is none, `FAIL`, or `-` for what was not run. */
function cell(test: TestCase): string {
  const { state } = test.result();
  if (state === "failed") {
    return "FAIL";
  }
  if (state !== "passed") {
    return "-";
  }
  const { seen = "" } = test.meta() as { seen?: string };
  return /^\d{3}/.exec(seen)?.[0] ?? "ok";
}
