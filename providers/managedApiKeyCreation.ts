/** How a key is created exactly once, although the API knows no such thing, and how it is got rid of. */
import {
  AmbiguousCreateError,
  type ApiKey,
  CreateOutcomeUnknownError,
  createdWithin,
  createOnce,
  isMarkedName,
  type LostCreate,
  markedName,
  TesseralApiError,
  type TesseralClient,
} from "../tesseral";
import { canonicalTime } from "../tesseral/instant";
import type { PartialFailure } from "./lifecycle";
import type { ManagedApiKeyInputs } from "./managedApiKey";
import type { ProviderProcess } from "./providerProcess";

/** What is recorded in the place of a key whose creation had no answer and could not be looked up. */
export interface Unresolved extends LostCreate {
  /** The display name that was sent. */
  displayName: string;
}

/**
 * Creates the key. In an organization that this very run created, where nobody else can make keys yet, under its own name;
 * elsewhere under a marked one, so that no key that somebody creates at the same moment can be taken for it.
 */
export async function createKey(
  shared: ProviderProcess,
  inputs: ManagedApiKeyInputs,
  unresolved: (error: CreateOutcomeUnknownError | AmbiguousCreateError, displayName: string) => PartialFailure,
) {
  const { tesseral } = await shared.connection();
  const operation = tesseral.begin();
  const { organizationId, expireTime } = inputs;
  const isOwn = shared.createdOrganizations.has(organizationId);
  const displayName = isOwn ? inputs.displayName : markedName(inputs.displayName, inputs.managedBy);
  const sent = { organizationId, displayName, ...(expireTime === undefined ? {} : { expireTime }) };
  // Two creates of the same name must not be under way at once: the one could not be told from the other.
  return shared.creations.run(`${organizationId}/${displayName}`, async () => {
    if (!isOwn) {
      await settleLeft(shared, operation, inputs, displayName);
    }
    const created = await createOnce<ApiKey>({
      what: nameOf(inputs),
      operation: operation.operation,
      create: async () => (await operation.apiKeys.createApiKey({ apiKey: sent })).apiKey,
      find: (lost) => findCreated(shared, operation, sent, lost),
      settleAll: displayName !== inputs.displayName,
      settle: (found) => discardKey(operation, found.id).then(() => undefined), // its token is lost
      discard: (late) => discardKey(operation, late.id),
    }).catch((error: unknown) => {
      if (error instanceof CreateOutcomeUnknownError || error instanceof AmbiguousCreateError) {
        throw unresolved(error, displayName);
      }
      throw error;
    });
    shared.claimed.add(created.made.id);
    shared.keepSecret(created.made.secretToken ?? "");
    return created;
  });
}

/**
 * Gets rid of what an earlier process left that was killed before the engine knew of its key: the engine keeps nothing of
 * it. What bears the marked name is certainly such a key, and its token is lost. Of a key with the plain name nobody can tell, so
 * it is only named.
 */
async function settleLeft(
  shared: ProviderProcess,
  operation: TesseralClient,
  { organizationId, displayName, managedBy }: ManagedApiKeyInputs,
  marked: string,
): Promise<void> {
  const others = (await shared.apiKeysBefore(organizationId)).filter(({ id }) => !shared.claimed.has(id));
  for (const left of others) {
    if (left.displayName === marked) {
      await discardKey(operation, left.id);
    }
  }
  const alike = others.filter((key) => key.displayName === displayName && !key.revoked && !shared.seen.has(key.id));
  if (alike.length === 0) {
    return;
  }
  const known = (await shared.stackState(managedBy))?.ids;
  for (const { id, createTime } of known === undefined ? [] : alike.filter((key) => !known.has(key.id))) {
    shared.warn(
      `${organizationId} has an API key ${JSON.stringify(displayName)} that this stack does not know: ${id} (created ${createTime}). ` +
        `If nobody made it by hand, an update that was killed did, and it can be removed: npx pulumi-tesseral remove ${id}`,
    );
  }
}

/**
 * The keys that a lost create may have made: as it was sent and not known to be another's; and created while it was under
 * way, unless the marked name makes that certain.
 */
export async function findCreated(
  shared: ProviderProcess,
  operation: TesseralClient,
  sent: { organizationId: string; displayName: string; expireTime?: string },
  lost: LostCreate,
): Promise<ApiKey[]> {
  const keys = await operation.allApiKeys(sent.organizationId);
  return keys.filter(
    (key) =>
      key.displayName === sent.displayName &&
      canonicalTime(key.expireTime) === canonicalTime(sent.expireTime) &&
      (isMarkedName(key.displayName) || createdWithin(lost, key)) &&
      !shared.claimed.has(key.id),
  );
}

/** Revokes and deletes a key; one that is gone is done. */
export async function discardKey(operation: TesseralClient, id: string): Promise<void> {
  try {
    await operation.apiKeys.revokeApiKey(id);
    await operation.apiKeys.deleteApiKey(id);
  } catch (error) {
    if (!(error instanceof TesseralApiError && error.isGone)) {
      throw error;
    }
  }
}

/** For messages. */
export function nameOf({
  displayName,
  organizationId,
}: Pick<ManagedApiKeyInputs, "displayName" | "organizationId">): string {
  return `API key ${JSON.stringify(displayName)} of ${organizationId}`;
}
