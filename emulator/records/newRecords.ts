import type { Timestamp } from "../protojson/timestamp";
import { inServerOrder } from "./actionOrder";
import { newId, newTokenDigits } from "./ids";
import { loginFlags } from "./loginMethods";
import type { ApiKey, Organization, Project, Role } from "./store";

type Made = "id" | "createTime" | "updateTime";

/** An organization as a bare POST makes it, except for `settings`. */
export function newOrganization(
  project: Project,
  time: Timestamp,
  settings: Partial<Omit<Organization, "projectId" | "createTime" | "updateTime">> = {},
): Organization {
  return {
    id: newId("organization"),
    projectId: project.id,
    name: "",
    displayName: "",
    createTime: time,
    updateTime: time,
    ...loginFlags(() => false),
    requireMfa: false,
    scimEnabled: false,
    customRolesEnabled: false,
    apiKeysEnabled: false,
    domains: [],
    googleHostedDomains: [],
    microsoftTenantIds: [],
    ...settings,
  };
}

/** A live key with a token of its own, unless `settings` bring one. */
export function newApiKey(
  project: Project,
  time: Timestamp,
  settings: Pick<ApiKey, "organizationId"> & Partial<Omit<ApiKey, "createTime" | "updateTime" | "secretToken">>,
): ApiKey {
  const secretDigits = settings.secretDigits ?? newTokenDigits();
  return {
    id: newId("apiKey"),
    name: "",
    displayName: "",
    createTime: time,
    updateTime: time,
    revoked: false,
    ...settings,
    secretToken: project.apiKeySecretTokenPrefix + secretDigits,
    secretDigits,
  };
}

/** A role of an organization, or of the project if `organizationId` is undefined. */
export const newRole = (time: Timestamp, settings: Omit<Role, Made> & Partial<Pick<Role, "id">>): Role => ({
  id: newId("role"),
  createTime: time,
  updateTime: time,
  ...settings,
  actions: inServerOrder(settings.actions),
});
