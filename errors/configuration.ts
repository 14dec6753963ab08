import { entries, nothing } from "./entry";

/** What is wrong in what was written: customers' files and settings. Each is a line of its own, with its place in the file. */
export const configuration = entries({
  "TSL-YAML": {
    summary: "A file cannot be read as YAML",
    happened:
      "The file is not valid YAML, has the same name twice in one map, refers to an anchor that does not exist, or is not saved as UTF-8. The message says which, and where.",
    changed: nothing,
    todo: [
      "Go to the line and column that the message begins with, and correct it.",
      "If the file is in another encoding, such as UTF-16, save it as UTF-8.",
      "`pulumi preview`",
    ],
    page: "customers.md#when-something-is-wrong",
  },
  "TSL-FILE": {
    summary: "The customers' file is missing, or has no customers in it",
    happened:
      "`tesseral:customersFile` names a file or folder that cannot be read, or a pattern that matches nothing; or customers are declared both in the stack's file and in a file of their own.",
    changed: nothing,
    todo: [
      "See which file the stack reads: `pulumi config get tesseral:customersFile`. Paths are relative to the folder of Pulumi.yaml.",
      "Correct it: `pulumi config set tesseral:customersFile <file>`, or remove one of the two declarations.",
    ],
    page: "customers.md#where-they-are-written",
  },
  "TSL-FIELD": {
    summary: "An unknown field",
    happened:
      "An entry has a field that does not exist. That is an error because a misspelled field would otherwise be ignored without a word.",
    changed: nothing,
    todo: [
      "Write the field that the message proposes, or remove the line.",
      "The reference lists all fields. With `# yaml-language-server: $schema=customers.schema.json` as its first line, editors complete them.",
    ],
    page: "reference/customer-fields.md",
  },
  "TSL-MISSING": {
    summary: "A required field is missing",
    happened:
      "An entry, a role or a secret lacks a field that it must have, such as `displayName` or `actions`; or a file has entries without `customers:` above them.",
    changed: nothing,
    todo: ["Add the field that the message names.", "`pulumi preview`"],
    says: [
      "displayName is missing",
      "actions is missing",
      "customers is missing: write `customers:` above acme, and indent this entry beneath it",
    ],
    page: "reference/customer-fields.md",
  },
  "TSL-VALUE": {
    summary: "A value of the wrong kind or form",
    happened:
      "A field has a value that is not allowed there: text instead of a list, a time without an offset, the id of something else, a space at the end of a name.",
    changed: nothing,
    todo: [
      "Write it as the message shows. `pulumi config set --path` reads digits as a number: add `--type string` if you mean text.",
      "`pulumi preview`",
    ],
    says: [
      "must be text, but it is a number: put it in quotes",
      "must be a list, but it is text: put it in square brackets",
      "must be a map of names, but it is a list. This is the map:",
      "must be true or false, but it is text",
      'must be "enabled", "suspended" or "offboarding", did you mean "suspended"?',
      "must be a whole number from 7 to 30, or 0",
      "must not begin or end with blanks, nor hold line breaks, control or invisible characters",
      "must be a time in RFC 3339",
      "must be a bare domain, such as example.com",
      "must be the id of an organization",
      "must not be empty",
    ],
    page: "reference/customer-fields.md",
  },
  "TSL-NAME": {
    summary: "A name that is not allowed, or nearly the same as another",
    happened:
      "Names of entries, roles and keys consist of lower-case letters, digits and hyphens, since resources are named after them. Two names that differ only in case or hyphens are most likely one name, written twice. Two that lead to the same resource name cannot both exist.",
    changed: nothing,
    todo: [
      "Choose the name that the message proposes, or any other. What customers see is `displayName`.",
      "If the customer is already deployed, keep its old name in `renamedFrom`: then nothing changes in Tesseral.",
    ],
    page: "customers.md",
  },
  "TSL-DUPLICATE": {
    summary: "Two customers with the same display name",
    happened: "Two entries have the same display name, or nearly the same, so one customer may be declared twice.",
    changed: nothing,
    todo: ["Remove one of the two entries.", "If they are two customers: `allowDuplicateName: true` in both."],
    page: "customers.md",
  },
  "TSL-LOOKALIKE": {
    summary: "A display name that is not what it looks like",
    happened:
      "A warning: the name is not in Unicode's composed form, or contains letters of another script that make it look like another customer's name. Searches will miss it, and people will confuse the two.",
    changed: "Nothing is stopped by it.",
    todo: ["Type the name again.", "If the name is right as it is, there is nothing to do."],
    page: "customers.md",
  },
  "TSL-ROLE": {
    summary: "A key has a role that its customer does not declare",
    happened: "An API key names a role that is not among the `roles` of the same entry.",
    changed: nothing,
    todo: [
      "Write the role that the message proposes, or declare it: `roles: { <name>: { actions: [<action>] } }`.",
      "For an adopted key that has roles of the project, write `roles: unmanaged`.",
    ],
    page: "customers.md",
  },
  "TSL-ROTATION": {
    summary: "The rotation fields of a key contradict each other",
    says: [
      "needs overlap beside it: how long the previous token keeps working once the new one exists",
      "needs rotateEvery or rotate beside it: without them nothing is rotated",
      "excludes rotateEvery: keep one of the two",
      "needs rotateEvery beside it: a key that is not rotated ends for good",
      "needs expireTime beside it: only what ends can be renewed",
      "but must be shorter than rotateEvery: a token has to end before the next rotation",
      "but must be at least rotateEvery and overlap together",
      "but must be longer than rotateEvery",
    ],
    happened:
      "`rotateEvery`, `rotate`, `overlap`, `expireTime`, `expireAfter` and `renewBefore` depend on each other. As declared, a token would end before its overlap is over, or nothing says how long the old token goes on working.",
    changed: nothing,
    todo: [
      "Change the field that the message names. What most people want: `rotateEvery: P90D, overlap: P7D`.",
      "`npx pulumi-tesseral review`",
    ],
    page: "rotation.md",
  },
  "TSL-EXPIRED": {
    summary: "A new key would already have expired",
    happened: "The `expireTime` of a key that would be created is in the past, so the customer could never use it.",
    changed: nothing,
    todo: ["Give a later time, or remove the key.", "Times are RFC 3339 with an offset, such as 2035-01-31T00:00:00Z."],
    page: "rotation.md",
  },
  "TSL-MFA": {
    summary: "A second factor is required, and none is enabled",
    happened:
      "`requireMfa: true` needs a second factor that members can set up. Without one, Tesseral refuses the setting.",
    changed: nothing,
    todo: ["Set `logInWithAuthenticatorApp: true` or `logInWithPasskey: true` as well."],
    page: "reference/customer-fields.md",
  },
  "TSL-PROTECT": {
    summary: "A customer is both protected and leaving",
    happened:
      "`protect: true` and `apiAccess: offboarding` contradict each other: one keeps the customer, the other lets it go. So do `protect: true` and `onRemoval: release`.",
    changed: nothing,
    todo: ["Remove one of the two lines."],
    says: [
      "contradicts apiAccess: offboarding, which prepares the deletion of the customer: remove one of the two, or suspend it",
      "contradicts onRemoval: release, with which nothing of the customer is ever deleted: remove one of the two",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-ADOPT-TWICE": {
    summary: "Two entries claim the same organization, key or role",
    happened:
      "`adopt` names something that another entry already has, or adopts as well. The two would undo each other's changes, and removing one would delete what the other needs.",
    changed: nothing,
    todo: [
      "Remove one of the two entries, or the wrong `adopt`.",
      "If the customer has a new name, remove the old entry and write `renamedFrom: <old name>` into the new one.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-SETTING": {
    summary: "An unknown setting",
    happened:
      "The stack has a setting `tesseral:…` that does not exist. It is not ignored, since a misspelled `maxRemovals` would mean a brake that does not hold.",
    changed: nothing,
    todo: [
      "Remove it, `pulumi config rm tesseral:<name>`, and set the one that the message proposes.",
      "Put settings of your own into another namespace, such as `acme:region`.",
    ],
    page: "reference/settings.md",
  },
  "TSL-SETTING-VALUE": {
    summary: "A setting has a value that is not allowed",
    happened: "The setting takes a number, a percentage or a map, and got something else.",
    changed: nothing,
    todo: ["`pulumi config set tesseral:<name> <value>` with a value that the message allows."],
    page: "reference/settings.md",
  },
  "TSL-KEY-READABLE": {
    summary: "A backend API key is stored in plain text",
    happened:
      "`tesseral:backendApiKey` is not encrypted, or a customers' file contains a backend API key. Whoever can read the file can manage your whole Tesseral project.",
    changed: nothing,
    todo: [
      "Make a new key in the Tesseral Console, under Project settings, Backend API Keys, and revoke this one: it may be in your repository's history.",
      "`pulumi config set --secret tesseral:backendApiKey <key>`",
    ],
    says: [
      "holds a backend API key, which does not belong here: remove it, revoke it in the Tesseral Console, and make a new one",
    ],
    page: "reference/settings.md",
  },
});
