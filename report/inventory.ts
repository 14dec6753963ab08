/** The picture of a tenant: all customers with their keys, as Tesseral and the stacks know them. What `pulumi-tesseral inventory` shows. Published as inventory.schema.json. */
import { maskTokens } from "../errors/maskTokens";
import { before } from "../tesseral/instant";
import type { ApiKey, Organization } from "../tesseral/objects";
import { customerState } from "./customerStates";
import { groupByCustomer, type PartStep } from "./customerSteps";
import { horizonOf } from "./horizon";
import { netSteps } from "./preview/netSteps";
import type { Preview } from "./preview/preview";
import type { CustomerState, Horizon, HorizonEvent, KeyState } from "./review";
import { RoleBook } from "./roleBook";

/** The version of the model, raised when a member changes its meaning or is removed. */
export const inventoryVersion = 1;

export interface Inventory {
  version: typeof inventoryVersion;
  /** When it was taken, RFC 3339. */
  time: string;
  tenants: TenantInventory[];
}

/** One Tesseral project, and the stacks whose backend API keys belong to it. */
export interface TenantInventory {
  project: { id: string; displayName?: string };
  stacks: string[];
  totals: {
    customers: number;
    /** Organizations that no stack knows. */
    undeclared: number;
    keys: number;
    suspended: number;
    /** Keys that are older than `--max-age`; absent without it. */
    old?: number;
  };
  /** Customers that are shown, by name; organizations that no stack knows come last. */
  customers: InventoryCustomer[];
  /** Stacks of the Pulumi project that were not asked for and have customers in this Tesseral project; their customers are not among `customers`. */
  others?: OtherCustomers[];
  /** What happens next to the keys that are shown. */
  horizon: Horizon;
  /** About the customers that are shown. */
  findings: Finding[];
}

/** The customers of a stack that was not asked for. */
interface OtherCustomers {
  stack: string;
  /** The number of its part, where customers are divided over stacks. */
  part?: number;
  customers: number;
}

export interface InventoryCustomer extends Omit<CustomerState, "keys" | "change" | "level"> {
  organizationId: string;
  /** The stack that knows it; absent if none does, and its keys were not read then. */
  stack?: string;
  /** When the organization was created, RFC 3339; absent if Tesseral no longer has it. */
  created?: string;
  keys: InventoryKey[];
}

export interface InventoryKey extends Omit<KeyState, "change" | "state"> {
  /** `gone`: the stack knows it, and Tesseral no longer has it. */
  state: KeyState["state"] | "gone";
  apiKeyId: string;
  /** When the current token was made, RFC 3339. */
  created?: string;
  /** Whole days since then. */
  ageInDays?: number;
  /** When it was rotated for the last time, RFC 3339; absent: never. */
  rotated?: string;
  /** Whether the stack knows its token. */
  tokenKnown: boolean;
  /** Whether it is older than `--max-age`; absent without it. */
  old?: boolean;
}

/** A difference between a stack and Tesseral, or something that needs attention. */
export interface Finding {
  finding: "interrupted" | "shared" | "unknown" | "gone" | "expiring" | "old";
  kind: "Organization" | "ManagedApiKey" | "Role";
  /** Absent if the object's id is not known. */
  id?: string;
  /** For people: name, owner, age. */
  text: string;
  /** Commands, each the beginning of a way out. */
  commands: { to: string; run: string }[];
}

/** The data that the picture is made from. */
interface TenantFacts {
  project: { id: string; displayName?: string };
  stacks: readonly { stack: string; state: Preview }[];
  organizations: readonly Organization[];
  /** Those of the organizations that the stacks know. */
  apiKeys: readonly ApiKey[];
  findings: readonly Finding[];
  /** The organization's id of each API key and role that a finding can be about, by its id. */
  owners?: ReadonlyMap<string, string>;
  /** Other stacks of the Pulumi project, with the ids of their organizations. */
  others?: readonly { stack: string; part?: number; organizationIds: readonly string[] }[];
}

export interface InventoryOptions {
  /** RFC 3339. */
  now: string;
  /** How far ahead to look, ISO 8601. */
  horizon: string;
  /** Keys that are older are told, ISO 8601. */
  maxAge?: string;
  /** Customers that are shown; all, if left out. */
  customers?: readonly string[];
  /** States of keys that are shown; all, if left out. */
  states?: readonly InventoryKey["state"][];
}

export function tenantInventory(facts: TenantFacts, options: InventoryOptions): TenantInventory {
  const { now, horizon: period, maxAge } = options;
  const oldest = maxAge === undefined ? undefined : Date.parse(before(now, maxAge));
  const organizations = new Map(facts.organizations.map((one) => [one.id, one]));
  const apiKeys = new Map(facts.apiKeys.map((one) => [one.id, one]));
  const grouped = facts.stacks.map(({ stack, state }) => ({ stack, ...groupByCustomer(netSteps(state)) }));
  const ahead = horizonOf(
    grouped.flatMap(({ customers }) => customers),
    now,
    period,
  );
  const times = { now: Date.parse(now), until: Date.parse(ahead.until) };
  const known = grouped.flatMap(({ stack, customers, rest }) => {
    const roles = new RoleBook({ customers, rest });
    return customers.map((customer): InventoryCustomer => {
      const { keys, change: _, ...state } = customerState(customer, undefined, roles, times);
      const organizationId = customer.organization?.new?.id ?? "";
      const organization = organizations.get(organizationId);
      const access = organization === undefined ? state.access : organization.apiKeysEnabled ? "enabled" : "suspended";
      return {
        ...state,
        access,
        ...(organization !== undefined && { created: organization.createTime }),
        organizationId,
        stack,
        keys: keys.map((key) =>
          keyOf(
            key,
            customer.keys.find(({ part }) => part === key.name),
            apiKeys,
            { now, oldest, access },
          ),
        ),
      };
    });
  });
  const own = new Set(known.map(({ organizationId }) => organizationId));
  const others = (facts.others ?? [])
    .map(({ organizationIds, ...one }) => ({
      ...one,
      customers: organizationIds.filter((id) => organizations.has(id) && !own.has(id)).length,
    }))
    .filter(({ customers }) => customers > 0);
  const declared = new Set([...own, ...(facts.others ?? []).flatMap(({ organizationIds }) => organizationIds)]);
  const strangers = facts.organizations.filter(({ id }) => !declared.has(id)).map(strangerOf);
  const shown = [...known.sort(byName), ...strangers.sort(byName)]
    .filter((one) => isShown(one, options))
    .map((one) => ({ ...one, keys: one.keys.filter((key) => isKeyShown(key, options)) }));
  const isAll = options.customers === undefined && options.states === undefined;
  return {
    project: projectOf(facts),
    stacks: facts.stacks.map(({ stack }) => stack),
    totals: {
      customers: known.length,
      undeclared: strangers.length,
      keys: known.reduce((sum, { keys }) => sum + keys.length, 0),
      suspended: known.filter(({ access }) => access === "suspended").length,
      ...(oldest !== undefined && {
        old: known.flatMap(({ keys }) => keys).filter(({ old }) => old === true).length,
      }),
    },
    customers: shown,
    ...(others.length > 0 && { others }),
    horizon: isAll ? ahead : { ...ahead, events: ahead.events.filter((event) => isEventShown(event, shown)) },
    findings: facts.findings.filter((one) => isAll || isFindingShown(one, shown, facts)).map(withoutTokens),
  };
}

/** The only parts of a Tesseral project that belong in the picture. */
function projectOf({ project: { id, displayName } }: TenantFacts): TenantInventory["project"] {
  return { id, ...(displayName !== undefined && { displayName: maskTokens(displayName) }) };
}

function strangerOf({ id, displayName = "", apiKeysEnabled, createTime }: Organization): InventoryCustomer {
  return {
    name: id,
    displayName: maskTokens(displayName),
    access: apiKeysEnabled ? "enabled" : "suspended",
    protected: false,
    organizationId: id,
    created: createTime,
    keys: [],
  };
}

/** Names in Tesseral are what people write, so one can be a token. */
function withoutTokens({ text, commands, ...finding }: Finding): Finding {
  return {
    ...finding,
    text: maskTokens(text),
    commands: commands.map(({ to, run }) => ({ to, run: maskTokens(run) })),
  };
}

function keyOf(
  { change: _, ...key }: KeyState,
  step: PartStep | undefined,
  apiKeys: ReadonlyMap<string, ApiKey>,
  { now, oldest, access }: { now: string; oldest: number | undefined; access: CustomerState["access"] },
): InventoryKey {
  const { outputs = {}, inputs = {}, id = "" } = step?.new ?? {};
  const apiKeyId = typeof outputs.apiKeyId === "string" ? outputs.apiKeyId : id;
  const found = apiKeys.get(apiKeyId);
  const created = found?.createTime ?? (typeof outputs.createTime === "string" ? outputs.createTime : undefined);
  const expires = found?.expireTime ?? key.expires;
  const ageInDays =
    created === undefined ? undefined : Math.floor((Date.parse(now) - Date.parse(created)) / 86_400_000);
  const isRotated = (key.generation ?? 1) > 1 && typeof inputs.rotatedAt === "string";
  return {
    ...key,
    state: stateOf(key, found, expires === undefined ? undefined : Date.parse(expires) <= Date.parse(now), access),
    apiKeyId,
    ...(created !== undefined && { created }),
    ...(ageInDays !== undefined && { ageInDays: Math.max(0, ageInDays) }),
    ...(isRotated && { rotated: String(inputs.rotatedAt) }),
    ...(expires !== undefined && { expires }),
    tokenKnown: outputs.secretToken !== undefined,
    ...(oldest !== undefined && { old: created !== undefined && Date.parse(created) < oldest }),
  };
}

/** The state of a key. Where Tesseral and the stack differ, Tesseral is right. */
function stateOf(
  { state, retires }: { state: KeyState["state"]; retires?: string },
  found: ApiKey | undefined,
  hasEnded: boolean | undefined,
  access: CustomerState["access"],
): InventoryKey["state"] {
  if (found === undefined) {
    return "gone";
  }
  if (found.revoked === true || hasEnded === true) {
    return found.revoked === true ? "revoked" : "expired";
  }
  if (access === "suspended") {
    return "suspended";
  }
  return state === "suspended" || state === "revoked" ? (retires === undefined ? "works" : "rotating") : state;
}

function isShown(customer: InventoryCustomer, { customers, states }: InventoryOptions): boolean {
  const isNamed = customers === undefined || customers.includes(customer.name);
  return isNamed && (states === undefined || customer.keys.some(({ state }) => states.includes(state)));
}

function isKeyShown({ state }: InventoryKey, { states }: InventoryOptions): boolean {
  return states === undefined || states.includes(state);
}

/** Whether an event is about a customer or key that is shown. */
function isEventShown(event: HorizonEvent, shown: readonly InventoryCustomer[]): boolean {
  return shown.some(
    ({ name, keys }) =>
      name === event.customer && (event.key === undefined || keys.some((key) => key.name === event.key)),
  );
}

/** Whether a finding is about a customer that is shown, or without an id, so that its customer is not known. */
function isFindingShown({ kind, id }: Finding, shown: readonly InventoryCustomer[], { owners }: TenantFacts): boolean {
  const organization = id === undefined || kind === "Organization" ? id : (owners?.get(id) ?? "");
  return organization === undefined || shown.some(({ organizationId }) => organizationId === organization);
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

export const keyStates = ["works", "suspended", "rotating", "expiring", "expired", "revoked", "gone"] as const;
