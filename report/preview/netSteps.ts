/** What becomes of each resource: the engine can take several steps for one, and a refresh comes before the plan. */
import { type Preview, type PreviewStep, partsOf, type ResourceState } from "./preview";

export interface NetStep {
  /** `recreate`: a refresh found it gone, and it is created again. `finish`: what an earlier replacement left is deleted. */
  op: "create" | "update" | "replace" | "delete" | "same" | "recreate" | "finish" | "other";
  /** The engine's own name of the step. */
  engineOp: string;
  urn: string;
  type: string;
  name: string;
  /** Its name in the program so far. */
  oldName?: string;
  /** The state before the plan. */
  old?: ResourceState;
  new?: ResourceState;
  replaceReasons: string[];
  /** The state that the stack had before a refresh that found something else. */
  stored?: ResourceState;
  /** What an earlier replacement left, where this update deletes it beside whatever else it does with the resource. */
  left?: ResourceState[];
}

/** Steps within a replacement, which the step `replace` stands for. */
const partsOfReplacement = new Set([
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "discard-replaced",
  "remove-pending-replace",
  "import-replacement",
]);

const ops: Record<string, NetStep["op"]> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  same: "same",
  refresh: "same",
  read: "same",
};

/** Whether the engine counts a step in its summary. */
export function isCounted(step: PreviewStep): boolean {
  return !partsOfReplacement.has(step.op);
}

/** Each resource of a preview once, in the engine's order. */
export function netSteps(preview: Preview): NetStep[] {
  const byUrn = new Map<string, PreviewStep[]>();
  for (const step of preview.steps) {
    byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  }
  // The plan knows a renamed resource only by its new URN, a refresh only by the old one.
  const renamed = new Map<string, PreviewStep[]>();
  for (const [urn, steps] of byUrn) {
    const before = steps.map(({ old }) => old?.urn).find((old) => old !== undefined && old !== urn);
    const earlier = before === undefined ? undefined : byUrn.get(before);
    if (before !== undefined && earlier?.every(({ op }) => op !== "delete")) {
      renamed.set(urn, [...earlier, ...steps]);
      renamed.set(before, []);
    }
  }
  return [...byUrn].flatMap(([urn, steps]) => net(renamed.get(urn) ?? steps, urn) ?? []);
}

function net(steps: readonly PreviewStep[], urn: string): NetStep | undefined {
  const plan = planOf(steps);
  const last = plan.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const refresh = steps.slice(0, steps.length - plan.length).at(-1);
  const main = plan.find(({ op }) => op === "replace") ?? plan.find((step) => isCounted(step)) ?? last;
  const old = main.old ?? plan.find((step) => step.old !== undefined)?.old;
  const news = main.new ?? plan.find((step) => step.new !== undefined)?.new;
  const isGone = refresh?.op === "delete";
  const isReplacement = plan.some(({ op }) => op === "create-replacement");
  const op = isCounted(main)
    ? main.op === "create" && isGone
      ? "recreate"
      : (ops[main.op] ?? "other")
    : isReplacement
      ? "replace"
      : "finish";
  const [before, stored] = [isGone ? refresh.old : old, refresh?.old];
  const left = op === "finish" ? [] : leftBeside(steps, before);
  const oldName = before === undefined || before.urn === urn ? undefined : partsOf(before.urn).name;
  return {
    ...{ op, engineOp: main.op, urn, type: last.type, name: last.name },
    replaceReasons: [...new Set(plan.flatMap(({ replaceReasons }) => replaceReasons))],
    ...(oldName !== undefined && { oldName }),
    ...(before !== undefined && op !== "create" && { old: before }),
    ...(news !== undefined && op !== "delete" && op !== "finish" && { new: news }),
    ...(stored !== undefined && { stored }),
    ...(left.length > 0 && { left }),
  };
}

/** What is deleted although this plan does not replace it: each creation has an id of its own. */
function leftBeside(steps: readonly PreviewStep[], before: ResourceState | undefined): ResourceState[] {
  return steps.flatMap(({ op, old }) =>
    op === "delete-replaced" && old !== undefined && old.id !== before?.id ? old : [],
  );
}

/** The steps of the plan, without those of a refresh before it. */
function planOf(steps: readonly PreviewStep[]): readonly PreviewStep[] {
  const replacing = steps.findIndex((step) => !isCounted(step) || step.op === "replace");
  if (replacing !== -1) {
    // What an earlier replacement left is deleted beside whatever else is done.
    const counted = steps.filter((step) => isCounted(step) && step.op !== "replace");
    const last = counted.at(-1);
    const isWhole = steps.some(({ op }) => op === "replace" || op === "create-replacement");
    return isWhole || last === undefined ? steps.slice(replacing) : [last];
  }
  return steps.slice(-1);
}
