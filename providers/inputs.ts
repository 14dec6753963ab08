/** What the `check` methods have in common: normalizing inputs and telling what is wrong with them. */
import { codedOr } from "../errors/coded";
import { idForms, isMarkedName } from "../tesseral";
import { epochMilliseconds } from "../tesseral/instant";
import { withAdvice } from "./advice";
import { keepUntilProblem } from "./keepUntil";
import { type Bag, type CheckFailure, unknownValue } from "./lifecycle";

/** The same bag without what is undefined or null: the engine takes both for "not given". */
export function compact(bag: Bag): Bag {
  return Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== undefined && value !== null));
}

/** A list without order as a sorted list without repetitions; an unknown list, or one with an unknown in it, as it is. */
export function sortedSet(value: unknown): unknown {
  if (!Array.isArray(value) || value.includes(unknownValue)) {
    return value;
  }
  return [...new Set(value)].sort();
}

/**
 * Inputs that matter when the object is created and never again. Once it exists they stay what they were, so that adding
 * or removing them shows no difference.
 */
export function creationOnly(olds: Bag, news: Bag, names: readonly string[]): Bag {
  const exists = olds.managedBy !== undefined;
  return Object.fromEntries(names.map((name) => [name, (exists ? olds : news)[name]]));
}

/** Why a text is not acceptable, or undefined. Unknown is. */
export function nonEmptyText(name: string, value: unknown): string | undefined {
  if (value === unknownValue) {
    return undefined;
  }
  if (typeof value !== "string") {
    return `${name} must be a string`;
  }
  if (value.trim() === "") {
    return `${name} is empty`;
  }
  if (value.includes("\0")) {
    return `${name} contains a NUL character`;
  }
  // What bears the mark is taken for a leftover of ours and removed.
  return isMarkedName(value)
    ? `${name} ends like the mark of an object that is being created: choose another name`
    : undefined;
}

/** Why a list is not acceptable, or any of its members. Absent and unknown are. */
export function listProblems(
  name: string,
  list: unknown,
  problem: (member: unknown) => string | undefined,
): (string | undefined)[] {
  if (list === undefined || list === unknownValue) {
    return [];
  }
  return Array.isArray(list) ? list.map(problem) : [`${name} must be a list`];
}

/** Why a text is not the id of such an object, or undefined. Unknown is acceptable. Otherwise only Tesseral would tell, and late. */
export function idProblem(name: string, kind: "organization" | "role" | "apiKey", id: unknown): string | undefined {
  if (id === unknownValue || (typeof id === "string" && idForms[kind].test(id))) {
    return undefined;
  }
  if (id === undefined || id === null || id === "") {
    return `${name}: the ${kind === "apiKey" ? "API key" : kind} is not there yet. If this update has a --target, name that ${kind} by another --target; if an --exclude, exclude this one, too`;
  }
  return `${name}: ${JSON.stringify(id)} is not the id of ${named[kind]}`;
}

const named = { organization: "an Organization", role: "a Role", apiKey: "a ManagedApiKey" };

/**
 * Why a time is not acceptable for something that is to be created, or undefined. Absent and unknown are. Whether it has passed, the
 * server's clock decides: without it that is not asked.
 */
export function timeProblem(name: string, value: unknown, now = Number.NEGATIVE_INFINITY): string | undefined {
  if (value === undefined || value === null || value === unknownValue) {
    return undefined;
  }
  const time = typeof value === "string" ? epochMilliseconds(value) : undefined;
  if (time === undefined) {
    return `${name} is ${JSON.stringify(value)}, but must be a time like 2030-01-31T00:00:00Z (RFC 3339, with an offset)`;
  }
  return time <= now ? `${name} is ${value}, which is in the past: a key created with it would never work` : undefined;
}

/** Why `keepUntil` is not acceptable, or undefined. Absent and unknown are. */
export function keepUntilInput(value: unknown): string | undefined {
  if (value === undefined || value === unknownValue) {
    return undefined;
  }
  const problem = typeof value === "string" ? keepUntilProblem(value) : "must be a text";
  return problem === undefined ? undefined : `keepUntil ${problem}`;
}

/** Why a switch is not acceptable, or undefined. Absent and unknown are. */
export function switchValue(name: string, value: unknown): string | undefined {
  if (value === undefined || value === unknownValue || typeof value === "boolean") {
    return undefined;
  }
  return `${name} must be true or false`;
}

export function failuresOf(reasons: (string | undefined)[]): string[] {
  return reasons.filter((reason) => reason !== undefined);
}

/**
 * The answer of `check`. What only the connection can tell is asked when the inputs are good in themselves. No failure
 * names a property: the engine would print the property's value, secret or not.
 */
export async function checked(
  inputs: Bag,
  reasons: string[],
  withConnection: () => Promise<void>,
): Promise<{ inputs: Bag; failures: CheckFailure[] }> {
  const found = [...reasons];
  if (found.length === 0) {
    await withConnection().catch((error: unknown) => {
      found.push(withAdvice(error));
    });
  }
  return { inputs, failures: found.map((reason) => ({ property: "", reason: codedOr("TSL-ARGUMENT", reason) })) };
}
