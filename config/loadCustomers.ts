import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../providers/refusal";
import { checkShape, isRecord } from "./checkShape";
import { customerProblems } from "./customerRules";
import type { CustomerEntries } from "./customerShape";
import { type Declaration, findDeclaration } from "./declaration";
import { problemLines } from "./problem";
import { settingProblems } from "./settings";
import { readStackFile } from "./stackFile";

export interface LoadCustomersOptions {
  /** Where the stack's file and the customers' file are. @default the working directory */
  directory?: string;
  /** What times are compared with. @default the present */
  now?: Date;
}

/**
 * The customers that the stack declares, by name: those of the setting `tesseral:customers`, or those of the file that
 * `tesseral:customersFile` names (`customers.yaml`, if there is one). Without either there are none, and a warning says so.
 *
 * Call it before the first resource: it checks everything as a whole.
 * @throws pulumi.RunError that lists every problem, a line each, with its place in the file and what to do
 */
export function loadCustomers(options: LoadCustomersOptions = {}): CustomerEntries {
  const { directory = process.cwd(), now = new Date() } = options;
  const stackFile = readStackFile(directory, pulumi.getStack());
  const declaration = findDeclaration(directory, stackFile);
  const { customers, problems } = declaration ? checkDeclaration(declaration, now) : { customers: {}, problems: [] };
  const lines = [...problemLines(settingProblems(stackFile), stackFile?.locate ?? nowhere), ...problems];
  if (lines.length > 0) {
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    throw refusal([`${count} in the configuration, so nothing was created or changed:`, ...lines].join("\n"));
  }
  if (declaration === undefined) {
    void pulumi.log.warn(
      "No customers are declared: put them under tesseral:customers in the stack's file, or in customers.yaml.",
    );
  }
  return customers;
}

/** Checks a declaration as a whole. `customers` is complete when there are no problems, each of which is a line. */
export function checkDeclaration(
  declaration: Declaration,
  now: Date,
): { customers: CustomerEntries; problems: readonly string[] } {
  const problems = [...declaration.problems];
  let customers: CustomerEntries = {};
  if (declaration.value !== undefined) {
    const checked = checkShape(declaration.shape, declaration.value, declaration.root, { now, problems });
    const inDocument = declaration.root.length === 0;
    const found = inDocument && isRecord(checked) ? checked.customers : checked;
    // What the check lets through has the type of the shape, less what it has reported.
    customers = (found ?? {}) as CustomerEntries;
    problems.push(...customerProblems(customers, inDocument ? ["customers"] : declaration.root));
  }
  return { customers, problems: problemLines(problems, declaration.locate) };
}

function nowhere(): undefined {
  return undefined;
}
