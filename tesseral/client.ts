import { apiKeyPath, checkedId, checkedOptions, organizationPath, rolePath } from "./checkedArguments";
import { KeyedLock, Semaphore } from "./keyedLock";
import {
  type ApiKey,
  type ApiKeyRoleAssignment,
  type AuthenticateApiKeyResponse,
  type DomainList,
  domainLists,
  isApiKey,
  isAssignment,
  isListed,
  isNewApiKey,
  isOrganization,
  isProject,
  isRole,
  type Organization,
  type OrganizationSettings,
  organizationHas,
  type Role,
  roleHas,
  sameList,
} from "./objects";
import { everyPage, type Page, pick, Requests } from "./requests";
import { Operation } from "./retries";
import { apiKeyCreatesAtOnce } from "./serverLimits";
import { Transport, type TransportOptions } from "./transport";

/** What all operations of a process share beside the transport. */
interface Connection {
  transport: Transport;
  /** The server loses one of two overlapping changes to an organization, so they are made one after another. */
  organizationChanges: KeyedLock;
  apiKeyCreates: Semaphore;
}

/**
 * Client of Tesseral's Backend API, with the method names of the official `@tesseral/tesseral-node`.
 *
 * Reads and changes are repeated after transient failures; creates are sent once, and throw an error for which
 * `outcomeUnknown()` tells whether the object may exist (see `lostCreates.ts`). Errors are `TesseralError`s.
 *
 * ```ts
 * const tesseral = new TesseralClient({ backendApiKey: process.env.TESSERAL_BACKEND_API_KEY ?? "" });
 * const { project } = await tesseral.projects.getProject();
 * ```
 */
export class TesseralClient {
  readonly #connection: Connection;
  readonly #requests: Requests;
  /** The budget of retries and the deadline that this client's requests share. */
  readonly operation: Operation;

  /** The project of the backend API key. */
  readonly projects = {
    getProject: () => this.#requests.get("/v1/project", "project", isProject).then((project) => ({ project })),
  };

  /** Organizations, and their lists of domains and tenant ids. */
  readonly organizations = {
    listOrganizations: (request: { pageToken?: string } = {}) =>
      this.#requests.page<"organizations", Organization>("/v1/organizations", "organizations", request),
    getOrganization: (id: string) =>
      this.#requests
        .get(organizationPath(id), "organization", isOrganization)
        .then((organization) => ({ organization })),
    createOrganization: (request: OrganizationSettings) =>
      this.#requests.create("/v1/organizations", request, "organization", isOrganization).then((organization) => ({
        organization,
      })),
    updateOrganization: (id: string, request: OrganizationSettings) =>
      this.#connection.organizationChanges.run(id, () =>
        this.#requests
          .patch(organizationPath(id), request, "organization", isOrganization, (one) => organizationHas(one, request))
          .then((organization) => ({ organization })),
      ),
    deleteOrganization: (id: string) => this.#requests.remove(organizationPath(id), "organization", isOrganization),
    getOrganizationDomains: (id: string) => this.getDomainList(id, "domains"),
    updateOrganizationDomains: (id: string, domains: readonly string[]) => this.setDomainList(id, "domains", domains),
    getOrganizationGoogleHostedDomains: (id: string) => this.getDomainList(id, "googleHostedDomains"),
    updateOrganizationGoogleHostedDomains: (id: string, domains: readonly string[]) =>
      this.setDomainList(id, "googleHostedDomains", domains),
    getOrganizationMicrosoftTenantIDs: (id: string) => this.getDomainList(id, "microsoftTenantIds"),
    updateOrganizationMicrosoftTenantIDs: (id: string, ids: readonly string[]) =>
      this.setDomainList(id, "microsoftTenantIds", ids),
  };

  /** Managed API keys of organizations. */
  readonly apiKeys = {
    listApiKeys: (request: { organizationId: string; pageToken?: string }) =>
      this.#requests.page<"apiKeys", ApiKey>("/v1/api-keys", "apiKeys", {
        ...request,
        organizationId: checkedId("organization", request.organizationId),
      }),
    getApiKey: (id: string) => this.#requests.get(apiKeyPath(id), "apiKey", isApiKey).then((apiKey) => ({ apiKey })),
    /** The answer carries `secretToken`, which nothing else ever returns. */
    createApiKey: (request: { apiKey: { organizationId: string; displayName: string; expireTime?: string } }) =>
      this.#connection.apiKeyCreates.run(() =>
        this.#requests.create("/v1/api-keys", request, "apiKey", isNewApiKey).then((apiKey) => ({ apiKey })),
      ),
    /** Always sets the display name: the API blanks it if it is left out. */
    updateApiKey: (id: string, request: { apiKey: { displayName: string } }) =>
      this.#requests
        .patch(
          apiKeyPath(id),
          request,
          "apiKey",
          isApiKey,
          (key) => (key.displayName ?? "") === request.apiKey.displayName,
        )
        .then((apiKey) => ({ apiKey })),
    revokeApiKey: (id: string) =>
      this.#requests.change({
        method: "POST",
        path: `${apiKeyPath(id)}/revoke`,
        read: () => ({}),
        look: async () => ((await this.apiKeys.getApiKey(id)).apiKey.revoked ? {} : undefined),
      }),
    /** Only a revoked key can be deleted. */
    deleteApiKey: (id: string) => this.#requests.remove(apiKeyPath(id), "apiKey", isApiKey),
    /** Throws an error with status 400 and reason `unauthenticated_api_key` for every token that is not valid. */
    authenticateApiKey: (request: { secretToken: string }) =>
      this.#requests.change({ method: "POST", path: "/v1/api-keys/authenticate", body: request, read: authenticated }),
  };

  /** Which managed API keys have which roles. */
  readonly apiKeyRoleAssignments = {
    listApiKeyRoleAssignments: (request: { apiKeyId: string; pageToken?: string }) =>
      this.#requests.page<"apiKeyRoleAssignments", ApiKeyRoleAssignment>(
        "/v1/api-key-role-assignments",
        "apiKeyRoleAssignments",
        {
          ...request,
          apiKeyId: checkedId("apiKey", request.apiKeyId),
        },
      ),
    /** The API answers 500 if the key already has the role; here that succeeds. */
    createApiKeyRoleAssignment: (request: { apiKeyRoleAssignment: { apiKeyId: string; roleId: string } }) =>
      this.#requests
        .change({
          method: "POST",
          path: "/v1/api-key-role-assignments",
          body: request,
          read: (body) => pick(body, "apiKeyRoleAssignment", isAssignment),
          look: async () => {
            const { apiKeyId, roleId } = request.apiKeyRoleAssignment;
            const all = await this.allApiKeyRoleAssignments(apiKeyId);
            return all.find((assignment) => assignment.roleId === roleId);
          },
        })
        .then((apiKeyRoleAssignment) => ({ apiKeyRoleAssignment })),
    /** A lost deletion cannot be looked up, so when it is repeated, "gone" counts as done. */
    deleteApiKeyRoleAssignment: (id: string) =>
      this.#requests.removeBlindly(`/v1/api-key-role-assignments/${checkedId("apiKeyRoleAssignment", id)}`),
  };

  /** Roles of the project and of organizations. */
  readonly roles = {
    /** Without an organization: the roles of the project, and only those. */
    listRoles: (request: { organizationId?: string; pageToken?: string } = {}) =>
      this.#requests.page<"roles", Role>("/v1/roles", "roles", request),
    getRole: (id: string) => this.#requests.get(rolePath(id), "role", isRole).then((role) => ({ role })),
    createRole: (request: {
      organizationId?: string;
      displayName: string;
      description?: string;
      actions: readonly string[];
    }) => this.#requests.create("/v1/roles", request, "role", isRole).then((role) => ({ role })),
    /** Absent and empty fields keep what they are: neither text nor actions can be cleared. */
    updateRole: (id: string, request: { displayName?: string; description?: string; actions?: readonly string[] }) =>
      this.#requests
        .patch(rolePath(id), request, "role", isRole, (role) => roleHas(role, request))
        .then((role) => ({ role })),
    deleteRole: (id: string) => this.#requests.remove(rolePath(id), "role", isRole),
  };

  constructor(options: TransportOptions | Connection) {
    if (typeof options !== "object" || options === null) {
      throw new TypeError("TesseralClient takes an object with a backendApiKey: new TesseralClient({ backendApiKey })");
    }
    this.#connection =
      "transport" in options
        ? options
        : {
            transport: new Transport(checkedOptions(options)),
            organizationChanges: new KeyedLock(),
            apiKeyCreates: new Semaphore(apiKeyCreatesAtOnce),
          };
    this.operation = new Operation(this.#connection.transport);
    this.#requests = new Requests(this.operation);
  }

  /** The same client with a budget of retries and a deadline of its own. */
  begin(): TesseralClient {
    return new TesseralClient(this.#connection);
  }

  /** What all clients that began from the same one share. */
  get transport(): Transport {
    return this.#connection.transport;
  }

  /** Every organization of the project, in the order of ids. */
  allOrganizations(): Promise<Organization[]> {
    return this.#wholeList((page, at) => page.organizations.listOrganizations(at), "organizations");
  }

  /** Every managed API key of an organization, in the order of ids; revoked and expired ones too. */
  allApiKeys(organizationId: string): Promise<ApiKey[]> {
    return this.#wholeList((page, at) => page.apiKeys.listApiKeys({ organizationId, ...at }), "apiKeys");
  }

  /** Every assignment of a role to a key. */
  allApiKeyRoleAssignments(apiKeyId: string): Promise<ApiKeyRoleAssignment[]> {
    return this.#wholeList(
      (page, at) => page.apiKeyRoleAssignments.listApiKeyRoleAssignments({ apiKeyId, ...at }),
      "apiKeyRoleAssignments",
    );
  }

  /** Every role of an organization, or, if none is named, of the project alone. */
  allRoles(organizationId?: string): Promise<Role[]> {
    const scope = organizationId === undefined ? {} : { organizationId };
    return this.#wholeList((page, at) => page.roles.listRoles({ ...scope, ...at }), "roles");
  }

  /** Each page is an operation of its own: a large tenant takes longer than an operation may. */
  #wholeList<L extends string, T>(
    readPage: (page: TesseralClient, at: { pageToken?: string }) => Promise<Page<L, T>>,
    list: L,
  ): Promise<T[]> {
    return this.operation.apart(() => everyPage((at) => readPage(this.begin(), at), list));
  }

  /** Returns one of the three lists of an organization, sorted, since the server's order means nothing. */
  async getDomainList(id: string, list: DomainList): Promise<string[]> {
    const { path, wrapper } = domainLists[list];
    return this.#requests
      .get(`${organizationPath(id)}/${path}`, wrapper, isListed)
      .then((answer) => listed(answer, list));
  }

  /** Replaces one of the three lists of an organization; duplicates are dropped. */
  async setDomainList(id: string, list: DomainList, values: readonly string[]): Promise<string[]> {
    const { path, wrapper } = domainLists[list];
    const wanted = [...new Set(values)].sort();
    return this.#connection.organizationChanges.run(id, () =>
      this.#requests
        .patch(`${organizationPath(id)}/${path}`, { [list]: wanted }, wrapper, isListed, (present) =>
          sameList(listed(present, list), wanted),
        )
        .then((answer) => listed(answer, list)),
    );
  }
}

function authenticated(body: Record<string, unknown>): AuthenticateApiKeyResponse | undefined {
  const { apiKeyId, organizationId, actions } = body;
  if (typeof apiKeyId !== "string" || typeof organizationId !== "string") {
    return undefined;
  }
  return { apiKeyId, organizationId, ...(Array.isArray(actions) ? { actions: actions as string[] } : {}) };
}

function listed(answer: object, list: DomainList): string[] {
  const values = (answer as Partial<Record<DomainList, string[]>>)[list] ?? [];
  return [...new Set(values)].sort();
}
