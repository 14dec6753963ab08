/** What of a tenant is written into which entries. No I/O. */
import { displayNameProblem, sameName } from "../../config/displayName";
import { textProblem } from "../../config/formats";
import { type ApiKey, isMarkedName, type Organization, type Role } from "../../tesseral";
import type { DeclaredCustomer } from "../declaredCustomers";
import { freeName, proposedName } from "./entryNames";

/** What is in an organization. */
export interface Contents {
  roles: readonly Role[];
  keys: readonly (ApiKey & { roleIds: readonly string[] })[];
}

/** A customer as it is written, in the order of the fields. */
export interface ProposedEntry {
  displayName: string;
  adopt: string;
  apiAccess?: "suspended";
  allowDuplicateName?: true;
  roles?: Record<string, { displayName?: string; description?: string; adopt: string; actions: string[] }>;
  apiKeys?: Record<
    string,
    { displayName?: string; adopt: string; roles?: string[] | "unmanaged"; expireTime?: string }
  >;
}

export interface Proposal {
  name: string;
  entry: ProposedEntry;
  /** What is left alone, for a comment in the entry, each a sentence without a line break. */
  notes: string[];
}

export interface Skipped {
  id: string;
  displayName: string;
  reason: string;
}

export interface ImportPlan {
  proposals: Proposal[];
  /** Entries that are declared already and only lack the line `adopt`. */
  adoptions: { name: string; customer: DeclaredCustomer; id: string }[];
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
 * The names of all organizations of a tenant, by id. They depend on the tenant and the stack alone, not on what is chosen of it, and a
 * younger organization never takes the name of an older one.
 */
export function namesOf(organizations: readonly Organization[], { entries, customers }: Known): Map<string, string> {
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

/** Decides what becomes of the chosen organizations. `contents` holds what is in each, by id; of those that it lacks nothing is said. */
export function planImport(
  chosen: readonly Organization[],
  names: ReadonlyMap<string, string>,
  contents: ReadonlyMap<string, Contents>,
  known: Known,
  now: number,
): ImportPlan {
  const plan: ImportPlan = { proposals: [], adoptions: [], skipped: [] };
  const declared = new Map(
    Object.entries(known.entries).map(([name, customer]) => [sameName(customer.displayName ?? ""), { name, customer }]),
  );
  const alike = new Map<string, number>();
  for (const { displayName = "" } of chosen) {
    alike.set(sameName(displayName), (alike.get(sameName(displayName)) ?? 0) + 1);
  }
  const namer = new ChildNames(known);
  const inOrder = chosen
    .map((organization) => ({ organization, name: names.get(organization.id) ?? organization.id }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { organization, name } of inOrder) {
    const { id, displayName = "" } = organization;
    const skip = (reason: string) => plan.skipped.push({ id, displayName, reason });
    const problem = nameProblem(displayName);
    const other = declared.get(sameName(displayName));
    const isAlone = alike.get(sameName(displayName)) === 1;
    if (problem !== undefined) {
      skip(problem);
    } else if (
      other !== undefined &&
      isWaiting(other, known) &&
      isAlone &&
      other.customer.displayName === displayName
    ) {
      plan.adoptions.push({ ...other, id });
    } else if (other !== undefined && other.customer.allowDuplicateName !== true) {
      skip(
        `entry ${other.name} has its name: if these are two customers, write allowDuplicateName: true into ${other.name}`,
      );
    } else {
      const { entry, notes } = entryOf(organization, name, contents.get(id), namer, now);
      const duplicate = !isAlone || other !== undefined;
      const { displayName: shown, adopt, ...rest } = entry;
      const allowed = duplicate ? { allowDuplicateName: true as const } : {};
      plan.proposals.push({ name, entry: { displayName: shown, adopt, ...allowed, ...rest }, notes });
    }
  }
  return plan;
}

/** Whether an entry declares a customer that the stack does not have yet, and says of no organization that it is it. */
function isWaiting({ name, customer }: { name: string; customer: DeclaredCustomer }, known: Known): boolean {
  return customer.adopt === undefined && !known.customers.has(name);
}

/** Why an object cannot be declared under the name that it has, or undefined. */
function nameProblem(displayName: string): string | undefined {
  if (isMarkedName(displayName)) {
    return "was left by a creation that was interrupted: npx pulumi-tesseral inventory --recover";
  }
  const problem = textProblem(displayName) ?? displayNameProblem(displayName);
  return problem === undefined
    ? undefined
    : `its name ${problem.replace(/: write .*/su, "")}: rename it in the Tesseral Console`;
}

/** Names of roles and keys. Customer and name are joined by a hyphen, so a name can be taken by another customer's. */
class ChildNames {
  readonly #taken = { role: new Set<string>(), key: new Set<string>() };

  constructor({ entries, contents }: Known) {
    const declared = Object.entries(entries).flatMap(([name, { children = [] }]) =>
      children.map((child) => `${name}-${child}`),
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

/** The entry with which nothing changes in Tesseral: what a left out field would change is written, and nothing else. */
function entryOf(
  { id, displayName = "", apiKeysEnabled }: Organization,
  name: string,
  contents: Contents | undefined,
  namer: ChildNames,
  now: number,
): { entry: ProposedEntry; notes: string[] } {
  const notes: string[] = [];
  const roleNames = new Map<string, string>();
  const nameRole = namer.of(name, "role");
  const nameKey = namer.of(name, "key");
  const roles: NonNullable<ProposedEntry["roles"]> = {};
  for (const role of byAge(contents?.roles ?? [])) {
    const { id: roleId, displayName: shown = "", description, actions = [] } = role;
    const problem = actions.length === 0 ? "it allows nothing" : (nameProblem(shown) ?? describedProblem(description));
    if (problem !== undefined) {
      notes.push(`role ${quoted(role)} is left alone: ${problem}`);
      continue;
    }
    const roleName = nameRole(shown, roleId);
    roleNames.set(roleId, roleName);
    roles[roleName] = {
      ...(shown !== roleName && { displayName: shown }),
      ...(description && { description }),
      adopt: roleId,
      actions: [...actions].sort(),
    };
  }
  const apiKeys: NonNullable<ProposedEntry["apiKeys"]> = {};
  for (const key of byAge(contents?.keys ?? [])) {
    const { id: keyId, displayName: shown = "", expireTime, roleIds } = key;
    const problem = endOf(key, now) ?? nameProblem(shown);
    if (problem !== undefined) {
      notes.push(`key ${quoted(key)} is left alone: ${problem}`);
      continue;
    }
    const keyName = nameKey(shown, keyId);
    const held = [...new Set(roleIds)].flatMap((each) => roleNames.get(each) ?? []).sort();
    const isWhole = held.length === new Set(roleIds).size;
    if (!isWhole) {
      notes.push(`key ${keyName} has roles that cannot be declared here, so its roles are not managed`);
    }
    apiKeys[keyName] = {
      ...(shown !== keyName && { displayName: shown }),
      adopt: keyId,
      ...(isWhole ? held.length > 0 && { roles: held } : { roles: "unmanaged" as const }),
      ...(expireTime !== undefined && { expireTime }),
    };
  }
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

function describedProblem(description: string | undefined): string | undefined {
  const problem = description === undefined ? undefined : textProblem(description);
  return problem === undefined ? undefined : `its description ${problem}`;
}

function endOf({ revoked, expireTime }: ApiKey, now: number): string | undefined {
  if (revoked) {
    return "it was revoked";
  }
  return expireTime !== undefined && Date.parse(expireTime) <= now ? `it expired at ${expireTime}` : undefined;
}

/** In one line, whatever it is called. */
function quoted({ id, displayName = "" }: { id: string; displayName?: string }): string {
  const shown = displayName.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, " ");
  return `${id}${shown === "" ? "" : ` ${JSON.stringify(shown)}`}`;
}

function byAge<Each extends { id: string; createTime: string }>(all: readonly Each[]): Each[] {
  return [...all].sort((one, other) =>
    one.createTime === other.createTime ? (one.id < other.id ? -1 : 1) : one.createTime < other.createTime ? -1 : 1,
  );
}
