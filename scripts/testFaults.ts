// npm run test:faults -- [--runs 10000] [--seed N] [--workers 2]
// The long form of the fault harness: every request of every fixed scenario × every fault × once, twice and always, and
// whole lives of keys with mishaps, and random scenarios for the rest of the runs, the same for the same seed (1 by default). Prints how many runs met each fault; exits with 1 when an invariant was broken.
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { everyFault, randomRuns, Tally, withEmulator } from "../test/faults/campaign";
import { livesWithMishaps, randomLives } from "../test/faults/lives/campaign";
import { fixedScenarios } from "../test/faults/scenarios";

interface Share {
  index: number;
  of: number;
  runs: number;
  seed: number;
}

interface Report {
  runs: number;
  met: [string, number][];
  problems: [string, number][];
  failures: string[];
}

async function work({ index, of, runs, seed }: Share): Promise<Report> {
  const tally = new Tally();
  await withEmulator(async (emulator) => {
    for (const name of Object.keys(fixedScenarios)) {
      await everyFault(emulator, name, { times: [1, 2, "always"], shard: { index, of }, tally, limit: runs });
    }
    // A life takes as long as thirty other runs.
    const lives = Math.ceil(Math.max(0, runs - tally.runs) / 8);
    const noted = (work: Promise<void>) =>
      work.catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : "";
        tally.failures.push(`${error instanceof Error ? error.message : String(error)}${cause}`);
      });
    if (lives > 0) {
      await noted(livesWithMishaps({ runs: Math.ceil((lives * 2) / 3), seed, shard: { index, of }, tally }));
      await noted(randomLives({ runs: Math.ceil(lives / 3), seed: seed + index, tally }));
    }
    const random = Math.max(0, runs - tally.runs);
    if (random > 0) {
      await noted(randomRuns(emulator, { runs: random, seed: seed + index, tally }));
    }
  });
  return {
    runs: tally.runs,
    met: [...tally.met],
    problems: [...tally.problems],
    failures: tally.failures,
  };
}

/** The classes of problems that must not occur, as the last lines name them. */
const classes = {
  "cut-off": "cut-offs",
  orphan: "orphans",
  duplicate: "duplicates",
  "lost token": "lost tokens",
  "touched bystander": "touched bystanders",
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: "2" },
    },
  });
  const [runs, seed, workers] = [values.runs, values.seed, values.workers].map(Number) as [number, number, number];
  if (![runs, seed, workers].every((number) => Number.isSafeInteger(number) && number >= 0) || workers < 1) {
    throw new Error("--runs, --seed and --workers take whole numbers");
  }
  console.log(`fault harness: ${runs} runs, seed ${seed}, ${workers} processes`);
  const started = Date.now();
  const shares = Array.from(
    { length: workers },
    (_, index): Share => ({ index, of: workers, runs: Math.ceil((runs - index) / workers), seed }),
  );
  const reports = await Promise.all(shares.map(inProcess));
  const sum = (pick: (report: Report) => [string, number][]) => {
    const total = new Map<string, number>();
    for (const [name, count] of reports.flatMap(pick)) {
      total.set(name, (total.get(name) ?? 0) + count);
    }
    return total;
  };
  console.log("\nruns that met each fault:");
  for (const [name, count] of sum(({ met }) => met)) {
    console.log(`  ${String(count).padStart(6)}  ${name}`);
  }
  for (const failure of reports.flatMap(({ failures }) => failures)) {
    console.log(`\nFAILED ${failure}`);
  }
  const problems = sum(({ problems: found }) => found);
  const failed = reports.some(({ failures }) => failures.length > 0);
  const counted = Object.entries(classes).map(([kind, name]) => `${problems.get(kind) ?? 0} ${name}`);
  const others = [...problems].filter(([kind]) => !(kind in classes)).map(([kind, count]) => `${count} ${kind}`);
  const total = reports.reduce((all, report) => all + report.runs, 0);
  console.log(
    `\n${total} runs in ${((Date.now() - started) / 1000).toFixed(0)} s: ${[...counted, ...others].join(", ")}`,
  );
  process.exitCode = failed || problems.size > 0 ? 1 : 0;
}

/** Runs a share in a process of its own, which is this script again. */
function inProcess(share: Share): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(`${__dirname}/runTypeScript.cjs`, [__filename], {
      env: { ...process.env, FAULT_SHARE: JSON.stringify(share) },
    });
    child.once("message", (report) => resolve(report as Report));
    child.once("exit", (code) => reject(new Error(`a process of the fault harness ended with ${code}`)));
  });
}

const share = process.env.FAULT_SHARE;
if (share === undefined) {
  void main();
} else {
  void work(JSON.parse(share) as Share).then((report) => process.send?.(report, () => process.disconnect?.()));
}
