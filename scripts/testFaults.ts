// npm run test:faults -- [--runs 10000] [--lives N] [--seed N] [--workers 2]
// The long form of the fault harness. Of the runs, at most 60 % are requests of fixed scenarios that are made to fail, at even distances of all that there
// can be, and the others random scenarios. Lives are whole lives of keys with mishaps and come on top, one for 20 runs by default; each takes as long as
// thirty runs. The same for the same seed (1 by default). Says every 30 seconds how far it is, and in the end how many runs met each fault; Ctrl-C ends
// it early. Exits with 1 when an invariant was broken, with 130 after Ctrl-C.
import { type ChildProcess, fork } from "node:child_process";
import { parseArgs } from "node:util";
import { fixedRuns, randomRuns, Tally, withEmulator } from "../test/faults/campaign";
import { livesWithMishaps, randomLives } from "../test/faults/lives/campaign";

interface Share {
  index: number;
  of: number;
  runs: number;
  lives: number;
  seed: number;
}

/** What a process has done so far; it says so every second. */
interface Report {
  isWhole: boolean;
  runs: number;
  lives: number;
  met: [string, number][];
  problems: [string, number][];
  failures: string[];
}

async function work({ index, of, runs, lives, seed }: Share): Promise<void> {
  const [tally, ofLives] = [new Tally(), new Tally()];
  const report = (isWhole: boolean): Report => ({
    isWhole,
    runs: tally.runs,
    lives: ofLives.runs,
    met: [...tally.met, ...ofLives.met],
    problems: [...tally.problems, ...ofLives.problems],
    failures: [...tally.failures, ...ofLives.failures],
  });
  const noted = (of: Tally, work: Promise<void>) =>
    work.catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : "";
      of.failures.push(`${error instanceof Error ? error.message : String(error)}${cause}`);
    });
  const regularly = setInterval(() => process.send?.(report(false)), 1000);
  const shard = { index, of };
  await withEmulator(async (emulator) => {
    await noted(tally, fixedRuns(emulator, { runs: Math.ceil(runs * 0.6), seed, shard, tally }));
    if (runs > tally.runs) {
      await noted(tally, randomRuns(emulator, { runs: runs - tally.runs, seed: seed + index, tally }));
    }
  });
  if (lives > 0) {
    const random = Math.floor(lives / 2);
    await noted(ofLives, livesWithMishaps({ runs: lives - random, seed, shard, tally: ofLives }));
    await noted(ofLives, randomLives({ runs: random, seed: seed + index, tally: ofLives }));
  }
  clearInterval(regularly);
  process.send?.(report(true), () => process.exit());
}

/** The classes of problems that must not occur, as the last lines name them. */
const classes = {
  "cut-off": "cut-offs",
  orphan: "orphans",
  duplicate: "duplicates",
  "lost token": "lost tokens",
  "touched bystander": "touched bystanders",
};

function sum(reports: readonly Report[], pick: (report: Report) => [string, number][]): Map<string, number> {
  const total = new Map<string, number>();
  for (const [name, count] of reports.flatMap(pick)) {
    total.set(name, (total.get(name) ?? 0) + count);
  }
  return total;
}

/** Prints what was found; answers whether anything was. */
function tell(reports: readonly Report[], seconds: string): boolean {
  console.log("\nruns that met each fault:");
  for (const [name, count] of sum(reports, ({ met }) => met)) {
    console.log(`  ${String(count).padStart(6)}  ${name}`);
  }
  for (const failure of reports.flatMap(({ failures }) => failures)) {
    console.log(`\nFAILED ${failure}`);
  }
  const problems = sum(reports, ({ problems: found }) => found);
  const counted = Object.entries(classes).map(([kind, name]) => `${problems.get(kind) ?? 0} ${name}`);
  const others = [...problems].filter(([kind]) => !(kind in classes)).map(([kind, count]) => `${count} ${kind}`);
  console.log(`\n${progress(reports)} in ${seconds}: ${[...counted, ...others].join(", ")}`);
  return problems.size > 0 || reports.some(({ failures }) => failures.length > 0);
}

function progress(reports: readonly Report[]): string {
  const of = (pick: (report: Report) => number) => reports.reduce((all, report) => all + pick(report), 0);
  return `${of(({ runs }) => runs)} runs and ${of(({ lives }) => lives)} lives`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "10000" },
      lives: { type: "string" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: "2" },
    },
  });
  const [runs, seed, workers] = [values.runs, values.seed, values.workers].map(Number) as [number, number, number];
  const lives = values.lives === undefined ? Math.ceil(runs / 20) : Number(values.lives);
  if (![runs, lives, seed, workers].every((number) => Number.isSafeInteger(number) && number >= 0) || workers < 1) {
    throw new Error("--runs, --lives, --seed and --workers take whole numbers");
  }
  console.log(`fault harness: ${runs} runs and ${lives} lives, seed ${seed}, ${workers} processes`);
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const reports = new Map<number, Report>();
  const part = (all: number, index: number) => Math.ceil((all - index) / workers);
  const children = Array.from({ length: workers }, (_, index) =>
    start({ index, of: workers, runs: part(runs, index), lives: part(lives, index), seed }, (report) =>
      reports.set(index, report),
    ),
  );
  const latest = () => [...reports.values()];
  process.on("SIGINT", () => {
    for (const { child } of children) {
      child.kill("SIGKILL");
    }
    tell(latest(), `${seconds()}, when it was interrupted`);
    process.exit(130);
  });
  const regularly = setInterval(() => {
    const failed = latest().reduce((all, { failures }) => all + failures.length, 0);
    console.log(`${progress(latest())} after ${seconds()}, ${failed} failed`);
  }, 30_000);
  await Promise.all(children.map(({ ended }) => ended));
  clearInterval(regularly);
  const isBroken = tell(latest(), seconds());
  const isPartial = latest().length < workers || latest().some(({ isWhole }) => !isWhole);
  process.exit(isBroken || isPartial ? 1 : 0);
}

/** Runs a share in a process of its own, which is this script again. */
function start(share: Share, note: (report: Report) => void): { child: ChildProcess; ended: Promise<void> } {
  const child = fork(`${__dirname}/runTypeScript.cjs`, [__filename], {
    env: { ...process.env, FAULT_SHARE: JSON.stringify(share) },
  });
  child.on("message", (report) => note(report as Report));
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      if (code !== 0) {
        console.log(`a process of the fault harness ended with ${code}`);
      }
      resolve();
    });
  });
  return { child, ended };
}

const share = process.env.FAULT_SHARE;
if (share === undefined) {
  void main();
} else {
  // A terminal sends Ctrl-C to all processes; the first one tells what was found.
  process.on("SIGINT", () => {});
  void work(JSON.parse(share) as Share);
}
