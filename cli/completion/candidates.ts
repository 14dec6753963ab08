import type { Argument, Option } from "commander";

/** The values that a shell may offer where commander does not check them by choices: the command does, with better messages. */
const known = new WeakMap<Argument | Option, readonly string[]>();

/** Lets shells offer these values. */
export function offering<Described extends Argument | Option>(
  described: Described,
  values: readonly string[],
): Described {
  known.set(described, values);
  return described;
}

/** The values that shells offer; undefined where any text may be meant. */
export function candidatesOf(described: Argument | Option): readonly string[] | undefined {
  return known.get(described) ?? described.argChoices;
}
