/** Runs each contender `runs` times, one after the other in turns, so that a busy moment of the machine hits all of them alike. */
export async function alternating<Name extends string>(
  contenders: Record<Name, () => Promise<number>>,
  runs: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const value = await contenders[name]();
      if (run > 0) {
        measured[name].push(value); // the first one warms the machine's caches
      }
    }
  }
  return measured;
}

/** The value below which a quarter of the measurements lie: what the thing takes when nothing else disturbs it. */
export function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 4)];
  if (value === undefined) {
    throw new Error("nothing was measured");
  }
  return value;
}
