/** What a change of an API key means for the customer who uses it. */
import type { PartStep } from "../customerSteps";
import { type Effect, effects } from "../effects";
import { list, shortTime } from "../inWords";
import type { ResourceState } from "../preview/preview";
import type { Change } from "../review";
import { actionsOf, namesOf, type RoleBook } from "../roleBook";
import { endOf, hasEnded, isLater, livingTokens, tokensEnd } from "./tokens";
import { differing, fromTo, isReleased, numberOf, textOf } from "./values";

/** Inputs that are not shown: the provider's own arithmetic, and what follows from a change of the customer. */
const silent = new Set([
  ...["__provider", "managedBy", "suspended", "generation", "rotatedAt", "rotateAt", "retireAfter"],
  ...["retiredGeneration", "currentExpireTime", "status", "rotate", "organizationId", "expireTime", "roles", "adopt"],
]);

const schedule: Record<string, string> = {
  rotateEvery: "the period of its rotations",
  overlap: "the overlap of its rotations",
  expireAfter: "how long its tokens live",
  renewBefore: "how long before its end it is renewed",
};

/** What a key's step does not show. */
export interface KeyCircumstances {
  /** Whether its customer's API access is off after the update: then Tesseral makes no token. */
  isSuspended: boolean;
  /** When the review is made, RFC 3339. */
  time: string;
}

/** The changes of one key; none for a key that comes or goes with its customer. */
export function apiKeyChanges(step: PartStep, roles: RoleBook, around: KeyCircumstances): Change[] {
  const say = (effect: Effect, text: string, detail?: string): Change => ({
    ...{ effect, level: effects[effect], subject: { kind: "key", name: step.part }, text, keys: 1 },
    ...(detail !== undefined && { detail }),
  });
  return [...changesOf(step, roles, around, say), ...(step.left ?? []).map((state) => leftToken(state, say))];
}

function changesOf(step: PartStep, roles: RoleBook, around: KeyCircumstances, say: Say): Change[] {
  const { op, old, new: news, oldPart } = step;
  const renamed = oldPart === undefined ? [] : [say("rename", `is renamed from ${oldPart} in the stack alone`)];
  switch (op) {
    case "same":
      return renamed;
    case "create":
      return isTakenOver(step)
        ? [
            say("adopt", "is taken over with the token that it has, which the stack does not know"),
            ...rotation(step, say, around),
          ]
        : [say("key-added", `is new${withRoles(news, roles)}${withLife(news)}`)];
    case "recreate":
      return [say("new-token", "is gone from Tesseral, and is created again with a new token")];
    case "delete":
      return [
        isReleased(old)
          ? say("release", "leaves the stack, and stays in Tesseral with its token")
          : livingTokens(old) === 0
            ? say("other", `is removed; its token has ended already (${endOf(old)})`)
            : say("token-ends", `is removed: ${tokensEnd(old)}`),
      ];
    case "finish":
      return [leftToken(old, say)];
    case "replace":
      return [...renamed, ...replacement(step, say), ...updates(step, roles, say)];
    case "update":
      return [...renamed, ...rotation(step, say, around), ...updates(step, roles, say)];
    default:
      return [say("other", `the engine says ${JSON.stringify(step.engineOp)} of it`)];
  }
}

type Say = (effect: Effect, text: string, detail?: string) => Change;

/** A key that was to go when it was replaced, and is there still. */
function leftToken(state: ResourceState | undefined, say: Say): Change {
  const living = livingTokens(state);
  if (living === 0) {
    return say(
      "other",
      `what an earlier replacement left of it is deleted; its token has ended already (${endOf(state)})`,
    );
  }
  return living === 2
    ? say("token-ends", "has two tokens that an earlier replacement left: both stop working")
    : say("token-ends", "has a token that an earlier replacement left: it stops working");
}

function replacement({ old, new: news, replaceReasons }: PartStep, say: Say): Change[] {
  const reasons = replaceReasons.filter((name) => name !== "status");
  const details = reasons.map((name) =>
    // The input is only an organization's id, and a new one does not even have that.
    name === "organizationId" ? "another organization" : `${name} ${fromTo(old?.inputs[name], news?.inputs[name])}`,
  );
  const detail = details.length > 0 ? details.join(", ") : undefined;
  return livingTokens(old, news) === 0
    ? [say("new-token", `is replaced: it has a new token, since the previous one was ${endOf(old)}`, detail)]
    : [say("token-ends", `is replaced: ${tokensEnd(old, news)}`, detail)];
}

/** What happens to the tokens of a key within its resource. */
function rotation({ old, new: news }: PartStep, say: Say, { isSuspended, time }: KeyCircumstances): Change[] {
  const [generation = 1, next = 1] = [numberOf(old, "generation"), numberOf(news, "generation")];
  const [retired = 0, retires = 0] = [numberOf(old, "retiredGeneration"), numberOf(news, "retiredGeneration")];
  const retireAfter = textOf(news, "retireAfter");
  const [lasted, overlap] = [textOf(old, "overlap"), textOf(news, "overlap")];
  // The plan of a rotation tells Tesseral's time.
  const planned = next > generation ? textOf(news, "rotatedAt") : time;
  const hasPrevious = retired < generation - 1;
  const changes: Change[] = [];
  if (hasPrevious && retires >= generation - 1) {
    changes.push(
      overlap !== lasted && isLater(textOf(old, "retireAfter"), planned)
        ? say("token-ends", "its previous token stops working at once, before its time")
        : say("retire", "its previous token ends: the overlap is over"),
    );
  } else if (hasPrevious && next === generation && textOf(old, "retireAfter") !== retireAfter) {
    const change = fromTo(textOf(old, "retireAfter"), retireAfter);
    changes.push(say("schedule", "the end of its previous token", change));
  }
  if (next > generation) {
    const status = textOf(old, "status") ?? "active";
    const goesOn = retireAfter === undefined ? "" : ` until ${shortTime(retireAfter)}`;
    const isOver = status !== "active" || hasEnded(old, news);
    changes.push(
      isOver && isSuspended
        ? say(
            "other",
            `its token is ${status === "active" ? "expired" : status}, and it gets no new one while API access is suspended`,
          )
        : isOver
          ? say("new-token", `gets a new token, since the previous one is ${status === "active" ? "expired" : status}`)
          : retires >= generation
            ? say("token-ends", "is rotated without an overlap: the token in use stops working at once")
            : say("rotate", `is rotated: a new token, and the one in use keeps working${goesOn}`),
    );
  } else if (textOf(old, "status") !== textOf(news, "status") && news !== undefined) {
    changes.push(say("other", `its token is ${textOf(news, "status")}, and it gets no new one`));
  }
  const end = textOf(news, "currentExpireTime");
  const isRenewed = (textOf(news, "rotateEvery") ?? textOf(news, "renewBefore")) !== undefined;
  if (end !== undefined && isRenewed && news?.inputs.suspended === true && old?.inputs.suspended !== true) {
    changes.push(
      say("schedule", "gets no new token while API access is suspended, and its token ends by itself", shortTime(end)),
    );
  }
  return changes;
}

/** Everything else about a key that stays. */
function updates({ op, old, new: news }: PartStep, roles: RoleBook, say: Say): Change[] {
  if (old === undefined || news === undefined) {
    return [];
  }
  const names = differing(old, news);
  const raises = (numberOf(news, "generation") ?? 1) > (numberOf(old, "generation") ?? 1);
  const changes = names
    .filter((name) => !silent.has(name))
    .map((name) =>
      name === "displayName"
        ? say("display-name", "its name in Tesseral", fromTo(old.inputs[name], news.inputs[name]))
        : name === "onRemoval"
          ? say(
              "protection",
              news.inputs[name] === "release"
                ? "stays in Tesseral when it is removed"
                : "is deleted when it is removed",
            )
          : schedule[name] === undefined
            ? say("other", name, fromTo(old.inputs[name], news.inputs[name]))
            : say("schedule", schedule[name], fromTo(old.inputs[name], news.inputs[name])),
    );
  const isRotatedBy = names.includes("rotate") && !raises && op !== "replace";
  const [ended, ends] = [textOf(old, "currentExpireTime"), textOf(news, "currentExpireTime")];
  return [
    ...roleChanges(old, news, roles, say),
    ...changes,
    ...(isRotatedBy ? [say("schedule", "rotate", fromTo(old.inputs.rotate, news.inputs.rotate))] : []),
    ...(names.includes("expireTime") && op !== "replace"
      ? [say("schedule", "its declared end", fromTo(old.inputs.expireTime, news.inputs.expireTime))]
      : []),
    ...(ended !== ends && !raises && op !== "replace"
      ? [say("schedule", "the end of its token", fromTo(ended, ends))]
      : []),
  ];
}

/** Changes of a key's roles. What a changed role allows is said by roles.ts. */
function roleChanges(old: ResourceState, news: ResourceState, book: RoleBook, say: Say): Change[] {
  const [before, after] = [book.rolesOf(old), book.rolesOf(news)];
  if (after === undefined) {
    return before === undefined ? [] : [say("role", "its roles are no longer managed, and stay as they are")];
  }
  // A renamed or recreated role has another id, and is the same role to people.
  const [had, has] = [namesOf(before ?? [], "after"), namesOf(after)];
  const isNamedAlike = had.join() === has.join();
  if (isNamedAlike && (before ?? []).every((one) => after.includes(one))) {
    return [];
  }
  const roles = isNamedAlike
    ? "gets its roles again, since an earlier update created one of them again"
    : `roles ${list(namesOf(before ?? [], "before")) || "none"} → ${list(has) || "none"}`;
  const [could, can] = [actionsOf(before ?? [], "before"), actionsOf(after, "after")];
  if (before === undefined) {
    return [say("role", `${roles}, which are managed from now on`)];
  }
  if (could === undefined || can === undefined) {
    // What a role outside the stack allows, or which one it is, is not known: the worst is assumed.
    return [
      had.every((one) => has.includes(one)) ? say("role", roles) : say("actions-lost", `${roles}: may lose actions`),
    ];
  }
  const [lost, gained] = [could.filter((one) => !can.includes(one)), can.filter((one) => !could.includes(one))];
  const what = [
    ...(lost.length > 0 ? [`loses ${list(lost)}`] : []),
    ...(gained.length > 0 ? [`gains ${list(gained)}`] : []),
  ].join(", ");
  const effect = lost.length > 0 ? "actions-lost" : gained.length > 0 ? "actions-gained" : "role";
  return [say(effect, what === "" ? roles : `${roles}: ${what}`)];
}

/** Whether a step takes over an existing object instead of making one. */
export function isTakenOver({ op, new: news }: PartStep): boolean {
  return op === "create" && news?.inputs.adopt !== undefined;
}

/** ` (reader)` behind the name of a key. */
export function withRoles(state: ResourceState | undefined, book: RoleBook): string {
  const names = namesOf(book.rolesOf(state) ?? []);
  return names.length === 0 ? "" : ` (${names.join(", ")})`;
}

function withLife(state: ResourceState | undefined): string {
  const [end, every] = [textOf(state, "expireTime"), textOf(state, "rotateEvery")];
  return `${end === undefined ? "" : `, ends ${shortTime(end)}`}${every === undefined ? "" : `, rotates every ${every}`}`;
}
