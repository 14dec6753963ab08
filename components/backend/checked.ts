import * as pulumi from "@pulumi/pulumi";
import { later, mapLater } from "../later";

/**
 * Arguments, checked: plain values at once, before anything is created, and each output as soon as its value is known, together with
 * the plain ones. `problemsOf` gets arguments with `later` in place of outputs; `refuse` throws when there are problems.
 */
export function checked<Args extends object>(
  given: Args,
  problemsOf: (known: object) => string[],
  refuse: (problems: string[]) => void,
): Args {
  refuse(problemsOf(mapLater<object>(given, () => later)));
  return mapLater(given, (output, place) =>
    pulumi.output(output).apply((value) => {
      const only = (_: unknown, other: readonly string[]) => (other.join() === place.join() ? value : later);
      refuse(problemsOf(mapLater<object>(given, only)));
      return value;
    }),
  );
}
