/** How a refresh reads: by lists where these take fewer requests than reading the objects one by one. */
import {
  type ApiKey,
  isApiKey,
  isOrganization,
  isRole,
  type Organization,
  type Role,
  TesseralApiError,
  type TesseralClient,
} from "../tesseral";
import { pageLength } from "../tesseral/serverLimits";

/** Reads single objects. That one is gone is thrown, as Tesseral says it. */
export interface Reads {
  /** For reads that only one resource needs. */
  tesseral: TesseralClient;
  organization(id: string): Promise<Organization>;
  /** @param organizationId the organization that the role is recorded to be of; undefined: the project */
  role(id: string, organizationId: string | undefined): Promise<Role>;
  /** @param organizationId the organization that the key is recorded to be of */
  apiKey(id: string, organizationId: string | undefined): Promise<ApiKey>;
}

/** Reads by one request each. */
export function readsOneByOne(tesseral: TesseralClient): Reads {
  return {
    tesseral,
    organization: async (id) => (await tesseral.organizations.getOrganization(id)).organization,
    role: async (id) => (await tesseral.roles.getRole(id)).role,
    apiKey: async (id) => (await tesseral.apiKeys.getApiKey(id)).apiKey,
  };
}

/**
 * The lists that the reads of one process share. The process is one operation of Pulumi, so nothing in them is older than that: what a
 * refresh records of an object is what that was at some moment of the refresh, as it is when each object is read by itself.
 */
export class SharedReads {
  readonly #client: TesseralClient;
  readonly #organizations: SharedList<Organization>;
  readonly #roles = new Map<string | undefined, SharedList<Role>>();
  readonly #apiKeys = new Map<string, SharedList<ApiKey>>();

  constructor(client: TesseralClient) {
    this.#client = client;
    this.#organizations = new SharedList(async (at) => {
      const { organizations, ...next } = await client.begin().organizations.listOrganizations(at);
      return { items: those(organizations, isOrganization), ...next };
    });
  }

  /** @param tesseral has the budget of the one who reads */
  by(tesseral: TesseralClient): Reads {
    const single = readsOneByOne(tesseral);
    return {
      tesseral,
      organization: (id) => this.#organizations.find(id, () => single.organization(id)),
      role: (id, organizationId) => this.#rolesOf(organizationId).find(id, () => single.role(id, organizationId)),
      apiKey: (id, organizationId) =>
        organizationId === undefined
          ? single.apiKey(id, organizationId)
          : this.#apiKeysOf(organizationId).find(id, () => single.apiKey(id, organizationId)),
    };
  }

  #rolesOf(organizationId: string | undefined): SharedList<Role> {
    const scope = organizationId === undefined ? {} : { organizationId };
    const list =
      this.#roles.get(organizationId) ??
      new SharedList<Role>(async (at) => {
        const { roles, ...next } = await this.#client.begin().roles.listRoles({ ...scope, ...at });
        return { items: those(roles, isRole), ...next };
      });
    this.#roles.set(organizationId, list);
    return list;
  }

  #apiKeysOf(organizationId: string): SharedList<ApiKey> {
    const list =
      this.#apiKeys.get(organizationId) ??
      new SharedList<ApiKey>(async (at) => {
        const { apiKeys, ...next } = await this.#client.begin().apiKeys.listApiKeys({ organizationId, ...at });
        return { items: those(apiKeys, isApiKey), ...next };
      });
    this.#apiKeys.set(organizationId, list);
    return list;
  }
}

interface ListPage<T> {
  items: T[];
  nextPageToken?: string;
}

/**
 * A list that is read page by page, as far as it pays. The first read asks for a page, which tells how many there are. If they are more than a few, objects are
 * read by themselves until that has taken as many requests as the list would; only then is the list read on. So there are never more than
 * twice as many requests as would have been enough, whether a stack manages most of the list or very little of it.
 *
 * What is not in the list is read by itself: it may be new, and that it is gone is for Tesseral to say.
 */
class SharedList<T extends { id: string }> {
  readonly #listed = new Map<string, T>();
  readonly #readPage: (at: { pageToken?: string }) => Promise<ListPage<T>>;
  /** Where the next page begins; undefined: there is none. */
  #next: { pageToken?: string } | undefined = {};
  #readingPage: Promise<void> | undefined;
  /** As far as is known. */
  #pagesInAll = 1;
  #readSingly = 0;

  constructor(readPage: (at: { pageToken?: string }) => Promise<ListPage<T>>) {
    this.#readPage = readPage;
  }

  async find(id: string, readSingly: () => Promise<T>): Promise<T> {
    while (!this.#listed.has(id) && this.#next !== undefined && this.#pagesInAll <= this.#readSingly + 1) {
      this.#readingPage ??= this.#readOn(this.#next).finally(() => {
        this.#readingPage = undefined;
      });
      await this.#readingPage;
    }
    const listed = this.#listed.get(id);
    if (listed !== undefined) {
      return listed;
    }
    this.#readSingly += 1;
    return readSingly();
  }

  async #readOn(at: { pageToken?: string }): Promise<void> {
    const { items, nextPageToken } = await this.#readPage(at).catch(emptyIfGone<T>);
    for (const item of items) {
      this.#listed.set(item.id, item);
    }
    this.#next = nextPageToken === undefined ? undefined : { pageToken: nextPageToken };
    const last = items.at(-1);
    if (last !== undefined) {
      this.#pagesInAll = Math.ceil(this.#listed.size / pageLength / shareUpTo(last.id));
    }
  }
}

/** The items of an answer that are of the right form. */
function those<T extends object>(items: readonly (T | null)[], isIt: (value: object) => value is T): T[] {
  return items.filter((item): item is T => typeof item === "object" && item !== null && isIt(item));
}

/** An organization that is gone has no roles to list. */
function emptyIfGone<T>(error: unknown): ListPage<T> {
  if (error instanceof TesseralApiError && error.isGone) {
    return { items: [] };
  }
  throw error;
}

/** Which share of all ids is not above this one. Lists are ordered by id, and ids are random numbers of 128 bits, in 25 digits of base 36. */
function shareUpTo(id: string): number {
  const digits = 10;
  const leading = Number.parseInt(id.slice(-25, -25 + digits), 36) + 1;
  return Math.min(1, leading * (36 ** (25 - digits) / 2 ** 128));
}
