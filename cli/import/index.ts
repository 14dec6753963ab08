import type { Command } from "commander";
import type { Organization } from "../../tesseral";
import { placeOf } from "../inventory/adoption";
import { useLittleMemory } from "../littleMemory";
import { cwdOption, jsonOption, type StackOptions, stacksOption } from "../options";
import { Progress } from "../progress";
import { openProject } from "../pulumi/project";
import { replaceFiles } from "../replaceFiles";
import { openStack, type StackAndTenant } from "../stackAndTenant";
import { importedFiles } from "./files";
import { type Known, namesOf, planImport } from "./plan";
import { readTenant } from "./readTenant";
import { type Imported, jsonOf, report } from "./report";
import { targetOf } from "./target";

interface ImportOptions extends Omit<StackOptions, "stack"> {
  stack?: string[];
  match?: string[];
  exclude?: string[];
  out?: string;
  keys: boolean;
  allRoles?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `pulumi-tesseral import`. */
export function importCommand(command: Command): void {
  const several = (pattern: string, before: string[] = []) => [...before, pattern];
  command
    .description(
      "Writes an entry for every organization of the Tesseral project that the stack does not manage, with its roles and its API keys, such that " +
        "the next pulumi up takes them over and changes nothing in Tesseral. Entries that are there, and comments, stay. Of several stacks, the " +
        "first gets the entries, and what the others manage is left out, too.",
    )
    .addOption(stacksOption())
    .addOption(cwdOption())
    .option(
      "--match <pattern>",
      "only organizations with such a display name or id: 'Acme*'; again for another",
      several,
    )
    .option("--exclude <pattern>", "not these; again for another", several)
    .option(
      "--out <file or folder>",
      "where to write: a file of customers, or a folder that gets a file for each (default: where the stack reads them)",
    )
    .option("--no-keys", "organizations alone, without their API keys and roles: a request for ten of them")
    .option("--all-roles", "the roles of organizations without a working API key, too: a request more for each")
    .option("--dry-run", "print the files instead of writing them")
    .addOption(jsonOption("what was found"))
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral import --stack prod --dry-run\n          npx pulumi-tesseral import --stack prod --match 'Acme*' --out customers/",
    )
    .action(importTenant);
}

async function importTenant(options: ImportOptions): Promise<void> {
  const project = openProject(options.cwd);
  useLittleMemory();
  const names = [...new Set(options.stack ?? [undefined])];
  const [opened, ...others] = await Promise.all(names.map((name) => openStack(project, name)));
  if (opened === undefined) {
    throw new Error("there is no stack");
  }
  refuseOtherTenants(opened, others);
  const { customers, resources, tesseral } = opened;
  const isOfProgram = placeOf(opened) === "program";
  const shortName = opened.home.split("/").at(-1) ?? opened.stack;
  const target = targetOf(customers, project.root, project.stackFile(shortName), isOfProgram, options.out);

  const now = Date.now();
  const known: Known = {
    entries: customers.entries,
    customers: new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name)),
    contents: new Set(resources.filter(({ kind }) => kind !== "Organization").map(({ name }) => name)),
  };
  const managed = new Set([
    ...[opened, ...others].flatMap((one) => one.resources.map(({ id }) => id)),
    ...[opened, ...others].flatMap((one) => Object.values(one.customers.entries).map(({ adopt }) => adopt)),
  ]);
  const isAsked = chooser(options);
  const isChosen = (organization: Organization) => !managed.has(organization.id) && isAsked(organization);
  const { keys, allRoles = false } = options;
  const progress = new Progress("organizations", 0);
  const { organizations, contents } = await readTenant(tesseral, { isChosen, keys, allRoles, now, progress });
  const unmanaged = organizations.filter(({ id }) => !managed.has(id));
  const chosen = organizations.filter(isChosen);
  const plan = planImport(chosen, namesOf(unmanaged, known), contents, known, now);
  const files = importedFiles(plan, target, project.root);
  if (!options.dryRun) {
    replaceFiles(files);
  }
  const imported: Imported = {
    ...{ stack: opened.stack, project: opened.project, plan, files, target },
    ...{ organizations: organizations.length, managed: organizations.length - unmanaged.length, chosen: chosen.length },
    isWritten: !options.dryRun,
    isRead: options.out === undefined,
  };
  process.stdout.write(options.json ? jsonOf(imported) : report(imported));
}

function refuseOtherTenants(opened: StackAndTenant, others: readonly StackAndTenant[]): void {
  const other = others.find(({ project }) => project.id !== opened.project.id);
  if (other !== undefined) {
    throw new Error(
      `stack ${other.stack} is of Tesseral project ${other.project.id}, and stack ${opened.stack} of ${opened.project.id}: give stacks of one project`,
    );
  }
}

/** Whether an organization is asked for. `*` stands for any text, `?` for one character; case does not count. */
export function chooser({
  match,
  exclude = [],
}: Pick<ImportOptions, "match" | "exclude">): (organization: Pick<Organization, "id" | "displayName">) => boolean {
  const wanted = match?.map(patternOf);
  const unwanted = exclude.map(patternOf);
  return ({ id, displayName = "" }) => {
    const fits = (pattern: RegExp) => pattern.test(id) || pattern.test(displayName);
    return (wanted === undefined || wanted.some(fits)) && !unwanted.some(fits);
  };
}

function patternOf(text: string): RegExp {
  const source = text
    .replaceAll(/[\\^$.+()|[\]{}]/gu, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "isu");
}
