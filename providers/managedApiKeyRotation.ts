/** Brings the two keys that one resource can have, the current and the previous one, to the planned generation. */
import { coded } from "../errors/coded";
import { type ApiKey, TesseralApiError, type TesseralClient } from "../tesseral";
import { isNothing } from "../tesseral/instant";
import { heldBack, madeAnew } from "./endWarning";
import { pick } from "./fields";
import { createKey, discardKey, discardUnresolved, UnresolvedKeyError } from "./managedApiKeyCreation";
import { type KeyInputs, type KeyOutputs, type KeyState, newKeyOf, ownFields } from "./managedApiKeyFields";
import { assignedRoles, forgetPrevious, isPast, seenOf, statusOf, unlessGone } from "./managedApiKeyReads";
import { bringRoles } from "./managedApiKeyWrites";
import { resourceName } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import type { Change } from "./resource";
import { changedRetireTime, exactRetireTime, livesAsPlanned } from "./rotation";
import { serverTime } from "./serverTime";

/** The name that a key has in the program, quoted: `managedBy` has the one that it was made with. */
export function nameNow(provider: ProviderProcess, managedBy: string): string {
  return JSON.stringify(provider.checked.get(managedBy) ?? resourceName(managedBy));
}

/** Whether an earlier update left something to do that the inputs do not show. */
export function isLeft({ keysOff }: ProviderProcess, olds: KeyState, now: number): boolean {
  const isWaiting = olds.waitsForApiKeys === true;
  return (
    olds.unresolved !== undefined || (isWaiting ? !keysOff.has(olds.organizationId ?? "") : isLeftToRetire(olds, now))
  );
}

/** Says what will become of a key that waits until API keys are on, if the program declares it. */
export function warnOfWaiting(provider: ProviderProcess, olds: KeyState): void {
  const { organizationId = "", status = "", managedBy = "", waitsForApiKeys } = olds;
  if (waitsForApiKeys === true && provider.checked.has(managedBy)) {
    const outcome = provider.keysOff.has(organizationId) ? heldBack(status) : madeAnew(status);
    provider.warn(`API key ${nameNow(provider, managedBy)} ${outcome}`);
  }
}

/** Whether there is a key to end that was not due yet in an earlier update, or that no longer works. */
function isLeftToRetire(state: KeyState, now: number): boolean {
  const { generation = 1, retiredGeneration = 0 } = state;
  return (
    state.previousApiKeyId !== undefined && retiredGeneration >= generation - 1 && isPast(state.previousRetireAt, now)
  );
}

/**
 * Brings the keys of a resource to the generation that is planned: what an earlier update left is cleared away, the key before the
 * current one ends if it is due, the new key is made, and only then the current one becomes the one before. Each thing that is done
 * is written into `state` at once.
 */
export async function bringLife(
  provider: ProviderProcess,
  { tesseral, id, state, inputs, isNew }: Change<KeyInputs, KeyOutputs>,
): Promise<KeyState> {
  if (!isNew) {
    state.apiKeyId ??= id;
    if (state.unresolved !== undefined) {
      await discardUnresolved(provider, tesseral, state.unresolved, inputs.organizationId);
      delete state.unresolved;
    }
    await resumeFailedRotation(tesseral, state, inputs);
    const raises = inputs.generation > (state.generation ?? 1);
    const { createTime, previousRetireAt: exact, retireAfter: planned } = state;
    const { overlap } = inputs;
    // One that no longer works has no such time.
    if (exact !== undefined && createTime && overlap !== undefined && overlap !== state.overlap) {
      // What is planned beside a next key is not about this one.
      const news = { ...inputs, overlap, ...(raises && { retireAfter: undefined }) };
      state.previousRetireAt = changedRetireTime(news, createTime, { exact, planned });
    }
    // Beside a dead key, the previous one works until there is a new one.
    if (!(raises && isDead(tesseral, state))) {
      await retirePrevious(tesseral, state, inputs);
    }
    if (raises) {
      if (!(await makeNext(provider, tesseral, state, inputs))) {
        return {}; // The state stays behind what is planned.
      }
      await retirePrevious(tesseral, state, inputs);
    }
  }
  // What Tesseral answered when it was made is the truth.
  const { currentExpireTime = inputs.currentExpireTime } = state;
  return { ...pick(inputs, ownFields), ...(currentExpireTime && { currentExpireTime }) };
}

/**
 * Deals with a key that a failed update made. The engine keeps the inputs from before it and has handed out nothing of it:
 * to the customer, the key before it is still the current one. It is used if it is what is planned now, and discarded otherwise.
 */
async function resumeFailedRotation(tesseral: TesseralClient, state: KeyState, inputs: KeyInputs): Promise<void> {
  const { generation = inputs.generation, rotatedAt = inputs.rotatedAt, apiKeyId = "", createTime = "" } = state;
  const isSame = generation === inputs.generation;
  const isAsked = inputs.rotate !== undefined && inputs.rotate !== state.rotate;
  if (generation < inputs.generation || (isSame && rotatedAt === inputs.rotatedAt && !isAsked)) {
    return;
  }
  if (isSame && !isAsked && livesAsPlanned(inputs, state.currentExpireTime)) {
    const retireAt = exactRetireTime(inputs, createTime);
    Object.assign(
      state,
      { rotatedAt: inputs.rotatedAt, overlap: inputs.overlap },
      retireAt && { previousRetireAt: retireAt },
    );
    return;
  }
  const { previousApiKeyId, previousSecretToken } = state;
  const before =
    previousApiKeyId === undefined ? undefined : await unlessGone(tesseral.apiKeys.getApiKey(previousApiKeyId));
  if (before === undefined && !isSame) {
    return; // It is all there is.
  }
  await discardKey(tesseral, apiKeyId);
  for (const name of [
    "rotatedAt",
    "secretToken",
    "secretTokenSuffix",
    "currentExpireTime",
    "displayName",
    "roles",
  ] as const) {
    delete state[name];
  }
  forgetPrevious(state);
  state.generation = isSame ? generation - 1 : inputs.generation;
  if (before === undefined) {
    state.status = "gone";
    return;
  }
  const { outputs, inputs: seen } = seenOf(before.apiKey);
  Object.assign(state, outputs, pick(seen, ["currentExpireTime"]), {
    status: statusOf(before.apiKey, serverTime(tesseral)),
  });
  Object.assign(state, previousSecretToken && { secretToken: previousSecretToken });
}

/** Ends the previous key if that is planned, and certainly due by the moment at which the current one was really made. */
async function retirePrevious(tesseral: TesseralClient, state: KeyState, inputs: KeyInputs): Promise<void> {
  const { previousApiKeyId, previousRetireAt, generation = 1 } = state;
  const isDue =
    isPast(previousRetireAt, serverTime(tesseral)) || (inputs.overlap !== undefined && isNothing(inputs.overlap));
  if (previousApiKeyId !== undefined && inputs.retiredGeneration >= generation - 1 && isDue) {
    await discardKey(tesseral, previousApiKeyId);
    forgetPrevious(state);
  }
}

/**
 * Makes the key of the next generation, with its name and roles, and lets the current one become the previous one. Returns whether it did:
 * Tesseral makes none for an organization whose API keys are off, which must not stop an update where the current one is dead anyway.
 */
async function makeNext(
  provider: ProviderProcess,
  tesseral: TesseralClient,
  state: KeyState,
  inputs: KeyInputs,
): Promise<boolean> {
  const { apiKeyId: current = "", displayName, roles } = state;
  const wasDead = isDead(tesseral, state);
  if (!wasDead && state.previousApiKeyId !== undefined) {
    throw new Error(
      coded(
        "TSL-ROTATE-NOW",
        `the previous token works until ${state.previousRetireAt}, so there can be no new one yet: run the update again after that`,
      ),
    );
  }
  // Roles that are not managed go with the key.
  const wanted = inputs.roles ?? (await rolesOfEither(tesseral, state));
  // They are also reported as off without the project's entitlement, although keys are made: only the refusal is certain.
  const mayBeRefused = wasDead && !(await areKeysEnabled(tesseral, inputs.organizationId));
  if (wasDead && !mayBeRefused) {
    await discardKey(tesseral, current);
  }
  const made = await createKey(provider, newKeyOf(inputs)).catch((error: unknown) => {
    if (error instanceof UnresolvedKeyError) {
      state.unresolved = error.unresolved;
    }
    if (mayBeRefused && error instanceof TesseralApiError && error.status === 403) {
      return undefined;
    }
    throw error;
  });
  if (made === undefined) {
    state.waitsForApiKeys = true;
    provider.warn(
      `API key ${nameNow(provider, inputs.managedBy)} no longer works, and Tesseral makes no new one while API keys are off for ` +
        `${inputs.organizationId}: the first update after they are on again makes it`,
    );
    return false;
  }
  delete state.waitsForApiKeys;
  if (mayBeRefused) {
    await discardKey(tesseral, current);
  }
  const { remote, discardLate } = made;
  recordNext(state, remote, inputs, wasDead);
  await discardLate();
  await bringRoles(tesseral, remote.id, wanted, true);
  // As late as it can be: by the marked name an update that was killed is known to have made the key.
  if (remote.displayName !== inputs.displayName) {
    await tesseral.apiKeys.updateApiKey(remote.id, { apiKey: { displayName: inputs.displayName } });
  }
  // Where they are declared anew, the steps that follow bring them to both keys.
  Object.assign(state, displayName === inputs.displayName && { displayName });
  Object.assign(state, roles !== undefined && JSON.stringify(roles) === JSON.stringify(wanted) && { roles });
  return true;
}

/** Writes into the state that a key is the current one, and the one before it, unless it was dead, the previous one. */
function recordNext(state: KeyState, made: ApiKey, inputs: KeyInputs, wasDead: boolean): void {
  if (!wasDead) {
    Object.assign(
      state,
      { previousApiKeyId: state.apiKeyId },
      state.secretToken === undefined ? {} : { previousSecretToken: state.secretToken },
    );
  }
  const retireAt = exactRetireTime(inputs, made.createTime);
  if (state.previousApiKeyId !== undefined && retireAt !== undefined) {
    state.previousRetireAt = retireAt;
  }
  // Until the new key has them, nobody can say that the keys of this resource have the name and the roles.
  for (const name of ["secretTokenSuffix", "currentExpireTime", "displayName", "roles"] as const) {
    delete state[name];
  }
  Object.assign(
    state,
    seenOf(made).outputs,
    pick(inputs, ["generation", "rotatedAt", "currentExpireTime", "status", "rotate"]),
  );
}

async function areKeysEnabled(tesseral: TesseralClient, organizationId: string): Promise<boolean> {
  return (await tesseral.organizations.getOrganization(organizationId)).organization.apiKeysEnabled;
}

/** Whether the current key certainly no longer works, by itself or by somebody's action. */
function isDead(tesseral: TesseralClient, { status = "active", currentExpireTime }: KeyState): boolean {
  return status !== "active" || (currentExpireTime !== undefined && isPast(currentExpireTime, serverTime(tesseral)));
}

/** The roles of the current key or, if that is gone, of the previous one. */
async function rolesOfEither(tesseral: TesseralClient, { apiKeyId, previousApiKeyId }: KeyState): Promise<string[]> {
  for (const id of [apiKeyId, previousApiKeyId]) {
    const roles = id === undefined ? undefined : await unlessGone(assignedRoles(tesseral, id));
    if (roles !== undefined) {
      return roles;
    }
  }
  return [];
}
