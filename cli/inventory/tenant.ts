import type { ApiKey, Organization, Role, TesseralClient } from "../../tesseral";
import { workOnEach } from "../workOnEach";
import type { Stack } from "./stacks";

/** How many organizations are read at a time. */
const mostAtOnce = 32;

/** What a Tesseral project holds that stacks can manage. */
export interface Tenant {
  organizations: Organization[];
  /** Roles of the project and of the organizations that were asked for. */
  roles: Role[];
  /** API keys of the organizations that were asked for. */
  apiKeys: ApiKey[];
}

/** Told how far the reading has come. */
export interface TenantProgress {
  /** How many organizations are read whole. */
  total: (organizations: number) => void;
  /** One of them has been read. */
  done: () => void;
}

/** Reads a Tesseral project, and what is in the organizations `within`: one request for ten organizations, and two for each of `within`. */
export async function readTenant(
  tesseral: TesseralClient,
  within: ReadonlySet<string>,
  progress?: TenantProgress,
): Promise<Tenant> {
  const operation = tesseral.begin();
  const organizations = await operation.allOrganizations();
  const roles = await operation.allRoles();
  const known = organizations.filter(({ id }) => within.has(id));
  progress?.total(known.length);
  const contents = new Map<string, { apiKeys: ApiKey[]; roles: Role[] }>();
  // The client's own limits decide how many are asked at a time; this one, how many wait in memory.
  await workOnEach(known, mostAtOnce, async ({ id }) => {
    const one = tesseral.begin();
    const [apiKeys, own] = await Promise.all([one.allApiKeys(id), one.allRoles(id)]);
    contents.set(id, { apiKeys, roles: own });
    progress?.done();
  });
  const inOrder = known.flatMap(({ id }) => contents.get(id) ?? []);
  return {
    organizations,
    apiKeys: inOrder.flatMap(({ apiKeys }) => apiKeys),
    roles: [...roles, ...inOrder.flatMap((one) => one.roles)],
  };
}

/** The organization's id of each API key and role, by its id: as Tesseral says, or the stack of what is gone. */
export function ownersOf(stacks: readonly Pick<Stack, "resources">[], { apiKeys, roles }: Tenant): Map<string, string> {
  const stored = stacks.flatMap(({ resources }) =>
    resources.flatMap(({ id, outputs: { organizationId: owner } }): [string, string][] =>
      typeof owner === "string" ? [[id, owner]] : [],
    ),
  );
  const found = [...apiKeys, ...roles].flatMap(({ id, organizationId: owner }): [string, string][] =>
    owner === undefined ? [] : [[id, owner]],
  );
  return new Map([...stored, ...found]);
}
