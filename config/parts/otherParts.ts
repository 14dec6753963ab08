/** The customers of a stack's own part, and what it knows of the others. */
import type { CustomerEntries, CustomerEntry } from "../customerShape";
import { sameName } from "../displayName";
import type { DeployedCustomers } from "../identity/deployedCustomers";
import type { IdentifiedCustomer } from "../identity/identifiedCustomer";
import { earlierNames } from "../identity/renames";
import type { Path, Problem } from "../problem";
import { mostParts, type Part, partOf, partOfEntry } from "./part";

/** The entries that other stacks take. */
interface OtherParts {
  /** The part of this stack. */
  part: Part;
  /** By name. */
  entries: ReadonlyMap<string, CustomerEntry>;
}

/** By the object that holds the customers of this stack, since programs hand it on. */
const known = new WeakMap<object, OtherParts>();

/** What the other parts have; undefined where customers are not divided. */
export function otherPartsOf(customers: object): OtherParts | undefined {
  return known.get(customers);
}

/** The customers of one part, or all without a part; without their fields `part`, which are not arguments of a customer. */
export function customersOfPart(customers: CustomerEntries, part: Part | undefined): CustomerEntries {
  const others = new Map<string, CustomerEntry>();
  const own: Record<string, CustomerEntry> = {};
  for (const [name, entry] of Object.entries(customers)) {
    const { part: _, ...plain } = entry;
    if (part === undefined || partOfEntry(name, entry, part.of) === part.number) {
      own[name] = plain;
    } else {
      others.set(name, entry);
    }
  }
  if (part !== undefined) {
    known.set(own, { part, entries: others });
  }
  return own;
}

/** Entries that name a part that does not exist. */
export function partProblems(customers: CustomerEntries, root: Path, part: Part | undefined): Problem[] {
  if (part === undefined) {
    return [];
  }
  return Object.entries(customers).flatMap(([name, entry]) =>
    entry.part === undefined || entry.part <= part.of || entry.part > mostParts
      ? []
      : [
          {
            code: "TSL-PART" as const,
            path: [...root, name, "part"],
            message: `is ${entry.part}, and tesseral:part says that there are ${part.of}`,
          },
        ],
  );
}

/**
 * The customers that this stack has and another part's entry declares, or the other way round: what was in one stack would be deleted there
 * and created again in the other. The paths begin with the names of customers.
 */
export function movedProblems(
  declared: ReadonlyMap<string, IdentifiedCustomer>,
  deployed: DeployedCustomers,
  { part, entries }: OtherParts,
): Problem[] {
  return [...left(declared, deployed, part, entries), ...arrived(declared, deployed, part)];
}

/** The customers of this stack that now belong to another part. */
function left(
  declared: ReadonlyMap<string, IdentifiedCustomer>,
  deployed: DeployedCustomers,
  part: Part,
  entries: ReadonlyMap<string, CustomerEntry>,
): Problem[] {
  const claimed = new Set([...declared].flatMap(([name, entry]) => [name, ...earlierNames(entry), entry.adopt]));
  const byClaim = new Map<string, string>();
  const byDisplayName = new Map<string, string>();
  for (const [name, entry] of entries) {
    for (const claim of [name, ...earlierNames(entry), ...(entry.adopt === undefined ? [] : [entry.adopt])]) {
      byClaim.set(claim, name);
    }
    byDisplayName.set(sameName(entry.displayName), name);
  }
  return [...deployed].flatMap(([name, { organizationId = "", displayName = "" }]): Problem[] => {
    if (claimed.has(name) || claimed.has(organizationId)) {
      return [];
    }
    const taker = byClaim.get(name) ?? byClaim.get(organizationId);
    if (taker !== undefined) {
      const there = partOfEntry(taker, entries.get(taker) ?? {}, part.of);
      const what = taker === name ? "this stack has it" : `it is ${name}, which this stack has`;
      const message =
        `belongs to part ${there}, but ${what}, and is part ${part.number}: it would be deleted here and created there. Write part: ${part.number} into ` +
        `its entry, and it stays; or move it: npx pulumi-tesseral parts grow --to ${part.of}`;
      return [{ code: "TSL-PART", path: [taker], at: "name", message }];
    }
    const alike = byDisplayName.get(sameName(displayName));
    if (alike === undefined) {
      return [];
    }
    const message =
      `is that of ${name}, which this stack, part ${part.number}, has and no entry declares any longer. If this is ${name} under a new name, add ` +
      `renamedFrom: ${name} and part: ${part.number}. Otherwise give it another display name until ${name} is gone`;
    return [{ code: "TSL-PART", path: [alike, "displayName"], message }];
  });
}

/** Customers that this stack would create, although another one may have them under an earlier name. */
function arrived(
  declared: ReadonlyMap<string, IdentifiedCustomer>,
  deployed: DeployedCustomers,
  part: Part,
): Problem[] {
  return [...declared].flatMap(([name, entry]): Problem[] => {
    const earlier = earlierNames(entry);
    if (deployed.has(name) || earlier.some((each) => deployed.has(each))) {
      return [];
    }
    const elsewhere = earlier.find((each) => partOf(each, part.of) !== part.number);
    if (elsewhere === undefined || entry.adopt !== undefined) {
      return [];
    }
    const there = partOf(elsewhere, part.of);
    const message =
      `${elsewhere} belongs to part ${there}, and ${name} to part ${part.number}, which would create it again. Add part: ${there}, and it stays where it ` +
      "is; if it was never deployed under that name, remove this line";
    return [{ code: "TSL-PART", path: [name, "renamedFrom"], message }];
  });
}
