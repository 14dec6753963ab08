// npm run test:edits -- [--runs 500] [--length 6] [--seed N] [--first 0] [--workers 2]
// The long form of the test of edits: so many sequences of so many edits each, the same for the same seed (1 by default), on the real engine.
// Prints how the updates ended, and of a sequence that fails the shortest form that still does. Exits with 1 when one did. Build the package first.
import { parseArgs } from "node:util";
import { type Outcome, runInLanes } from "../test/edits/lanes";
import { tally } from "../test/edits/sequences";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "500" },
      length: { type: "string", default: "6" },
      seed: { type: "string", default: "1" },
      first: { type: "string", default: "0" },
      workers: { type: "string", default: "2" },
    },
  });
  const numberOf = (name: keyof typeof values) => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < (name === "workers" ? 1 : 0)) {
      throw new Error(`--${name} takes a whole number`);
    }
    return number;
  };
  const [count, length, seed, first] = [numberOf("runs"), numberOf("length"), numberOf("seed"), numberOf("first")];
  const workers = numberOf("workers");
  console.log(`edits at random: ${count} sequences of ${length} edits, seed ${seed}, ${workers} processes`);
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const outcomes: Outcome[] = [];
  await runInLanes({ count, seed, length, first }, workers, (outcome) => {
    outcomes.push(outcome);
    if (outcome.failure !== undefined) {
      console.log(`\nFAILED sequence ${outcome.index} of seed ${seed}\n${outcome.failure}\n`);
    }
    if (outcomes.length % 10 === 0) {
      console.log(`${outcomes.length} sequences after ${elapsed()}`);
    }
  });
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  const counts = Object.entries(tally(outcomes)).map(([ending, number]) => `${number} ${ending}`);
  console.log(`\n${outcomes.length} sequences in ${elapsed()}, ${failed} failed; edits: ${counts.join(", ")}`);
  process.exitCode = failed > 0 || outcomes.length < count - first ? 1 : 0;
}

void main();
