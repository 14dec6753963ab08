import { deliverToShape } from "./deliverToShape";
import { mostParts } from "./parts/part";
import type { FlagShape, ListShape, MapShape, ObjectShape, TextShape, ValueOf } from "./shape";

const logIn = (method: string): FlagShape => ({
  kind: "flag",
  description: `Whether members may log in with ${method}. The project must allow it too. Left out: not managed.`,
});

const renamedFrom = {
  kind: "list",
  orOne: true,
  filled: true,
  description:
    "The name that it had before, or several, the latest first. It is renamed and stays what it is in Tesseral.",
  of: { kind: "text", format: "filled", description: "An earlier name." },
} as const satisfies ListShape;

const role = {
  kind: "object",
  description: "A role of this customer: a name for a set of actions.",
  required: ["actions"],
  fields: {
    displayName: {
      kind: "text",
      format: "displayName",
      description: "The name shown in Tesseral. Left out: the role's name.",
    },
    description: { kind: "text", format: "text", description: "What the role is for, shown in Tesseral." },
    actions: {
      kind: "list",
      filled: true,
      description: "The actions that the role allows. Each must exist in the Tesseral project. At least one.",
      of: { kind: "text", format: "filled", description: "An action, such as widgets.read." },
    },
    renamedFrom,
    adopt: {
      kind: "text",
      format: "roleId",
      description:
        "The id of a role that the organization has already: it is taken over instead of a new one being made.",
    },
  },
} as const satisfies ObjectShape;

const period = (description: string): TextShape => ({ kind: "text", format: "period", description });

const apiKey = {
  kind: "object",
  description: "A managed API key of this customer.",
  required: [],
  fields: {
    displayName: {
      kind: "text",
      format: "displayName",
      description: "The name shown in Tesseral. Left out: the key's name.",
    },
    roles: {
      kind: "list",
      orWord: "unmanaged",
      description:
        "The roles of this customer that the key has. Without one, the key authenticates and may do nothing. unmanaged: those that it has in Tesseral stay.",
      of: { kind: "text", format: "filled", description: "A name under roles." },
    },
    expireTime: {
      kind: "text",
      format: "instant",
      description:
        "When the key stops working, in RFC 3339, such as 2030-01-31T00:00:00Z. Left out: never. Changing this replaces the key, and the token ends at once, unless it has that end already.",
    },
    renamedFrom,
    rotateEvery: period(
      "How long a token is the current one, such as P90D: the first update after that makes a new one. Needs overlap. Left out: the key is not rotated.",
    ),
    overlap: period(
      "How long the previous token keeps working once the new one exists, such as P7D; PT0S ends it in the same update.",
    ),
    rotate: {
      kind: "text",
      format: "filled",
      description: "Any text, such as the reason. A change of it rotates the key in the next update. Needs overlap.",
    },
    expireAfter: period(
      "How long a token of a key with rotateEvery lives at most: at least rotateEvery and overlap together, and longer than rotateEvery. Left out: for ever.",
    ),
    renewBefore: period(
      "How long before its expireTime the key is renewed, such as P14D. The previous token works until it ends by itself. Left out: not at all.",
    ),
    deliverTo: deliverToShape,
    adopt: {
      kind: "text",
      format: "apiKeyId",
      description:
        "The id of an API key that the organization has already: it is taken over, and its token goes on working. The token is not known until a rotation makes a new one.",
    },
  },
} as const satisfies ObjectShape;

/** The fields of one customer. */
export const customerShape = {
  kind: "object",
  description: "A customer: an organization in Tesseral, its roles and its managed API keys.",
  required: ["displayName"],
  fields: {
    displayName: {
      kind: "text",
      format: "displayName",
      description: "The organization's name, as its members see it.",
    },
    apiAccess: {
      kind: "choice",
      values: ["enabled", "suspended", "offboarding"],
      default: "enabled",
      synonyms: {
        active: "enabled",
        on: "enabled",
        allowed: "enabled",
        true: "enabled",
        disabled: "suspended",
        inactive: "suspended",
        paused: "suspended",
        blocked: "suspended",
        off: "suspended",
        false: "suspended",
        offboarded: "offboarding",
        leaving: "offboarding",
        ended: "offboarding",
        terminated: "offboarding",
        cancelled: "offboarding",
        canceled: "offboarding",
      },
      description:
        "enabled: the customer's API keys work. suspended: Tesseral refuses all of them, and keeps them: enabled brings them back. offboarding: the same, and nothing protects the customer any more: removing the entry deletes it.",
    },
    roles: { kind: "map", noun: "role", description: "The roles of this customer, by name.", of: role },
    apiKeys: { kind: "map", noun: "key", description: "The managed API keys of this customer, by name.", of: apiKey },
    logInWithGoogle: logIn("Google"),
    logInWithMicrosoft: logIn("Microsoft"),
    logInWithGithub: logIn("GitHub"),
    logInWithEmail: logIn("a link sent by email"),
    logInWithPassword: logIn("a password"),
    logInWithSaml: logIn("SAML"),
    logInWithOidc: logIn("OIDC"),
    logInWithAuthenticatorApp: logIn("an authenticator app, as a second factor"),
    logInWithPasskey: logIn("a passkey, as a second factor"),
    requireMfa: {
      kind: "flag",
      description:
        "Whether members need a second factor. Needs logInWithAuthenticatorApp or logInWithPasskey. Left out: not managed.",
    },
    scimEnabled: { kind: "flag", description: "Whether the customer may use SCIM. Left out: not managed." },
    customRolesEnabled: {
      kind: "flag",
      description: "Whether the customer may define roles of its own in Tesseral. Left out: not managed.",
    },
    domains: {
      kind: "list",
      description: "The email domains of the customer. Left out: not managed.",
      of: { kind: "text", format: "domain", description: "A domain, such as example.com." },
    },
    googleHostedDomains: {
      kind: "list",
      description: "The Google Workspace domains whose accounts belong to the customer. Left out: not managed.",
      of: { kind: "text", format: "domain", description: "A domain, such as example.com." },
    },
    microsoftTenantIds: {
      kind: "list",
      description: "The Microsoft Entra tenants whose accounts belong to the customer. Left out: not managed.",
      of: { kind: "text", format: "filled", description: "The id of a tenant." },
    },
    protect: {
      kind: "flag",
      default: true,
      description:
        "Whether Pulumi refuses to delete the organization. To remove a customer, set apiAccess to offboarding, run pulumi up, then remove the entry.",
    },
    keepUntil: {
      kind: "text",
      format: "keepUntil",
      description:
        "Until when the entry must not be removed: a day in UTC, to its end, such as 2030-12-31, or a time in RFC 3339. Left out: it can be at any time.",
    },
    onRemoval: {
      kind: "choice",
      values: ["delete", "release"],
      default: "delete",
      description:
        "What becomes of the customer when its entry is removed. delete: everything of it is deleted. release: the stack forgets it, and all of it stays in Tesseral.",
    },
    deliverTo: deliverToShape,
    part: {
      kind: "whole",
      from: 1,
      to: mostParts,
      description:
        "The part that the customer is in, where tesseral:part divides the customers over stacks. Left out: by its name.",
    },
    renamedFrom,
    adopt: {
      kind: "text",
      format: "organizationId",
      description: "The id of an organization that exists already: it is taken over instead of a new one being made.",
    },
    allowDuplicateName: {
      kind: "flag",
      default: false,
      description: "Whether another organization may have the same display name.",
    },
  },
} as const satisfies ObjectShape;

/** The content of `tesseral:customers` in a stack file, and of `customers` in a file of its own. */
export const customersShape = {
  kind: "map",
  noun: "customer",
  description:
    "The customers, by name. The name is the stable identity of a customer in the stack; the customer never sees it.",
  of: customerShape,
} as const satisfies MapShape;

const schemaField: TextShape = {
  kind: "text",
  format: "text",
  description: "Where the JSON Schema of this file is, for editors.",
};

/** The content of a file with one customer, whose name is the file's. */
export const singleFileShape = {
  ...customerShape,
  ignoredPrefix: "x-",
  fields: { $schema: schemaField, ...customerShape.fields },
} as const satisfies ObjectShape;

/** The content of a file of customers. */
export const fileShape = {
  kind: "object",
  description: "The customers of an API that authenticates with Tesseral.",
  required: ["customers"],
  ignoredPrefix: "x-",
  fields: {
    $schema: schemaField,
    customers: customersShape,
  },
} as const satisfies ObjectShape;

/** One customer as declared, checked. */
export type CustomerEntry = ValueOf<typeof customerShape>;
/** Customers as declared, checked, by name. */
export type CustomerEntries = ValueOf<typeof customersShape>;
