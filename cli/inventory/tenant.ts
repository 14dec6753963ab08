import type { ApiKey, Organization, Role, TesseralClient } from "../../tesseral";

/** What a Tesseral project holds, as far as stacks can manage it. */
export interface Tenant {
  organizations: Organization[];
  /** Roles of the project and of the organizations that were asked for. */
  roles: Role[];
  /** API keys of the organizations that were asked for. */
  apiKeys: ApiKey[];
}

/** Reads a Tesseral project, and what is in the organizations `within`: one request for ten organizations, and two for each of `within`. */
export async function readTenant(tesseral: TesseralClient, within: ReadonlySet<string>): Promise<Tenant> {
  const operation = tesseral.begin();
  const organizations = await operation.allOrganizations();
  const roles = await operation.allRoles();
  // The client's own limits keep many of them from being asked at a time.
  const contents = await Promise.all(
    organizations
      .filter(({ id }) => within.has(id))
      .map(async ({ id }) => ({
        apiKeys: await tesseral.begin().allApiKeys(id),
        roles: await tesseral.begin().allRoles(id),
      })),
  );
  return {
    organizations,
    apiKeys: contents.flatMap(({ apiKeys }) => apiKeys),
    roles: [...roles, ...contents.flatMap((one) => one.roles)],
  };
}
