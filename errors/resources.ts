import { entries, nothing } from "./entry";

/** Resources and components of a program, and what the provider refuses. */
export const resources = entries({
  "TSL-ARGUMENT": {
    summary: "An argument is unknown, missing or of the wrong kind",
    happened:
      "A class or function got what its types exclude, or a value that Tesseral would refuse: a name that is empty, a time in the past, a text that is no id.",
    changed: nothing,
    todo: ["Correct the argument that the message names.", "`pulumi preview`"],
    page: "reference/index.md",
  },
  "TSL-INTERRUPTED": {
    summary: "An earlier update was interrupted while it created this",
    happened: "Tesseral may have the object without the stack knowing it. Pulumi alone would create a second one.",
    changed: "Nothing was created.",
    todo: ["`npx pulumi-tesseral inventory --recover`", "`pulumi up`"],
    page: "tasks/after-an-interruption.md",
  },
  "TSL-NOT-THERE": {
    summary: "There is no such object in the Tesseral project",
    happened: "An import or a look-up names an id that this Tesseral project does not have.",
    changed: nothing,
    todo: [
      "Check the id: `npx pulumi-tesseral inventory` lists what there is.",
      "Check that the backend API key is one of the project that has it.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-ROTATE-NOW": {
    summary: "A key cannot be rotated now",
    happened:
      "`rotate` was changed while the token before the current one still works, while the customer is suspended, or after the key has ended; or `renewBefore` is longer than the key lives.",
    changed: "Nothing of this key.",
    todo: [
      "Wait for the time that the message names, or declare `overlap: PT0S` to end the old token at once, as after a leak.",
      "Suspended: rotate when its access is enabled again.",
    ],
    page: "rotation.md",
  },
  "TSL-IN-PROTECTED": {
    summary: "What is in a protected customer stays without the program",
    happened: "A `destroy` with a target, which runs no program, would delete a key or role of a protected customer.",
    changed: "It was not deleted.",
    todo: [
      "To delete it alone, remove it from the program and run `pulumi up`.",
      "To delete the organization: `protect: false`, `pulumi up`, then again.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-NOT-BUILT": {
    summary: "The package is not built, or a part of it is not installed",
    happened:
      "A clone was not built, or an optional package is missing that this stack needs: `@pulumi/aws` for a backend and for deliveries.",
    changed: nothing,
    todo: [
      "In a clone: `npm run build`.",
      "`npm install @pulumi/aws` where the message names it.",
      "`Cannot find module 'pulumi-tesseral/provider'`: `npm install` in the program's folder.",
    ],
    page: "pulumi-cli.md#the-plugin-of-dynamic-providers",
  },
  "TSL-RECORD": {
    summary: "The state holds what this package did not write",
    happened: "A recorded value is missing or of the wrong kind: the state was edited, or an older version wrote it.",
    changed: nothing,
    todo: ["`pulumi refresh` reads it anew.", "`pulumi stack export --file state.json` shows what is recorded."],
    page: "tasks/a-lost-state-file.md",
  },
  "TSL-UNEXPECTED": {
    summary: "Something that this package did not foresee",
    happened: "An error of Node, of the system or of this package itself, as it came.",
    changed: "What was done before it is recorded, and the next `pulumi up` goes on from there.",
    todo: [
      "A file or a permission that the message names: mend it, and run it again.",
      "Otherwise report it with the message; it holds no secrets.",
    ],
    page: "faults.md",
  },
});
