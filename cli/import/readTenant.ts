import type { ApiKey, Organization, Role, TesseralClient } from "../../tesseral";
import type { Progress } from "../progress";
import { workOnEach } from "../workOnEach";
import type { Contents } from "./children";

/** How many organizations are read at a time. The client's own limits decide how many requests that is. */
const atOnce = 32;

/** How many are read beside each page of the list, so that waiting for the next page costs no time. */
const besidePage = 4;

interface Reading {
  /** The organizations whose keys and roles are read. */
  isChosen(organization: Organization): boolean;
  /** Whether keys and roles are read. */
  keys: boolean;
  /** Whether roles are read even where no key works. */
  needsRoles(organization: Organization): boolean;
  now: number;
  progress: Progress;
}

export interface Tenant {
  organizations: Organization[];
  /** What is in the chosen organizations, by their ids; empty if keys are not read. */
  contents: Map<string, Contents>;
}

/**
 * Reads all organizations, ten by a request, and what is in the chosen ones: the keys of each by a request for ten of them; the roles where
 * there is a key that works, or everywhere; and the roles of each key that works. Stops at the first that cannot be read.
 */
export async function readTenant(tesseral: TesseralClient, reading: Reading): Promise<Tenant> {
  const { keys, isChosen, progress } = reading;
  const tenant: Tenant = { organizations: [], contents: new Map() };
  const read = async (organization: Organization) => {
    tenant.contents.set(organization.id, await contentsOf(tesseral, organization, reading));
    progress.add();
  };
  const left: Organization[] = [];
  let pageToken: string | undefined;
  try {
    do {
      const beside = left.splice(0, besidePage).map(read);
      // Each page is an operation of its own: a large tenant takes longer than an operation may.
      const listing = tesseral.begin().organizations.listOrganizations(pageToken === undefined ? {} : { pageToken });
      const [page] = await Promise.all([listing, ...beside]);
      const { organizations = [] } = page;
      tenant.organizations.push(...organizations);
      const more = keys ? organizations.filter(isChosen) : [];
      left.push(...more);
      progress.grow(more.length);
      pageToken = page.nextPageToken;
    } while (pageToken);
    progress.grown();
    await workOnEach(left, atOnce, read);
  } finally {
    progress.end();
  }
  return tenant;
}

async function contentsOf(
  tesseral: TesseralClient,
  organization: Organization,
  { needsRoles, now }: Reading,
): Promise<Contents> {
  const { id } = organization;
  const operation = tesseral.begin();
  const keys = await operation.allApiKeys(id);
  const hasKey = keys.some((key) => works(key, now));
  const roles: Role[] = hasKey || needsRoles(organization) ? await operation.allRoles(id) : [];
  const held = await Promise.all(
    keys.map(async (key) => ({ ...key, roleIds: works(key, now) ? await rolesOf(tesseral, key) : [] })),
  );
  return { roles, keys: held };
}

function works({ revoked, expireTime }: ApiKey, now: number): boolean {
  return !revoked && (expireTime === undefined || Date.parse(expireTime) > now);
}

async function rolesOf(tesseral: TesseralClient, { id }: ApiKey): Promise<string[]> {
  return (await tesseral.begin().allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId);
}
