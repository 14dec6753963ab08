export { getOrganization, getOrganizations, getProject, type LookupOptions } from "./lookups";
export { type ExistingApiKey, ManagedApiKey, type ManagedApiKeyArgs } from "./managedApiKey";
export { Organization, type OrganizationArgs } from "./organization";
export { Provider, type ProviderArgs } from "./provider";
export { Role, type RoleArgs } from "./role";
export { leaveOutSdkDebugging } from "./sdkDebugging";
