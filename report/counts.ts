/** Whether a preview lists as many steps as the engine counted. */
import { isCounted } from "./preview/netSteps";
import type { Preview } from "./preview/preview";
import type { Counts } from "./review";

/** Whether the preview lists unchanged resources: only then are all customers known. */
export function listsAll({ steps, changeSummary }: Preview): boolean {
  return changeSummary !== undefined && steps.filter(({ op }) => op === "same").length >= (changeSummary.same ?? 0);
}

export function countsOf(preview: Preview): Counts {
  const steps: Record<string, number> = {};
  for (const { op } of preview.steps.filter(isCounted)) {
    steps[op] = (steps[op] ?? 0) + 1;
  }
  const engine = preview.changeSummary;
  if (engine === undefined) {
    return { steps, differences: [] };
  }
  const ops = [...new Set([...Object.keys(engine), ...Object.keys(steps)])].sort();
  const differences = ops.flatMap((op) => {
    const [counted = 0, listed = 0] = [engine[op], steps[op]];
    // Without --show-sames they are not listed, and a refresh lists each resource once more.
    const isLeftOut = op === "same" && listed < counted && !listsAll(preview);
    const isRefresh = op === "refresh";
    return counted === listed || isLeftOut || isRefresh
      ? []
      : [`the engine counts ${counted} of ${JSON.stringify(op)}, the preview lists ${listed}`];
  });
  return { engine, steps, differences };
}
