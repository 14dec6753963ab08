import { partOfEntry } from "../../config/parts/part";
import { CodedError } from "../../errors/coded";
import type { StackAndTenant } from "../openStack";
import { calledStack, type OtherStack } from "../otherStacks";
import { partOfStack, partsOf } from "../parts/partStacks";
import type { PulumiProject } from "../pulumi/project";
import { hint } from "../storedKeys";
import type { Tenant } from "./tenant";

/** Throws for an asked customer that no opened stack has, with where it is or what may have been meant. */
export function requireCustomers(
  asked: readonly string[],
  taken: readonly { stacks: readonly StackAndTenant[]; tenant: Tenant }[],
  others: readonly OtherStack[],
  project: PulumiProject,
): void {
  const stacks = taken.flatMap((one) => one.stacks);
  const names = stacks.flatMap(({ resources }) => customersIn(resources));
  // An organization that no stack knows is called by its id.
  const known = new Set([...names, ...taken.flatMap(({ tenant }) => tenant.organizations.map(({ id }) => id))]);
  for (const name of asked.filter((one) => !known.has(one))) {
    throw new CodedError("TSL-CUSTOMER", problemOf(name, stacks, names, others, project));
  }
}

function problemOf(
  name: string,
  stacks: readonly StackAndTenant[],
  names: readonly string[],
  others: readonly OtherStack[],
  project: PulumiProject,
): string {
  const called = JSON.stringify(name);
  const other = others.find(({ resources }) => customersIn(resources).includes(name));
  if (other !== undefined) {
    return `customer ${called} is in ${calledStack(other)}: npx pulumi-tesseral inventory --stack ${other.stack} --customer ${name}`;
  }
  const opened = stacks.map(({ stack }) => stack).join(", ");
  const declares = stacks.find(({ customers }) => Object.hasOwn(customers.entries, name));
  if (declares === undefined) {
    return `there is no customer ${called} in stack ${opened}${hint(name, names)}`;
  }
  const stack = stackOfEntry(project, declares, name);
  return `customer ${called} is declared but not deployed yet: run pulumi up --stack ${stack}`;
}

/** The stack whose update deploys an entry; where customers are divided, that of its part. */
function stackOfEntry(project: PulumiProject, { stack, customers }: StackAndTenant, name: string): string {
  const parts = partsOf(project, stack);
  const of = partOfStack(project, stack.split("/").at(-1) ?? stack)?.of;
  const number = of === undefined ? undefined : partOfEntry(name, customers.entries[name] ?? {}, of);
  return parts?.stacks.find(({ part }) => part.number === number)?.stack ?? stack;
}

function customersIn(resources: readonly { kind: string; name: string }[]): string[] {
  return resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name);
}
