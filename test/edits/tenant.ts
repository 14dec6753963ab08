// What Tesseral, the state and the outputs have, and in what that differs from the model.
import { isDeepStrictEqual } from "node:util";
import type { Emulator } from "../../emulator";
import type { Stack, Tenant } from "./model";
import type { Ended } from "./project";

export function idsOf(resources: ReadonlyMap<string, { id: string }>): string[] {
  return [...resources].map(([label, { id }]) => `${label} ${id}`).sort();
}

/** An organization that somebody made by hand, with a role and a key. */
export function addForeign({ console: person }: Emulator, displayName: string): string {
  const { id } = person.createOrganization({ displayName, apiKeysEnabled: true });
  const role = person.createRole({ organizationId: id, displayName: "operator", actions: ["widgets.read"] });
  person.assignRole(person.createApiKey({ organizationId: id, displayName: "by hand" }).id, role.id);
  return id;
}

export function tenantOf({ store }: Emulator): Tenant {
  return {
    organizations: new Map(
      [...store.organizations.values()].map(({ id, displayName, apiKeysEnabled }) => [
        id,
        { displayName, apiKeysEnabled },
      ]),
    ),
    roles: new Map(
      [...store.roles.values()].map(({ id, organizationId = "", displayName, actions }) => [
        id,
        { organizationId, displayName, actions: [...actions].sort() },
      ]),
    ),
    apiKeys: new Map(
      [...store.apiKeys.values()]
        // A revoked key is as good as gone to who calls with it, but not to us: its name shows it.
        .map(({ id, organizationId, displayName, secretToken, revoked }) => [
          id,
          {
            organizationId,
            displayName: revoked ? `${displayName} (revoked)` : displayName,
            secretToken,
            roles: store.apiKeyRoleAssignments
              .by("apiKey", id)
              .map(({ roleId }) => roleId)
              .sort(),
          },
        ]),
    ),
  };
}

export function isKnown({ organizations, roles, apiKeys }: Tenant, id: string): boolean {
  return organizations.has(id) || roles.has(id) || apiKeys.has(id);
}

/** In what Tesseral differs from what the model says. */
export function differences(present: Tenant, expected: Tenant): string[] {
  return (["organizations", "roles", "apiKeys"] as const).flatMap((kind) => {
    const [is, shall]: ReadonlyMap<string, object>[] = [present[kind], expected[kind]];
    const ids = [...new Set([...(is?.keys() ?? []), ...(shall?.keys() ?? [])])];
    return ids.flatMap((id) => {
      const [here, there] = [is?.get(id), shall?.get(id)];
      if (isDeepStrictEqual(here, there)) {
        return [];
      }
      if (here === undefined) {
        return [`lost: ${id} ${JSON.stringify(there)}`];
      }
      return [
        there === undefined
          ? `left or made twice: ${id} ${JSON.stringify(here)}`
          : `not as declared: ${id} is ${JSON.stringify(here)}, shall be ${JSON.stringify(there)}`,
      ];
    });
  });
}

/** In what the state differs from the stack of the model. */
export function stateProblems(labels: ReadonlyMap<string, string>, stack: Stack): string[] {
  const expected = new Map<string, string>();
  for (const [name, { organizationId, roles, apiKeys }] of stack) {
    expected.set(`Organization ${name}`, organizationId);
    for (const [role, id] of roles) {
      expected.set(`Role ${name}-${role}`, id);
    }
    for (const [key, { current, previous }] of apiKeys) {
      expected.set(`ManagedApiKey ${name}-${key}`, current);
      if (previous !== undefined) {
        expected.set(`ManagedApiKey ${name}-${key} (previous)`, previous);
      }
    }
  }
  return [...new Set([...labels.keys(), ...expected.keys()])].flatMap((label) =>
    labels.get(label) === expected.get(label)
      ? []
      : [`the state has ${labels.get(label) ?? "nothing"} as ${label}, shall have ${expected.get(label) ?? "nothing"}`],
  );
}

/** In what the program was told something else of its customers. */
export function outputProblems({ outputs }: Ended, stack: Stack, tenant: Tenant): string[] {
  const expected = new Map(
    [...stack].map(([name, { organizationId, apiKeys }]) => [
      name,
      {
        organizationId,
        apiKeyIds: Object.fromEntries([...apiKeys].map(([key, { current }]) => [key, current])),
        secretTokens: Object.fromEntries(
          [...apiKeys].map(([key, { current }]) => [key, tenant.apiKeys.get(current)?.secretToken]),
        ),
      },
    ]),
  );
  return isDeepStrictEqual(new Map(outputs), expected)
    ? []
    : [`the outputs are ${JSON.stringify([...outputs])}, shall be ${JSON.stringify([...expected])}`];
}
