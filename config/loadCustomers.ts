import * as pulumi from "@pulumi/pulumi";
import { coded, listed } from "../errors/coded";
import { requireObject } from "../providers/given";
import { refusal } from "../providers/refusal";
import { checkDeclarations } from "./checkDeclarations";
import type { CustomerEntries } from "./customerShape";
import { stackDelivery } from "./deliveryRules";
import { findDeclarations } from "./findDeclarations";
import { problemLines } from "./problem";
import { findProject } from "./project";
import { configuredPart, settingProblems } from "./settings";
import { readStackFile } from "./stackFile";
import { noteUndeclared } from "./undeclared";

export interface LoadCustomersOptions {
  /** Where Pulumi.yaml, the stack's file and the customers' files are. @default the folder of Pulumi.yaml, as Pulumi finds it */
  directory?: string;
  /** The time that times are compared with. @default now */
  now?: Date;
}

/**
 * The customers that the stack declares, by name: those of the setting `tesseral:customers`, or those of the files that
 * `tesseral:customersFile` names (`customers.yaml`, if there is one). Without either there are none, and a warning says so. With the setting
 * `tesseral:part`, those of the stack's part alone; the others are checked all the same.
 *
 * Call it before the first resource: it checks everything as a whole.
 * @throws pulumi.RunError that lists every problem, a line each, with its place in the file and what to do
 */
export function loadCustomers(options: LoadCustomersOptions = {}): CustomerEntries {
  requireObject("loadCustomers: the options", options);
  const { directory, now = new Date() } = options;
  const project = findProject(directory);
  const stackFile = readStackFile(project);
  const declarations = findDeclarations(project, stackFile);
  const delivery = stackDelivery(stackFile);
  const { customers, problems, warnings } = checkDeclarations(declarations, now, delivery, configuredPart());
  const settings = [...settingProblems(stackFile), ...delivery.problems];
  const lines = [...problemLines(settings, (path, at) => stackFile?.locate(path, at)), ...problems];
  if (lines.length > 0) {
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    throw refusal(listed(`${count} in the configuration, so nothing was created or changed:`, lines));
  }
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }
  if (declarations.length === 0) {
    noteUndeclared(customers, project.folder);
    void pulumi.log.warn(
      coded(
        "TSL-NO-CUSTOMERS",
        "No customers are declared: put them under tesseral:customers in the stack's file, or in customers.yaml.",
      ),
    );
  }
  return customers;
}
