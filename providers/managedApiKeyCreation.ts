/** Creates a key exactly once, although the API has no idempotency, and discards keys. */
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
import { withAdvice } from "./advice";
import { warnOfAlikeKeys } from "./alikeObjects";
import { PartialFailure } from "./lifecycle";
import type { Beginning } from "./markedCreation";
import type { ProviderProcess } from "./providerProcess";

/** The inputs of a key that its creation depends on. */
interface KeyInputs {
  organizationId: string;
  displayName: string;
  expireTime?: string;
  managedBy: string;
}

/** What is recorded instead of a key whose creation had no answer and could not be looked up. */
export interface Unresolved extends LostCreate {
  /** The display name that was sent. */
  displayName: string;
  /** The end that was sent. */
  expireTime?: string;
}

/** Nobody can tell whether a key was made. */
export class UnresolvedKeyError extends Error {
  override readonly name = "UnresolvedKeyError";

  constructor(
    readonly unresolved: Unresolved,
    message: string,
  ) {
    super(message);
  }

  /** What Pulumi records of it: a resource that the next update replaces, after it has looked for the key. */
  recorded(inputs: KeyInputs, projectId: string): PartialFailure {
    const id = `unresolved-${inputs.organizationId}-${Date.parse(this.unresolved.begin)}`;
    return new PartialFailure(id, { ...inputs, projectId, unresolved: this.unresolved }, [this.message]);
  }
}

/** The field that holds one. */
export const unresolved = {
  expected: "a lost creation",
  holds: (value: unknown): value is Unresolved =>
    typeof value === "object" && value !== null && "begin" in value && "end" in value && "displayName" in value,
};

/**
 * Creates the key. In an organization that this very run created, where nobody else can make keys yet, under its own name;
 * elsewhere under a marked one, so that no key that somebody creates at the same moment can be taken for it. Throws an
 * {@link UnresolvedKeyError} where nobody can tell whether it was made.
 */
export async function createKey(provider: ProviderProcess, inputs: KeyInputs): Promise<Beginning<ApiKey>> {
  const { tesseral: client } = await provider.connection();
  const { organizationId, expireTime } = inputs;
  const isOwn = provider.createdOrganizations.has(organizationId);
  const displayName = isOwn ? inputs.displayName : markedName(inputs.displayName, inputs.managedBy);
  const sent = { organizationId, displayName, ...(expireTime === undefined ? {} : { expireTime }) };
  // Two creates of the same name must not be under way at once: they could not be told apart.
  return provider.creations.run(`${organizationId}/${displayName}`, async () => {
    if (!isOwn) {
      await discardLeft(provider, client.begin(), inputs, displayName);
    }
    // Begun only now, so that waiting for its turn does not count.
    const tesseral = client.begin();
    const { made, discardLate } = await createOnce<ApiKey>({
      what: nameOf(inputs),
      operation: tesseral.operation,
      create: async () => (await tesseral.apiKeys.createApiKey({ apiKey: sent })).apiKey,
      find: (lost) => findCreated(provider, tesseral, sent, lost),
      reconcileAll: displayName !== inputs.displayName,
      reconcile: (found) => discardKey(tesseral, found.id).then(() => undefined), // its token is lost
      discard: (late) => discardKey(tesseral, late.id),
    }).catch((error: unknown) => {
      if (error instanceof CreateOutcomeUnknownError || error instanceof AmbiguousCreateError) {
        const expiry = expireTime === undefined ? {} : { expireTime };
        throw new UnresolvedKeyError({ ...error.lost, displayName, ...expiry }, withAdvice(error));
      }
      throw error;
    });
    provider.claimed.add(made.id);
    provider.keepSecret(made.secretToken ?? "");
    return { remote: made, was: "created", discardLate };
  });
}

/** Discards what a creation without an answer may have made. */
export async function discardUnresolved(
  provider: ProviderProcess,
  tesseral: TesseralClient,
  unresolved: Unresolved,
  organizationId: string,
): Promise<void> {
  const { displayName, expireTime } = unresolved;
  const sent = { organizationId, displayName, ...(expireTime === undefined ? {} : { expireTime }) };
  const found = await findCreated(provider, tesseral, sent, unresolved);
  if (found.length > 1 && !isMarkedName(displayName)) {
    throw new AmbiguousCreateError(nameOf(sent), unresolved, found);
  }
  for (const key of found) {
    await discardKey(tesseral, key.id);
  }
}

/**
 * Discards what an earlier process left that was killed before the engine knew of its key: the engine keeps nothing of
 * it. What bears the marked name is certainly such a key, and its token is lost. Of a key with the plain name nobody can tell, so
 * it is only named.
 */
async function discardLeft(
  provider: ProviderProcess,
  tesseral: TesseralClient,
  { organizationId, displayName, managedBy }: KeyInputs,
  marked: string,
): Promise<void> {
  const others = (await provider.apiKeysBefore(organizationId)).filter(({ id }) => !provider.claimed.has(id));
  for (const left of others) {
    if (left.displayName === marked) {
      await discardKey(tesseral, left.id);
    }
  }
  await warnOfAlikeKeys(provider, { organizationId, displayName, managedBy }, others);
}

/**
 * The keys that a lost create may have made: as it was sent and not known to be another's; and created while it was under
 * way, unless the marked name makes that certain.
 */
async function findCreated(
  provider: ProviderProcess,
  tesseral: TesseralClient,
  sent: { organizationId: string; displayName: string; expireTime?: string },
  lost: LostCreate,
): Promise<ApiKey[]> {
  const keys = await tesseral.allApiKeys(sent.organizationId);
  return keys.filter(
    (key) =>
      key.displayName === sent.displayName &&
      canonicalTime(key.expireTime) === canonicalTime(sent.expireTime) &&
      (isMarkedName(key.displayName) || createdWithin(lost, key)) &&
      !provider.claimed.has(key.id),
  );
}

/** Revokes and deletes a key; one that is gone is done. */
export async function discardKey(tesseral: TesseralClient, id: string): Promise<void> {
  try {
    await tesseral.apiKeys.revokeApiKey(id);
    await tesseral.apiKeys.deleteApiKey(id);
  } catch (error) {
    if (!(error instanceof TesseralApiError && error.isGone)) {
      throw error;
    }
  }
}

/** For messages. */
function nameOf({ displayName, organizationId }: Pick<KeyInputs, "displayName" | "organizationId">): string {
  return `API key ${JSON.stringify(displayName)} of ${organizationId}`;
}
