// Sequences of edits, drawn by a seed, and what went wrong with them.
import fc from "fast-check";
import { type EditKind, editKinds } from "./edits";
import type { Ending, SequenceResult, Stage, Step } from "./run";

const number = fc.nat(999);

const edit = fc.record({
  kind: fc.constantFrom<EditKind[]>(...editKinds),
  picks: fc.tuple(number, number, number),
});

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.oneof(
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.array(edit, { minLength: 2, maxLength: 3 }) },
  ),
  preview: fc.boolean(),
  ends: fc.constantFrom("up", "up", "up", "fail", "kill"),
  at: fc.record({
    skip: fc.nat(2),
    when: fc.constantFrom("before", "after"),
  }),
  refresh: fc.constantFrom(false, false, false, true),
});

/** So many sequences of so many edits, the same for the same seed. */
export function draw(count: number, seed: number, length: number): Step[][] {
  return fc.sample(fc.array(step, { minLength: length, maxLength: length }), { numRuns: count, seed });
}

/** The shortest sequence that fails still, found by leaving out steps and edits, one after the other. */
export async function shrunk(
  steps: readonly Step[],
  stage: Stage,
): Promise<{ steps: readonly Step[]; result: SequenceResult }> {
  const first = await stage.run(steps);
  if (first.problems.length === 0) {
    throw new Error("the sequence does not fail");
  }
  // What comes after the failure does not matter.
  let shortest = { steps: steps.slice(0, first.endings.length - 1), result: first };
  for (let index = shortest.steps.length - 1; index >= 0; index--) {
    for (const candidate of simpler(shortest.steps, index)) {
      const result = await stage.run(candidate);
      if (result.problems.length > 0) {
        shortest = { steps: candidate.slice(0, result.endings.length - 1), result };
        break;
      }
    }
  }
  return shortest;
}

/** The steps without one of them, and with a simpler one in its place. */
function simpler(steps: readonly Step[], index: number): Step[][] {
  const one = steps[index];
  if (one === undefined) {
    return [];
  }
  const instead = (...those: Step[]) => [...steps.slice(0, index), ...those, ...steps.slice(index + 1)];
  const fewer =
    one.edits.length < 2
      ? []
      : one.edits.map((_, skip) => ({ ...one, edits: one.edits.filter((_, at) => at !== skip) }));
  return [
    ...(steps.length > 1 ? [instead()] : []),
    ...(one.ends === "up" && !one.refresh ? [] : [instead({ ...one, ends: "up", refresh: false })]),
    ...fewer.map((shorter) => instead(shorter)),
  ];
}

/** A failure as people read it, with what is needed to run it again. */
export function described(steps: readonly Step[], { endings, problems, entries }: SequenceResult): string {
  return [
    JSON.stringify(steps),
    `steps: ${endings.join(", ")}`,
    `before: ${JSON.stringify(entries?.before)}`,
    `after: ${JSON.stringify(entries?.after)}`,
    ...problems,
  ].join("\n  ");
}

/** How many steps ended how. */
export function tally(results: readonly Pick<SequenceResult, "endings">[]): Record<Ending, number> {
  const counts = { accepted: 0, refused: 0, failed: 0, killed: 0, "no edit": 0 };
  for (const ending of results.flatMap(({ endings }) => endings)) {
    counts[ending] += 1;
  }
  return counts;
}
