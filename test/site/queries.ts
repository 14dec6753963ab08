// What people type or paste into the search of the site, and where it has to lead.

/** Errors as they are printed, with the names of somebody's own customers. */
export const pastedErrors: Record<string, string> = {
  "error: 2 customers would be deleted, and tesseral:maxRemovals allows 1: globex, initech. (TSL-BRAKE)":
    "errors.html#tsl-brake",
  "customers.yaml:22:18 customers.globex.displayName: is nearly the same as that of acme: remove one of the two, or set allowDuplicateName to true in both (TSL-DUPLICATE)":
    "errors.html#tsl-duplicate",
  "customers.yaml:6:12 customers.initech.adopt: is the organization of acme: each belongs to one entry. Remove one of the two entries, the older one if initech has a new name (TSL-ADOPT-TWICE)":
    "errors.html#tsl-adopt-twice",
  "customers.yaml:4:18 customers.acme.displayName: holds a backend API key, which does not belong here: remove it, revoke it in the Tesseral Console, and make a new one (TSL-KEY-READABLE)":
    "errors.html#tsl-key-readable",
  'customers.yaml:4:16 customers.acme.apiAccess: must be "enabled", "suspended" or "offboarding" (TSL-VALUE)':
    "errors.html#tsl-value",
  "customers.yaml:9:39 customers.acme.apiKeys.ci.expireTime: is in the past: give a later time, or remove the key (TSL-EXPIRED)":
    "errors.html#tsl-expired",
  "Tesseral: GET /v1/project failed with 401 unauthenticated: invalid backend api key secret token (TSL-KEY-REFUSED)":
    "errors.html#tsl-key-refused",
  'Pulumi.prod.yaml:3:3 tesseral:maxRemoval: unknown setting, did you mean "tesseral:maxRemovals"? (TSL-SETTING)':
    "errors.html#tsl-setting",
  "it is to be rotated although the previous token works until 2026-12-03T10:00:00Z: a key has no more than two. Wait until then (TSL-ROTATE-NOW)":
    "errors.html#tsl-rotate-now",
  "customers.yaml:1:1 is UTF-16 LE: save the file as UTF-8 (TSL-YAML)": "errors.html#tsl-yaml",
  "error: The entries of protected customers are gone: globex. (TSL-PROTECTED)": "errors.html#tsl-protected",
  'an earlier update was interrupted while it created Organization "acme", so Tesseral may have it without this stack knowing. Nothing was created. (TSL-INTERRUPTED)':
    "errors.html#tsl-interrupted",
};

/** Words for tasks. */
export const askedFor: Record<string, string> = {
  "rotate leaked key": "tasks/a-leaked-key.html",
  "rotate key now": "tasks/rotate-keys.html",
  "remove customer without deleting": "tasks/offboard-a-customer.html#remove-a-customer-without-deleting-it",
  "delete a customer": "tasks/offboard-a-customer.html",
  "block a customer": "tasks/suspend-a-customer.html",
  "lost state": "tasks/a-lost-state-file.html",
  "rename customer": "tasks/rename-a-customer.html",
  "take over existing organizations": "tasks/take-over-a-tenant.html",
  "killed pulumi up": "tasks/after-an-interruption.html",
  "stack is locked": "tasks/after-an-interruption.html",
  "staging environment": "tasks/a-second-environment.html",
  "test without Tesseral": "tasks/test-your-backend.html",
};

/** Names, and messages of others. */
export const lookedUp: Record<string, string> = {
  "tesseral:maxRemovals": "reference/settings.html#tesseralmaxremovals",
  requestsPerSecond: "reference/settings.html#tesseralrequestspersecond",
  keepUntil: "tasks/offboard-a-customer.html",
  "--expect-none": "reference/commands.html",
  "pulumi-tesseral: tesseral:backendApiKey is not set": "reference/settings.html",
  "the answer to an earlier creation of API key was lost, and 2 objects fit": "faults.html#a-create-is-sent-once",
  "Cannot find module 'pulumi-tesseral/provider'": "pulumi-cli.html#the-plugin-of-dynamic-providers",
  'this customer has no role "raeder", did you mean "reader"?': "customers.html#when-something-is-wrong",
  'unknown field, did you mean "roles"?': "customers.html#when-something-is-wrong",
};
