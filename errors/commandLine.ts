import { entries, nothingByCommand } from "./entry";

/** What stops a command of `pulumi-tesseral`. */
export const commandLine = entries({
  "TSL-USAGE": {
    summary: "The command line is wrong",
    happened: "An unknown command or option, a missing argument, or a value that is not allowed. The exit code is 2.",
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
    summary: "No usable Pulumi CLI was found",
    happened: "`pulumi` is not on the PATH, is too old, or could not be built or fetched for the demo and the tests.",
    changed: nothingByCommand,
    todo: ["Install it: https://www.pulumi.com/docs/install/", "`pulumi version`"],
    page: "pulumi-cli.md",
  },
  "TSL-PULUMI-FAILED": {
    summary: "Pulumi ended with an error",
    happened:
      "The command asked Pulumi for the stack, its configuration or a preview, and Pulumi failed. The message has what it said.",
    changed: nothingByCommand,
    todo: [
      "Run the Pulumi command from the message yourself, and correct what it complains about.",
      "If there is no stack of that name: `pulumi stack ls`. If the passphrase is missing: set PULUMI_CONFIG_PASSPHRASE. If you are not logged in: `pulumi login`.",
    ],
    page: "commands.md",
  },
  "TSL-STACK": {
    summary: "No stack, or no project",
    happened:
      "No stack is selected, there is none of that name, or there is no Pulumi.yaml in this folder or any above it.",
    changed: nothingByCommand,
    todo: [
      "`pulumi stack ls` lists the stacks. Name one with `--stack <name>`, or select it: `pulumi stack select <name>`.",
      "If the project is in another folder: `--cwd <folder>`.",
    ],
    page: "commands.md",
  },
  "TSL-CONFIRM": {
    summary: "There is nobody to ask",
    happened: "The command asks before it changes anything, and there is no terminal in which to ask, as in a CI job.",
    changed: nothingByCommand,
    todo: ["Run it in a terminal, or pass `--yes`."],
    page: "commands.md",
  },
  "TSL-CUSTOMER": {
    summary: "The stack has no such customer or key",
    happened:
      "Customers and keys are called by the names of their entries, not by display names, and only what was deployed counts.",
    changed: nothingByCommand,
    todo: ["`npx pulumi-tesseral inventory --format terminal` shows all customers and keys."],
    page: "inventory.md",
  },
  "TSL-TOKEN": {
    summary: "The stack has no such token",
    happened:
      "The previous token no longer works or was not created here; or the key has no token yet, since an update never learned whether its creation succeeded.",
    changed: nothingByCommand,
    todo: ["Leave out `--previous` for the current token.", "If the key has no token yet: `pulumi up`."],
    page: "delivery.md#by-hand",
  },
  "TSL-CI-LOG": {
    summary: "The token would appear in the log of a CI job",
    happened: "Such logs are kept, and read by many.",
    changed: nothingByCommand,
    todo: [
      "Encrypt it: `npx pulumi-tesseral token <customer> <key> --encrypt-to age1…`",
      "If the output does not go to the log, pass `--force`.",
    ],
    page: "delivery.md#by-hand",
  },
  "TSL-RECIPIENT": {
    summary: "A recipient that age cannot encrypt to",
    happened:
      "`--encrypt-to` takes age recipients, `age1…`, or a file with one on each line. SSH keys are not supported.",
    changed: nothingByCommand,
    todo: [
      "`age-keygen` makes a key pair; its public half is the recipient.",
      "For SSH keys, use the `age` program itself: `npx pulumi-tesseral token <customer> <key> | age --armor --recipients-file keys.pub`",
    ],
    page: "delivery.md#by-hand",
  },
  "TSL-RECOVER": {
    summary: "The recovery cannot decide, or something got in its way",
    happened:
      "More than one object fits an interrupted creation, another update is running or has been interrupted in the meantime, or the state has changed since it was read.",
    changed: "What the recovery had already settled stays settled. Run again, it goes on with the rest.",
    todo: [
      "Make sure that no other update runs.",
      "Decide about each object in the message: remove it, `npx pulumi-tesseral remove <id>`, or rename it in the Tesseral Console.",
      "`npx pulumi-tesseral inventory --recover`",
    ],
    page: "tasks/after-an-interruption.md",
  },
  "TSL-ENTRIES": {
    summary: "Entries cannot be written there",
    happened:
      "The file cannot be read, has no map of customers, meanwhile has an entry of that name, or cannot be edited without changing more than was asked for.",
    changed: "The files are as they were.",
    todo: [
      "Correct the file that the message names, or write to another one: `npx pulumi-tesseral import --out customers.yaml`.",
      "`npx pulumi-tesseral import --dry-run` prints what would be written.",
    ],
    page: "tasks/take-over-a-tenant.md",
  },
  "TSL-PREVIEW": {
    summary: "That is not a preview",
    happened:
      "`review --from` takes the complete output of `pulumi preview --json --show-sames`, from a file or from standard input.",
    changed: nothingByCommand,
    todo: ["`pulumi preview --json --show-sames > preview.json`", "`npx pulumi-tesseral review --from preview.json`"],
    says: ["--from preview.json: there is no such file"],
    page: "review.md",
  },
  "TSL-OUT": {
    summary: "What a command says cannot be written",
    happened:
      "You may not write to the file that `--out` names, or the disk is full: that of the file, or that to which standard output is sent.",
    changed:
      "By a report, nothing. A command that changes something, such as `import`, may have done so: what it says of that is missing.",
    todo: ["Name another file, or make room. Without `--out`, a report goes to standard output."],
    page: "reference/commands.md",
  },
  "TSL-VERIFY": {
    summary: "There is nothing to verify, or nowhere",
    happened:
      "The stack has no customers' keys, it knows the token of none of them, it does not say where the backend is, or no key could be sent there.",
    changed: nothingByCommand,
    todo: [
      "Say where the backend is: `npx pulumi-tesseral verify --url https://api.example.com`",
      "If nothing listens there, or the host is not known, correct the address. If nothing is at the path, name one that asks for a key: `--path /widgets`",
      "The stack does not know the token of a key that it took over. After a rotation it knows the new one: write `rotate` or `rotateEvery` into its entry, run `pulumi up`, then verify.",
    ],
    says: [
      "no key was sent to http://127.0.0.1:8080/: nothing listens at 127.0.0.1:8080",
      "no key was sent to https://api.example.com/: the host api.example.com is not known",
      "no key was sent to https://api.example.com/: 404: nothing is at this path; name one that asks for a key with --path",
    ],
    page: "verify.md",
  },
  "TSL-REMOVE": {
    summary: "Something was not removed",
    happened: "A stack manages it, so it has to be removed by way of the stack; or Tesseral did not remove some of it.",
    changed: "What the message lists as removed is gone. Nothing else was touched.",
    todo: [
      "Remove its entry, or the resource from the program, and run `pulumi up`.",
      "`npx pulumi-tesseral inventory` lists what no stack manages.",
    ],
    page: "inventory.md",
  },
  "TSL-UNREAD-STACK": {
    summary: "Another stack of the project cannot be read",
    happened:
      "Only someone who has read all stacks of the project can say what none of them manages, and the state of one stack could not be read.",
    changed: nothingByCommand,
    todo: [
      "See what is wrong with it: `pulumi stack export --stack <stack>`.",
      "If it manages nothing in this Tesseral project, go on without it: `--unread-stack <stack>`.",
    ],
    page: "inventory.md",
  },
  "TSL-PARTS": {
    summary: "The stacks do not form the parts that the command needs",
    happened:
      "A part is missing, exists twice or belongs to a different number of parts; a stack has settings that a part cannot have; or Git cannot say what has changed.",
    changed: "Nothing was moved, and no stack was created or updated.",
    todo: [
      "Correct what the message says about each stack.",
      "`npx pulumi-tesseral parts list` shows the parts, their stacks and customers.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-PARTS-CHANGING": {
    summary: "A change of the parts is unfinished",
    happened:
      "`parts init` or `parts grow` was interrupted, or found a customer where it should not be. Until it is finished, updates of all parts are refused.",
    changed:
      "Stacks may have been created, and some customers may already be in the state of their new stacks. Nothing was changed in Tesseral.",
    todo: [
      "Run the command in the message again: it goes on where it stopped.",
      "If the message names a customer that is in no stack or in several, look for it in the stacks' states: `pulumi stack export --stack <stack>`.",
    ],
    page: "tasks/thousands-of-customers.md",
  },
  "TSL-DEMO": {
    summary: "The demo did not go as expected",
    happened: "It was stopped, or something in the project's files or on this machine is not as it expects.",
    changed: "Nothing outside the demo's own folder, which it removes when it ends.",
    todo: ["Run it again in an unchanged clone: `npm run demo`.", "If it fails again, report the message."],
    page: "pulumi-cli.md",
  },
  "TSL-UNKNOWN-CODE": {
    summary: "There is no such code",
    happened: "`explain` knows the codes of this version; it also finds the code in a whole line.",
    changed: nothingByCommand,
    todo: [
      "List all codes: `npx pulumi-tesseral explain`",
      "If another version printed the code, ask that one: `npx pulumi-tesseral --version`",
    ],
    page: "errors.md",
  },
});
