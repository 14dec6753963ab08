/** What an update that failed halfway has left to do: the engine plans it although nothing in the program differs. */
import type { CustomerSteps, PartStep } from "../customerSteps";
import { effects } from "../effects";
import type { NetStep } from "../preview/netSteps";
import type { Change } from "../review";
import { differing } from "./values";

/** One change for each object of a customer that an earlier update did not finish. */
export function unfinishedChanges({ organization, keys, roles }: CustomerSteps): Change[] {
  return [
    ...(organization !== undefined && isUnfinished(organization) ? [unfinished("the organization ")] : []),
    ...sorted(keys).map(({ part: name }) => unfinished("", { kind: "key", name })),
    ...sorted(roles).map(({ part: name }) => unfinished("", { kind: "role", name })),
  ];
}

function sorted(steps: readonly PartStep[]): PartStep[] {
  return steps.filter(isUnfinished).sort((a, b) => (a.part < b.part ? -1 : 1));
}

function isUnfinished({ op, old, new: news }: NetStep): boolean {
  return op === "update" && differing(old, news).length === 0 && old?.protect === news?.protect;
}

function unfinished(whole: string, subject?: Change["subject"]): Change {
  const text = `${whole}may differ from what is declared, since an earlier update failed: this update finishes it`;
  return { effect: "other", level: effects.other, ...(subject && { subject }), text };
}
