import type { CustomerEntries, CustomerEntry } from "../config/customerShape";
import type { OrganizationSeed, Seed } from "../emulator/index";
import { loginFields } from "../emulator/records/loginMethods";

/**
 * A project as it is after an update with these customers: every action and way to log in that they use is there, and each
 * organization and key has a name, the customer's and the key's own.
 */
export function customersSeed(customers: CustomerEntries): Seed {
  const entries = Object.entries(customers);
  const roles = entries.flatMap(([, { roles: own = {} }]) => Object.values(own));
  const used = loginFields.filter((field) => entries.some(([, entry]) => entry[field] === true));
  return {
    projects: [
      {
        name: "first",
        actions: [...new Set(roles.flatMap(({ actions }) => actions))],
        ...Object.fromEntries(used.map((field) => [field, true])),
        organizations: entries.map(([name, entry]) => organization(name, entry)),
      },
    ],
  };
}

function organization(name: string, entry: CustomerEntry): OrganizationSeed {
  const { displayName, apiAccess, roles = {}, apiKeys = {}, adopt } = entry;
  const roleName = (role: string) => roles[role]?.displayName ?? role;
  return {
    ...Object.fromEntries(settings.flatMap((field) => (entry[field] === undefined ? [] : [[field, entry[field]]]))),
    ...(adopt === undefined ? {} : { id: adopt }),
    name,
    displayName,
    apiKeysEnabled: (apiAccess ?? "enabled") === "enabled",
    roles: Object.entries(roles).map(([role, { description = "", actions, adopt: id }]) => ({
      ...(id === undefined ? {} : { id }),
      displayName: roleName(role),
      description,
      actions: [...actions],
    })),
    apiKeys: Object.entries(apiKeys).map(
      ([key, { displayName: shown = key, roles: held = [], expireTime, adopt: id }]) => ({
        ...(id === undefined ? {} : { id }),
        name: key,
        displayName: shown,
        // What is not managed is not known.
        roles: held === "unmanaged" ? [] : held.map(roleName),
        ...(expireTime === undefined ? {} : { expireTime }),
      }),
    ),
  };
}

/** What a customer's entry says of its organization in the words of a seed. */
const settings = [
  ...loginFields,
  "requireMfa",
  "scimEnabled",
  "customRolesEnabled",
  "domains",
  "googleHostedDomains",
  "microsoftTenantIds",
] as const;
