// Who is who in a run of the fault harness: what must be the same organization, role or key after it, and what is let go.
import type { Emulator } from "../../emulator";
import type { ModelEngine, Stored } from "./modelEngine";
import { type Bystanders, type Customers, programOf } from "./tenant";

/** Stands for the organization that somebody made by hand. */
export const madeByHand = "an organization made by hand";

/** The customers with the organization that they adopt, which is made if there is one. */
export function withAdopted(emulator: Emulator, bystanders: Bystanders, customers: Customers): Customers {
  return Object.fromEntries(
    Object.entries(customers).map(([name, customer]) => {
      if (customer.adopt !== madeByHand) {
        return [name, customer];
      }
      const { console: person } = emulator;
      const { id } = person.createOrganization({ displayName: "By Hand", apiKeysEnabled: true });
      bystanders.addKey(person.createApiKey({ organizationId: id, displayName: "by hand" }));
      bystanders.addRole(person.createRole({ organizationId: id, displayName: "by hand", actions: ["widgets.read"] }));
      return [name, { ...customer, adopt: id }];
    }),
  );
}

/** Whatever of the stack is released stays as it is: it is nobody's then. */
export function letGo(emulator: Emulator, bystanders: Bystanders, engine: ModelEngine, after: Customers): void {
  const kept = new Set([...programOf(after)].flatMap(([name, { aliases = [] }]) => [name, ...aliases]));
  const { organizations, roles, apiKeys } = emulator.store;
  for (const { name, id, inputs } of engine.state.values()) {
    const organization = organizations.get(id);
    if (kept.has(name) || inputs.onRemoval !== "release" || organization === undefined) {
      continue;
    }
    bystanders.addOrganization(organization);
    for (const key of apiKeys.by("organization", id)) {
      bystanders.addKey(key);
    }
    for (const role of [...roles.values()].filter(({ organizationId }) => organizationId === id)) {
      bystanders.addRole(role);
    }
  }
}

/** Every resource of a state as it is at this moment, by name. */
export function recorded(engine: ModelEngine): Map<string, Pick<Stored, "id" | "inputs">> {
  return new Map([...engine.state].map(([name, { id, inputs }]) => [name, { id, inputs: { ...inputs } }]));
}

/** Resources that are another object than they were, or than they adopt, although nothing replaces them. */
export function mistaken(engine: ModelEngine, before: ReturnType<typeof recorded>, after: Customers): string[] {
  return [...programOf(after)].flatMap(([name, { inputs, aliases = [] }]) => {
    const had = [name, ...aliases].map((each) => before.get(each)).find((one) => one !== undefined);
    const expected = had?.id ?? (inputs.adopt === undefined ? undefined : String(inputs.adopt));
    const id = engine.state.get(name)?.id;
    // A key with another end is another key.
    const isReplaced = had !== undefined && had.inputs.expireTime !== inputs.expireTime;
    return expected === undefined || id === expected || isReplaced
      ? []
      : [`mistaken identity: ${name} is ${id}, was ${expected}`];
  });
}
