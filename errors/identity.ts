import { entries, nothing } from "./entry";

/** What would delete, duplicate or abandon a customer without somebody having said so. */
export const identity = entries({
  "TSL-PROTECTED": {
    summary: "The entry of a protected customer is gone",
    happened:
      "The entry of a customer was removed while the customer is protected, as all are by default. A slip in a file must not delete a customer.",
    changed: nothing,
    todo: [
      "If it was not meant, put the entry back.",
      "If the customer has a new name, write `renamedFrom: <old name>` into the new entry.",
      "To delete the customer, put the entry back with `apiAccess: offboarding`, run `pulumi up`, and only then remove it.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-BRAKE": {
    summary: "More customers would be deleted than the brake allows",
    happened: "The update would delete more customers than `tesseral:maxRemovals` allows. The default is 1.",
    changed: nothing,
    todo: [
      "If it was not meant, put the entries back.",
      "If it was: `pulumi config set tesseral:maxRemovals <number>`, `pulumi up`, and afterwards `pulumi config rm tesseral:maxRemovals`.",
    ],
    says: ["14 customers would be deleted, and tesseral:maxRemovals allows 1: globex, initech and 12 more."],
    page: "customers.md#removing-a-customer",
  },
  "TSL-KEEP-UNTIL": {
    summary: "A customer must be kept for longer",
    happened: "The customer, or something in its organization, would be deleted before the day given in `keepUntil`.",
    changed:
      "Nothing, if it was the program that stopped. `pulumi destroy` runs no program: what it had deleted until then is gone, but this customer and everything in it are still there.",
    todo: [
      "Put the entry back until that day.",
      "To delete it earlier, remove `keepUntil` from the entry, run `pulumi up`, and only then remove the entry.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-CUSTOMERS-GONE": {
    summary: "No customers are declared, but the stack has some",
    happened:
      "Neither `tesseral:customers` nor a file declares any customers, but the stack has deployed some. A missing file must not delete all of them.",
    changed: nothing,
    todo: [
      "Put the file back, or name it: `pulumi config set tesseral:customersFile <file>`.",
      "If there really should be none, say so with a file that contains `customers: {}`.",
    ],
    page: "customers.md#removing-a-customer",
  },
  "TSL-NO-CUSTOMERS": {
    summary: "No customers are declared",
    happened: "A warning: the stack has none either, so the update has nothing to do.",
    changed: "Nothing is stopped by it.",
    todo: ["Write them into customers.yaml beside Pulumi.yaml, or under `tesseral:customers`."],
    page: "start.md",
  },
  "TSL-RENAME": {
    summary: "renamedFrom does not match what the stack has",
    happened:
      "`renamedFrom` gives a name that is still declared, that another entry also claims as its old one, or that the stack does not have, although some other entry has vanished.",
    changed: nothing,
    todo: [
      "Write the name that the stack has: `npx pulumi-tesseral inventory` lists the customers.",
      "To swap two names, rename in several updates, each time to a name that is not in use.",
      "If the entry is new, remove the line.",
    ],
    page: "tasks/rename-a-customer.md",
  },
  "TSL-ADOPT-CHANGED": {
    summary: "An entry would switch to another organization",
    happened:
      "`adopt` names a different organization from the one that the entry manages. An entry keeps its organization, since the customer's keys are in it.",
    changed: nothing,
    todo: [
      "Remove the line, or adopt the other organization in an entry of its own.",
      "To give up the organization without deleting it: add `onRemoval: release`, run `pulumi up`, then remove the entry.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-NAME-TAKEN": {
    summary: "A name belongs to another customer of the stack",
    happened:
      "An entry uses a display name, a resource name or a secret's name that belongs to another customer of the stack. As it stands, one of them would be deleted and created again, or the two would swap their tokens.",
    changed: nothing,
    todo: [
      "If it is the same customer under a new name, add `renamedFrom: <old name>`.",
      "If they are two customers, use two updates, or choose another name, as the message says.",
    ],
    page: "tasks/rename-a-customer.md",
  },
  "TSL-PART": {
    summary: "A customer is declared in one part and deployed in another",
    happened:
      "With `tesseral:part`, the name of an entry decides which stack has the customer. By its name, this entry belongs to a different part from the one in which its customer is deployed, or the number of parts has changed, so one stack would delete what another creates again.",
    changed: nothing,
    todo: [
      "Change the entry as the message says; the customer then stays in the stack that has it.",
      "Make sure that all these stacks say the same number of parts: `pulumi config get tesseral:part --stack <stack>`.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-SAME-NAME": {
    summary: "Tesseral has an organization of that name already",
    happened:
      "A new entry has the display name of an organization that this stack does not manage. It was probably made by hand, or by another stack.",
    changed: "Nothing was created for this entry. The same update may have created others.",
    todo: [
      "If it is this customer, take it over: `adopt: <id>` in the entry, with the id that the message names.",
      "If it is another one, allow two of that name: `allowDuplicateName: true`.",
      "Then `pulumi up`.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-ADOPT": {
    summary: "Something cannot be adopted",
    happened:
      "`adopt` names an organization, role or key that is not in this Tesseral project, was deleted or revoked, belongs to another organization, or does not match the rest of the entry.",
    changed: "Nothing was created or changed for this entry; in a preview, nothing at all.",
    todo: [
      "See what there is: `npx pulumi-tesseral inventory`.",
      "Correct the id. Or remove `adopt`: then a new one is created.",
    ],
    page: "tasks/take-over-a-tenant.md",
  },
  "TSL-ADOPT-TOKEN": {
    summary: "The token of an adopted key is not known",
    happened:
      "Tesseral shows a token once, when its key is created, and this key was not created here. So the stack can neither deliver nor print its token. The customer can go on using it.",
    changed: nothing,
    todo: [
      'To get a token that the stack knows, add `overlap: P7D, rotate: "first token"` to the key and run `pulumi up`: the old token goes on working for the overlap.',
      "Until then, write `deliverTo: none`.",
    ],
    page: "customers.md#keys-and-roles-that-are-there-already",
  },
  "TSL-STATE": {
    summary: "The stack's state cannot be read",
    happened:
      "Before anything else, the declared customers are compared with those in the stack's state. It could not be read, is in a backend with Pulumi's old layout, or contains something that this package did not write.",
    changed: nothing,
    todo: [
      "See what Pulumi says: `pulumi stack export --file state.json`.",
      "If the backend has the old layout: `pulumi state upgrade`, then try again.",
      "If the state is lost, follow the page on lost state files.",
    ],
    page: "tasks/a-lost-state-file.md",
  },
});
