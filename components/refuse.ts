import type { ErrorCode } from "../errors/catalog";
import { codedOr, listed } from "../errors/coded";
import { refusal } from "../providers/refusal";

/** Stops the program with every problem of a component, one a line, each with its code. @throws pulumi.RunError when there is any */
export function refuse(
  name: string,
  problems: readonly (string | false | undefined)[],
  kind = "Backend",
  code: ErrorCode = "TSL-BACKEND",
): void {
  const found = problems.filter((problem) => typeof problem === "string");
  if (found.length === 0) {
    return;
  }
  const [first = "", ...others] = found;
  throw refusal(
    others.length === 0
      ? codedOr(code, `${kind} "${name}": ${first}`)
      : listed(
          `${kind} "${name}":`,
          found.map((problem) => codedOr(code, `  ${problem}`)),
        ),
  );
}

/** Runs what may throw about the user's files or surroundings. @throws pulumi.RunError with that message */
export function refuseWhatThrows<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw refusal(codedOr("TSL-UNEXPECTED", `Backend "${name}": ${(error as Error).message}`));
  }
}
