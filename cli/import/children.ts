/** Which of an organization's roles and keys are written into a new entry, and which of them an existing entry means. No I/O. */
import { displayNameProblem, sameName } from "../../config/displayName";
import { textProblem } from "../../config/formats";
import { maskTokens } from "../../errors/maskTokens";
import { type ApiKey, isMarkedName, type Role } from "../../tesseral";
import type { DeclaredChild, DeclaredCustomer } from "../declaredCustomers";
import { freeName, proposedName } from "./entryNames";

/** What is in an organization. */
export interface Contents {
  roles: readonly Role[];
  keys: readonly (ApiKey & { roleIds: readonly string[] })[];
}

/** A role as it is written, in the order of the fields. */
export interface ProposedRole {
  displayName?: string;
  description?: string;
  adopt: string;
  actions: string[];
}

/** A key as it is written, in the order of the fields. */
export interface ProposedKey {
  displayName?: string;
  adopt: string;
  roles?: string[] | "unmanaged";
  expireTime?: string;
}

/** Names of roles and keys. Customer and name are joined by a hyphen, so another customer's role or key can already have the joined name. */
export class ChildNames {
  readonly #taken = { role: new Set<string>(), key: new Set<string>() };

  constructor(entries: Readonly<Record<string, DeclaredCustomer>>, contents: Iterable<string>) {
    const declared = Object.entries(entries).flatMap(([name, { roles = {}, apiKeys = {} }]) =>
      [...Object.keys(roles), ...Object.keys(apiKeys)].map((child) => `${name}-${child}`),
    );
    for (const taken of Object.values(this.#taken)) {
      for (const name of [...contents, ...declared]) {
        taken.add(name);
      }
    }
  }

  /** Names for one customer. */
  of(customer: string, noun: "role" | "key"): (displayName: string, id: string) => string {
    const taken = this.#taken[noun];
    return (displayName, id) => {
      const name = freeName(proposedName(displayName, noun, id), (each) => taken.has(`${customer}-${each}`));
      taken.add(`${customer}-${name}`);
      return name;
    };
  }
}

/** The roles and keys of a new entry, and a sentence about each that is left alone. */
export function proposedChildren(
  contents: Contents | undefined,
  customer: string,
  namer: ChildNames,
  now: number,
): { roles: Record<string, ProposedRole>; apiKeys: Record<string, ProposedKey>; notes: string[] } {
  const notes: string[] = [];
  const roleNames = new Map<string, string>();
  const nameRole = namer.of(customer, "role");
  const nameKey = namer.of(customer, "key");
  const roles: Record<string, ProposedRole> = {};
  for (const role of byAge(contents?.roles ?? [])) {
    const { id, displayName = "", description, actions = [] } = role;
    const problem =
      actions.length === 0 ? "it allows nothing" : (nameProblem(displayName) ?? describedProblem(description));
    if (problem !== undefined) {
      notes.push(`role ${quoted(role)} is left alone: ${problem}`);
      continue;
    }
    const name = nameRole(displayName, id);
    roleNames.set(id, name);
    roles[name] = {
      ...(displayName !== name && { displayName }),
      ...(description && { description }),
      adopt: id,
      actions: [...actions].sort(),
    };
  }
  const apiKeys: Record<string, ProposedKey> = {};
  for (const key of byAge(contents?.keys ?? [])) {
    const { id, displayName = "", expireTime, roleIds } = key;
    const problem = endOf(key, now) ?? nameProblem(displayName);
    if (problem !== undefined) {
      notes.push(`key ${quoted(key)} is left alone: ${problem}`);
      continue;
    }
    const name = nameKey(displayName, id);
    const held = [...new Set(roleIds)].flatMap((each) => roleNames.get(each) ?? []).sort();
    const isWhole = held.length === new Set(roleIds).size;
    if (!isWhole) {
      notes.push(`key ${name} has roles that cannot be declared here, so its roles are not managed`);
    }
    apiKeys[name] = {
      ...(displayName !== name && { displayName }),
      adopt: id,
      ...(isWhole ? held.length > 0 && { roles: held } : { roles: "unmanaged" as const }),
      ...(expireTime !== undefined && { expireTime }),
    };
  }
  return { roles, apiKeys, notes };
}

/** Where a role or a key stands in an entry. */
type ChildField = "roles" | "apiKeys";

/** A declared role or key, and what it is in Tesseral. */
export interface ChildMatch {
  field: ChildField;
  name: string;
  id: string;
}

/**
 * Finds the roles and keys that an entry declares in its organization, by display name. Revoked and expired keys are passed over.
 * `problems` has a sentence for each that cannot be decided; `notes`, one for each that is left alone.
 */
export function matchedChildren(
  { roles = {}, apiKeys = {} }: Pick<DeclaredCustomer, "roles" | "apiKeys">,
  contents: Contents,
  now: number,
): { matches: ChildMatch[]; problems: string[]; notes: string[] } {
  const live = contents.keys.filter((key) => endOf(key, now) === undefined);
  const found = [
    matchedIn("roles", "role", roles, contents.roles),
    matchedIn("apiKeys", "API key", apiKeys, live),
  ] as const;
  return {
    matches: found.flatMap(({ matches }) => matches),
    problems: found.flatMap(({ problems }) => problems),
    notes: found.flatMap(({ notes }) => notes),
  };
}

function matchedIn(
  field: ChildField,
  noun: string,
  declared: Readonly<Record<string, DeclaredChild>>,
  objects: readonly (ApiKey | Role)[],
): { matches: ChildMatch[]; problems: string[]; notes: string[] } {
  const adopted = new Set(Object.values(declared).map(({ adopt }) => adopt));
  const free = objects.filter(({ id }) => !adopted.has(id));
  const matches: ChildMatch[] = [];
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const [name, { displayName = name, adopt, isRotated = false }] of Object.entries(declared)) {
    const fits = adopt === undefined ? called(displayName, free) : [];
    const [fit] = fits;
    const owner = fit === undefined ? undefined : owners.get(fit.id);
    if (fit === undefined) {
      continue;
    }
    if (fits.length > 1) {
      const candidates = fits.map((one) => `${one.id} (created ${one.createTime})`).join(", ");
      problems.push(
        `${field}.${name} can be any of ${fits.length} ${noun}s called ${JSON.stringify(displayName)}: ${candidates}. ` +
          `Write adopt into ${name} for the one that is meant${isRotated ? afterRotation(name) : ""}`,
      );
    } else if (owner === undefined) {
      owners.set(fit.id, name);
      matches.push({ field, name, id: fit.id });
    } else {
      problems.push(
        `${noun} ${quoted(fit)} can be ${field}.${owner} or ${field}.${name}: write adopt into the one that is meant`,
      );
    }
  }
  const left = free.filter(({ id }) => !owners.has(id));
  return {
    matches,
    problems,
    notes: left.map((one) => `${noun} ${quoted(one)} is left alone: its entry does not declare it`),
  };
}

/** What to do about two keys that one entry can mean. */
function afterRotation(name: string): string {
  return (
    `: after a rotation the younger one has the current token. Until the customer uses that, give the other one an entry of its own, such as ${name}-before, with ` +
    "adopt and roles: unmanaged"
  );
}

/** Those with exactly this name, or else those whose name differs only in case or blanks. */
function called<Each extends { displayName?: string }>(displayName: string, objects: readonly Each[]): Each[] {
  const exact = objects.filter((one) => one.displayName === displayName);
  return exact.length > 0 ? exact : objects.filter((one) => sameName(one.displayName ?? "") === sameName(displayName));
}

/** Why an object cannot be declared under the name that it has, or undefined. */
export function nameProblem(displayName: string): string | undefined {
  if (isMarkedName(displayName)) {
    return "was left by an interrupted creation: run npx pulumi-tesseral inventory --recover";
  }
  if (maskTokens(displayName) !== displayName) {
    return "its name holds a token or a backend API key: rename it in the Tesseral Console, revoke that key, and make a new one";
  }
  const problem = textProblem(displayName) ?? displayNameProblem(displayName);
  return problem === undefined
    ? undefined
    : `its name ${problem.replace(/: write .*/su, "")}: rename it in the Tesseral Console`;
}

function describedProblem(description: string | undefined): string | undefined {
  const problem = description === undefined ? undefined : textProblem(description);
  return problem === undefined ? undefined : `its description ${problem}`;
}

/** Why a key no longer works, or undefined. */
export function endOf({ revoked, expireTime }: ApiKey, now: number): string | undefined {
  if (revoked) {
    return "it was revoked";
  }
  return expireTime !== undefined && Date.parse(expireTime) <= now ? `it expired at ${expireTime}` : undefined;
}

/** Id and name in one line, whatever the name holds, without a token. */
function quoted({ id, displayName = "" }: { id: string; displayName?: string }): string {
  const shown = maskTokens(displayName).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, " ");
  return `${id}${shown === "" ? "" : ` ${JSON.stringify(shown)}`}`;
}

/** The oldest first. */
export function byAge<Each extends { id: string; createTime: string }>(all: readonly Each[]): Each[] {
  return [...all].sort((one, other) =>
    one.createTime === other.createTime ? (one.id < other.id ? -1 : 1) : one.createTime < other.createTime ? -1 : 1,
  );
}
