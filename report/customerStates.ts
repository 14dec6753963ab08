/** The customers of a stack and their keys as they are after the update. */
import { displayNameOf, kindOf } from "./changes/customer";
import { livingTokens } from "./changes/tokens";
import { numberOf, textOf } from "./changes/values";
import type { CustomerSteps, PartStep } from "./customerSteps";
import type { CustomerChange, CustomerState, KeyState } from "./review";
import { actionsOf, namesOf, type RoleBook } from "./roleBook";

export interface Period {
  /** Milliseconds since 1970. */
  now: number;
  until: number;
}

export function customerState(
  customer: CustomerSteps,
  change: CustomerChange | undefined,
  roles: RoleBook,
  period: Period,
): CustomerState {
  const { name, organization, keys } = customer;
  const state = organization?.new ?? organization?.old;
  const enabled = state?.inputs.apiKeysEnabled;
  const access = enabled === true ? "enabled" : enabled === false ? "suspended" : "unknown";
  return {
    name,
    displayName: displayNameOf(customer),
    access,
    protected: state?.protect === true,
    change: change === undefined ? "none" : kindOf(organization),
    ...(change !== undefined && { level: change.level }),
    keys: keys
      .map((key) => keyState(key, { access, isReleased: kindOf(organization) === "released" }, roles, period))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

const changeOf: Partial<Record<PartStep["op"], KeyState["change"]>> = {
  create: "new",
  recreate: "new",
  delete: "removed",
  same: "none",
};

/** What the state of the whole customer means for its keys. */
interface Owner {
  access: CustomerState["access"];
  isReleased: boolean;
}

function keyState(key: PartStep, owner: Owner, book: RoleBook, period: Period): KeyState {
  const state = key.new ?? key.old;
  const roles = book.rolesOf(state);
  const actions = actionsOf(roles, key.new === undefined ? "before" : "after");
  const generation = numberOf(state, "generation");
  const times = timesOf(key);
  return {
    name: key.part,
    state: stateOf(key, owner, times, period),
    change: changeOf[key.op] ?? "changed",
    ...(roles !== undefined && { roles: namesOf(roles) }),
    ...(actions !== undefined && { actions }),
    ...(generation !== undefined && { generation }),
    ...times,
  };
}

interface KeyTimes {
  expires?: string;
  rotates?: string;
  retires?: string;
}

/** When a key ends, when its rotation is due, and when its previous token ends. */
export function timesOf({ new: news, old }: PartStep): KeyTimes {
  const state = news ?? old;
  const expires = textOf(state, "currentExpireTime") ?? textOf(state, "expireTime");
  const rotates = textOf(state, "rotateAt");
  const retires = textOf(state, "retireAfter");
  return {
    ...(expires !== undefined && { expires }),
    ...(rotates !== undefined && { rotates }),
    ...(retires !== undefined && { retires }),
  };
}

function stateOf(
  key: PartStep,
  { access, isReleased }: Owner,
  { expires, retires }: KeyTimes,
  { now, until }: Period,
): KeyState["state"] {
  const state = key.new ?? key.old;
  const status = textOf(state, "status") ?? "active";
  if (key.new === undefined) {
    const stays = isReleased || textOf(state, "onRemoval") === "release";
    return stays && livingTokens(state) > 0 ? "works" : "ends";
  }
  if (status === "revoked" || status === "gone") {
    return "revoked";
  }
  const end = expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);
  if (status === "expired" || end <= now) {
    return "expired";
  }
  if (access === "suspended") {
    return "suspended";
  }
  return retires === undefined ? (end <= until ? "expiring" : "works") : "rotating";
}
