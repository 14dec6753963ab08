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
  #isShrinking = false;

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

  /** Counts a run of a property: after the first one that goes wrong come its simpler forms, which are not counted. */
  countRandom(scenario: object, result: RunResult): void {
    if (!this.#isShrinking) {
      this.count(scenario, result);
    }
    this.#isShrinking ||= result.problems.length > 0;
  }

  /** A property begins. */
  beginRandom(): void {
    this.#isShrinking = false;
  }
}

/** Every request of a fixed scenario × every kind of fault × every number of times, and a kill at every request and checkpoint. */
export async function plannedFaults(
  emulator: Emulator,
  name: string,
  times: readonly (1 | 2 | "always")[],
): Promise<Scenario[]> {
  const scenario = fixedScenarios[name];
  if (scenario === undefined) {
    throw new Error(`there is no scenario ${name}`);
  }
  const clean = await run(emulator, { ...scenario, faults: [] });
  if (clean.problems.length > 0 || clean.errors.length > 0) {
    throw new Error(`scenario ${name} fails without any fault: ${[...clean.problems, ...clean.errors].join("; ")}`);
  }
  const routes = clean.requests.map(({ route }) => route);
  const faults = times.flatMap((count) => everyKind.flatMap((kind) => faultsOf(routes, kind, count)));
  return [
    ...stopsOf(routes.length, clean.checkpoints ?? 0).map((stop) => ({ ...scenario, faults: [], stop })),
    ...faults.map((fault) => ({ ...scenario, faults: [fault] })),
  ];
}

export interface Shard {
  index: number;
  of: number;
}

/** All that is planned of a fixed scenario, or one run out of `of`. */
export async function everyFault(
  emulator: Emulator,
  name: string,
  options: { times: readonly (1 | 2 | "always")[]; shard?: Shard; tally: Tally },
): Promise<void> {
  const { index, of } = options.shard ?? { index: 0, of: 1 };
  for (const [position, scenario] of (await plannedFaults(emulator, name, options.times)).entries()) {
    if (position % of === index) {
      options.tally.count(scenario, await run(emulator, scenario));
    }
  }
}

/** So many runs of all that is planned of all fixed scenarios, at even distances. */
export async function fixedRuns(
  emulator: Emulator,
  options: { runs: number; seed: number; shard: Shard; tally: Tally },
): Promise<void> {
  const all: Scenario[] = [];
  for (const name of Object.keys(fixedScenarios)) {
    all.push(...(await plannedFaults(emulator, name, [1, 2, "always"])));
  }
  for (const scenario of spread(all, options.runs, options)) {
    options.tally.count(scenario, await run(emulator, scenario));
  }
}

/** So many of a list, at even distances, beginning where the seed says; for a shard, those that are its own. */
export function spread<Item>(
  list: readonly Item[],
  most: number,
  { seed, shard: { index, of } = { index: 0, of: 1 } }: { seed: number; shard?: Shard },
): Item[] {
  const own = list.filter((_, position) => position % of === index);
  const distance = Math.max(1, own.length / most);
  const count = Math.min(most, own.length);
  return Array.from({ length: count }, (_, nth) => own[Math.floor(seed + nth * distance) % own.length]).flatMap(
    (item) => item ?? [],
  );
}

/** Random scenarios; throws with the seed and the smallest failing scenario found. */
export async function randomRuns(
  emulator: Emulator,
  options: { runs: number; seed: number; tally: Tally },
): Promise<void> {
  const property = fc.asyncProperty(randomScenario, async (scenario) => {
    const result = await run(emulator, scenario);
    options.tally.countRandom(scenario, result);
    if (result.problems.length > 0) {
      throw new Error(`${result.problems.join("\n")}\nerrors on the way:\n${result.errors.join("\n")}`);
    }
  });
  options.tally.beginRandom();
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
