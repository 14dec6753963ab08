import type { FieldType, MessageType } from "../protojson/message";
import { loginFields } from "../records/loginMethods";

const type = (name: string, fields: Record<string, FieldType>): MessageType => ({ name, fields });
const times = { createTime: "time", updateTime: "time" } as const;
const byId = (name: string, more: Record<string, FieldType> = {}) => type(name, { id: "text", ...more });

const organization = type("Organization", {
  id: "text",
  displayName: "text",
  ...times,
  ...Object.fromEntries(loginFields.map((field) => [field, "flag"] as const)),
  requireMfa: "flag",
  scimEnabled: "flag",
  customRolesEnabled: "flag",
  apiKeysEnabled: "flag",
});
const apiKey = type("APIKey", {
  id: "text",
  organizationId: "text",
  ...times,
  expireTime: "time",
  displayName: "text",
  secretToken: "text",
  secretTokenSuffix: "text",
  revoked: "flag",
});
const apiKeyRoleAssignment = byId("APIKeyRoleAssignment", { apiKeyId: "text", roleId: "text" });
const role = byId("Role", {
  organizationId: "text",
  ...times,
  displayName: "text",
  description: "text",
  actions: "texts",
});
const user = byId("User", {
  organizationId: "text",
  email: "text",
  ...times,
  owner: "flag",
  displayName: "text",
  profilePictureUrl: "text",
  hasAuthenticatorApp: "flag",
  googleUserId: "text",
  microsoftUserId: "text",
  githubUserId: "text",
});
const userInvite = byId("UserInvite", { organizationId: "text", ...times, email: "text", owner: "flag" });
const userRoleAssignment = byId("UserRoleAssignment", { userId: "text", roleId: "text" });

const listIn = (name: string) => type(name, { organizationId: "text", pageToken: "text" });

/** The request message of every route that the emulator has. */
export const requests = {
  getProject: type("GetProjectRequest", {}),
  listOrganizations: type("ListOrganizationsRequest", { pageToken: "text" }),
  getOrganization: byId("GetOrganizationRequest"),
  createOrganization: type("CreateOrganizationRequest", { organization }),
  updateOrganization: byId("UpdateOrganizationRequest", { organization }),
  deleteOrganization: byId("DeleteOrganizationRequest"),
  listApiKeys: listIn("ListAPIKeysRequest"),
  getApiKey: byId("GetAPIKeyRequest"),
  createApiKey: type("CreateAPIKeyRequest", { apiKey }),
  updateApiKey: byId("UpdateAPIKeyRequest", { apiKey }),
  deleteApiKey: byId("DeleteAPIKeyRequest"),
  revokeApiKey: byId("RevokeAPIKeyRequest"),
  authenticateApiKey: type("AuthenticateAPIKeyRequest", { secretToken: "text" }),
  listApiKeyRoleAssignments: type("ListAPIKeyRoleAssignmentsRequest", { apiKeyId: "text", pageToken: "text" }),
  createApiKeyRoleAssignment: type("CreateAPIKeyRoleAssignmentRequest", { apiKeyRoleAssignment }),
  deleteApiKeyRoleAssignment: byId("DeleteAPIKeyRoleAssignmentRequest", { apiKeyId: "text" }),
  listRoles: listIn("ListRolesRequest"),
  getRole: byId("GetRoleRequest"),
  createRole: type("CreateRoleRequest", { role }),
  updateRole: byId("UpdateRoleRequest", { role }),
  deleteRole: byId("DeleteRoleRequest"),
  listUsers: listIn("ListUsersRequest"),
  getUser: byId("GetUserRequest"),
  createUser: type("CreateUserRequest", { user }),
  updateUser: byId("UpdateUserRequest", { user }),
  deleteUser: byId("DeleteUserRequest"),
  listUserInvites: listIn("ListUserInvitesRequest"),
  getUserInvite: byId("GetUserInviteRequest"),
  createUserInvite: type("CreateUserInviteRequest", { userInvite, sendEmail: "flag" }),
  deleteUserInvite: byId("DeleteUserInviteRequest"),
  listUserRoleAssignments: type("ListUserRoleAssignmentsRequest", {
    userId: "text",
    roleId: "text",
    pageToken: "text",
  }),
  getUserRoleAssignment: byId("GetUserRoleAssignmentRequest"),
  createUserRoleAssignment: type("CreateUserRoleAssignmentRequest", { userRoleAssignment }),
  deleteUserRoleAssignment: byId("DeleteUserRoleAssignmentRequest"),
} as const;

/** The two request messages of a list of domains or tenant ids, e.g. of `OrganizationDomains` with the list `domains`. */
export function domainListRequests(
  name: string,
  wrapper: string,
  list: string,
): { get: MessageType; update: MessageType } {
  const wrapped = type(name, { organizationId: "text", [list]: "texts" });
  return {
    get: type(`Get${name}Request`, { organizationId: "text" }),
    update: type(`Update${name}Request`, { organizationId: "text", [wrapper]: wrapped }),
  };
}
