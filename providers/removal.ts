/** Decides what stays in Tesseral although the engine deletes it. */
import { coded } from "../errors/coded";
import { keptProblem } from "./keepUntil";
import { unknownValue } from "./lifecycle";
import type { ProviderProcess } from "./providerProcess";
import { type ResourceType, resourceTypes } from "./resourceTypes";

/** What becomes of an object when the stack no longer declares it. */
export type OnRemoval = "delete" | "release";

/** Why a value is not an {@link OnRemoval}, or undefined. */
export function removalProblem(onRemoval: unknown): string | undefined {
  return onRemoval === undefined || onRemoval === "release" || onRemoval === unknownValue
    ? undefined
    : 'onRemoval must be "delete" or "release"';
}

/** The record of an object that is to be deleted. */
interface Recorded {
  managedBy?: string | undefined;
  onRemoval?: string | undefined;
  keepUntil?: string | undefined;
  organizationId?: string | undefined;
  unresolved?: unknown;
  apiKeyId?: unknown;
  previousApiKeyId?: unknown;
}

/**
 * Whether the stack only forgets an object: it was declared to be released, with its organization or alone, or it has just become another
 * resource's. Throws for an organization that is to be kept at this time of the server, and for what is in one that goes; and for what is in one
 * that is protected, where the program cannot have asked for it.
 */
export async function staysInTesseral(
  provider: ProviderProcess,
  type: ResourceType,
  id: string,
  { managedBy, onRemoval, keepUntil, organizationId, unresolved, apiKeyId, previousApiKeyId }: Recorded,
  now: number,
): Promise<boolean> {
  // Nobody was ever given what a lost creation may have made.
  if (managedBy === undefined || (unresolved !== undefined && apiKeyId === undefined)) {
    return false;
  }
  const held = [apiKeyId ?? id, previousApiKeyId].filter((one) => typeof one === "string");
  if (held.some((one) => provider.adopted.has(one))) {
    warnOfAdopted(provider, type, held);
    return true;
  }
  const isOrganization = type === resourceTypes.organization;
  const stays = organizationId !== undefined && provider.declared.has(organizationId);
  if (!isOrganization && onRemoval !== "release" && (organizationId === undefined || stays)) {
    return false;
  }
  const stored = (await provider.stackStateAtDelete(managedBy))?.resources ?? [];
  const own = stored.filter((one) => one.id === id && one.type === type);
  if (isOrganization && own.length > 1) {
    warnOfAdopted(provider, type, [id]);
    return true;
  }
  // The old half of a replacement is not given up: the new one takes its place.
  if (onRemoval === "release") {
    return !(provider.replaced.has(id) || own.some(({ isReplaced }) => isReplaced));
  }
  const kept = isOrganization ? keptProblem(keepUntil, now) : undefined;
  if (kept !== undefined) {
    throw new Error(coded("TSL-KEEP-UNTIL", `organization ${id} ${kept}. ${untilThen}`));
  }
  const organization = stored.find((one) => one.type === resourceTypes.organization && one.id === organizationId);
  if (isOrganization || organization === undefined) {
    return false;
  }
  if (organization.isProtected && !provider.runsProgram) {
    throw new Error(
      coded(
        "TSL-IN-PROTECTED",
        `${type.noun} ${id} is in organization ${organization.name}, which is protected: without the program nothing in it is deleted. ` +
          "To delete it alone, remove it from the program and run `pulumi up`. To delete the organization, lift its protection first: " +
          "protect: false, and `pulumi up`",
      ),
    );
  }
  const keptWith = organization.onRemoval === "release" ? undefined : keptProblem(organization.keepUntil, now);
  if (keptWith !== undefined) {
    throw new Error(
      coded(
        "TSL-KEEP-UNTIL",
        `${type.noun} ${id} is in organization ${organization.name}, which ${keptWith}: what is in it stays until then. ` +
          "To delete it alone, remove it from the program and run `pulumi up` without --target",
      ),
    );
  }
  // It goes with its organization, of which nothing is deleted.
  return organization.onRemoval === "release";
}

const untilThen =
  "Declare it until then, or, if it must go earlier, remove keepUntil, run `pulumi up`, and only then delete it";

function warnOfAdopted(provider: ProviderProcess, { noun }: ResourceType, ids: readonly string[]): void {
  provider.warn(
    `${noun} ${ids.join(" with ")} belongs to another resource of this stack now and was not deleted: the old resource is only forgotten. ` +
      "To give a resource another name, use the option `aliases`",
  );
}
