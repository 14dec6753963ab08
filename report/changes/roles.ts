/** What a change of a role means for the keys that have it. */
import type { PartStep } from "../customerSteps";
import { type Effect, effects } from "../effects";
import { list } from "../inWords";
import type { Change } from "../review";
import { isTakenOver } from "./apiKey";
import { differing, fromTo, isReleased, textsOf } from "./values";

const silent = new Set(["__provider", "managedBy", "actions", "organizationId", "adopt"]);

/** A key that has a role before and after the update, with the known actions of all its roles. */
export interface Holder {
  name: string;
  before?: readonly string[] | undefined;
  after?: readonly string[] | undefined;
}

/** The changes of one role, and so of the keys that have it. */
export function roleChanges(step: PartStep, keys: readonly Holder[]): Change[] {
  const say = (effect: Effect, text: string, detail?: string): Change => ({
    ...{ effect, level: effects[effect], subject: { kind: "role", name: step.part }, text },
    ...(detail !== undefined && { detail }),
    ...(keys.length > 0 && { keys: keys.length }),
  });
  return [...changesOf(step, keys, say), ...(step.left ?? []).map(() => leftRole(say))];
}

type Say = (effect: Effect, text: string, detail?: string) => Change;

function leftRole(say: Say): Change {
  return say("other", "what an earlier replacement of it left is deleted");
}

function changesOf(step: PartStep, keys: readonly Holder[], say: Say): Change[] {
  const { op, old, new: news, oldPart } = step;
  const renamed = oldPart === undefined ? [] : [say("rename", `is renamed from ${oldPart} in the stack alone`)];
  switch (op) {
    case "same":
      return renamed;
    case "create":
      return isTakenOver(step)
        ? [say("adopt", `is taken over: ${list(textsOf(news, "actions") ?? [])}`)]
        : [say("role", `is new: ${list(textsOf(news, "actions") ?? []) || "allows nothing"}`)];
    case "recreate":
      return [say("role", "is gone from Tesseral, and is created again")];
    case "delete":
      return [isReleased(old) ? say("release", "leaves the stack, and stays in Tesseral") : say("role", "is removed")];
    case "finish":
      return [leftRole(say)];
    case "update":
    case "replace":
      return [
        ...renamed,
        ...allowed(step, keys, say),
        ...differing(old, news)
          .filter((name) => !silent.has(name))
          .map((name) =>
            name === "displayName"
              ? say("display-name", "its name in Tesseral", fromTo(old?.inputs[name], news?.inputs[name]))
              : say("role", name, fromTo(old?.inputs[name], news?.inputs[name])),
          ),
        ...(op === "replace" ? [say("role", "is created again, and given to its keys again")] : []),
      ];
    default:
      return [say("other", `the engine says ${JSON.stringify(step.engineOp)} of it`)];
  }
}

/** The actions that a role loses or gains. A key that has them by another role as well is not affected. */
function allowed({ old, new: news }: PartStep, holders: readonly Holder[], say: Say): Change[] {
  const [before, after] = [textsOf(old, "actions"), textsOf(news, "actions")];
  if (before === undefined || after === undefined) {
    return [];
  }
  const lost = before.filter((one) => !after.includes(one));
  const gained = after.filter((one) => !before.includes(one));
  const losers = holders.filter((key) => lost.some((one) => key.after?.includes(one) !== true));
  const winners = holders.filter((key) => gained.some((one) => key.before?.includes(one) !== true));
  return [
    ...(lost.length > 0
      ? [say(losers.length > 0 ? "actions-lost" : "role", `no longer allows ${list(lost)}: ${who(losers, "loses")}`)]
      : []),
    ...(gained.length > 0
      ? [say(winners.length > 0 ? "actions-gained" : "role", `allows ${list(gained)}: ${who(winners, "gains")}`)]
      : []),
  ];
}

function who(keys: readonly Holder[], verb: "loses" | "gains"): string {
  const names = list(keys.map(({ name }) => name));
  return keys.length === 0
    ? "no key can do less or more"
    : keys.length === 1
      ? `key ${names} ${verb} it`
      : `keys ${names} ${verb.slice(0, -1)} it`;
}
