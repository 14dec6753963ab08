// Many lives, counted as the runs of the fault harness are.
import fc from "fast-check";
import { type Shard, spread, type Tally } from "../campaign";
import { everyMishap, randomLife, wholeLife } from "./life";
import { runLife } from "./runLife";

/** The whole life with one mishap each, `runs` of all that there can be: half of them kills and lost records, half of them faults. */
export async function livesWithMishaps(options: {
  runs: number;
  seed: number;
  shard?: Shard;
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
  const half = Math.floor(options.runs / 2);
  const taken = [...spread(others, options.runs - half, options), ...spread(faults, half, options)];
  for (const mishap of taken) {
    const life = { turns, mishaps: [mishap] };
    options.tally.count({ mishap }, await runLife(life));
  }
}

/** Random lives; throws with the seed and the smallest failing life found. */
export async function randomLives(options: { runs: number; seed: number; tally: Tally }): Promise<void> {
  const property = fc.asyncProperty(randomLife, async (life) => {
    const result = await runLife(life);
    options.tally.countRandom(life, result);
    if (result.problems.length > 0) {
      throw new Error(`${result.problems.join("\n")}\nerrors on the way:\n${result.errors.join("\n")}`);
    }
  });
  options.tally.beginRandom();
  await fc.assert(property, { numRuns: options.runs, seed: options.seed });
}
