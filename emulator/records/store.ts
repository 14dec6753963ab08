import type { Timestamp } from "../protojson/timestamp";
import type { LoginFlags } from "./loginMethods";

interface Times {
  createTime: Timestamp;
  updateTime: Timestamp;
}

/** What the console shows of a project, and what only the operator of a deployment can set. */
export interface Project extends LoginFlags, Times {
  id: string;
  /** Which project of the seed it is, e.g. `first`; not part of the API. */
  name: string;
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
  secretToken: string;
  projectId: string;
  revoked: boolean;
}

export interface Organization extends LoginFlags, Times {
  id: string;
  projectId: string;
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

/** Everything the emulator knows. Each map is by id (backend API keys: by the key itself). Tests may read and write it. */
export class Store {
  readonly projects = new Map<string, Project>();
  readonly backendApiKeys = new Map<string, BackendApiKey>();
  readonly organizations = new Map<string, Organization>();
  readonly apiKeys = new Map<string, ApiKey>();
  readonly roles = new Map<string, Role>();
  readonly apiKeyRoleAssignments = new Map<string, ApiKeyRoleAssignment>();
  readonly users = new Map<string, User>();
  readonly userInvites = new Map<string, UserInvite>();
  readonly userRoleAssignments = new Map<string, UserRoleAssignment>();
  /** Invites made, per project, on one UTC day (`2026-01-31`). */
  readonly invitesOfDay = new Map<string, { day: string; count: number }>();

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
    return [...this.apiKeys.values()].find((key) => key.secretToken === secretToken);
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
    for (const key of this.apiKeys.values()) {
      if (key.organizationId === id) {
        this.deleteApiKey(key.id);
      }
    }
    for (const role of this.roles.values()) {
      if (role.organizationId === id) {
        this.deleteRole(role.id);
      }
    }
    for (const user of this.users.values()) {
      if (user.organizationId === id) {
        this.deleteUser(user.id);
      }
    }
    for (const invite of this.userInvites.values()) {
      if (invite.organizationId === id) {
        this.userInvites.delete(invite.id);
      }
    }
    this.organizations.delete(id);
  }

  deleteApiKey(id: string): void {
    this.#deleteAssignments(this.apiKeyRoleAssignments, (assignment) => assignment.apiKeyId === id);
    this.apiKeys.delete(id);
  }

  deleteRole(id: string): void {
    this.#deleteAssignments(this.apiKeyRoleAssignments, (assignment) => assignment.roleId === id);
    this.#deleteAssignments(this.userRoleAssignments, (assignment) => assignment.roleId === id);
    this.roles.delete(id);
  }

  deleteUser(id: string): void {
    this.#deleteAssignments(this.userRoleAssignments, (assignment) => assignment.userId === id);
    this.users.delete(id);
  }

  #deleteAssignments<T extends { id: string }>(assignments: Map<string, T>, goes: (assignment: T) => boolean): void {
    for (const assignment of assignments.values()) {
      if (goes(assignment)) {
        assignments.delete(assignment.id);
      }
    }
  }
}
