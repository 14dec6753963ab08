import { entries, nothing } from "./entry";

/** Resources and components of a program, and what the provider refuses. */
export const resources = entries({
  "TSL-ARGUMENT": {
    summary: "An argument is unknown, missing or of the wrong kind",
    happened:
      "A class or function got an argument that its types exclude, or a value that Tesseral would refuse: an empty name, a time in the past, text that is not an id.",
    changed: nothing,
    todo: ["Correct the argument that the message names.", "`pulumi preview`"],
    page: "reference/index.md",
  },
  "TSL-INTERRUPTED": {
    summary: "An earlier update was interrupted while it created this",
    happened:
      "Tesseral may have the object although the stack does not know it. Pulumi on its own would create a second one.",
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
      "Check that the backend API key belongs to the project that has the object.",
    ],
    page: "customers.md#adopting-an-organization",
  },
  "TSL-ROTATE-NOW": {
    summary: "A key cannot be rotated now",
    happened:
      "`rotate` was changed while the previous token still works, while the customer is suspended, or after the key has ended; or `renewBefore` is longer than the key lives.",
    changed: "Nothing about this key.",
    todo: [
      "Wait until the time in the message. Or, as after a leak, declare `overlap: PT0S`: this ends the old tokens at once.",
      "If the customer is suspended, rotate once its access is enabled again.",
    ],
    page: "rotation.md",
  },
  "TSL-IN-PROTECTED": {
    summary: "A key or role of a protected customer is not deleted without the program",
    happened: "`pulumi destroy`, which does not run the program, would delete a key or role of a protected customer.",
    changed: "It was not deleted.",
    todo: [
      "To delete it alone, remove it from the program and run `pulumi up`.",
      "To delete the whole organization, set `protect: false`, run `pulumi up`, then `pulumi destroy` again.",
    ],
    page: "tasks/offboard-a-customer.md",
  },
  "TSL-NOT-BUILT": {
    summary: "The package is not built, or something that it needs is not installed",
    happened:
      "The clone was not built, or an optional package is missing that this stack needs: `@pulumi/aws`, for a backend or for deliveries.",
    changed: nothing,
    todo: [
      "In a clone: `npm run build`.",
      "If the message names it: `npm install @pulumi/aws`.",
      "If the message is `Cannot find module 'pulumi-tesseral/provider'`: `npm install` in the program's folder.",
    ],
    page: "pulumi-cli.md#the-plugin-of-dynamic-providers",
  },
  "TSL-RECORD": {
    summary: "The state contains something that this package did not write",
    happened:
      "A recorded value is missing or of the wrong kind: somebody edited the state, or an older version wrote it.",
    changed: nothing,
    todo: [
      "`pulumi refresh` reads the values from Tesseral again.",
      "`pulumi stack export --file state.json` shows what is recorded.",
    ],
    page: "tasks/a-lost-state-file.md",
  },
  "TSL-UNEXPECTED": {
    summary: "An unexpected error",
    happened: "An error of Node.js, of the operating system or of this package itself, printed as it came.",
    changed: "What was done before it is recorded, and the next `pulumi up` goes on from there.",
    todo: [
      "If the message names a file or a permission, correct that and try again.",
      "Otherwise report it with the message; it holds no secrets.",
    ],
    page: "faults.md",
  },
});
