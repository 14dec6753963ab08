import { entries, nothing } from "./entry";

/** What would delete, duplicate or abandon a customer without somebody having said so. */
export const identity = entries({
  "TSL-PROTECTED": {
    summary: "The entry of a protected customer is gone",
    happened:
      "An entry was removed whose customer is protected, as every customer is unless its entry says otherwise. A slip in a file must not delete a customer.",
    changed: nothing,
    todo: [
      "If it was not meant, put the entry back.",
      "If the customer has a new name, write `renamedFrom: <old name>` into the new entry.",
      "If the customer is to go: put the entry back with `apiAccess: offboarding`, run `pulumi up`, and only then remove it.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-BRAKE": {
    summary: "More customers would be deleted than the brake allows",
    happened: "The update would delete more customers than `tesseral:maxRemovals` allows, which is 1 unless it is set.",
    changed: nothing,
    todo: [
      "If it was not meant, put the entries back.",
      "If it is: `pulumi config set tesseral:maxRemovals <number>`, `pulumi up`, and afterwards `pulumi config rm tesseral:maxRemovals`.",
    ],
    page: "customers.md#removing-a-customer",
  },
  "TSL-KEEP-UNTIL": {
    summary: "A customer is to be kept for longer",
    happened: "The entry, or what is in its organization, would be deleted before the day that `keepUntil` says.",
    changed:
      "Nothing, where the program stopped. In `pulumi destroy`, which runs no program, what was deleted before is gone, and the customer and what is in it are not.",
    todo: [
      "Put the entry back until that day.",
      "If it must go earlier: remove `keepUntil` from the entry, `pulumi up`, and only then remove the entry.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-CUSTOMERS-GONE": {
    summary: "No customers are declared, and the stack has some",
    happened:
      "Neither `tesseral:customers` nor a file declares customers, but the state holds some. Nobody means to delete all of them by a missing file.",
    changed: nothing,
    todo: [
      "Put the file back, or name it: `pulumi config set tesseral:customersFile <file>`.",
      "If there are to be none: a file with `customers: {}` says so.",
    ],
    page: "customers.md#removing-a-customer",
  },
  "TSL-NO-CUSTOMERS": {
    summary: "No customers are declared",
    happened: "A warning: the stack has none either, so the update does nothing about customers.",
    changed: "Nothing is stopped by it.",
    todo: ["Write them into customers.yaml beside Pulumi.yaml, or under `tesseral:customers`."],
    page: "start.md",
  },
  "TSL-RENAME": {
    summary: "renamedFrom does not fit what the stack has",
    happened:
      "`renamedFrom` names what is still declared, what another entry was renamed from, or what the stack does not have while something else vanishes.",
    changed: nothing,
    todo: [
      "Write the name that the stack has: `npx pulumi-tesseral inventory` lists the customers.",
      "To swap two names, rename in several updates, each time to a name that is free.",
      "If the entry is new, remove the line.",
    ],
    page: "tasks/rename-a-customer.md",
  },
  "TSL-ADOPT-CHANGED": {
    summary: "An entry would change its organization",
    happened:
      "`adopt` names another organization than the one that the entry manages. An entry keeps its organization: its customers' keys are in it.",
    changed: nothing,
    todo: [
      "Remove the line, or adopt the other organization in an entry of its own.",
      "To give up what it manages without deleting it: `onRemoval: release`, `pulumi up`, and remove the entry.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-NAME-TAKEN": {
    summary: "A name belongs to another customer of the stack",
    happened:
      "An entry takes the display name, the name of a resource or the name of a secret that another customer of the stack has. As it stands, one would be deleted and made anew, or two would exchange their tokens.",
    changed: nothing,
    todo: [
      "If it is the same customer under a new name, add `renamedFrom: <old name>`.",
      "If they are two customers, use two updates, or choose another name, as the message says.",
    ],
    page: "tasks/rename-a-customer.md",
  },
  "TSL-PART": {
    summary: "An entry and the parts of the stacks do not fit together",
    happened:
      "With `tesseral:part` the names of entries decide which stack has a customer. This entry is in another part than its customer is deployed in, or another division was meant, so one stack would delete what another makes anew.",
    changed: nothing,
    todo: [
      "Do what the message says of the entry; a customer stays in the stack that has it.",
      "All stacks of one division have the same number of parts: `pulumi config get tesseral:part --stack <stack>`.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-SAME-NAME": {
    summary: "Tesseral has an organization of that name already",
    happened:
      "A new entry has the display name of an organization that this stack does not manage. It was probably made by hand, or by another stack.",
    changed: "Nothing was created for this entry. Other entries of the same update may have been.",
    todo: [
      "To take it over: `adopt: <id>` in the entry, with the id that the message names.",
      "To have two of that name: `allowDuplicateName: true`.",
      "Then `pulumi up`.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-ADOPT": {
    summary: "What is to be taken over cannot be",
    happened:
      "`adopt` names an organization, role or key that is not in this Tesseral project, was deleted or revoked, belongs to another organization, or does not fit what is declared beside it.",
    changed: "Nothing was created or changed for this entry. Seen in the preview, nothing at all.",
    todo: [
      "See what there is: `npx pulumi-tesseral inventory`.",
      "Correct the id, or remove `adopt`: then a new one is made.",
    ],
    page: "tasks/take-over-a-tenant.md",
  },
  "TSL-ADOPT-TOKEN": {
    summary: "The token of a key that was taken over is not known",
    happened:
      "Tesseral shows a token once, and this key was not made here. So its token can be neither delivered nor printed. Its customer goes on using it.",
    changed: nothing,
    todo: [
      'Declare beside it: `overlap: P7D, rotate: "first token"`, and run `pulumi up`: a new token is made, and the old one works on for the overlap.',
      "Until then: `deliverTo: none`.",
    ],
    page: "customers.md#keys-and-roles-that-are-there-already",
  },
  "TSL-STATE": {
    summary: "The stack's state cannot be read",
    happened:
      "Before anything is done, the declared customers are compared with those in the state. It could not be read, or lies in a backend of the old layout, or holds what this package did not write.",
    changed: nothing,
    todo: [
      "See what Pulumi says of it: `pulumi stack export --file state.json`.",
      "Old layout: `pulumi state upgrade`, then try again.",
      "Lost: the page on lost state files.",
    ],
    page: "tasks/a-lost-state-file.md",
  },
});
