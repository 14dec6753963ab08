// Proves that no sequence of edits of the customers' files deletes, duplicates or abandons an organization, a role or a key, also where an
// update fails or is killed on the way and recovered by the command: on the real engine, against the rules as model.ts says them. What the
// refusals say is not part of it. `npm run test:edits` runs more and longer sequences.
import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { type Outcome, runInLanes } from "./lanes";

const drawn = { count: 30, seed: 12, length: 3, first: 0 };

const outcomes = new Map<number, (outcome: Outcome) => void>();
const indices = Array.from({ length: drawn.count }, (_, index) => index);
const ended = indices.map((index) => new Promise<Outcome>((resolve) => outcomes.set(index, resolve)));
const all = runInLanes(drawn, Math.min(2, availableParallelism()), (outcome) => outcomes.get(outcome.index)?.(outcome));

it.each(indices)(`keeps who is who in sequence %i of seed ${drawn.seed}`, { timeout: 600_000 }, async (index) => {
  const outcome = await Promise.race([ended[index], all.then(() => ended[index])]);
  expect(outcome?.failure).toBeUndefined();
});
