/** When a review makes a pipeline fail. */
import { nearest } from "../../components/nearest";
import { type Effect, effects, type Level } from "../../report/effects";
import type { Review } from "../../report/review";
import { exitCodes, UsageError } from "../exitCodes";

/** What `--fail-on` takes: any change, a level, or an effect. */
type Gate = "change" | Level | Effect;

/** Every word that `--fail-on` knows. */
export const gates: readonly Gate[] = ["change", "notice", "rotation", ...(Object.keys(effects) as Effect[])];

/** The gates that a text names, such as `notice,delete`. */
export function gatesIn(text: string): Gate[] {
  return text.split(",").map((part) => {
    const name = part.trim();
    const gate = gates.find((one) => one === name);
    if (gate === undefined) {
      const meant = nearest(name, gates);
      const hint = meant === undefined ? `one of ${gates.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
      throw new UsageError(`--fail-on does not know ${JSON.stringify(name)}: ${hint}`);
    }
    return gate;
  });
}

interface Gates {
  /** Whether the code says what changes. */
  exitCode: boolean;
  failOn: readonly Gate[];
}

/** The exit code of a review, by what is in it. */
export function exitCodeOf({ stacks }: Review, { exitCode, failOn }: Gates): number {
  if (stacks.some(({ complete }) => !complete)) {
    return exitCodes.failed;
  }
  const changes = stacks.flatMap((stack) => stack.changes.flatMap((customer) => customer.changes));
  const changesAnything = changes.length > 0 || stacks.some(({ others, raw }) => others.length + raw.length > 0);
  const isMet = (gate: Gate) =>
    gate === "change" ? changesAnything : changes.some(({ level, effect }) => level === gate || effect === gate);
  if (failOn.some(isMet) || (exitCode && isMet("notice"))) {
    return exitCodes.findings;
  }
  return exitCode && changesAnything ? exitCodes.changes : exitCodes.done;
}
