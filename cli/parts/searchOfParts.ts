/** Where to look for customers whose stack is not named, only what the names of parts begin with. */
import { partOf } from "../../config/parts/part";
import type { PulumiProject } from "../pulumi/project";
import { fileConfig, writtenConfig } from "../writtenConfig";
import { belongsTo, rawEntries, renamesIn } from "./declaredParts";
import { divisionCalled, numberOf, type Parts } from "./partStacks";

/** Stacks, in the order in which to look. */
export interface Search {
  /** The parts in which customers are by their entries; all parts, if none is asked for. */
  likely: string[];
  /** The other parts: an edit of an entry moves nobody by itself. */
  others: string[];
  /** A stack that is called as the parts begin: they may have been made from it. It need not exist. */
  template?: string;
}

/** Undefined where `name` is that of one stack. */
export function searchOfParts(
  project: PulumiProject,
  name: string,
  customers: readonly string[] | undefined,
): Search | undefined {
  const division = divisionCalled(project, name);
  if (division === undefined) {
    return undefined;
  }
  const all = division.stacks.map(({ stack }) => stack);
  const likely = customers === undefined ? all : stacksOf(project, division, customers);
  const isTemplate = !all.includes(name) && fileConfig(project, name) !== undefined;
  return {
    likely,
    others: all.filter((stack) => !likely.includes(stack)),
    ...(isTemplate && { template: name }),
  };
}

function stacksOf(project: PulumiProject, { base, stacks }: Parts, customers: readonly string[]): string[] {
  const [first] = stacks;
  if (first === undefined) {
    return [];
  }
  const entries = entriesIfReadable(project, first.stack);
  const renames = renamesIn(entries);
  // While the number of parts changes, some are where they were and some where they will be.
  const sizes = new Set(stacks.flatMap(({ part: { of, growingTo = of } }) => [of, growingTo]));
  const numbers = new Set(
    [...sizes].flatMap((of) => customers.map((one) => belongsTo(one, entries, renames, of) ?? partOf(one, of))),
  );
  return stacks.filter((one) => numbers.has(numberOf(base, one))).map(({ stack }) => stack);
}

/** What a stack has does not depend on whether the entries can be read now. */
function entriesIfReadable(project: PulumiProject, stack: string): ReturnType<typeof rawEntries> {
  try {
    return rawEntries(project.root, writtenConfig(project, stack));
  } catch {
    return new Map();
  }
}
