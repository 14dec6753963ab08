import { parseTimestamp } from "./protojson/timestamp";
import { inServerOrder } from "./records/actionOrder";
import type { Clock } from "./records/clock";
import { newBackendApiKey, newId } from "./records/ids";
import { newApiKey, newOrganization, newRole } from "./records/newRecords";
import type { ApiKey, ApiKeyRoleAssignment, Organization, Project, Role, Store } from "./records/store";

type OrganizationChange = Partial<Omit<Organization, "id" | "projectId" | "name" | "createTime" | "updateTime">>;
/** A project of the seed by its name. @default the first one */
interface InProject {
  project?: string;
}

/**
 * A person in Tesseral's console: changes that no request of the program under test makes, at once and without faults. They
 * are not in `requests`. Every action throws Error when what it names is not there.
 */
export class Console {
  readonly #store: () => Store;
  readonly #clock: Clock;

  constructor(store: () => Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Creates an organization with a new id; what is left out is off or empty. */
  createOrganization({ project, ...settings }: OrganizationChange & InProject): Organization {
    const organization = newOrganization(this.#project(project), this.#clock.tick(), settings);
    this.#store().organizations.set(organization.id, organization);
    return organization;
  }

  /** Changes what it names; unlike the API it checks nothing. */
  updateOrganization(id: string, change: OrganizationChange): Organization {
    return found(this.#store().organizations.change(id, { ...change, updateTime: this.#clock.tick() }), id);
  }

  renameOrganization(id: string, displayName: string): Organization {
    return this.updateOrganization(id, { displayName });
  }

  /** Deletes it with its keys, roles and users. */
  deleteOrganization(id: string): void {
    found(this.#store().organizations.get(id), id);
    this.#store().deleteOrganization(id);
  }

  /** `expireTime` is RFC 3339. The record holds the secret token. */
  createApiKey(key: { organizationId: string; displayName?: string; expireTime?: string }): ApiKey {
    const organization = found(this.#store().organizations.get(key.organizationId), key.organizationId);
    const project = found(this.#store().projects.get(organization.projectId), organization.projectId);
    const expireTime = key.expireTime === undefined ? undefined : parseTimestamp(key.expireTime);
    if (key.expireTime !== undefined && expireTime === undefined) {
      throw new Error(`${key.expireTime} is not RFC 3339`);
    }
    const created = newApiKey(project, this.#clock.tick(), {
      organizationId: organization.id,
      displayName: key.displayName ?? "",
      expireTime,
    });
    this.#store().apiKeys.set(created.id, created);
    return created;
  }

  renameApiKey(id: string, displayName: string): ApiKey {
    return found(this.#store().apiKeys.change(id, { displayName, updateTime: this.#clock.tick() }), id);
  }

  /** From then on the key authenticates nobody. */
  revokeApiKey(id: string): ApiKey {
    return found(this.#store().apiKeys.change(id, { revoked: true, updateTime: this.#clock.tick() }), id);
  }

  /** Revoked or not. */
  deleteApiKey(id: string): void {
    found(this.#store().apiKeys.get(id), id);
    this.#store().deleteApiKey(id);
  }

  /** A role of the organization, or of the project if none is named. */
  createRole(
    role: { displayName: string; description?: string; actions?: string[]; organizationId?: string } & InProject,
  ): Role {
    const organization =
      role.organizationId === undefined
        ? undefined
        : found(this.#store().organizations.get(role.organizationId), role.organizationId);
    const created = newRole(this.#clock.tick(), {
      projectId: organization?.projectId ?? this.#project(role.project).id,
      organizationId: organization?.id,
      displayName: role.displayName,
      description: role.description ?? "",
      actions: role.actions ?? [],
    });
    this.#store().roles.set(created.id, created);
    return created;
  }

  updateRole(id: string, change: Partial<Pick<Role, "displayName" | "description" | "actions">>): Role {
    const actions = change.actions === undefined ? {} : { actions: inServerOrder(change.actions) };
    return found(this.#store().roles.change(id, { ...change, ...actions, updateTime: this.#clock.tick() }), id);
  }

  /** Takes the role from every key and user, too. */
  deleteRole(id: string): void {
    found(this.#store().roles.get(id), id);
    this.#store().deleteRole(id);
  }

  /** Gives an API key a role; unlike the API, a second time too. */
  assignRole(apiKeyId: string, roleId: string): ApiKeyRoleAssignment {
    const assignment = {
      id: newId("apiKeyRoleAssignment"),
      apiKeyId: found(this.#store().apiKeys.get(apiKeyId), apiKeyId).id,
      roleId: found(this.#store().roles.get(roleId), roleId).id,
    };
    this.#store().apiKeyRoleAssignments.set(assignment.id, assignment);
    return assignment;
  }

  /** Takes one such assignment away. */
  unassignRole(apiKeyId: string, roleId: string): void {
    const assignments = this.#store().apiKeyRoleAssignments;
    const assignment = assignments.by("apiKey", apiKeyId).find((one) => one.roleId === roleId);
    assignments.delete(found(assignment, `the assignment of ${roleId} to ${apiKeyId}`).id);
  }

  /** API keys cannot be on without a prefix: the real database refuses that, too. */
  setProject(
    change: Partial<Omit<Project, "id" | "name" | "publishableKey" | "signingKey" | "createTime" | "updateTime">>,
    name?: string,
  ): Project {
    const project = this.#project(name);
    const next = { ...project, ...change };
    if (next.apiKeysEnabled && next.apiKeySecretTokenPrefix === "") {
      throw new Error("managed API keys need a prefix: set apiKeySecretTokenPrefix too");
    }
    return found(this.#store().projects.change(project.id, { ...change, updateTime: this.#clock.tick() }), project.id);
  }

  /** Returns the key. */
  createBackendApiKey(project?: string): string {
    const id = newBackendApiKey();
    this.#store().backendApiKeys.set(id, { id, projectId: this.#project(project).id, revoked: false });
    return id;
  }

  /** From then on requests with it are refused. */
  revokeBackendApiKey(key: string): void {
    found(this.#store().backendApiKeys.change(key, { revoked: true }), "such backend API key");
  }

  #project(name: string | undefined): Project {
    const first = this.#store().projects.values().next().value;
    return found(name === undefined ? first : this.#store().projectByName(name), `project ${name ?? ""}`);
  }
}

function found<T>(record: T | undefined, name: string): T {
  if (record === undefined) {
    throw new Error(`the emulator has no ${name}`);
  }
  return record;
}
