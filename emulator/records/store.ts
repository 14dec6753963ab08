import type { Timestamp } from "../protojson/timestamp";
import { tokenDigits } from "./ids";
import type { LoginFlags } from "./loginMethods";
import { Table } from "./table";

interface Times {
  createTime: Timestamp;
  updateTime: Timestamp;
}

/** What the console shows of a project, and what only the operator of a deployment can set. */
export interface Project extends LoginFlags, Times {
  id: string;
  /** Which project of the seed it is, e.g. `first`; not part of the API. */
  name: string;
  /** What frontends and middlewares name the project by: `publishable_key_` and 25 digits. */
  publishableKey: string;
  /** Signs access tokens (ES256): its id, and the private half as PKCS #8 in PEM. */
  signingKey: { id: string; privateKey: string };
  displayName: string;
  vaultDomain: string;
  vaultDomainCustom: boolean;
  trustedDomains: string[];
  cookieDomain: string;
  emailSendFromDomain: string;
  apiKeysEnabled: boolean;
  /** "" if none is set. */
  apiKeySecretTokenPrefix: string;
  auditLogsEnabled: boolean;
  /** Without it organizations report `apiKeysEnabled: false`, whatever is stored. */
  entitledBackendApiKeys: boolean;
  /** What roles may contain. */
  actions: string[];
  /** After a commit a `broken` webhook turns the answer into 500. */
  webhooks: "none" | "working" | "broken";
  /** Whether invite mails can be sent. */
  email: "working" | "broken";
  /** Invites per project and day. */
  emailDailyQuota: number;
  /** The project of the deployment's own console: it creates no organizations. */
  console: boolean;
}

export interface BackendApiKey {
  /** The key itself. */
  id: string;
  projectId: string;
  revoked: boolean;
}

export interface Organization extends LoginFlags, Times {
  id: string;
  projectId: string;
  /** Which organization of the seed it is, e.g. the name of a customer; not part of the API. "" for all others. */
  name: string;
  displayName: string;
  requireMfa: boolean;
  scimEnabled: boolean;
  customRolesEnabled: boolean;
  /** As stored; what the API answers depends on the project too. */
  apiKeysEnabled: boolean;
  domains: string[];
  googleHostedDomains: string[];
  microsoftTenantIds: string[];
}

export interface ApiKey extends Times {
  id: string;
  organizationId: string;
  /** Which key of its organization in the seed it is; not part of the API. "" for all others. */
  name: string;
  displayName: string;
  expireTime?: Timestamp | undefined;
  /** As it was answered once; kept after a revoke, so that tests can tell whose token it was. */
  secretToken: string;
  /** What stands behind the prefix, which can change. */
  secretDigits: string;
  revoked: boolean;
}

export interface Role extends Times {
  id: string;
  projectId: string;
  /** undefined for a role of the project. */
  organizationId: string | undefined;
  displayName: string;
  description: string;
  actions: string[];
}

export interface ApiKeyRoleAssignment {
  id: string;
  apiKeyId: string;
  roleId: string;
}

export interface User extends Times {
  id: string;
  organizationId: string;
  email: string;
  owner: boolean;
  displayName: string;
  profilePictureUrl: string;
  googleUserId: string;
  microsoftUserId: string;
  githubUserId: string;
}

export interface UserInvite extends Times {
  id: string;
  organizationId: string;
  email: string;
  owner: boolean;
}

export interface UserRoleAssignment {
  id: string;
  userId: string;
  roleId: string;
}

/** How many invites a project has made on one UTC day (`2026-01-31`). */
export interface InvitesOfDay {
  /** The project's. */
  id: string;
  day: string;
  count: number;
}

/** Everything the emulator knows. Each table is by id (backend API keys: by the key itself). Tests may read and write it. */
export class Store {
  readonly projects = new Table<Project, "publishableKey">({ publishableKey: ({ publishableKey }) => publishableKey });
  readonly backendApiKeys = new Table<BackendApiKey>({});
  readonly organizations = new Table<Organization, "project">({ project: ({ projectId }) => projectId });
  readonly apiKeys = new Table<ApiKey, "organization" | "secretDigits">({
    organization: ({ organizationId }) => organizationId,
    secretDigits: ({ secretDigits }) => secretDigits,
  });
  /** By `owner`: the organization, or the project of those that belong to none. */
  readonly roles = new Table<Role, "owner">({ owner: ({ organizationId, projectId }) => organizationId ?? projectId });
  readonly apiKeyRoleAssignments = new Table<ApiKeyRoleAssignment, "apiKey" | "role">({
    apiKey: ({ apiKeyId }) => apiKeyId,
    role: ({ roleId }) => roleId,
  });
  readonly users = new Table<User, "organization">({ organization: ({ organizationId }) => organizationId });
  readonly userInvites = new Table<UserInvite, "organization">({
    organization: ({ organizationId }) => organizationId,
  });
  readonly userRoleAssignments = new Table<UserRoleAssignment, "user" | "role">({
    user: ({ userId }) => userId,
    role: ({ roleId }) => roleId,
  });
  readonly invitesOfDay = new Table<InvitesOfDay>({});

  /** Another store with the same records. */
  clone(): Store {
    const copy = new Store();
    const fill = <T>(from: Map<string, T>, to: Map<string, T>) => {
      for (const [id, record] of from) {
        to.set(id, structuredClone(record));
      }
    };
    fill(this.projects, copy.projects);
    fill(this.backendApiKeys, copy.backendApiKeys);
    fill(this.organizations, copy.organizations);
    fill(this.apiKeys, copy.apiKeys);
    fill(this.roles, copy.roles);
    fill(this.apiKeyRoleAssignments, copy.apiKeyRoleAssignments);
    fill(this.users, copy.users);
    fill(this.userInvites, copy.userInvites);
    fill(this.userRoleAssignments, copy.userRoleAssignments);
    fill(this.invitesOfDay, copy.invitesOfDay);
    return copy;
  }

  /** The project of that name in the seed, e.g. `first` or `second`. */
  projectByName(name: string): Project | undefined {
    return [...this.projects.values()].find((project) => project.name === name);
  }

  /** Whose token it is, revoked keys included. */
  apiKeyBySecretToken(secretToken: string): ApiKey | undefined {
    const candidates = this.apiKeys.by("secretDigits", secretToken.slice(-tokenDigits));
    return candidates.find((key) => key.secretToken === secretToken);
  }

  /** The organization, if it is of that project. */
  organizationOf(projectId: string, id: string): Organization | undefined {
    const organization = this.organizations.get(id);
    return organization?.projectId === projectId ? organization : undefined;
  }

  /** The key, if its organization is of that project. */
  apiKeyOf(projectId: string, id: string): ApiKey | undefined {
    const key = this.apiKeys.get(id);
    return key !== undefined && this.organizationOf(projectId, key.organizationId) ? key : undefined;
  }

  roleOf(projectId: string, id: string): Role | undefined {
    const role = this.roles.get(id);
    return role?.projectId === projectId ? role : undefined;
  }

  userOf(projectId: string, id: string): User | undefined {
    const user = this.users.get(id);
    return user !== undefined && this.organizationOf(projectId, user.organizationId) ? user : undefined;
  }

  /** Removes it with its keys, roles, users, invites, and all assignments of those. */
  deleteOrganization(id: string): void {
    for (const key of [...this.apiKeys.by("organization", id)]) {
      this.deleteApiKey(key.id);
    }
    for (const role of [...this.roles.by("owner", id)]) {
      this.deleteRole(role.id);
    }
    for (const user of [...this.users.by("organization", id)]) {
      this.deleteUser(user.id);
    }
    deleteAll(this.userInvites, this.userInvites.by("organization", id));
    this.organizations.delete(id);
  }

  deleteApiKey(id: string): void {
    deleteAll(this.apiKeyRoleAssignments, this.apiKeyRoleAssignments.by("apiKey", id));
    this.apiKeys.delete(id);
  }

  deleteRole(id: string): void {
    deleteAll(this.apiKeyRoleAssignments, this.apiKeyRoleAssignments.by("role", id));
    deleteAll(this.userRoleAssignments, this.userRoleAssignments.by("role", id));
    this.roles.delete(id);
  }

  deleteUser(id: string): void {
    deleteAll(this.userRoleAssignments, this.userRoleAssignments.by("user", id));
    this.users.delete(id);
  }
}

function deleteAll(table: Map<string, unknown>, records: readonly { id: string }[]): void {
  for (const { id } of [...records]) {
    table.delete(id);
  }
}
