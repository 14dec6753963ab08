// Checks a text as the file customers.yaml, at a fixed time.
import type { CustomerEntries } from "../../config";
import { checkDeclarations } from "../../config/checkDeclarations";
import { fileShape } from "../../config/customerShape";
import { readYaml } from "../../config/yamlSource";

export const now = new Date("2026-06-01T12:00:00Z");

function check(text: string) {
  return checkDeclarations([{ ...readYaml(text, "customers.yaml"), shape: fileShape, root: [] }], now);
}

/** The problems of a text, a line each. */
export function problemsOf(text: string): readonly string[] {
  return check(text).problems;
}

/** The customers of a text that has no problems. */
export function customersOf(text: string): CustomerEntries {
  const { customers, problems } = check(text);
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  return customers;
}

/** The warnings of a text, a line each. */
export function warningsOf(text: string): readonly string[] {
  return check(text).warnings;
}
