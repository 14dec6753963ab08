// What people type or paste into the search of the site, and where it has to lead.

/** Errors as they are printed, with the names of somebody's own customers. */
export const pastedErrors: Record<string, string> = {
  "14 customers would be deleted, and tesseral:maxRemovals allows 1: c1, c10, c11, c12, c13, c14, c2, c3, c4, c5 and 4 more. (TSL-BRAKE)":
    "errors.html#tsl-brake",
  "customers.yaml:22:18 customers.globex.displayName: is nearly the same as that of acme: remove one of the two, or set allowDuplicateName to true in both (TSL-DUPLICATE)":
    "errors.html#tsl-duplicate",
  "customers.yaml:9:12 customers.initech.adopt: is the organization that globex takes over: each organization belongs to one customer (TSL-ADOPT-TWICE)":
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
  "The entries of protected customers are gone: globex. (TSL-PROTECTED)": "errors.html#tsl-protected",
  'an earlier update was interrupted while it created Organization "acme", so Tesseral may have it without this stack knowing. Nothing was created. (TSL-INTERRUPTED)':
    "errors.html#tsl-interrupted",
  "customers.yaml:1:1 customers is missing: write `customers:` above acme, and indent this entry beneath it (TSL-MISSING)":
    "errors.html#tsl-missing",
  "pulumi-nodejs:dynamic/tesseral:Organization acme  error: pulumi-nodejs:dynamic/tesseral:Organization resource 'acme' has a problem: Tesseral does not accept the backend API key in tesseral:backendApiKey: it answered 404 backend api key not found. Create a key in the Tesseral Console, under Project settings, Backend API Keys, and run: pulumi config set --secret tesseral:backendApiKey <key> (TSL-KEY-REFUSED)":
    "errors.html#tsl-key-refused",
  "pulumi-tesseral: Tesseral: GET /v1/project failed with 404 not_found: backend api key not found. The backend API key is unknown or revoked: check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Tesseral Console (TSL-KEY-REFUSED)":
    "errors.html#tsl-key-refused",
  "error: pulumi-nodejs:dynamic/tesseral:Organization resource 'umbrella' has a problem: Tesseral has an organization named \"Umbrella\" that this stack does not manage: org_1w0y47erb10c3a6gl8zok1gbs (created 2026-11-28T07:50:30.596071Z). Nothing was created. To take it over, write adopt: org_1w0y47erb10c3a6gl8zok1gbs into its entry (TSL-SAME-NAME)":
    "errors.html#tsl-same-name",
  'pulumi-tesseral: there is no stack "nowhere": `pulumi stack ls` lists those of this project; name one with --stack, or another project with --cwd (TSL-STACK)':
    "errors.html#tsl-stack",
  "pulumi-tesseral: nopreview.json: this JSON is no preview: save one with: pulumi preview --json --show-sames > preview.json (TSL-PREVIEW)":
    "errors.html#tsl-preview",
  "pulumi-tesseral: no key was sent to http://127.0.0.1:8099/: nothing listens at 127.0.0.1:8099 (TSL-VERIFY)":
    "errors.html#tsl-verify",
  "pulumi-tesseral: no key was sent to https://api.acme.invalid/: the host api.acme.invalid is not known (TSL-VERIFY)":
    "errors.html#tsl-verify",
  "pulumi-tesseral: no key was sent to http://127.0.0.1:18090/: 404: nothing is at this path; name one that asks for a key with --path (TSL-VERIFY)":
    "errors.html#tsl-verify",
  "customers.yaml:7:65 customers.acme.apiKeys.production.overlap: is P30D, but must be shorter than rotateEvery (P7D): a token has to end before the next rotation (TSL-ROTATION)":
    "errors.html#tsl-rotation",
  "pulumi-tesseral: --from gone.json: there is no such file (TSL-PREVIEW)": "errors.html#tsl-preview",
};

/** Words for tasks: the page comes first. */
export const askedFor: Record<string, string> = {
  "rotate leaked key": "tasks/a-leaked-key.html",
  "token compromised": "tasks/a-leaked-key.html",
  "token exposed": "tasks/a-leaked-key.html",
  "secret exposed": "tasks/a-leaked-key.html",
  "leaked secret": "tasks/a-leaked-key.html",
  "key committed to git": "tasks/a-leaked-key.html",
  "rotate key now": "tasks/rotate-keys.html",
  "remove customer without deleting": "tasks/offboard-a-customer.html#remove-a-customer-without-deleting-it",
  "delete a customer": "tasks/offboard-a-customer.html",
  "block a customer": "tasks/suspend-a-customer.html",
  "pause customer": "tasks/suspend-a-customer.html",
  "onboard customer": "tasks/add-a-customer.html",
  "lost state": "tasks/a-lost-state-file.html",
  backup: "tasks/a-lost-state-file.html",
  "rename customer": "tasks/rename-a-customer.html",
  "take over existing organizations": "tasks/take-over-a-tenant.html",
  "existing organizations": "tasks/take-over-a-tenant.html",
  migrate: "tasks/take-over-a-tenant.html",
  "getting started": "start.html",
  quickstart: "start.html",
  prerequisites: "start.html",
  "killed pulumi up": "tasks/after-an-interruption.html",
  "stack is locked": "tasks/after-an-interruption.html",
  "staging environment": "tasks/a-second-environment.html",
  "test without Tesseral": "tasks/test-your-backend.html",
  emulator: "emulator.html",
  inventory: "inventory.html",
  rotation: "rotation.html",
};

/** Words for pages that others come close to. */
export const closeTo: Record<string, string> = {
  install: "start.html",
  review: "review.html",
  verify: "verify.html",
  mock: "emulator.html",
  drift: "inventory.html",
  "github actions": "ci.html",
  "import existing": "tasks/take-over-a-tenant.html",
  "how do I stop a customer from calling my API with their keys": "tasks/suspend-a-customer.html",
};

/** Names, and messages of others. */
export const lookedUp: Record<string, string> = {
  "tesseral:maxRemovals": "reference/settings.html#tesseralmaxremovals",
  requestsPerSecond: "reference/settings.html#tesseralrequestspersecond",
  adopt: "customers.html#adopting-an-organization",
  keepUntil: "tasks/offboard-a-customer.html",
  "--expect-none": "reference/commands.html",
  "pulumi-tesseral: tesseral:backendApiKey is not set": "reference/settings.html",
  "the answer to an earlier creation of API key was lost, and 2 objects fit": "faults.html#a-create-is-sent-once",
  "Cannot find module 'pulumi-tesseral/provider'": "pulumi-cli.html#the-plugin-of-dynamic-providers",
  'this customer has no role "raeder", did you mean "reader"?': "customers.html#when-something-is-wrong",
  'unknown field, did you mean "roles"?': "customers.html#when-something-is-wrong",
};
