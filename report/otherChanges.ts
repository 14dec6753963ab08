/** Changes outside customers: a line for each outermost component, or resource without one. */
import type { NetStep } from "./preview/netSteps";
import { partsOf } from "./preview/preview";
import type { OtherChange } from "./review";

const unseen = new Set(["pulumi:pulumi:Stack"]);

export function otherChanges(steps: readonly NetStep[]): OtherChange[] {
  const parents = new Map(steps.map((step) => [step.urn, (step.new ?? step.old)?.parent]));
  const found = new Map<string, OtherChange>();
  for (const step of steps) {
    const isRenamed = step.oldName !== undefined;
    if ((step.op === "same" && !isRenamed) || unseen.has(step.type)) {
      continue;
    }
    const top = topOf(step.urn, parents);
    const { name, type } = partsOf(top);
    const one = found.get(top) ?? { name, type, operations: {} };
    const operation = step.op === "same" ? "rename" : step.op === "other" ? step.engineOp : step.op;
    one.operations[operation] = (one.operations[operation] ?? 0) + 1;
    found.set(top, one);
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The outermost component that a resource is in. */
function topOf(urn: string, parents: ReadonlyMap<string, string | undefined>): string {
  const parent = parents.get(urn);
  return parent === undefined || partsOf(parent).type === "pulumi:pulumi:Stack" || !parents.has(parent)
    ? parent === undefined || partsOf(parent).type === "pulumi:pulumi:Stack"
      ? urn
      : parent
    : topOf(parent, parents);
}
