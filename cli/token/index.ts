import { type Command, Option } from "commander";
import { CodedError } from "../../errors/coded";
import { visibleLines } from "../../report/readable";
import { cwdOption, jsonOption, type StackOptions, stackOrPartsOption } from "../options";
import { whereElse } from "../otherStacks";
import { stackOfCustomer } from "../parts/stackOfCustomer";
import { openProject } from "../pulumi/project";
import { findKey, noteOn, storedKeys, tokenOf } from "../storedKeys";
import { encryptTo, recipientsOf } from "./encrypt";

interface TokenOptions extends StackOptions {
  previous?: boolean;
  encryptTo?: string[];
  force?: boolean;
  json?: boolean;
}

/** `pulumi-tesseral token`. */
export function tokenCommand(command: Command): void {
  command
    .description(
      "Prints the token of one API key and nothing else, or the token encrypted, so that it can be mailed. Reads the stack's state through " +
        "Pulumi, with any secrets provider; sends nothing to Tesseral, and changes nothing.",
    )
    .argument("<customer>", "the customer's name in the stack")
    .argument("<key>", "the key's name in the customer's entry")
    .option("--previous", "the previous token, while it still works")
    .addOption(
      new Option(
        "--encrypt-to <recipient>",
        "encrypt with age, for a recipient (age1…) or those in a file; repeatable",
      ).argParser((recipient: string, before: string[] = []) => [...before, recipient]),
    )
    .option("--force", "print the token even where it would be in the log of a CI job")
    .addOption(jsonOption("the token, encrypted or not, with its customer and key"))
    .addOption(stackOrPartsOption())
    .addOption(cwdOption())
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral token acme production --stack prod\n          npx pulumi-tesseral token acme production --encrypt-to age1… > production.age",
    )
    .action(token);
}

async function token(customer: string, key: string, options: TokenOptions): Promise<void> {
  const recipients = recipientsOf(options.encryptTo ?? []);
  if (recipients.length === 0 && !options.force) {
    await refuseInLog();
  }
  const project = openProject(options.cwd);
  const looked = stackOfCustomer(project, options.stack, customer);
  const chosen = looked === undefined ? [] : ["--stack", looked];
  const [exported, stack] = await Promise.all([
    project.pulumi(["stack", "export", "--show-secrets", ...chosen]),
    project.pulumi(["stack", "--show-name", ...chosen]),
  ]);
  const keys = storedKeys(exported);
  const elsewhere = keys.some((one) => one.customer === customer)
    ? ""
    : await whereElse(project, looked, customer, `npx pulumi-tesseral token ${customer} ${key}`);
  const found = findKey(keys, stack, customer, key, elsewhere);
  const which = options.previous ? "previous" : "current";
  const text = `${tokenOf(found, which)}\n`;
  const note = noteOn(found, which, Date.now());
  if (note !== undefined) {
    process.stderr.write(`pulumi-tesseral: ${visibleLines(note)}\n`);
  }
  const shown = recipients.length === 0 ? text : await encryptTo(recipients, text);
  const value = recipients.length === 0 ? { token: shown.trimEnd() } : { encrypted: shown };
  process.stdout.write(options.json ? `${JSON.stringify({ customer, key, which, ...value }, null, 2)}\n` : shown);
}

/** Throws Error in a CI job, whose output is kept and read by others. */
async function refuseInLog(): Promise<void> {
  const { isCI, name } = await import("ci-info");
  if (isCI) {
    throw new CodedError(
      "TSL-CI-LOG",
      `this is a CI job${name ? ` (${name})` : ""}, whose log would hold the token. Encrypt it with --encrypt-to age1…, or pass --force if ` +
        "the output goes elsewhere",
    );
  }
}
