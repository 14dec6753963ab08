/** Reads the keys that one resource can have: the current one, and the previous one while it works. */
import { type ApiKey, TesseralApiError, type TesseralClient } from "../tesseral";
import { pick } from "./fields";
import { declared, type KeyInputs, type KeyOutputs, type KeyState, lifeFields } from "./managedApiKeyFields";
import type { Seen } from "./resource";
import { serverTime } from "./serverTime";
import type { Reads } from "./sharedReads";

/** What an answer tells; it has no roles. */
export function seenOf(key: ApiKey): Seen<KeyInputs, KeyOutputs> {
  const suffix = key.secretTokenSuffix ?? key.secretToken?.slice(-4);
  return {
    inputs: {
      ...pick(key, ["organizationId", "expireTime"]),
      displayName: key.displayName ?? "",
      ...(key.expireTime !== undefined && { currentExpireTime: key.expireTime }),
    },
    outputs: {
      ...pick(key, ["secretToken", "createTime"]),
      ...(suffix === undefined ? {} : { secretTokenSuffix: suffix }),
      apiKeyId: key.id,
      revoked: key.revoked ?? false,
    },
  };
}

/** Reads a key that the stack does not manage. */
export async function lookUp(reads: Reads, id: string): Promise<Seen<KeyInputs, KeyOutputs>> {
  const { tesseral } = reads;
  const apiKey = await reads.apiKey(id, undefined);
  const { inputs, outputs } = seenOf(apiKey);
  const [status, roles] = [statusOf(apiKey, serverTime(tesseral)), await assignedRoles(tesseral, id)];
  return { inputs: { ...inputs, status, roles }, outputs };
}

/**
 * Reads both keys. A key that somebody has deleted stays in the stack, as a revoked one does: its declaration has yet to be restored,
 * which may have to wait, and `adopt` does not apply to what is made in its place. It goes only with its organization.
 */
export async function readBothKeys(reads: Reads, id: string, state: KeyState): Promise<Seen<KeyInputs, KeyOutputs>> {
  const { tesseral } = reads;
  const planned = pick(state, [...declared.names, ...lifeFields, "organizationId"]);
  // It says that the inputs are ahead, but from here on they are what exists.
  delete state.waitsForApiKeys;
  const previous = await readPrevious(reads, state);
  if (previous === undefined && state.generation !== undefined) {
    planned.retiredGeneration = Math.max(state.retiredGeneration ?? 0, state.generation - 1);
    delete planned.retireAfter;
  }
  const reading = reads.apiKey(state.apiKeyId ?? id, state.organizationId);
  const current = await (state.generation === undefined ? reading : unlessGone(reading));
  const shown = current ?? previous;
  if (shown === undefined) {
    // Not by a list, which may date from before the organization was deleted with the key.
    await tesseral.organizations.getOrganization(state.organizationId ?? "");
    return { inputs: { ...planned, ...pick(state, ["displayName", "roles"]), status: "gone" }, outputs: {} };
  }
  const seen = seenOf(shown);
  const roles = state.roles === undefined ? {} : { roles: await assignedRoles(tesseral, seen.outputs.apiKeyId ?? id) };
  if (current === undefined) {
    const { displayName = "" } = seen.inputs;
    return { inputs: { ...planned, displayName, ...roles, status: "gone" }, outputs: {} };
  }
  const { expireTime: _, ...found } = seen.inputs;
  return {
    inputs: { ...planned, ...found, ...roles, status: statusOf(current, serverTime(tesseral)) },
    outputs: seen.outputs,
  };
}

/** The previous key, if it works. What is no longer true of it is taken out of `state`. */
async function readPrevious(reads: Reads, state: KeyState): Promise<ApiKey | undefined> {
  const { previousApiKeyId, organizationId } = state;
  if (previousApiKeyId === undefined) {
    return undefined;
  }
  const previous = await unlessGone(reads.apiKey(previousApiKeyId, organizationId));
  if (previous === undefined) {
    forgetPrevious(state);
  } else if (statusOf(previous, serverTime(reads.tesseral)) === "active") {
    return previous;
  } else {
    // It has yet to be deleted.
    delete state.previousSecretToken;
    delete state.previousRetireAt;
  }
  return undefined;
}

export function forgetPrevious(state: KeyState): void {
  for (const name of ["previousApiKeyId", "previousSecretToken", "previousRetireAt"] as const) {
    delete state[name];
  }
}

export function statusOf(key: ApiKey, now: number): string {
  if (key.revoked) {
    return "revoked";
  }
  return key.expireTime !== undefined && isPast(key.expireTime, now) ? "expired" : "active";
}

export function isPast(time: string | undefined, now: number): boolean {
  return time === undefined || now >= Date.parse(time);
}

export async function assignedRoles(tesseral: TesseralClient, id: string): Promise<string[]> {
  return [...new Set((await tesseral.allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId))].sort();
}

export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TesseralApiError && error.isGone) {
      return undefined;
    }
    throw error;
  }
}
