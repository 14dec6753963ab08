import { suggestion } from "../../components/nearest";

/** What may have had another name before. */
export interface Renamed {
  /** The name that it had before, or several, the latest first. */
  renamedFrom?: string | readonly string[];
}

/** What became of the things of one kind, such as the customers of a stack or the keys of a customer. */
export interface Renames {
  /** What was renamed since the last update: the deployed name by the declared one. */
  from: Map<string, string>;
  /** What is wrong with `renamedFrom`, by declared name. */
  problems: Map<string, string>;
  /** Declared names that were renamed from nothing that is deployed: one that is gone may have been meant. */
  unmatched: readonly string[];
}

/** Judges the `renamedFrom` of all that is declared by the names that are deployed. */
export function findRenames(
  kind: "customer" | "role" | "key",
  declared: ReadonlyMap<string, Renamed>,
  deployed: ReadonlySet<string>,
): Renames {
  const from = new Map<string, string>();
  const problems = new Map<string, string>();
  const unmatched: string[] = [];
  const claims = new Map<string, string>();
  for (const [name, item] of declared) {
    const earlier = earlierNames(item);
    const present = earlier.filter((each) => deployed.has(each));
    const gone = present.filter((each) => !declared.has(each));
    const claimed = earlier.find((each) => claims.has(each));
    const into = deployed.has(name) ? [name, ...gone] : gone;
    for (const each of earlier) {
      claims.set(each, claims.get(each) ?? name);
    }
    if (earlier.includes(name)) {
      problems.set(name, "is the name that it has: write the one that it had before");
    } else if (claimed !== undefined) {
      problems.set(
        name,
        `${claimed} is also what ${claims.get(claimed)} was renamed from: remove one of the two lines`,
      );
    } else if (into.length > 1) {
      problems.set(
        name,
        `${into.join(" and ")} are ${into.length} ${kind}s of this stack, which cannot become one: remove this line`,
      );
    } else if (deployed.has(name) && isInCircle(name, declared)) {
      problems.set(
        name,
        `${earlier.join(" and ")} and ${name} would take each other's names at once. To swap names, rename in several updates, ` +
          "each time to a name that is free; to swap display names, leave out the lines renamedFrom and change one of the two in each update",
      );
    } else if (deployed.has(name)) {
      // Renamed by an earlier update, or never: the line may stay.
    } else if (gone[0] !== undefined) {
      from.set(name, gone[0]);
    } else if (present[0] !== undefined) {
      problems.set(
        name,
        `${present[0]} is still declared: the old name must be gone in the update that renames. To swap or to shift names, ` +
          "rename in several updates, each time to a name that is free",
      );
    } else if (earlier.length > 0) {
      unmatched.push(name);
    }
  }
  return { from, problems, unmatched };
}

/** Whether what this was renamed from was renamed from this, directly or by others. */
function isInCircle(name: string, declared: ReadonlyMap<string, Renamed>): boolean {
  const seen = new Set<string>();
  const leadsBack = (each: string): boolean =>
    earlierNames(declared.get(each) ?? {}).some((earlier) => {
      if (seen.has(earlier)) {
        return false;
      }
      seen.add(earlier);
      return earlier === name || leadsBack(earlier);
    });
  return leadsBack(name);
}

/** Adds a problem for each name that was renamed from nothing, if there is something that vanishes instead. */
export function refuseUnmatched(
  kind: "customer" | "role" | "key",
  { unmatched, problems }: Renames,
  declared: ReadonlyMap<string, Renamed>,
  vanished: readonly string[],
): void {
  if (vanished.length === 0) {
    return; // Another stack has renamed it, or this is the first update of this one.
  }
  for (const name of unmatched) {
    const wrong = earlierNames(declared.get(name) ?? {})[0] ?? "";
    const meant = suggestion(wrong, vanished) || `: what is gone is ${vanished.join(", ")}.`;
    problems.set(
      name,
      `this stack has no ${kind} ${JSON.stringify(wrong)}${meant} If ${name} is new, remove this line`,
    );
  }
}

/** The earlier names, without repetitions. */
export function earlierNames({ renamedFrom = [] }: Renamed): string[] {
  return [...new Set(typeof renamedFrom === "string" ? [renamedFrom] : renamedFrom)];
}
