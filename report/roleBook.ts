/** The names and actions of a stack's roles: previews and states refer to roles only by id. */
import { customerType } from "../components/customerType";
import { resourceTypes } from "../providers/resourceTypes";
import { textsOf } from "./changes/values";
import { type GroupedSteps, within } from "./customerSteps";
import type { NetStep } from "./preview/netSteps";
import { partsOf, type ResourceState } from "./preview/preview";
import { isUnknown } from "./preview/unknownValue";

export interface KnownRole {
  /** The name within its customer, or the name of the resource. */
  name: string;
  /** Its name before the update, if different. */
  oldName: string;
  /** What it allows before and after the update; undefined while it does not exist. */
  before?: readonly string[];
  after?: readonly string[];
}

export class RoleBook {
  readonly #byId = new Map<unknown, KnownRole>();
  readonly #byUrn = new Map<string, KnownRole>();

  constructor({ customers, rest }: GroupedSteps) {
    for (const { roles } of customers) {
      for (const step of roles) {
        this.#add(step, step.part, step.oldPart ?? step.part);
      }
    }
    for (const step of rest) {
      if (step.type === resourceTypes.role.token) {
        this.#add(step, step.name, step.oldName ?? step.name);
      }
    }
  }

  /** The roles of a key; undefined if they are not managed, or there is no key. */
  rolesOf(state: ResourceState | undefined): (KnownRole | string)[] | undefined {
    const value = state?.inputs.roles;
    if (state === undefined || value === undefined) {
      return undefined;
    }
    const ids = Array.isArray(value) ? value : [value];
    const urns = (state.propertyDependencies.roles ?? []).filter(isRole);
    if (!ids.some(isUnknown)) {
      // A preview that failed does not come to the removal of a role: then only the dependencies have its name.
      const [unread, strange] = [urns.filter((urn) => !this.#byUrn.has(urn)), ids.filter((id) => !this.#byId.has(id))];
      const names = unread.length === strange.length ? unread.map((urn) => nameIn(state, urn)) : strange.map(String);
      return [...ids.flatMap((id) => this.#byId.get(id) ?? []), ...names];
    }
    // The id of a new role is not known yet, but the dependencies tell which roles are meant.
    const named = urns.map((urn) => this.#byUrn.get(urn) ?? nameIn(state, urn));
    return named.length > 0 ? named : ids.map((id) => (isUnknown(id) ? "not known yet" : String(id)));
  }

  #add(step: NetStep, name: string, oldName: string): void {
    const role: KnownRole = {
      ...{ name, oldName },
      ...(step.old !== undefined && { before: textsOf(step.old, "actions") ?? [] }),
      ...(step.new !== undefined && { after: textsOf(step.new, "actions") ?? [] }),
    };
    for (const state of [step.old, step.new]) {
      if (state !== undefined) {
        this.#byUrn.set(state.urn, role);
        if (state.id !== "") {
          this.#byId.set(state.id, role);
        }
      }
    }
    this.#byUrn.set(step.urn, role);
    for (const left of step.left ?? []) {
      this.#byId.set(left.id, { name, oldName: name, before: textsOf(left, "actions") ?? [] });
    }
  }
}

/** The name of a role within the customer of a key that has it. */
function nameIn({ parent = "" }: ResourceState, urn: string): string {
  const [role, customer] = [partsOf(urn), partsOf(parent)];
  return customer.type === customerType ? within(role.name, customer.name) : role.name;
}

function isRole(urn: string): boolean {
  return partsOf(urn).type === resourceTypes.role.token;
}

/** What a key may do by its roles; undefined if one of them is not in the stack. */
export function actionsOf(
  roles: readonly (KnownRole | string)[] | undefined,
  when: "before" | "after",
): string[] | undefined {
  if (roles === undefined || roles.some((role) => typeof role === "string")) {
    return undefined;
  }
  return [...new Set(roles.flatMap((role) => (typeof role === "string" ? [] : (role[when] ?? []))))].sort();
}

export function namesOf(roles: readonly (KnownRole | string)[], when: "before" | "after" = "after"): string[] {
  return roles.map((role) => (typeof role === "string" ? role : when === "before" ? role.oldName : role.name)).sort();
}
