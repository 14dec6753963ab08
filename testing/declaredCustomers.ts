import { readFileSync } from "node:fs";
import { checkDeclarations } from "../config/checkDeclarations";
import type { CustomerEntries } from "../config/customerShape";
import { fileShape } from "../config/customerShape";
import type { Declaration } from "../config/declaration";
import { readYaml } from "../config/yamlSource";

/**
 * The customers that a file declares, checked as `pulumi up` checks them.
 * @throws Error that lists every problem, a line each, or says why the file cannot be read
 */
export function declaredCustomers(file: string, now: Date): CustomerEntries {
  return checked({ ...readYaml(readFileSync(file, "utf8"), file), shape: fileShape, root: [] }, now);
}

/**
 * Customers as they would stand in a file, under `customers`.
 * @throws Error that lists every problem, a line each
 */
export function customersOf(value: object, now: Date): CustomerEntries {
  return checked(
    { value: { customers: value }, problems: [], locate: () => undefined, shape: fileShape, root: [] },
    now,
  );
}

function checked(declaration: Declaration, now: Date): CustomerEntries {
  const { customers, problems } = checkDeclarations([declaration], now);
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  return customers;
}
