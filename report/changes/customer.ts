/** The changes of one customer. */
import type { CustomerSteps, PartStep } from "../customerSteps";
import { type Effect, effects, highest, levels } from "../effects";
import { count, list, withNoun } from "../inWords";
import type { NetStep } from "../preview/netSteps";
import type { Change, CustomerChange } from "../review";
import { actionsOf, type KnownRole, type RoleBook } from "../roleBook";
import { apiKeyChanges, isTakenOver, withRoles } from "./apiKey";
import { organizationChanges } from "./organization";
import { type Holder, roleChanges } from "./roles";
import { livingTokens } from "./tokens";
import { unfinishedChanges } from "./unfinished";
import { isReleased, textOf } from "./values";

/**
 * What the update does with a customer; undefined if nothing.
 * @param time when the review is made, RFC 3339
 */
export function customerChange(customer: CustomerSteps, roles: RoleBook, time: string): CustomerChange | undefined {
  const { name, renamedFrom, organization } = customer;
  const kind = kindOf(organization);
  const changes = [
    ...whole(customer, kind, roles),
    ...parts(customer, kind, roles, time),
    ...unfinishedChanges(customer),
  ];
  if (renamedFrom !== undefined) {
    changes.push(change("rename", `the entry is renamed from ${renamedFrom}: nothing in Tesseral changes by that`));
  }
  if (changes.length === 0) {
    return undefined;
  }
  const level = highest(changes.map((one) => one.level));
  const sorted = changes
    .map((one, index) => ({ one, index }))
    .sort((a, b) => levels.indexOf(a.one.level) - levels.indexOf(b.one.level) || a.index - b.index)
    .map(({ one }) => one);
  return {
    name,
    displayName: displayNameOf(customer),
    kind,
    ...(renamedFrom !== undefined && { renamedFrom }),
    level,
    changes: sorted,
  };
}

/** Its display name after the update. */
export function displayNameOf({ name, organization }: CustomerSteps): string {
  return textOf(organization?.new, "displayName") ?? textOf(organization?.old, "displayName") ?? name;
}

export function kindOf(organization: NetStep | undefined): CustomerChange["kind"] {
  switch (organization?.op) {
    case "create":
    case "recreate":
      return organization.new?.inputs.adopt === undefined || organization.op === "recreate" ? "new" : "adopted";
    case "delete":
      return isReleased(organization.old) ? "released" : "deleted";
    default:
      return "changed";
  }
}

/** The change of the customer as a whole. */
function whole(customer: CustomerSteps, kind: CustomerChange["kind"], roles: RoleBook): Change[] {
  const { organization, keys } = customer;
  const named = (steps: readonly PartStep[]) => steps.map(({ part }) => part).sort();
  if (organization?.op === "recreate") {
    return [
      change(
        "new-token",
        `the organization is gone from Tesseral, and is created again: all ${count(keys.length, "key")} get new tokens`,
      ),
    ];
  }
  const shown = (which: (step: PartStep) => boolean) => [
    ...withNoun("role", named(customer.roles.filter(which))),
    ...withNoun(
      "key",
      keys
        .filter(which)
        .map((key) => `${key.part}${withRoles(key.new, roles)}`)
        .sort(),
    ),
  ];
  const contents = shown((step) => !isTakenOver(step));
  const isSuspended = organization?.new?.inputs.apiKeysEnabled === false;
  const access = isSuspended ? ", API access suspended" : "";
  if (kind === "new") {
    return [change("create", `new customer: ${contents.join("; ") || "no keys yet"}${access}`)];
  }
  if (kind === "adopted") {
    const added = contents.length > 0 ? `; new: ${contents.join("; ")}` : "";
    const along = shown(isTakenOver);
    const taken = along.length > 0 ? ` with ${list(along)}` : "";
    // Only the provider knows whether keys in it work now: changes/keysTurned.ts.
    const text = `an existing organization is taken over${taken}, and set to what the entry says${access}${added}`;
    return [change("adopt", text)];
  }
  if (kind === "released") {
    const all = list(["the organization", ...withNoun("key", named(keys)), ...withNoun("role", named(customer.roles))]);
    return [change("release", `leaves the stack, which forgets its tokens: ${all} stay in Tesseral as they are`)];
  }
  if (kind === "deleted") {
    const live = keys.reduce((sum, { old }) => sum + livingTokens(old), 0);
    const along = [...withNoun("key", named(keys)), ...withNoun("role", named(customer.roles))];
    return [
      {
        ...change(
          "delete",
          `is deleted for good, with ${list([...along, "its users"])}${live > 0 ? `: ${live === 1 ? "1 token stops" : `${live} tokens stop`} working at once` : ""}`,
        ),
        keys: keys.length,
      },
    ];
  }
  if (organization === undefined) {
    return [];
  }
  if (organization.op === "replace" || organization.op === "finish" || organization.op === "other") {
    return [change("other", `the engine says ${JSON.stringify(organization.engineOp)} of the organization`)];
  }
  return organizationChanges(organization, { keys: goingOn(keys).filter(({ old }) => livingTokens(old) > 0).length });
}

/** The changes of its keys and roles that the change of the whole customer does not imply. */
function parts(customer: CustomerSteps, kind: CustomerChange["kind"], roles: RoleBook, time: string): Change[] {
  const saidAlready: Record<CustomerChange["kind"], NetStep["op"][]> = {
    new: ["create", "recreate"],
    adopted: ["create"],
    changed: [],
    deleted: ["delete"],
    released: ["delete"],
  };
  const left = <Step extends NetStep>(steps: readonly Step[]) =>
    steps.filter(({ op }) => !saidAlready[kind].includes(op));
  const sorted = (steps: readonly PartStep[]) => [...steps].sort((a, b) => (a.part < b.part ? -1 : 1));
  const isSuspended = customer.organization?.new?.inputs.apiKeysEnabled === false;
  return [
    ...sorted(left(customer.keys)).flatMap((key) => apiKeyChanges(key, roles, { isSuspended, time })),
    ...sorted(left(customer.roles)).flatMap((role) => roleChanges(role, holdersOf(role, customer.keys, roles))),
    ...left(customer.others).flatMap(otherChange),
  ];
}

/** The keys that have a role before and after the update. */
function holdersOf(role: PartStep, keys: readonly PartStep[], book: RoleBook): Holder[] {
  const has = (known: readonly (KnownRole | string)[] | undefined) =>
    known?.some((one) => typeof one !== "string" && one.name === role.part) === true;
  return goingOn(keys).flatMap((key) => {
    const [before, after] = [book.rolesOf(key.old), book.rolesOf(key.new)];
    return has(before) && has(after)
      ? [{ name: key.part, before: actionsOf(before, "before"), after: actionsOf(after, "after") }]
      : [];
  });
}

/** Keys that exist before and after the update. */
function goingOn(keys: readonly PartStep[]): PartStep[] {
  return keys.filter(({ op }) => op === "same" || op === "update");
}

/** A resource of the customer that is not this package's, such as the secret that a key is delivered in. */
function otherChange(step: NetStep): Change[] {
  if (step.op === "same" && step.oldName === undefined) {
    return [];
  }
  const type = step.type.split(":").at(-1) ?? step.type;
  const words: Record<string, string> = {
    create: "is created",
    update: "changes",
    replace: "is replaced",
    delete: "is deleted",
    recreate: "is gone, and is created again",
    same: `is renamed from ${step.oldName}`,
  };
  const fields = step.replaceReasons.length > 0 ? step.replaceReasons.join(", ") : undefined;
  return [
    {
      ...change("other", `${words[step.op] ?? `the engine says ${step.engineOp}`} (${type})`, fields),
      subject: { kind: "resource", name: step.name },
    },
  ];
}

function change(effect: Effect, text: string, detail?: string): Change {
  return { effect, level: effects[effect], text, ...(detail !== undefined && { detail }) };
}
