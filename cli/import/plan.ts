/** Decides what of a tenant is written into which entries. No I/O. */
import { sameName } from "../../config/displayName";
import { maskTokens } from "../../errors/maskTokens";
import type { Organization } from "../../tesseral";
import type { DeclaredCustomer } from "../declaredCustomers";
import {
  byAge,
  type ChildMatch,
  ChildNames,
  type Contents,
  matchedChildren,
  nameProblem,
  type ProposedKey,
  type ProposedRole,
  proposedChildren,
} from "./children";
import { freeName, proposedName } from "./entryNames";

/** A customer as it is written, in the order of the fields. */
export interface ProposedEntry {
  displayName: string;
  adopt: string;
  apiAccess?: "suspended";
  allowDuplicateName?: true;
  roles?: Record<string, ProposedRole>;
  apiKeys?: Record<string, ProposedKey>;
}

export interface Proposal {
  name: string;
  entry: ProposedEntry;
  /** What is left alone, for a comment in the entry, each a sentence without a line break. */
  notes: string[];
}

interface Skipped {
  id: string;
  displayName: string;
  reason: string;
}

/** An existing entry that lacks `adopt` lines. */
export interface EntryAdoption {
  name: string;
  customer: DeclaredCustomer;
  /** The organization that the entry means. */
  id: string;
  /** Its roles and keys that get `adopt` lines, too. */
  children: ChildMatch[];
  /** A sentence about each role and key that is left alone. */
  notes: string[];
  /** Whether API keys are off in the organization although the entry does not say so: its first update turns them on. */
  turnsKeysOn: boolean;
}

export interface ImportPlan {
  proposals: Proposal[];
  adoptions: EntryAdoption[];
  /** Organizations that cannot be declared as they are. */
  skipped: Skipped[];
}

/** What the stack knows. */
export interface Known {
  entries: Readonly<Record<string, DeclaredCustomer>>;
  /** Names of the stored organizations. */
  customers: ReadonlySet<string>;
  /** Names of the stored roles and keys, such as `acme-ci`. */
  contents: ReadonlySet<string>;
}

/**
 * The entry names of all organizations of a tenant, by id. They depend only on the tenant and the stack, not on what is chosen, and a
 * younger organization never takes the name of an older one.
 */
export function namesOf(
  organizations: readonly Organization[],
  { entries, customers }: Pick<Known, "entries" | "customers">,
): Map<string, string> {
  const fold = (name: string) => name.toLowerCase().replaceAll(/[-_\s]+/gu, "-");
  const taken = new Set([...Object.keys(entries), ...customers].map(fold));
  return new Map(
    byAge(organizations).map(({ id, displayName = "" }) => {
      const name = freeName(proposedName(displayName, "customer", id), (each) => taken.has(fold(each)));
      taken.add(fold(name));
      return [id, name];
    }),
  );
}

/** The entries that adopt an organization and are not deployed, by its id: what they declare has yet to be matched. */
export function adoptingEntries({ entries, customers }: Known): Map<string, string> {
  return new Map(
    Object.entries(entries).flatMap(([name, { adopt, deployedIn }]) =>
      adopt === undefined || deployedIn !== undefined || customers.has(name) ? [] : [[adopt, name] as const],
    ),
  );
}

/** Whether an entry declares a role or a key without `adopt`. */
export function declaresChildren({ roles = {}, apiKeys = {} }: DeclaredCustomer): boolean {
  return [...Object.values(roles), ...Object.values(apiKeys)].some(({ adopt }) => adopt === undefined);
}

/** Decides what becomes of the chosen organizations. `contents` holds what is in each, by id; some may not have been read. */
export function planImport(
  chosen: readonly Organization[],
  names: ReadonlyMap<string, string>,
  contents: ReadonlyMap<string, Contents>,
  known: Known,
  now: number,
): ImportPlan {
  const plan: ImportPlan = { proposals: [], adoptions: [], skipped: [] };
  const declared = new Map<string, string[]>();
  for (const [name, { displayName = "" }] of Object.entries(known.entries)) {
    declared.set(sameName(displayName), [...(declared.get(sameName(displayName)) ?? []), name]);
  }
  const adopting = adoptingEntries(known);
  const alike = new Map<string, number>();
  for (const { displayName = "" } of chosen) {
    alike.set(sameName(displayName), (alike.get(sameName(displayName)) ?? 0) + 1);
  }
  const namer = new ChildNames(known.entries, known.contents);
  const inOrder = chosen
    .map((organization) => ({ organization, name: names.get(organization.id) ?? organization.id }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { organization, name } of inOrder) {
    const { id, displayName = "" } = organization;
    const skip = (reason: string) => plan.skipped.push({ id, displayName: maskTokens(displayName), reason });
    const adopter = adopting.get(id);
    const problem = adopter === undefined ? nameProblem(displayName) : undefined;
    const others = declared.get(sameName(displayName)) ?? [];
    const waiting = others.filter((one) => isWaiting(one, displayName, known));
    const isAlone = alike.get(sameName(displayName)) === 1;
    const [owner = adopter] = isAlone && waiting.length === 1 && adopter === undefined ? waiting : [];
    const [unclear] = others.filter((one) => known.entries[one]?.allowDuplicateName !== true);
    if (problem !== undefined) {
      skip(problem);
    } else if (owner !== undefined) {
      const adoption = entryAdoption(organization, owner, contents.get(id), known, now);
      if ("problem" in adoption) {
        skip(adoption.problem);
      } else if (adoption.children.length > 0 || adopter === undefined) {
        plan.adoptions.push(adoption);
      }
    } else if (waiting.length > 0) {
      const who = waiting.length === 1 ? `entry ${waiting[0]} has` : `entries ${waiting.join(" and ")} have`;
      const as = isAlone ? "" : `, and so have ${alike.get(sameName(displayName))} organizations`;
      skip(`${who} its name${as}: write adopt: ${id} into the entry that is meant`);
    } else if (unclear === undefined) {
      const { entry, notes } = entryOf(organization, name, contents.get(id), namer, now);
      const duplicate = !isAlone || others.length > 0;
      const { displayName: shown, adopt, ...rest } = entry;
      const allowed = duplicate ? { allowDuplicateName: true as const } : {};
      plan.proposals.push({ name, entry: { displayName: shown, adopt, ...allowed, ...rest }, notes });
    } else {
      skip(`entry ${unclear} has its name: if these are two customers, write allowDuplicateName: true into ${unclear}`);
    }
  }
  return plan;
}

/** Whether an entry declares a customer of this name that is not deployed yet, and names no organization to adopt. */
function isWaiting(name: string, displayName: string, { entries, customers }: Known): boolean {
  const customer = entries[name];
  const isDeployed = customers.has(name) || customer?.deployedIn !== undefined;
  return customer?.adopt === undefined && customer?.displayName === displayName && !isDeployed;
}

/** The `adopt` lines of an existing entry, for its organization and all that it declares of it; or why they cannot be decided. */
function entryAdoption(
  { id, apiKeysEnabled }: Organization,
  name: string,
  contents: Contents | undefined,
  { entries }: Known,
  now: number,
): EntryAdoption | { problem: string } {
  const customer = entries[name];
  if (customer === undefined) {
    return { problem: `entry ${name} is not there` };
  }
  if (contents === undefined && declaresChildren(customer)) {
    return {
      problem: `entry ${name} declares roles or keys, and --no-keys left out whether they exist already: run this without it`,
    };
  }
  const { matches, problems, notes } = matchedChildren(customer, contents ?? { roles: [], keys: [] }, now);
  if (problems.length > 0) {
    return { problem: `entry ${name}: ${problems.join("; ")}` };
  }
  const turnsKeysOn = !apiKeysEnabled && (customer.apiAccess ?? "enabled") === "enabled";
  return { name, customer, id, children: matches, notes, turnsKeysOn };
}

/** The shortest entry with which nothing changes in Tesseral: a field is written only where leaving it out would change something. */
function entryOf(
  { id, displayName = "", apiKeysEnabled }: Organization,
  name: string,
  contents: Contents | undefined,
  namer: ChildNames,
  now: number,
): { entry: ProposedEntry; notes: string[] } {
  const { roles, apiKeys, notes } = proposedChildren(contents, name, namer, now);
  return {
    entry: {
      ...{ displayName, adopt: id },
      ...(!apiKeysEnabled && { apiAccess: "suspended" as const }),
      ...(Object.keys(roles).length > 0 && { roles }),
      ...(Object.keys(apiKeys).length > 0 && { apiKeys }),
    },
    notes,
  };
}
