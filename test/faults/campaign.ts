// Many runs of the fault harness, counted: how many met which fault, and what was wrong after them.
import fc from "fast-check";
import { type Emulator, startEmulator } from "../../emulator";
import { type RunResult, run, type Scenario } from "./run";
import { everyKind, faultsOf, fixedScenarios, randomScenario, stopsOf } from "./scenarios";

export class Tally {
  runs = 0;
  /** Runs that met each kind of fault. */
  readonly met = new Map<string, number>([...everyKind, "killed"].map((kind) => [kind, 0]));
  /** Problems by their class: `orphan`, `lost token`, `touched bystander`, … */
  readonly problems = new Map<string, number>();
  /** The first few runs that went wrong, as text that can be run again. */
  readonly failures: string[] = [];

  count(scenario: object, { met, problems, errors }: RunResult): void {
    this.runs += 1;
    for (const kind of new Set(met)) {
      this.met.set(kind, (this.met.get(kind) ?? 0) + 1);
    }
    for (const problem of problems) {
      const [kind = problem] = problem.split(":");
      this.problems.set(kind, (this.problems.get(kind) ?? 0) + 1);
    }
    if (problems.length > 0 && this.failures.length < 5) {
      this.failures.push(
        `${JSON.stringify(scenario)}\n  ${[...problems, ...errors.map((error) => `after: ${error}`)].join("\n  ")}`,
      );
    }
  }
}

/**
 * Every request of a fixed scenario × every kind of fault × every number of times, and a kill at every request and checkpoint; a shard takes one run out of `of`.
 */
export async function everyFault(
  emulator: Emulator,
  name: string,
  options: {
    times: readonly (1 | 2 | "always")[];
    shard?: { index: number; of: number };
    limit?: number;
    tally: Tally;
  },
): Promise<void> {
  const scenario = fixedScenarios[name];
  if (scenario === undefined) {
    throw new Error(`there is no scenario ${name}`);
  }
  const clean = await run(emulator, { ...scenario, faults: [] });
  if (clean.problems.length > 0 || clean.errors.length > 0) {
    throw new Error(`scenario ${name} fails without any fault: ${[...clean.problems, ...clean.errors].join("; ")}`);
  }
  const routes = clean.requests.map(({ route }) => route);
  const { index, of } = options.shard ?? { index: 0, of: 1 };
  const faults = options.times.flatMap((times) => everyKind.flatMap((kind) => faultsOf(routes, kind, times)));
  const planned: Pick<Scenario, "faults" | "stop">[] = [
    ...stopsOf(routes.length, clean.checkpoints ?? 0).map((stop) => ({ faults: [], stop })),
    ...faults.map((fault) => ({ faults: [fault] })),
  ];
  for (const [position, plan] of planned.entries()) {
    if (position % of !== index || options.tally.runs >= (options.limit ?? Number.POSITIVE_INFINITY)) {
      continue;
    }
    const faulty = { ...scenario, ...plan };
    options.tally.count(faulty, await run(emulator, faulty));
  }
}

/** Random scenarios; throws with the seed and the smallest failing scenario found. */
export async function randomRuns(
  emulator: Emulator,
  options: { runs: number; seed: number; tally: Tally },
): Promise<void> {
  const property = fc.asyncProperty(randomScenario, async (scenario) => {
    const result = await run(emulator, scenario);
    options.tally.count(scenario, result);
    if (result.problems.length > 0) {
      throw new Error(`${result.problems.join("\n")}\nerrors on the way:\n${result.errors.join("\n")}`);
    }
  });
  await fc.assert(property, { numRuns: options.runs, seed: options.seed });
}

/** Runs work with an emulator of its own. */
export async function withEmulator<T>(work: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await startEmulator();
  try {
    return await work(emulator);
  } finally {
    await emulator.close();
  }
}
