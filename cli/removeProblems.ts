/** Why something must not be removed from Tesseral by its id: stacks manage it, or something in it. No I/O. */

import type { OpenedStack } from "./openStack";
import { adoptsIn, calledStack, type OtherStack, type OtherStacks } from "./otherStacks";

/** What is asked for, and what it is called. */
interface Removal {
  id: string;
  what: string;
}

type Holder = Pick<OtherStack, "stack" | "part" | "resources" | "adopts">;

/** Every reason against the removal, a sentence each, without its period. */
export function removeProblems(
  removals: readonly Removal[],
  { stack, resources, customers }: Pick<OpenedStack, "stack" | "resources" | "customers">,
  { read }: OtherStacks,
): string[] {
  const own: Holder = {
    ...{ stack, adopts: adoptsIn(customers.entries) },
    resources: resources.map(({ outputs: { organizationId }, ...one }) => ({
      ...one,
      ...(typeof organizationId === "string" && { organizationId }),
    })),
  };
  return removals.flatMap((removal) => [own, ...read].flatMap((holder) => problemOf(removal, holder) ?? []));
}

function problemOf({ id, what }: Removal, holder: Holder): string | undefined {
  const { stack, resources, adopts } = holder;
  const managed = resources.find((one) => one.id === id);
  if (managed !== undefined) {
    const { name, isProtected = false } = managed;
    return (
      `${what} ${id} is managed by ${calledStack(holder)} as ${JSON.stringify(name)}${isProtected ? ", which is protected" : ""}: ` +
      `remove it from the program, then run pulumi up --stack ${stack}`
    );
  }
  const within = resources.filter(({ organizationId }) => organizationId === id);
  const [first] = within;
  if (first !== undefined) {
    const others = within.length > 1 ? ` and ${within.length - 1} more` : "";
    return (
      `${what} ${id} holds ${JSON.stringify(first.name)}${others}, which ${calledStack(holder)} manages: ` +
      `remove ${within.length === 1 ? "it" : "them"} from the program, then run pulumi up --stack ${stack}`
    );
  }
  const entry = adopts.get(id);
  return entry === undefined
    ? undefined
    : `${what} ${id} is adopted by the entry ${entry} of ${calledStack(holder)}: remove the line adopt from it first`;
}
