/** Finds what an organization already has under exactly the name of a new key or role: it may be what was meant. */
import type { ApiKey, Role } from "../tesseral";
import { refuseManaged, toAdopt } from "./adoption";
import { type Bag, unknownValue } from "./lifecycle";
import { resourceName } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import { type ResourceType, resourceTypes } from "./resourceTypes";
import type { StackState } from "./stackState";

/** The inputs of a new key or role that matter here. */
interface Planned {
  organizationId: string;
  displayName: string;
  managedBy: string;
}

/** Before a key or a role is planned: refuses what another resource manages, and warns of a second one of the same name. */
export async function refuseManagedWarnOfSecond(provider: ProviderProcess, type: ResourceType, inputs: Bag) {
  const { adopt, managedBy } = inputs;
  if (toAdopt(provider, adopt) !== undefined) {
    await refuseManaged(provider, type, adopt, String(managedBy));
  } else if (adopt === undefined) {
    await warnOfSecond(provider, type, inputs);
  }
}

/**
 * Warns in the preview of what an organization that the stack took over, or is going to, already has under the name of a new key or role:
 * the customer would have it twice. One request for each such organization; none for an organization that the stack itself made.
 */
async function warnOfSecond(provider: ProviderProcess, type: ResourceType, inputs: Bag): Promise<void> {
  const { organizationId, displayName, managedBy } = inputs;
  if (typeof displayName !== "string" || typeof managedBy !== "string" || organizationId === undefined) {
    return;
  }
  const within = organizationId === unknownValue ? organizationBeingAdopted(provider, managedBy) : organizationId;
  const state = await provider.stackState(managedBy);
  if (typeof within !== "string" || state === undefined || isMadeHere(provider, state, within)) {
    return;
  }
  const objects =
    type === resourceTypes.role ? await provider.rolesBefore(within) : await provider.apiKeysBefore(within);
  warn(provider, type, { organizationId: within, displayName, managedBy }, objects, state);
}

/** The same of keys when one of them is made, and of organizations that the stack made, too: a key may be left there by an update that was killed. */
export async function warnOfAlikeKeys(
  provider: ProviderProcess,
  planned: Planned,
  keys: readonly ApiKey[],
): Promise<void> {
  if (keys.some((key) => isAlike(provider, planned, key))) {
    const state = await provider.stackState(planned.managedBy);
    if (state !== undefined) {
      warn(provider, resourceTypes.managedApiKey, planned, keys, state);
    }
  }
}

function warn(
  provider: ProviderProcess,
  type: ResourceType,
  planned: Planned,
  objects: readonly (ApiKey | Role)[],
  state: StackState,
): void {
  const { organizationId, displayName, managedBy } = planned;
  for (const object of objects.filter((one) => isAlike(provider, planned, one) && !state.ids.has(one.id))) {
    const { id, createTime } = object;
    if (provider.named.has(id)) {
      continue;
    }
    provider.named.add(id);
    const isKey = type === resourceTypes.managedApiKey;
    const goesOn = isKey ? ", and whoever has its token calls with it" : "";
    const killed = isKey && isMadeHere(provider, state, organizationId);
    const isRotated = state.resources.some((one) => one.managedBy === managedBy);
    const place = isRotated
      ? "an entry of its own"
      : "its entry, or, once the second is made, into an entry of its own";
    provider.warn(
      `${organizationId} has ${isKey ? "an API key" : "a role"} ${JSON.stringify(displayName)} that this stack does not know: ${id} ` +
        `(created ${createTime})${goesOn}. ${JSON.stringify(resourceName(managedBy))} is a second one. To take over the one that is there, write ` +
        `adopt: ${id} into ${place}` +
        (killed
          ? `. If it was made when an update was killed, nobody has its token, and it can be removed: npx pulumi-tesseral remove ${id}`
          : ""),
    );
  }
}

function isAlike(provider: ProviderProcess, { displayName }: Planned, object: ApiKey | Role): boolean {
  const { id } = object;
  const isOver = "revoked" in object && object.revoked === true;
  const isKnown = provider.claimed.has(id) || provider.seen.has(id) || provider.adopting.has(id);
  return object.displayName === displayName && !isOver && !isKnown;
}

/** Whether the stack itself made an organization: what is in it is the stack's, or was made beside it since. */
function isMadeHere(provider: ProviderProcess, { resources }: StackState, organizationId: string): boolean {
  if (provider.createdOrganizations.has(organizationId)) {
    return true;
  }
  return resources.some(
    ({ type, id, adopt }) => type === resourceTypes.organization && id === organizationId && adopt === undefined,
  );
}

/** The organization that the customer of a key or a role takes over in this update: its resources are named after it. */
function organizationBeingAdopted({ adopting }: ProviderProcess, managedBy: string): string | undefined {
  const [owner] = [...adopting]
    .filter(([id, customer]) => id.startsWith("org_") && managedBy.startsWith(`${customer}-`))
    .sort(([, one], [, other]) => other.length - one.length);
  return owner?.[0];
}
