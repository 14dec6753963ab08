/**
 * The objects of Tesseral's Backend API as they travel in JSON, reduced to what this package reads or writes.
 * Success answers leave out what is empty: empty texts and lists, unset times, and `revoked: false`.
 * Times are RFC 3339 in UTC with 0, 3 or 6 fractional digits.
 */

/** The nine login switches, which projects and organizations share. */
export const loginSwitches = [
  "logInWithGoogle",
  "logInWithMicrosoft",
  "logInWithGithub",
  "logInWithEmail",
  "logInWithPassword",
  "logInWithSaml",
  "logInWithOidc",
  "logInWithAuthenticatorApp",
  "logInWithPasskey",
] as const;

export type LoginSwitch = (typeof loginSwitches)[number];

/** Every boolean setting of an organization; the API always answers all of them. */
export const organizationSwitches = [
  ...loginSwitches,
  "requireMfa",
  "scimEnabled",
  "customRolesEnabled",
  "apiKeysEnabled",
] as const;

export type OrganizationSwitch = (typeof organizationSwitches)[number];

export interface Project extends Partial<Record<LoginSwitch, boolean>> {
  id: string;
  displayName?: string;
  /** Whether managed API keys are on for the project; changed in the Tesseral Console only. */
  apiKeysEnabled: boolean;
  /** Beginning of every managed API key of the project, such as `acme_sk_`. */
  apiKeySecretTokenPrefix?: string;
}

export interface Organization extends Record<OrganizationSwitch, boolean> {
  id: string;
  displayName?: string;
  createTime: string;
  updateTime: string;
}

/** What a POST or PATCH of an organization may carry. */
export type OrganizationSettings = Partial<Record<OrganizationSwitch, boolean>> & { displayName?: string };

export interface ApiKey {
  id: string;
  organizationId: string;
  displayName?: string;
  createTime: string;
  updateTime: string;
  /** Absent: the key never expires. */
  expireTime?: string;
  /** Answered by the create, once. */
  secretToken?: string;
  /** Last four characters of the secret token; absent once the key is revoked. */
  secretTokenSuffix?: string;
  revoked?: boolean;
}

export interface Role {
  id: string;
  /** Absent: a role of the project. */
  organizationId?: string;
  displayName?: string;
  description?: string;
  actions?: string[];
  createTime: string;
  updateTime: string;
}

export interface ApiKeyRoleAssignment {
  id: string;
  apiKeyId: string;
  roleId: string;
}

export interface AuthenticateApiKeyResponse {
  apiKeyId: string;
  organizationId: string;
  actions?: string[];
}

/** The three lists of values that an organization has beside its settings, and the names they have on the wire. */
export const domainLists = {
  domains: { path: "domains", wrapper: "organizationDomains" },
  googleHostedDomains: { path: "google-hosted-domains", wrapper: "organizationGoogleHostedDomains" },
  microsoftTenantIds: { path: "microsoft-tenant-ids", wrapper: "organizationMicrosoftTenantIds" },
} as const;

export type DomainList = keyof typeof domainLists;

/** Forms of the ids: a prefix and 25 digits of base 36. */
export const idForms = {
  organization: /^org_[0-9a-z]{25}$/,
  apiKey: /^api_key_[0-9a-z]{25}$/,
  role: /^role_[0-9a-z]{25}$/,
  apiKeyRoleAssignment: /^api_key_role_assignment_[0-9a-z]{25}$/,
} as const;

export type IdKind = keyof typeof idForms;

/** Form of a backend API key's secret token. */
export const backendApiKeyForm = /^tesseral_secret_key_[0-9a-z]{25}$/;

const hasId = (value: object, kind: IdKind) =>
  "id" in value && typeof value.id === "string" && idForms[kind].test(value.id);
export const isProject = (value: object): value is Project => "id" in value && typeof value.id === "string";
export const isOrganization = (value: object): value is Organization => hasId(value, "organization");
export const isApiKey = (value: object): value is ApiKey => hasId(value, "apiKey");
export const isNewApiKey = (value: object): value is ApiKey & { secretToken: string } =>
  isApiKey(value) && typeof value.secretToken === "string" && value.secretToken !== "";
export const isRole = (value: object): value is Role => hasId(value, "role");
export const isAssignment = (value: object): value is ApiKeyRoleAssignment => hasId(value, "apiKeyRoleAssignment");
export const isListed = (value: object): value is { organizationId: string } => "organizationId" in value;

/** Whether two lists hold the same values in the same order. */
export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Whether an organization is as a PATCH wants it; what the PATCH leaves out, or an empty name, does not matter. */
export function organizationHas(organization: Organization, wanted: OrganizationSettings): boolean {
  const named = !wanted.displayName || organization.displayName === wanted.displayName;
  return (
    named && organizationSwitches.every((name) => wanted[name] === undefined || organization[name] === wanted[name])
  );
}

/** Whether a role is as a PATCH wants it; what the PATCH leaves out or leaves empty does not matter. */
export function roleHas(
  role: Role,
  wanted: { displayName?: string; description?: string; actions?: readonly string[] },
): boolean {
  return (
    (!wanted.displayName || role.displayName === wanted.displayName) &&
    (!wanted.description || role.description === wanted.description) &&
    (!wanted.actions?.length || sameList([...(role.actions ?? [])].sort(), [...new Set(wanted.actions)].sort()))
  );
}
