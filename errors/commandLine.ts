import { entries, nothingByCommand } from "./entry";

/** What stops a command of `pulumi-tesseral`. */
export const commandLine = entries({
  "TSL-USAGE": {
    summary: "The command line is wrong",
    happened: "An unknown command or option, a missing argument, or a value that cannot be. The exit code is 2.",
    changed: nothingByCommand,
    says: [
      "unknown command 'reveiw', did you mean review?",
      "unknown option '--stak', did you mean --stack?",
      "missing required argument 'customer'",
      "too many arguments",
      "expected a whole number of at least 1",
    ],
    todo: ["`npx pulumi-tesseral <command> --help` shows what it takes, with an example."],
    page: "reference/commands.md",
  },
  "TSL-PULUMI": {
    summary: "There is no Pulumi CLI that can be used",
    happened: "`pulumi` is not on the PATH, is too old, or could not be built or fetched for the demo and the tests.",
    changed: nothingByCommand,
    todo: ["Install it: https://www.pulumi.com/docs/install/", "`pulumi version`"],
    page: "pulumi-cli.md",
  },
  "TSL-PULUMI-FAILED": {
    summary: "Pulumi ended with an error",
    happened:
      "The command asked Pulumi for the stack, its configuration or a preview; what it said stands in the message.",
    changed: nothingByCommand,
    todo: [
      "Run what the message names by itself, and mend what it says.",
      "No stack of that name: `pulumi stack ls`. No passphrase: set PULUMI_CONFIG_PASSPHRASE. Not logged in: `pulumi login`.",
    ],
    page: "commands.md",
  },
  "TSL-STACK": {
    summary: "No stack, or no project",
    happened:
      "No stack is selected or there is none of that name, or there is no Pulumi.yaml in this folder or above it.",
    changed: nothingByCommand,
    todo: [
      "`pulumi stack ls` lists them; name one with `--stack <name>`, or `pulumi stack select <name>`.",
      "In another folder: `--cwd <folder>`.",
    ],
    page: "commands.md",
  },
  "TSL-CONFIRM": {
    summary: "There is nobody to ask",
    happened: "The command asks before it changes something, and no terminal is there, as in a CI job.",
    changed: nothingByCommand,
    todo: ["Run it in a terminal, or pass `--yes`."],
    page: "commands.md",
  },
  "TSL-CUSTOMER": {
    summary: "The stack has no such customer or key",
    happened: "The names are those of entries, not display names, and only what was deployed counts.",
    changed: nothingByCommand,
    todo: ["`npx pulumi-tesseral inventory --format terminal` shows all customers and keys."],
    page: "inventory.md",
  },
  "TSL-TOKEN": {
    summary: "The stack has no such token",
    happened:
      "The token before the current one does not work any more, was not made here, or the key has none yet since an update did not learn what became of it.",
    changed: nothingByCommand,
    todo: ["Leave out `--previous` for the current token.", "`pulumi up` settles an unclear creation."],
    page: "delivery.md#by-hand",
  },
  "TSL-CI-LOG": {
    summary: "The token would be in the log of a CI job",
    happened: "People keep and read such logs.",
    changed: nothingByCommand,
    todo: [
      "`npx pulumi-tesseral token <customer> <key> --encrypt-to age1…`",
      "`--force` if the output goes elsewhere.",
    ],
    page: "delivery.md#by-hand",
  },
  "TSL-RECIPIENT": {
    summary: "A recipient that age cannot encrypt to",
    happened: "`--encrypt-to` takes recipients of age, `age1…`, or a file with one a line. SSH keys are not supported.",
    changed: nothingByCommand,
    todo: [
      "`age-keygen` makes a pair; its public half is the recipient.",
      "For SSH keys, let age itself encrypt: `npx pulumi-tesseral token <customer> <key> | age --armor --recipients-file keys.pub`",
    ],
    page: "delivery.md#by-hand",
  },
  "TSL-RECOVER": {
    summary: "The recovery cannot decide, or was overtaken",
    happened:
      "More than one object fits an interrupted creation, another update runs or was interrupted meanwhile, or the state is not what was read.",
    changed: "What the recovery had settled before stays settled; run again, it goes on with the rest.",
    todo: [
      "Make sure that no other update runs.",
      "Do what the message says of the objects that it names: `npx pulumi-tesseral remove <id>`, or rename them in the Tesseral Console.",
      "`npx pulumi-tesseral inventory --recover`",
    ],
    page: "tasks/after-an-interruption.md",
  },
  "TSL-ENTRIES": {
    summary: "Entries cannot be written there",
    happened:
      "The file cannot be read, has no map of customers, has an entry of that name by now, or cannot be changed without changing more than was asked for.",
    changed: "The files are as they were.",
    todo: [
      "Mend the file that the message names, or write elsewhere: `npx pulumi-tesseral import --out customers.yaml`.",
      "`npx pulumi-tesseral import --dry-run` prints what would be written.",
    ],
    page: "tasks/take-over-a-tenant.md",
  },
  "TSL-PREVIEW": {
    summary: "That is no preview",
    happened: "`review --preview` and standard input take what `pulumi preview --json --show-sames` prints, whole.",
    changed: nothingByCommand,
    todo: ["`pulumi preview --json --show-sames > preview.json`", "`npx pulumi-tesseral review preview.json`"],
    page: "review.md",
  },
  "TSL-OUT": {
    summary: "A report cannot be written into its file",
    happened: "`--out` names a file that is not to be written by whoever runs this, or the disk is full.",
    changed: nothingByCommand,
    todo: ["Name another file, or leave `--out` out: the report goes to standard output."],
    page: "reference/commands.md",
  },
  "TSL-VERIFY": {
    summary: "There is nothing to verify, or nowhere",
    happened:
      "The stack has no keys of customers, or does not say where the backend answers, or no key was sent there.",
    changed: nothingByCommand,
    todo: ["`npx pulumi-tesseral verify --url https://api.example.com`"],
    page: "verify.md",
  },
  "TSL-REMOVE": {
    summary: "It is not removed",
    happened: "A stack manages it, so the stack is what removes it; or a part could not be removed.",
    changed: "What the message lists as removed is gone; nothing else was touched.",
    todo: [
      "Remove its entry, or the resource from the program, and run `pulumi up`.",
      "`npx pulumi-tesseral inventory` lists what no stack manages.",
    ],
    page: "inventory.md",
  },
  "TSL-UNREAD-STACK": {
    summary: "Another stack of the project cannot be read",
    happened:
      "What no stack manages can only be told once all stacks of the project were read, and the state of one could not be.",
    changed: nothingByCommand,
    todo: [
      "Make it readable: `pulumi stack export --stack <stack>` says what is wrong.",
      "If nothing of this Tesseral project is in it: `--unread-stack <stack>` goes on without it.",
    ],
    page: "inventory.md",
  },
  "TSL-PARTS": {
    summary: "The stacks are not the parts that the command needs",
    happened:
      "A part is missing, there twice or of another division, a stack has what parts cannot have, or Git cannot say what was changed since.",
    changed: "Nothing was moved, and no stack was made or updated.",
    todo: [
      "Do what the message says.",
      "`npx pulumi-tesseral parts list` shows the parts, their stacks and customers.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-PARTS-CHANGING": {
    summary: "A change of the parts is not finished",
    happened:
      "`parts init` or `parts grow` was interrupted, or found a customer where it should not be. Until it is finished, no part takes an update.",
    changed:
      "Stacks may have been made, and the state of some customers may be in their new stacks already. Nothing was changed in Tesseral.",
    todo: [
      "Run the command that the message names again: it goes on where it was stopped.",
      "If it names a customer that is in no stack or in several: `pulumi stack export` of these stacks shows where it is.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-DEMO": {
    summary: "The demo did not go as its story says",
    happened: "It was stopped, or something in the project's files or on this machine is other than it expects.",
    changed: "Nothing outside the demo's own folder, which is removed at its end.",
    todo: ["`npm run demo` again, in a clone as it is.", "Otherwise report it with the message."],
    page: "pulumi-cli.md",
  },
  "TSL-UNKNOWN-CODE": {
    summary: "There is no such code",
    happened: "`explain` knows the codes of this version, and finds one in a whole line, too.",
    changed: nothingByCommand,
    todo: ["`npx pulumi-tesseral explain` lists all codes.", "`npx pulumi-tesseral --version`"],
    page: "errors.md",
  },
});
