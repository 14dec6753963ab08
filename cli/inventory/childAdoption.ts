/** How a role or a key that the stack does not know becomes one of its customer's. No I/O. */
import { type ApiKey, isMarkedName, type Role } from "../../tesseral";
import { placeOf } from "../declaredCustomers";
import { ChildNames, nameProblem } from "../import/children";
import { type Command, inProgram, inYaml, renameFirst, settings } from "./adoption";
import type { Stack, Stacks } from "./stacks";

/** How each of them becomes its customer's; no two get the same name. */
export class ChildAdoptions {
  readonly #stacks: Stacks;
  readonly #noun: "role" | "key";
  readonly #names = new Map<Stack, ChildNames>();

  constructor(stacks: Stacks, noun: "role" | "key") {
    this.#stacks = stacks;
    this.#noun = noun;
  }

  /** Undefined for what belongs to no customer of the stacks, or was left by an interrupted creation. */
  of(object: ApiKey | Role, platform: NodeJS.Platform = process.platform): Command | undefined {
    const { id, displayName = "", organizationId } = object;
    const isOwner = (one: { kind: string; id: string }) => one.kind === "Organization" && one.id === organizationId;
    const stack = this.#stacks.find(({ resources }) => resources.some(isOwner));
    const customer = stack?.resources.find(isOwner)?.name;
    const isOfCustomer = stack !== undefined && customer !== undefined && organizationId !== undefined;
    if (!isOfCustomer || isMarkedName(displayName)) {
      return undefined;
    }
    const first = this.#whatIsFirst(object);
    if (first !== undefined) {
      return { to: "adopt", run: first };
    }
    const name = this.#namesOf(stack).of(customer, this.#noun)(displayName, id);
    const shown = name === displayName ? {} : { displayName };
    const fields = { ...shown, adopt: id, ...(this.#noun === "key" ? ofKey(object) : ofRole(object)) };
    return { to: "adopt", run: this.#way(stack, { customer, name, organizationId }, fields, platform) };
  }

  /** What has to change in Tesseral before an entry can declare it, if anything. */
  #whatIsFirst(object: ApiKey | Role): string | undefined {
    const problem = nameProblem(object.displayName ?? "");
    if (problem !== undefined) {
      return renameFirst(problem);
    }
    const actions = "actions" in object ? (object.actions ?? []) : [];
    return this.#noun === "role" && actions.length === 0
      ? "give it an action in the Tesseral Console first: it allows nothing, and an entry's role has to allow something"
      : undefined;
  }

  #namesOf(stack: Stack): ChildNames {
    const known = this.#names.get(stack);
    const resources = stack.resources.filter(({ kind }) => kind !== "Organization").map(({ name }) => name);
    const names = known ?? new ChildNames(stack.customers.entries, resources);
    this.#names.set(stack, names);
    return names;
  }

  #way(
    stack: Stack,
    { customer, name, organizationId }: { customer: string; name: string; organizationId: string },
    fields: Record<string, unknown>,
    platform: NodeJS.Platform,
  ): string {
    const field = this.#noun === "key" ? "apiKeys" : "roles";
    const where = placeOf(stack);
    if (where === "program") {
      const { roles: _, displayName = name, ...rest } = fields;
      const args = inProgram({ organizationId, displayName, ...rest });
      return `declare new ${this.#noun === "key" ? "ManagedApiKey" : "Role"}(${JSON.stringify(`${customer}-${name}`)}, ${args})`;
    }
    // One command cannot set a list.
    if (where === "config" && !("actions" in fields)) {
      return settings(`${customer}.${field}.${name}`, fields, stack.stack, platform);
    }
    const file = stack.customers.entries[customer]?.place.file ?? stack.customers.source?.name;
    return `write ${name}: ${inYaml(fields)} under ${field} of ${customer} in ${file}`;
  }
}

/** Its roles stay as they are, since they were not read. */
function ofKey(object: ApiKey | Role): Record<string, unknown> {
  const expireTime = "expireTime" in object ? object.expireTime : undefined;
  return { roles: "unmanaged", ...(expireTime !== undefined && { expireTime }) };
}

function ofRole(object: ApiKey | Role): Record<string, unknown> {
  const { description = "", actions = [] } = "actions" in object ? object : {};
  return { ...(description !== "" && { description }), actions: [...actions].sort() };
}
