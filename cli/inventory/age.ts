/** How old things are, for people. No I/O. */

/** How long ago a time was, in the largest unit that gives a number of two or more. */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, size] = ageUnits.find(([, length]) => seconds >= 2 * length) ?? ["second", 1];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago (${time})`;
}

const ageUnits: [string, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
