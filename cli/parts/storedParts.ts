/** The customers in the states of parts: which stack has them, and how a state is made ready for a move. No I/O. */
import { createHash } from "node:crypto";
import { customerType } from "../../components/customerType";
import { nameIn } from "../../providers/exportedStack";

/** The part of a resource in `pulumi stack export` that matters here. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  provider?: string;
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [other: string]: unknown;
}

/** What `pulumi stack export` prints. */
export interface State {
  deployment?: { resources?: StateResource[]; pending_operations?: unknown[]; [other: string]: unknown } | null;
  [other: string]: unknown;
}

export function resourcesOf({ deployment }: State): StateResource[] {
  return deployment?.resources ?? [];
}

/** The customers of a state: the URN of each by its name. */
export function customersIn(state: State): Map<string, string> {
  return new Map(
    resourcesOf(state)
      .filter(({ type }) => type === customerType)
      .map(({ urn }) => [nameIn(urn), urn]),
  );
}

/** Why customers cannot be moved out of a state, or undefined. */
export function unsettledIn(state: State): string | undefined {
  if ((state.deployment?.pending_operations ?? []).length > 0) {
    return "has creations that were interrupted: npx pulumi-tesseral inventory --recover --stack";
  }
  const isOpen = resourcesOf(state).some(
    ({ delete: isReplaced, outputs = {} }) => isReplaced === true || outputs.unresolved !== undefined,
  );
  return isOpen ? "has not finished its last update: pulumi up --stack" : undefined;
}

/**
 * A state from which `pulumi state move` can take customers:
 *
 * - Without those that another stack has already, by `held`: a move that was killed writes the other state first.
 * - With the same ids for providers in every stack. Pulumi gives each a random one, and takes the same provider with another id and other settings
 *   (tesseral:part) for a different one, which it does not move to.
 * - With `managedBy`, by which the provider finds the state of a resource, naming the stack that the customer goes to.
 */
export function preparedState(
  state: State,
  { held, destination }: { held: ReadonlySet<string>; destination: ReadonlyMap<string, string> },
): State {
  const all = resourcesOf(state);
  const owners = ownersIn(all);
  const ids = new Map<string, string>(
    all.flatMap(({ urn, type, id }) =>
      type.startsWith("pulumi:providers:") && id !== undefined
        ? [[`${urn}::${id}`, `${urn}::${providerId(urn)}`] as const]
        : [],
    ),
  );
  const resources = all
    .filter(({ urn }) => !held.has(owners.get(urn) ?? ""))
    .map((resource) => {
      const { urn, type, provider } = resource;
      const stack = destination.get(owners.get(urn) ?? "");
      return {
        ...resource,
        ...(type.startsWith("pulumi:providers:") && resource.id !== undefined && { id: providerId(urn) }),
        ...(provider !== undefined && { provider: ids.get(provider) ?? provider }),
        ...(stack !== undefined && resource.inputs && { inputs: managedIn(resource.inputs, stack) }),
        ...(stack !== undefined && resource.outputs && { outputs: managedIn(resource.outputs, stack) }),
      };
    });
  return { ...state, deployment: { ...state.deployment, resources } };
}

/** The customer that each resource belongs to, by its URN. */
function ownersIn(resources: readonly StateResource[]): Map<string, string> {
  const owners = new Map<string, string>();
  // A parent comes before what is in it.
  for (const { urn, type, parent = "" } of resources) {
    const owner = type === customerType ? nameIn(urn) : owners.get(parent);
    if (owner !== undefined) {
      owners.set(urn, owner);
    }
  }
  return owners;
}

function managedIn(bag: Record<string, unknown>, stack: string): Record<string, unknown> {
  const { managedBy } = bag;
  if (typeof managedBy !== "string") {
    return bag;
  }
  const [organization, project, , ...name] = managedBy.split("/");
  return { ...bag, managedBy: [organization, project, stack, ...name].join("/") };
}

/** A UUID that depends only on the kind and name of a provider. */
function providerId(urn: string): string {
  const [, , ...named] = urn.split("::");
  const hex = createHash("sha256").update(named.join("::")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** The ids of the organizations in states, each with the names of its stacks. */
export function organizationsIn(states: ReadonlyMap<string, State>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [stack, state] of states) {
    for (const { type, id } of resourcesOf(state)) {
      if (type.endsWith(":Organization") && id !== undefined) {
        found.set(id, [...(found.get(id) ?? []), stack]);
      }
    }
  }
  return found;
}
