/** What does not belong to the opened stacks, because other stacks of the project have it or were creating it. No I/O. */
import { type ApiKey, markedName, type Organization, plainName, type Role } from "../tesseral";
import type { OtherStack } from "./otherStacks";

/** The ids of what other stacks manage, or will adopt if only they declare it: `own` has what the opened stacks adopt. */
export function knownElsewhere(
  others: readonly OtherStack[],
  own: ReadonlyMap<string, unknown> = new Map(),
): Set<string> {
  const managed = others.flatMap(({ resources }) => resources.map(({ id }) => id));
  const adopted = others.flatMap(({ adopts }) => [...adopts.keys()]).filter((id) => !own.has(id));
  return new Set([...managed, ...adopted]);
}

/**
 * The stack whose interrupted creation may have made an object: it bears the mark of one of its resources, or is what that stack wanted to create
 * or to take over.
 * @param entries names of the declared entries, which parts have in common
 */
export function leftBy<One extends Pick<OtherStack, "home" | "interrupted">>(
  kind: "Organization" | "ManagedApiKey" | "Role",
  { displayName = "", ...object }: Organization | ApiKey | Role,
  stacks: readonly One[],
  entries: readonly string[],
): One | undefined {
  const organizationId = "organizationId" in object ? object.organizationId : undefined;
  return stacks.find(({ home, interrupted }) => {
    const creations = interrupted.filter((one) => one.kind === kind);
    const names = [...creations.map(({ name }) => name), ...(kind === "Organization" ? entries : [])];
    return (
      names.some((name) => displayName === markedName(plainName(displayName), `${home}/${name}`)) ||
      creations.some(({ inputs }) =>
        inputs.adopt === undefined
          ? inputs.displayName === displayName && inputs.organizationId === organizationId
          : inputs.adopt === object.id,
      )
    );
  });
}
