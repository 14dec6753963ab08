/** Groups the steps of a preview by customer. */
import { customerType } from "../components/customerType";
import { resourceTypes } from "../providers/resourceTypes";
import type { NetStep } from "./preview/netSteps";
import { partsOf, type ResourceState } from "./preview/preview";

/** The steps of a customer and of everything that it consists of. */
export interface CustomerSteps {
  name: string;
  renamedFrom?: string;
  organization?: NetStep;
  /** By their names within the customer, such as `production`. */
  roles: PartStep[];
  keys: PartStep[];
  /** Other resources of the customer, such as the secret that a key is delivered in. */
  others: NetStep[];
}

/** A role or a key. */
export interface PartStep extends NetStep {
  /** Its name within the customer. */
  part: string;
  /** The name within the customer that it had before. */
  oldPart?: string;
}

export interface GroupedSteps {
  customers: CustomerSteps[];
  /** Steps that belong to no customer. */
  rest: NetStep[];
}

const kindOf: Record<string, "organization" | "roles" | "keys"> = {
  [resourceTypes.organization.token]: "organization",
  [resourceTypes.role.token]: "roles",
  [resourceTypes.managedApiKey.token]: "keys",
};

/** Groups the steps by customer: by its component or, in a program without components, by its organization. */
export function groupByCustomer(steps: readonly NetStep[]): GroupedSteps {
  const customers = new Map<string, CustomerSteps>();
  const customerAt = (urn: string): CustomerSteps => {
    const name = partsOf(urn).name || urn;
    const found = customers.get(urn) ?? { name, roles: [], keys: [], others: [] };
    customers.set(urn, found);
    return found;
  };
  const owners = new Owners(steps);
  const rest: NetStep[] = [];
  for (const step of steps) {
    const owner = owners.of(step);
    if (owner === undefined) {
      rest.push(step);
      continue;
    }
    const customer = customerAt(owner);
    const kind = kindOf[step.type];
    if (step.urn === owner && step.oldName !== undefined) {
      customer.renamedFrom = step.oldName;
    }
    if (kind === "organization") {
      customer.organization = step;
    } else if (kind !== undefined) {
      customer[kind].push(step as PartStep);
    } else if (step.urn !== owner) {
      customer.others.push(step);
    }
  }
  for (const customer of customers.values()) {
    const parts = [...customer.roles, ...customer.keys];
    const renamedFrom = customer.renamedFrom ?? halfRenamedFrom(parts, customer);
    if (renamedFrom !== undefined) {
      customer.renamedFrom = renamedFrom;
    }
    for (const part of parts) {
      Object.assign(part, partNames(part, customer));
    }
    customer.keys = customer.keys.map((key) => withLifeAsItIs(key));
  }
  return { customers: [...customers.values()], rest };
}

/**
 * A key whose recorded state is what exists: where an update could not make the next token, since the customer was suspended, the inputs say what was
 * planned, and the outputs what came of it.
 */
function withLifeAsItIs(key: PartStep): PartStep {
  const { old, new: news } = key;
  if (old === undefined || !(Number(old.outputs.generation) < Number(old.inputs.generation))) {
    return key;
  }
  const life = ["generation", "retiredGeneration", "rotatedAt", "status"].map((name) => [name, old.outputs[name]]);
  const known = { ...old, inputs: { ...old.inputs, ...Object.fromEntries(life) } };
  return { ...key, old: known, ...(news === old && { new: known }) };
}

/** The name that the entry had, where an update that ended half-way has renamed the customer and not all that is in it. */
function halfRenamedFrom(parts: readonly NetStep[], { name }: CustomerSteps): string | undefined {
  for (const step of parts) {
    const end = `-${within(step.name, name)}`;
    if (step.oldName?.endsWith(end) === true && !step.oldName.startsWith(`${name}-`)) {
      return step.oldName.slice(0, -end.length);
    }
  }
  return undefined;
}

function partNames(step: NetStep, { name, renamedFrom = name }: CustomerSteps): { part: string; oldPart?: string } {
  const part = within(step.name, name);
  const oldPart = step.oldName === undefined ? part : within(step.oldName, renamedFrom);
  return { part, ...(oldPart !== part && { oldPart }) };
}

/** The name of a role's or key's resource without the customer's before it. */
export function within(resource: string, customer: string): string {
  return resource.startsWith(`${customer}-`) ? resource.slice(customer.length + 1) : resource;
}

/** The customer that a resource belongs to. */
class Owners {
  readonly #parents = new Map<string, string>();
  readonly #organizations = new Map<string, string>();

  constructor(steps: readonly NetStep[]) {
    for (const step of steps) {
      for (const state of [step.old, step.new]) {
        if (state?.parent !== undefined) {
          this.#parents.set(step.urn, state.parent);
        }
        if (step.type === resourceTypes.organization.token && state !== undefined) {
          this.#organizations.set(state.urn, step.urn);
          this.#organizations.set(state.id, step.urn);
        }
      }
    }
    this.#organizations.delete("");
  }

  of(step: NetStep): string | undefined {
    return this.#component(step.urn) ?? this.#organization(step);
  }

  /** The `Customer` that a resource is, or is in. */
  #component(urn: string): string | undefined {
    const seen = new Set<string>();
    for (let at: string | undefined = urn; at !== undefined && !seen.has(at); at = this.#parents.get(at)) {
      if (partsOf(at).type === customerType) {
        return at;
      }
      seen.add(at);
    }
    return undefined;
  }

  /** The organization that a resource without a component is, or belongs to. */
  #organization(step: NetStep): string | undefined {
    if (step.type === resourceTypes.organization.token) {
      return step.urn;
    }
    return kindOf[step.type] === undefined
      ? undefined
      : [step.new, step.old].map((state) => this.#named(state)).find((one) => one !== undefined);
  }

  #named(state: ResourceState | undefined): string | undefined {
    const [dependency = ""] = state?.propertyDependencies.organizationId ?? [];
    const id = state?.inputs.organizationId;
    const owner = this.#organizations.get(dependency) ?? this.#organizations.get(String(id ?? ""));
    if (owner !== undefined) {
      return this.#component(owner) ?? owner;
    }
    // An organization that the stack does not have has no name here.
    return typeof id === "string" && id.startsWith("org_") ? id : undefined;
  }
}
