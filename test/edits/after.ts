// What the stack and Tesseral have after an update, by the rules that model.ts judges by.
import type { Entries } from "./entries";
import { type Slots, slotsAfter } from "./keyLife";
import { childOrigins, type Deployed, deployedKey, keysMade, type Stack, type Tenant } from "./model";

/** The name that Tesseral shows of a role or key: a rename alone is not seen there. */
const shownName = (name: string, { renamedFrom = [] }: { renamedFrom?: string[] }) => renamedFrom.at(-1) ?? name;

/**
 * What the stack and Tesseral have after an update.
 * @param newId the id of what was made new, by its kind and resource name
 */
export function after(
  entries: Entries,
  origins: ReadonlyMap<string, string | undefined>,
  stack: Stack,
  before: Tenant,
  newId: (kind: "Organization" | "Role" | "ManagedApiKey", name: string) => string,
  tokenOf: (apiKeyId: string) => string,
): { stack: Stack; tenant: Tenant } {
  const tenant = structuredClone(before);
  const kept = new Set(origins.values());
  for (const [name, { organizationId, entry }] of stack) {
    if (!kept.has(name) && entry.onRemoval !== "release") {
      deleteOrganization(tenant, organizationId);
    }
  }
  const deployed = new Map<string, Deployed>();
  for (const [name, entry] of Object.entries(entries)) {
    const old = stack.get(origins.get(name) ?? "");
    const organizationId = old?.organizationId ?? entry.adopt ?? newId("Organization", name);
    tenant.organizations.set(organizationId, {
      displayName: entry.displayName,
      apiKeysEnabled: entry.apiAccess !== "suspended",
    });
    const roleId = (role: string) =>
      old?.roles.get(childOrigins(entry, old, "roles").from.get(role) ?? "") ?? newId("Role", `${name}-${role}`);
    const roles = new Map(Object.keys(entry.roles).map((role) => [role, roleId(role)]));
    const apiKeys = new Map(
      keysMade(entry, old).map((key) => {
        const declared = entry.apiKeys[key] ?? { roles: [] };
        return [
          key,
          slotsAfter(declared, old && deployedKey(entry, old, key), () => newId("ManagedApiKey", `${name}-${key}`)),
        ];
      }),
    );
    for (const role of old?.roles.values() ?? []) {
      if (![...roles.values()].includes(role)) {
        deleteRole(tenant, role);
      }
    }
    const living = new Set(idsIn(apiKeys));
    for (const key of idsIn(old?.apiKeys ?? new Map())) {
      if (!living.has(key)) {
        tenant.apiKeys.delete(key);
      }
    }
    for (const [role, id] of roles) {
      const declared = entry.roles[role] ?? { actions: [] };
      tenant.roles.set(id, {
        organizationId,
        displayName: shownName(role, declared),
        actions: [...declared.actions].sort(),
      });
    }
    for (const [key, { current, previous }] of apiKeys) {
      const declared = entry.apiKeys[key] ?? { roles: [] };
      for (const id of previous === undefined ? [current] : [current, previous]) {
        tenant.apiKeys.set(id, {
          organizationId,
          displayName: shownName(key, declared),
          secretToken: before.apiKeys.get(id)?.secretToken ?? tokenOf(id),
          roles: declared.roles.flatMap((role) => roles.get(role) ?? []).sort(),
        });
      }
    }
    deployed.set(name, { organizationId, entry: structuredClone(entry), roles, apiKeys });
  }
  return { stack: deployed, tenant };
}

function idsIn(keys: ReadonlyMap<string, Slots>): string[] {
  return [...keys.values()].flatMap(({ current, previous }) => [current, previous ?? []].flat());
}

function deleteOrganization(tenant: Tenant, id: string): void {
  tenant.organizations.delete(id);
  for (const kind of ["roles", "apiKeys"] as const) {
    for (const [child, { organizationId }] of tenant[kind]) {
      if (organizationId === id) {
        tenant[kind].delete(child);
      }
    }
  }
}

/** The keys that had it have it no longer. */
function deleteRole(tenant: Tenant, id: string): void {
  tenant.roles.delete(id);
  for (const key of tenant.apiKeys.values()) {
    key.roles = key.roles.filter((role) => role !== id);
  }
}
