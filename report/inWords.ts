/** Numbers, names and times in words. */
import { visible } from "./readable";

/** `1 key`, `2 keys`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** `key a`, or `keys a and b`; an empty list without names. */
export function withNoun(noun: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${noun}${names.length === 1 ? "" : "s"} ${list(names)}`];
}

/** A time in short: `2035-01-01T00:00:00Z` is `2035-01-01`, and others are without their seconds. */
export function shortTime(time: string): string {
  return time
    .replace(/^(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z$/, "$1")
    .replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** A Tesseral project by its id and, if it has one, its name: `project_… (Shop)`. */
export function calledProject({ id, displayName }: { id: string; displayName?: string }): string {
  return displayName ? `${id} (${visible(displayName)})` : id;
}
