// The rules of identity, said a second time: which edits are refused. after.ts says what becomes of those that are not.
import type { Entries, Entry } from "./entries";
import { type DeployedKey, problemOfKey, rotationProblem, type Slots, suspendedProblem } from "./keyLife";

/** What Tesseral holds, by id: all of it, whoever it belongs to. */
export interface Tenant {
  organizations: Map<string, { displayName: string; apiKeysEnabled: boolean }>;
  roles: Map<string, { organizationId: string; displayName: string; actions: string[] }>;
  apiKeys: Map<string, { organizationId: string; displayName: string; secretToken: string; roles: string[] }>;
}

/** A customer of the stack. */
export interface Deployed {
  organizationId: string;
  /** As it was last deployed. */
  entry: Entry;
  roles: ReadonlyMap<string, string>;
  apiKeys: ReadonlyMap<string, Slots>;
}

export type Stack = ReadonlyMap<string, Deployed>;

export type Verdict =
  /** By the program, before any resource; or by the provider, where another resource may have been begun if there was no preview. */
  | { refused: string; by: "program" | "provider" }
  /** The deployed name of each declared customer; undefined for a new one. */
  | { origins: Map<string, string | undefined> };

/** How many customers an update may delete; the default of `tesseral:maxRemovals`. */
const mostRemovals = 1;

const fold = (displayName: string) => displayName.toLowerCase();
const isRepeated = (texts: readonly string[]) => new Set(texts).size < texts.length;

/** Judges an edit by what the stack and Tesseral have. */
export function judge(entries: Entries, stack: Stack, tenant: Tenant): Verdict {
  const refused = (reason: string, by: "program" | "provider" = "program") => ({ refused: reason, by });
  const all = Object.entries(entries);
  const inFile = problemInFile(entries);
  if (inFile !== undefined) {
    return refused(inFile);
  }
  const renames = renamesOf(
    new Map(all.map(([name, { renamedFrom = [] }]) => [name, renamedFrom])),
    new Set(stack.keys()),
  );
  if (renames.problem !== undefined) {
    return refused(renames.problem);
  }
  const origins = new Map(all.map(([name]) => [name, stack.has(name) ? name : renames.from.get(name)]));
  const holders = new Map([...stack].map(([name, { organizationId }]) => [organizationId, name]));
  for (const [name, { adopt }] of all) {
    const origin = origins.get(name);
    const holder = adopt === undefined ? undefined : holders.get(adopt);
    if (adopt === undefined || (origin !== undefined && origin === holder)) {
      continue;
    }
    if (origin !== undefined) {
      return refused(`${name} has another organization than it adopts`);
    }
    if (holder !== undefined && Object.hasOwn(entries, holder)) {
      return refused(`${name} adopts what ${holder} has`);
    }
    if (holder !== undefined && [...origins.values()].includes(holder)) {
      return refused(`${name} adopts what another entry is the new name of`);
    }
    origins.set(name, holder);
  }
  const kept = new Set(origins.values());
  const vanished = [...stack].filter(([name]) => !kept.has(name));
  if (renames.unmatched.some((name) => origins.get(name) === undefined) && vanished.length > 0) {
    return refused("something was renamed from nothing, and something else is gone");
  }
  for (const [name, { displayName }] of all) {
    const own = origins.get(name);
    for (const [other, { entry: before }] of stack) {
      const successor = all.find(([each]) => origins.get(each) === other)?.[1];
      const isGivenUp = successor === undefined || fold(successor.displayName) !== fold(before.displayName);
      const hadIt = own !== undefined && fold(stack.get(own)?.entry.displayName ?? "") === fold(displayName);
      if (other !== own && isGivenUp && !hadIt && fold(before.displayName) === fold(displayName)) {
        return refused(`${name} takes the display name that ${other} gives up`);
      }
    }
  }
  for (const [name, entry] of all) {
    const before = stack.get(origins.get(name) ?? "");
    for (const kind of ["roles", "apiKeys"] as const) {
      const problem = before === undefined ? undefined : childOrigins(entry, before, kind).problem;
      if (problem !== undefined) {
        return refused(`${name}: ${problem}`);
      }
    }
    for (const [key, declared] of entry.apiAccess === "suspended" ? Object.entries(entry.apiKeys) : []) {
      const problem = suspendedProblem(declared, before && deployedKey(entry, before, key));
      if (problem !== undefined) {
        return refused(`${name}: ${problem}`);
      }
    }
  }
  const deleted = vanished.filter(([, { entry }]) => entry.onRemoval !== "release");
  const isProtected = ({ protect, onRemoval }: Entry) => protect ?? onRemoval !== "release";
  if (deleted.some(([, { entry }]) => isProtected(entry)) || deleted.length > mostRemovals) {
    return refused("a protected entry is gone, or too many are");
  }
  return problemInTesseral(entries, origins, stack, tenant) ?? { origins };
}

/** What no state is needed for. */
function problemInFile(entries: Entries): string | undefined {
  const all = Object.values(entries);
  if (isRepeated(all.map(({ displayName }) => fold(displayName)))) {
    return "two entries have one display name";
  }
  if (isRepeated(all.flatMap(({ adopt }) => adopt ?? []))) {
    return "two entries adopt one organization";
  }
  if (all.some(({ protect, onRemoval }) => protect === true && onRemoval === "release")) {
    return "an entry is protected and released";
  }
  const ofKeys = all.flatMap(({ apiKeys }) => Object.values(apiKeys).flatMap((key) => problemOfKey(key) ?? []));
  if (ofKeys[0] !== undefined) {
    return ofKeys[0];
  }
  const hasUnknownRole = ({ roles, apiKeys }: Entry) =>
    Object.values(apiKeys).some((key) => key.roles.some((role) => !Object.hasOwn(roles, role)));
  return all.some(hasUnknownRole) ? "a key has a role that is not declared" : undefined;
}

function problemInTesseral(
  entries: Entries,
  origins: ReadonlyMap<string, string | undefined>,
  stack: Stack,
  tenant: Tenant,
): Verdict | undefined {
  const managed = new Set([...stack.values()].map(({ organizationId }) => organizationId));
  const foreign = [...tenant.organizations].filter(([id]) => !managed.has(id));
  for (const [name, entry] of Object.entries(entries)) {
    const { displayName, adopt, apiAccess, apiKeys } = entry;
    const before = stack.get(origins.get(name) ?? "");
    if (before === undefined && adopt !== undefined && !tenant.organizations.has(adopt)) {
      return { refused: `${name} adopts what is not there`, by: "provider" };
    }
    if (before === undefined && adopt === undefined && foreign.some(([, other]) => other.displayName === displayName)) {
      return { refused: `${name} is called like what the stack does not manage`, by: "provider" };
    }
    const isSuspended = apiAccess === "suspended";
    for (const [key, declared] of Object.entries(apiKeys)) {
      const deployed = before && deployedKey(entry, before, key);
      const problem = rotationProblem(declared, deployed, isSuspended);
      if (problem !== undefined) {
        return { refused: `${name}: ${problem}`, by: "provider" };
      }
    }
  }
  return undefined;
}

interface Renames {
  /** The deployed name by the declared one. */
  from: Map<string, string>;
  unmatched: string[];
  problem?: string;
}

/** What `renamedFrom` comes to. */
function renamesOf(declared: ReadonlyMap<string, readonly string[]>, deployed: ReadonlySet<string>): Renames {
  const from = new Map<string, string>();
  const unmatched: string[] = [];
  const said = [...declared.values()].flatMap((earlier) => [...new Set(earlier)]);
  const refused = (problem: string) => ({ from, unmatched, problem });
  if (isRepeated(said)) {
    return refused("two have the same earlier name");
  }
  for (const [name, earlier] of declared) {
    const orphaned = earlier.filter((each) => deployed.has(each) && !declared.has(each));
    if (earlier.includes(name)) {
      return refused(`${name} is renamed from itself`);
    }
    if (orphaned.length + (deployed.has(name) ? 1 : 0) > 1) {
      return refused(`${name} would be two at once`);
    }
    if (deployed.has(name)) {
      continue;
    }
    if (orphaned[0] !== undefined) {
      from.set(name, orphaned[0]);
    } else if (earlier.some((each) => deployed.has(each))) {
      return refused(`${name} is renamed from what is still declared`);
    } else if (earlier.length > 0) {
      unmatched.push(name);
    }
  }
  return { from, unmatched };
}

/** The deployed name of each role or key of an entry that is not new. */
export function childOrigins(
  entry: Entry,
  before: Deployed,
  kind: "roles" | "apiKeys",
): { from: Map<string, string>; problem?: string } {
  const declared = new Map(Object.entries(entry[kind]).map(([name, { renamedFrom = [] }]) => [name, renamedFrom]));
  const deployed = new Set(before[kind].keys());
  const renames = renamesOf(declared, deployed);
  const from = new Map([...declared.keys()].flatMap((name) => (deployed.has(name) ? [[name, name] as const] : [])));
  for (const [name, old] of renames.from) {
    from.set(name, old);
  }
  const kept = new Set(from.values());
  const isSomeGone = [...deployed].some((name) => !kept.has(name));
  const problem =
    renames.problem ?? (renames.unmatched.length > 0 && isSomeGone ? "a child was renamed from nothing" : undefined);
  return { from, ...(problem !== undefined && { problem }) };
}

/** The names of the keys that an update makes or keeps: a new one of a suspended customer waits. */
export function keysMade(entry: Entry, before: Deployed | undefined): string[] {
  const isDeployed = (key: string) => before !== undefined && deployedKey(entry, before, key) !== undefined;
  return Object.keys(entry.apiKeys).filter((key) => entry.apiAccess !== "suspended" || isDeployed(key));
}

/** A key of an entry as it was last deployed; undefined for a new one. */
export function deployedKey(entry: Entry, before: Deployed, name: string): DeployedKey | undefined {
  const origin = childOrigins(entry, before, "apiKeys").from.get(name) ?? "";
  const [key, slots] = [before.entry.apiKeys[origin], before.apiKeys.get(origin)];
  return key === undefined || slots === undefined ? undefined : { key, slots };
}
