import { partOfEntry } from "../../config/parts/part";
import type { PulumiProject } from "../pulumi/project";
import { writtenConfig } from "../writtenConfig";
import { rawEntries } from "./declaredParts";
import { divisionCalled, numberOf } from "./partStacks";

/** The stack in which to look for a customer: that of its part, by its entry, where `stack` is what the names of parts begin with, and else `stack` itself. */
export function stackOfCustomer(
  project: PulumiProject,
  stack: string | undefined,
  customer: string,
): string | undefined {
  const division = stack === undefined ? undefined : divisionCalled(project, stack);
  const [first] = division?.stacks ?? [];
  if (division === undefined || first === undefined) {
    return stack;
  }
  const entry = rawEntries(project.root, writtenConfig(project, first.stack)).get(customer) ?? {};
  const number = partOfEntry(customer, entry, first.part.of);
  return (division.stacks.find((one) => numberOf(division.base, one) === number) ?? first).stack;
}
