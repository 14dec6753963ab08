// Many lives, counted as the runs of the fault harness are.
import fc from "fast-check";
import type { Tally } from "../campaign";
import { everyMishap, randomLife, wholeLife } from "./life";
import { runLife } from "./runLife";

/** The whole life with one mishap each, `runs` of all that there can be: half of them kills and lost records, half of them faults. */
export async function livesWithMishaps(options: {
  runs: number;
  seed: number;
  shard?: { index: number; of: number };
  tally: Tally;
}): Promise<void> {
  const turns = [...wholeLife];
  const clean = await runLife({ turns, mishaps: [] });
  if (clean.problems.length > 0 || clean.errors.length > 0) {
    throw new Error(`a life fails without any mishap: ${[...clean.problems, ...clean.errors].join("; ")}`);
  }
  const all = everyMishap(clean.turns);
  const faults = all.filter(({ kind }) => kind === "fault");
  const others = all.filter(({ kind }) => kind !== "fault");
  const most = Math.ceil(options.runs / 2);
  const taken = [...spread(others, most, options), ...spread(faults, most, options)];
  for (const mishap of taken) {
    const life = { turns, mishaps: [mishap] };
    options.tally.count({ mishap }, await runLife(life));
  }
}

/** So many of a list, at even distances, beginning where the seed says; for a shard, those that are its own. */
function spread<Item>(
  list: readonly Item[],
  most: number,
  { seed, shard: { index, of } = { index: 0, of: 1 } }: { seed: number; shard?: { index: number; of: number } },
): Item[] {
  const own = list.filter((_, position) => position % of === index);
  const distance = Math.max(1, own.length / most);
  const count = Math.min(most, own.length);
  return Array.from({ length: count }, (_, nth) => own[Math.floor(seed + nth * distance) % own.length]).flatMap(
    (item) => item ?? [],
  );
}

/** Random lives; throws with the seed and the smallest failing life found. */
export async function randomLives(options: { runs: number; seed: number; tally: Tally }): Promise<void> {
  const property = fc.asyncProperty(randomLife, async (life) => {
    const result = await runLife(life);
    options.tally.count(life, result);
    if (result.problems.length > 0) {
      throw new Error(`${result.problems.join("\n")}\nerrors on the way:\n${result.errors.join("\n")}`);
    }
  });
  await fc.assert(property, { numRuns: options.runs, seed: options.seed });
}
