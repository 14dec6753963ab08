/** The two keys that one resource can have: the current one, and the one before it while it works. */
import { type ApiKey, TesseralApiError, type TesseralClient } from "../tesseral";
import { after, isNothing } from "../tesseral/instant";
import { each, flag, number, optional, pick, type Shaped, shape, text, texts } from "./fields";
import { createKey, discardKey, discardUnresolved, UnresolvedKeyError, unresolved } from "./managedApiKeyCreation";
import type { ProviderProcess } from "./providerProcess";
import type { Change, Seen, State } from "./resource";
import { exactRetireTime, livesAsPlanned } from "./rotation";
import { serverTime } from "./serverTime";
import type { Reads } from "./sharedReads";

const lifeArgs = {
  ...each(["expireTime", "rotateEvery", "overlap", "rotate", "expireAfter", "renewBefore"] as const, optional(text)),
  suspended: optional(flag),
};

/** What `check` sets of a key's life, see rotation.ts. */
const plan = {
  generation: number,
  rotatedAt: text,
  retiredGeneration: number,
  currentExpireTime: optional(text),
  rotateAt: optional(text),
  retireAfter: optional(text),
  status: text,
};

export const declared = shape(lifeArgs);
export const planned = shape(plan);

/** As `check` leaves them: times are canonical, roles are a sorted set. */
export const inputs = shape({
  organizationId: text,
  displayName: text,
  roles: optional(texts),
  ...lifeArgs,
  ...plan,
  onRemoval: optional(text),
  managedBy: text,
});

export const outputs = shape({
  /** The current key; the resource keeps the id of its first one. */
  apiKeyId: text,
  /** Answered once, by the create. */
  secretToken: optional(text),
  secretTokenSuffix: optional(text),
  createTime: text,
  revoked: flag,
  previousApiKeyId: optional(text),
  previousSecretToken: optional(text),
  /** Absent although there is such a key: it does not work any more. */
  previousRetireAt: optional(text),
  projectId: text,
  unresolved: optional(unresolved),
});

export type KeyInputs = Shaped<typeof inputs>;
export type KeyOutputs = Shaped<typeof outputs>;
type KeyState = State<KeyInputs, KeyOutputs>;

export const lifeFields = planned.names;

/** What {@link bringLife} brings about. */
export const ownFields = [...lifeFields, "overlap", "rotate"] as const;

/** What a new key is created with. */
export function newKeyOf({ organizationId, displayName, currentExpireTime, managedBy }: KeyInputs) {
  return {
    organizationId,
    displayName,
    managedBy,
    ...(currentExpireTime === undefined ? {} : { expireTime: currentExpireTime }),
  };
}

/** Whether there is a key to end that an earlier update found not to be due yet, or that does not work any more. */
export function isLeftToRetire(state: KeyState, now: number): boolean {
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
    await settlePending(tesseral, state, inputs);
    const { createTime, overlap } = state;
    if (
      state.previousApiKeyId !== undefined &&
      inputs.overlap !== undefined &&
      inputs.overlap !== overlap &&
      createTime
    ) {
      state.previousRetireAt = after(createTime, inputs.overlap);
    }
    const raises = inputs.generation > (state.generation ?? 1);
    // Beside a dead key the one before works until there is a new one.
    if (!(raises && isDead(tesseral, state))) {
      await retirePrevious(tesseral, state, inputs);
    }
    if (raises) {
      await makeNext(provider, tesseral, state, inputs);
      await retirePrevious(tesseral, state, inputs);
    }
  }
  // What Tesseral answered when it was made is the truth.
  const { currentExpireTime = inputs.currentExpireTime } = state;
  return { ...pick(inputs, ownFields), ...(currentExpireTime && { currentExpireTime }) };
}

/**
 * Deals with a key that an update made which then failed. The engine keeps the inputs from before it and has handed out nothing of it:
 * to the customer, the key before it is still the current one. It is used if it is what is planned now, and discarded otherwise.
 */
async function settlePending(tesseral: TesseralClient, state: KeyState, inputs: KeyInputs): Promise<void> {
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

/** Ends the key before the current one if that is planned, and certainly due by the moment at which the current one was really made. */
async function retirePrevious(tesseral: TesseralClient, state: KeyState, inputs: KeyInputs): Promise<void> {
  const { previousApiKeyId, previousRetireAt, generation = 1 } = state;
  const isDue =
    isPast(previousRetireAt, serverTime(tesseral)) || (inputs.overlap !== undefined && isNothing(inputs.overlap));
  if (previousApiKeyId !== undefined && inputs.retiredGeneration >= generation - 1 && isDue) {
    await discardKey(tesseral, previousApiKeyId);
    forgetPrevious(state);
  }
}

/** Makes the key of the next generation, named and with its roles, and lets the current one become the one before. */
async function makeNext(
  provider: ProviderProcess,
  tesseral: TesseralClient,
  state: KeyState,
  inputs: KeyInputs,
): Promise<void> {
  const { apiKeyId: current = "", displayName, roles } = state;
  const wasDead = isDead(tesseral, state);
  if (!wasDead && state.previousApiKeyId !== undefined) {
    throw new Error(
      `the token before the current one works until ${state.previousRetireAt}, so there can be no new one yet: run the update again after that`,
    );
  }
  // Roles that are not managed go with the key.
  const wanted = inputs.roles ?? (await rolesOfEither(tesseral, state));
  if (wasDead) {
    await discardKey(tesseral, current);
  }
  const { remote, discardLate } = await createKey(provider, newKeyOf(inputs)).catch((error: unknown) => {
    if (error instanceof UnresolvedKeyError) {
      state.unresolved = error.unresolved;
    }
    throw error;
  });
  if (!wasDead) {
    Object.assign(
      state,
      { previousApiKeyId: current },
      state.secretToken === undefined ? {} : { previousSecretToken: state.secretToken },
    );
  }
  const retireAt = exactRetireTime(inputs, remote.createTime);
  if (state.previousApiKeyId !== undefined && retireAt !== undefined) {
    state.previousRetireAt = retireAt;
  }
  // Until the new key has them, nobody can say that the keys of this resource have the name and the roles.
  for (const name of ["secretTokenSuffix", "currentExpireTime", "displayName", "roles"] as const) {
    delete state[name];
  }
  Object.assign(
    state,
    seenOf(remote).outputs,
    pick(inputs, ["generation", "rotatedAt", "currentExpireTime", "status", "rotate"]),
  );
  await discardLate();
  await bringRoles(tesseral, remote.id, wanted, true);
  // As late as it can be: by the marked name an update that was killed is known to have made the key.
  if (remote.displayName !== inputs.displayName) {
    await tesseral.apiKeys.updateApiKey(remote.id, { apiKey: { displayName: inputs.displayName } });
  }
  // Where they are declared anew, the steps that follow bring them to both keys.
  Object.assign(state, displayName === inputs.displayName && { displayName });
  Object.assign(state, roles !== undefined && JSON.stringify(roles) === JSON.stringify(wanted) && { roles });
}

/** Whether the current key certainly does not work any more, of itself or because somebody saw to it. */
function isDead(tesseral: TesseralClient, { status = "active", currentExpireTime }: KeyState): boolean {
  return status !== "active" || (currentExpireTime !== undefined && isPast(currentExpireTime, serverTime(tesseral)));
}

/** The roles of the current key, or, where that is gone, of the one before. */
async function rolesOfEither(tesseral: TesseralClient, { apiKeyId, previousApiKeyId }: KeyState): Promise<string[]> {
  for (const id of [apiKeyId, previousApiKeyId]) {
    const roles = id === undefined ? undefined : await unlessGone(assignedRoles(tesseral, id));
    if (roles !== undefined) {
      return roles;
    }
  }
  return [];
}

/** Does something to both keys. One before the current that somebody has deleted is forgotten. */
export async function inEachSlot(state: KeyState, work: (id: string) => Promise<unknown>): Promise<void> {
  const { apiKeyId = "", previousApiKeyId } = state;
  await work(apiKeyId);
  if (previousApiKeyId !== undefined && (await unlessGone(work(previousApiKeyId).then(() => true))) === undefined) {
    forgetPrevious(state);
  }
}

/** Brings the roles of a key to what is declared. A key that was just created has none, so they are not asked for. */
export async function bringRoles(tesseral: TesseralClient, id: string, roles: string[], isNew: boolean): Promise<void> {
  const present = isNew ? [] : await tesseral.allApiKeyRoleAssignments(id);
  for (const roleId of roles) {
    if (!present.some((assignment) => assignment.roleId === roleId)) {
      const apiKeyRoleAssignment = { apiKeyId: id, roleId };
      await tesseral.apiKeyRoleAssignments.createApiKeyRoleAssignment({ apiKeyRoleAssignment });
    }
  }
  for (const { id: assignmentId, roleId } of present) {
    if (!roles.includes(roleId)) {
      await tesseral.apiKeyRoleAssignments.deleteApiKeyRoleAssignment(assignmentId);
    }
  }
}

/** What an answer tells; of the roles it says nothing. */
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

/** Reads both keys. That the current one is gone is thrown unless the one before still works. */
export async function readSlots(reads: Reads, id: string, state: KeyState): Promise<Seen<KeyInputs, KeyOutputs>> {
  const { tesseral } = reads;
  const planned = pick(state, [...declared.names, ...lifeFields, "organizationId"]);
  const previous = await readPrevious(reads, state);
  if (previous === undefined && state.generation !== undefined) {
    planned.retiredGeneration = Math.max(state.retiredGeneration ?? 0, state.generation - 1);
    delete planned.retireAfter;
  }
  const reading = reads.apiKey(state.apiKeyId ?? id, state.organizationId);
  const current = await (previous === undefined ? reading : unlessGone(reading));
  const shown = current ?? previous;
  const seen = seenOf(shown ?? (await reading));
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

/** The key before the current one, if it works. What is not true of it any more is taken out of `state`. */
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
    // It has still to be deleted.
    delete state.previousSecretToken;
    delete state.previousRetireAt;
  }
  return undefined;
}

function forgetPrevious(state: KeyState): void {
  for (const name of ["previousApiKeyId", "previousSecretToken", "previousRetireAt"] as const) {
    delete state[name];
  }
}

function statusOf(key: ApiKey, now: number): string {
  if (key.revoked) {
    return "revoked";
  }
  return key.expireTime !== undefined && isPast(key.expireTime, now) ? "expired" : "active";
}

function isPast(time: string | undefined, now: number): boolean {
  return time === undefined || now >= Date.parse(time);
}

async function assignedRoles(tesseral: TesseralClient, id: string): Promise<string[]> {
  return [...new Set((await tesseral.allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId))].sort();
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TesseralApiError && error.isGone) {
      return undefined;
    }
    throw error;
  }
}
