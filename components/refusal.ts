import { refusal } from "../providers/refusal";

/** Stops the program with every problem of a component, one a line. @throws pulumi.RunError when there is any */
export function refuse(name: string, problems: readonly (string | false | undefined)[], kind = "Backend"): void {
  const found = problems.filter((problem) => typeof problem === "string");
  if (found.length === 0) {
    return;
  }
  const lines = found.length === 1 ? ` ${found[0]}` : found.map((problem) => `\n  ${problem}`).join("");
  throw refusal(`${kind} "${name}":${lines}`);
}

/** Runs what may throw about the user's files or surroundings. @throws pulumi.RunError with that message */
export function refuseWhatThrows<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw refusal(`Backend "${name}": ${(error as Error).message}`);
  }
}
