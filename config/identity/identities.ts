/** Matches declared customers with those that the stack has: which entry is which organization. No I/O. */
import { sameName } from "../displayName";
import type { Problem } from "../problem";
import type { DeployedCustomer, DeployedCustomers } from "./deployedCustomers";
import type { IdentifiedCustomer } from "./identifiedCustomer";
import { judgeNewKeys, type StoredKey } from "./newKeys";
import { earlierNames, findRenames, refuseUnmatched } from "./renames";

interface Identities {
  /** Reasons to stop; the paths begin with the names of customers. */
  problems: Problem[];
  /** The names in the state of what was renamed, by declared name. */
  aliases: Map<string, string[]>;
  /** What people should know before the update, a line each. */
  notes: string[];
  /** The keys that are not made yet, by customer and name, with what people should know about each. */
  waiting: Map<string, ReadonlyMap<string, Problem>>;
  /** The deployed customers that are no longer declared under any name. */
  vanished: string[];
}

type Declared = ReadonlyMap<string, IdentifiedCustomer>;

const childKinds = ["roles", "apiKeys"] as const;

/** Matches the declared customers with the deployed ones. The result holds only if there are no problems. */
export function identify(declared: Declared, deployed: DeployedCustomers, now: Date): Identities {
  const renames = findRenames("customer", declared, new Set(deployed.keys()));
  const problems: Problem[] = adoptionProblems(declared, deployed, renames.from);
  const renamed = new Set(renames.from.values());
  const vanished = [...deployed.keys()].filter((name) => !declared.has(name) && !renamed.has(name)).sort();
  refuseUnmatched("customer", renames, declared, vanished);
  for (const [name, message] of renames.problems) {
    problems.push({ code: "TSL-RENAME", path: [name, "renamedFrom"], message });
  }
  problems.push(...takenDisplayNames(declared, deployed, renames.from, vanished));

  const aliases = new Map<string, string[]>();
  const notes = [...renames.from].map(([name, from]) => renameNote(name, from));
  const waiting = new Map<string, ReadonlyMap<string, Problem>>();
  const judgeKeys = (name: string, entry: IdentifiedCustomer, stored: StoredKey) => {
    const judged = judgeNewKeys(name, entry, stored, now);
    problems.push(...judged.problems);
    if (judged.waiting.size > 0) {
      waiting.set(name, judged.waiting);
    }
  };
  const owners = ownersOf(deployed);
  for (const [name, entry] of declared) {
    const known = deployed.has(name) ? name : renames.from.get(name);
    problems.push(...takenNames(name, entry, known, owners));
    const customer = known === undefined ? undefined : deployed.get(known);
    if (known === undefined || customer === undefined) {
      judgeKeys(name, entry, () => undefined);
      continue;
    }
    const left = leftPrefixes(name, known, entry, customer);
    problems.push(...left.filter((prefix) => declared.has(prefix)).map((prefix) => unfinishedRename(prefix, name)));
    const earlier = known === name ? left : [known, ...left];
    if (earlier.length > 0) {
      aliases.set(name, earlier);
    }
    for (const kind of childKinds) {
      const children = childRenames(name, entry, kind, [known, name, ...left], customer[kind]);
      problems.push(...children.problems);
      notes.push(...children.notes);
      if (kind === "apiKeys") {
        judgeKeys(name, entry, (child) => {
          const resource = children.resourceOf(child);
          return resource === undefined
            ? undefined
            : { expireTime: customer.expireTimes.get(resource), tokenEnd: customer.tokenEnds.get(resource) };
        });
      }
    }
  }
  for (const name of vanished) {
    if (deployed.get(name)?.onRemoval === "release") {
      notes.push(`${name} is released: its organization, roles and keys stay in Tesseral.`);
    }
  }
  return { problems, aliases, notes, waiting, vanished };
}

/** Judges every `adopt`. One that names the organization of a vanished customer is a rename, and is added to those. */
function adoptionProblems(declared: Declared, deployed: DeployedCustomers, renames: Map<string, string>): Problem[] {
  const holders = new Map([...deployed].map(([name, { organizationId }]) => [organizationId, name]));
  const problems: Problem[] = [];
  for (const [name, { adopt }] of declared) {
    if (typeof adopt !== "string") {
      continue;
    }
    const holder = holders.get(adopt);
    const known = deployed.has(name) ? name : renames.get(name);
    const managed = known === undefined ? undefined : deployed.get(known)?.organizationId;
    if (known !== undefined && managed === adopt) {
      continue;
    }
    const path = [name, "adopt"];
    if (managed !== undefined) {
      const held = holder === undefined ? "" : `, and ${adopt} is that of ${holder}`;
      problems.push({
        code: "TSL-ADOPT-CHANGED",
        path,
        message:
          `${known} manages ${managed}${held}: an entry keeps its organization. Remove this line, or adopt the other one in an entry of its own. ` +
          `To give ${managed} up without deleting it, set onRemoval: release, run \`pulumi up\`, and remove the entry`,
      });
    } else if (holder !== undefined && (declared.has(holder) || known !== undefined)) {
      problems.push({
        code: "TSL-ADOPT-TWICE",
        path,
        message:
          `is the organization of ${holder}: each belongs to one entry. Remove one of the two entries, ` +
          `the older one if ${holder} has a new name`,
      });
    } else if (holder !== undefined) {
      const [other] = [...renames].find(([, from]) => from === holder) ?? [];
      if (other === undefined) {
        renames.set(name, holder);
      } else {
        const message = `is the organization of ${holder}, which ${other} is the new name of: remove one of the two entries`;
        problems.push({ code: "TSL-ADOPT-TWICE", path, message });
      }
    }
  }
  return problems;
}

/**
 * An entry that takes the display name that another entry's organization gives up in the same update. It was probably meant to take
 * the organization, too; as written, that would be deleted and created again, or two customers would exchange their tokens.
 */
function takenDisplayNames(
  declared: Declared,
  deployed: DeployedCustomers,
  renames: ReadonlyMap<string, string>,
  vanished: readonly string[],
): Problem[] {
  const renamedTo = new Map([...renames].map(([name, from]) => [from, name]));
  const givenUp = new Map<string | undefined, string>();
  for (const [name, { displayName }] of deployed) {
    const entry = declared.get(renamedTo.get(name) ?? name);
    if (
      entry === undefined ||
      (typeof entry.displayName === "string" && fold(entry.displayName) !== fold(displayName))
    ) {
      givenUp.set(fold(displayName), name);
    }
  }
  return [...declared].flatMap(([name, { displayName, renamedFrom }]): Problem[] => {
    const taken = fold(displayName);
    const from = givenUp.get(taken);
    const known = deployed.get(renames.get(name) ?? name);
    if (taken === undefined || from === undefined || fold(known?.displayName) === taken) {
      return [];
    }
    const path = [name, "displayName"];
    if (!vanished.includes(from)) {
      const message =
        `is that of ${from} so far: an entry keeps its organization and its keys, whatever it is called. ` +
        `To give the display name of ${from} to ${name}, use two updates: change ${from} in the first, and ${name} in the second`;
      return [{ code: "TSL-NAME-TAKEN", path, message }];
    }
    if (known === undefined && renamedFrom !== undefined) {
      return []; // It says where it comes from, and is judged by that instead.
    }
    const meant = known === undefined ? `If this is ${from} under a new name, add renamedFrom: ${from}. ` : "";
    const message =
      `is that of ${from}, whose entry is gone. ${meant}` +
      `If it is another customer, use two updates: remove ${from} in the first, and ${known === undefined ? "add this entry" : "change this"} in the second`;
    return [{ code: "TSL-NAME-TAKEN", path, message }];
  });
}

/** Prefixes of a customer's resources other than its name: an interrupted rename did not reach these resources. */
function leftPrefixes(name: string, known: string, entry: IdentifiedCustomer, customer: DeployedCustomer): string[] {
  const found = childKinds.flatMap((kind) => {
    const children = Object.entries(entry[kind] ?? {}).flatMap(([child, item]) => [child, ...earlierNames(item)]);
    return customer[kind].flatMap((resource) => {
      const begins = (prefix: string) => resource.startsWith(`${prefix}-`);
      if (begins(known) || begins(name)) {
        return [];
      }
      const said = earlierNames(entry).find(begins);
      const child = children.find((each) => resource.endsWith(`-${each}`));
      return said ?? (child === undefined ? [] : resource.slice(0, -child.length - 1));
    });
  });
  return [...new Set(found)];
}

function unfinishedRename(prefix: string, name: string): Problem {
  return {
    code: "TSL-RENAME",
    path: [prefix],
    at: "name",
    message: `an interrupted update has still to rename it to ${name}: remove this entry, run \`pulumi up\`, and only then add it again`,
  };
}

function childRenames(
  name: string,
  entry: IdentifiedCustomer,
  kind: (typeof childKinds)[number],
  prefixes: readonly string[],
  resources: readonly string[],
): { problems: Problem[]; notes: string[]; resourceOf(child: string): string | undefined } {
  const deployed = new Map(
    resources.flatMap((resource) => {
      const prefix = prefixes.find((each) => resource.startsWith(`${each}-`));
      return prefix === undefined ? [] : [[resource.slice(prefix.length + 1), resource] as const];
    }),
  );
  const noun = kind === "roles" ? "role" : "key";
  const declared = new Map(Object.entries(entry[kind] ?? {}));
  const renames = findRenames(noun, declared, new Set(deployed.keys()));
  const renamed = new Set(renames.from.values());
  const vanished = [...deployed.keys()].filter((child) => !declared.has(child) && !renamed.has(child)).sort();
  refuseUnmatched(noun, renames, declared, vanished);
  return {
    problems: [...renames.problems].map(([child, message]) => ({
      code: "TSL-RENAME" as const,
      path: [name, kind, child, "renamedFrom"],
      message,
    })),
    notes: [...renames.from].map(([child, from]) => renameNote(`${name}.${kind}.${child}`, from)),
    resourceOf: (child) => deployed.get(child) ?? deployed.get(renames.from.get(child) ?? ""),
  };
}

/**
 * Names of resources that belong to another customer's child in the state. Names may hold hyphens, so `acme` with a key `eu-ci` and `acme-eu` with a
 * key `ci` give one name, and Pulumi would take the one for the other.
 */
function takenNames(
  name: string,
  entry: IdentifiedCustomer,
  known: string | undefined,
  owners: ReturnType<typeof ownersOf>,
): Problem[] {
  return childKinds.flatMap((kind) =>
    Object.entries(entry[kind] ?? {}).flatMap(([child, item]) =>
      [child, ...earlierNames(item)].flatMap((each): Problem[] => {
        const resource = `${name}-${each}`;
        const owner = owners[kind].get(resource);
        if (owner === undefined || owner === known) {
          return [];
        }
        const message =
          `would be the resource ${resource}, which the state has as that of ${owner}: choose another name, ` +
          "or use two updates: remove the one in the first, and add the other in the second";
        return [{ code: "TSL-NAME-TAKEN", path: [name, kind, child], at: "name", message }];
      }),
    ),
  );
}

/** The customers that certainly own a resource, by its name. */
function ownersOf(deployed: DeployedCustomers): Record<(typeof childKinds)[number], Map<string, string>> {
  const ofKind = (kind: (typeof childKinds)[number]) =>
    new Map(
      [...deployed].flatMap(([name, customer]) =>
        customer.organizationId === undefined
          ? []
          : customer[kind].map((resource): [string, string] => [resource, name]),
      ),
    );
  return { roles: ofKind("roles"), apiKeys: ofKind("apiKeys") };
}

function renameNote(place: string, from: string): string {
  return `${place}: renamed from ${from}, which alone changes nothing in Tesseral.`;
}

/** The form in which display names are compared; undefined for what is not one. */
function fold(displayName: unknown): string | undefined {
  return typeof displayName === "string" ? sameName(displayName) : undefined;
}
