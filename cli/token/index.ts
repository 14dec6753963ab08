import { type Command, Option } from "commander";
import { CodedError } from "../../errors/coded";
import { visibleLines } from "../../report/readable";
import { cwdOption, jsonOption, type StackOptions, stackOrPartsOption } from "../options";
import { whereElse } from "../otherStacks";
import { type Search, searchOfParts } from "../parts/searchOfParts";
import { openProject, type PulumiProject } from "../pulumi/project";
import { findKey, noteOn, type StoredKey, storedKeys, tokenOf } from "../storedKeys";
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
  const search = options.stack === undefined ? undefined : searchOfParts(project, options.stack, [customer]);
  const found =
    search === undefined
      ? await keyInStack(project, options.stack, customer, key)
      : await keyInParts(project, options.stack ?? "", search, customer, key);
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

async function keyInStack(
  project: PulumiProject,
  name: string | undefined,
  customer: string,
  key: string,
): Promise<StoredKey> {
  const chosen = name === undefined ? [] : ["--stack", name];
  const [exported, stack] = await Promise.all([
    project.pulumi(["stack", "export", "--show-secrets", ...chosen]),
    project.pulumi(["stack", "--show-name", ...chosen]),
  ]);
  const keys = storedKeys(exported);
  const elsewhere = keys.some((one) => one.customer === customer)
    ? ""
    : await whereElse(project, name, customer, `npx pulumi-tesseral token ${customer} ${key}`);
  return findKey(keys, stack, customer, key, elsewhere);
}

/** Looks into one stack after the other, until one has the customer. */
async function keyInParts(
  project: PulumiProject,
  name: string,
  { likely, others, template }: Search,
  customer: string,
  key: string,
): Promise<StoredKey> {
  const known: StoredKey[] = [];
  for (const stack of [...likely, ...others, ...(template === undefined ? [] : [template])]) {
    const reading = project.pulumi(["stack", "export", "--show-secrets", "--stack", stack]);
    // Of the template, there may be nothing but its settings.
    const keys = storedKeys(await (stack === template ? reading.catch(() => "{}") : reading));
    if (keys.some((one) => one.customer === customer)) {
      return findKey(keys, stack, customer, key);
    }
    known.push(...keys);
  }
  return findKey(known, name, customer, key);
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
