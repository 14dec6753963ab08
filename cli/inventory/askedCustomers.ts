import { calledStack, type OtherStack } from "../otherStacks";
import type { StackAndTenant } from "../stackAndTenant";
import { hint } from "../token/storedKeys";
import type { Tenant } from "./tenant";

/** Throws for a customer that is asked for and that no opened stack has, with where it is or what may have been meant. */
export function requireCustomers(
  asked: readonly string[],
  taken: readonly { stacks: readonly StackAndTenant[]; tenant: Tenant }[],
  others: readonly OtherStack[],
): void {
  const stacks = taken.flatMap((one) => one.stacks);
  const names = stacks.flatMap(({ resources }) => customersIn(resources));
  // What no stack knows is called by its id.
  const known = new Set([...names, ...taken.flatMap(({ tenant }) => tenant.organizations.map(({ id }) => id))]);
  for (const name of asked.filter((one) => !known.has(one))) {
    throw new Error(problemOf(name, stacks, names, others));
  }
}

function problemOf(
  name: string,
  stacks: readonly StackAndTenant[],
  names: readonly string[],
  others: readonly OtherStack[],
): string {
  const called = JSON.stringify(name);
  const other = others.find(({ resources }) => customersIn(resources).includes(name));
  if (other !== undefined) {
    return `customer ${called} is in ${calledStack(other)}: npx pulumi-tesseral inventory --stack ${other.stack} --customer ${name}`;
  }
  const opened = stacks.map(({ stack }) => stack).join(", ");
  const declares = stacks.find(({ customers }) => Object.hasOwn(customers.entries, name));
  return declares === undefined
    ? `there is no customer ${called} in stack ${opened}${hint(name, names)}`
    : `customer ${called} is declared, and was never deployed: pulumi up --stack ${declares.stack}`;
}

function customersIn(resources: readonly { kind: string; name: string }[]): string[] {
  return resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name);
}
