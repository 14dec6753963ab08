import type { Command } from "commander";
import { sameName } from "../../config/displayName";
import { CodedError } from "../../errors/coded";
import { calledProject } from "../../report/inWords";
import type { Organization } from "../../tesseral";
import { placeOf } from "../declaredCustomers";
import { knownElsewhere } from "../elsewhere";
import { useLittleMemory } from "../littleMemory";
import { openStack, type StackAndTenant } from "../openStack";
import { cwdOption, jsonOption, type StackOptions, stacksOption, unreadStackOption } from "../options";
import { type OtherStacks, readOtherStacks, refuseUnread, withParts } from "../otherStacks";
import { stacksNamed } from "../parts/partStacks";
import { Progress } from "../progress";
import { openProject, type PulumiProject } from "../pulumi/project";
import { replaceFiles } from "../replaceFiles";
import { importedFiles } from "./files";
import { adoptingEntries, declaresChildren, type Known, namesOf, planImport } from "./plan";
import { readTenant } from "./readTenant";
import { commandsFor, type Imported, jsonOf, report } from "./report";
import { targetOf } from "./target";

interface ImportOptions extends Omit<StackOptions, "stack"> {
  stack?: string[];
  match?: string[];
  exclude?: string[];
  out?: string;
  keys: boolean;
  allRoles?: boolean;
  dryRun?: boolean;
  unreadStack?: string[];
  json?: boolean;
}

/** `pulumi-tesseral import`. */
export function importCommand(command: Command): void {
  const several = (pattern: string, before: string[] = []) => [...before, pattern];
  command
    .description(
      "Writes an entry for every organization of the Tesseral project that no stack of the Pulumi project manages, with its roles and its API keys, " +
        "so that the next pulumi up takes them over and changes nothing in Tesseral. Entries and comments that are there already stay; an entry with the " +
        "name of an organization adopts it, with the roles and keys of the same names.",
    )
    .addOption(stacksOption())
    .addOption(cwdOption())
    .option("--match <pattern>", "only organizations with such a display name or id: 'Acme*'; repeatable", several)
    .option("--exclude <pattern>", "not these; repeatable", several)
    .option(
      "--out <file or folder>",
      "where to write: a file of customers, or a folder that gets a file for each (default: where the stack reads them)",
    )
    .option("--no-keys", "only organizations, without their API keys and roles: one request for ten of them")
    .option("--all-roles", "also the roles of organizations without a working API key: one more request for each")
    .option("--dry-run", "print the files instead of writing them")
    .addOption(unreadStackOption())
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
  // Of parts, the first is enough: all read the same entries, and what the others have is read with the other stacks.
  const names = [...new Set((options.stack ?? [undefined]).map((name) => firstNamed(project, name)))];
  const [first, ...others] = await Promise.all(names.map((name) => openStack(project, name)));
  if (first === undefined) {
    throw new CodedError("TSL-STACK", "there is no stack");
  }
  refuseOtherTenants(first, others);
  const around = await readOtherStacks(
    project,
    [first, ...others].map(({ home }) => home),
  );
  refuseUnread(around, options.unreadStack ?? [], "Nothing was written");
  const opened = withParts(project, first, [...around.read, ...others]);
  const { customers, resources, tesseral } = opened;
  const isOfProgram = placeOf(opened) === "program";
  const shortName = opened.home.split("/").at(-1) ?? opened.stack;
  const target = targetOf(customers, project.root, isOfProgram, options.out);

  const now = Date.now();
  const known: Known = {
    entries: customers.entries,
    customers: new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name)),
    contents: new Set(resources.filter(({ kind }) => kind !== "Organization").map(({ name }) => name)),
  };
  const managed = managedBy(opened, others, around, known);
  const isAsked = chooser(options);
  const isChosen = (organization: Organization) => !managed.has(organization.id) && isAsked(organization);
  const { keys, allRoles = false } = options;
  const declared = new Set(Object.values(customers.entries).map(({ displayName = "" }) => sameName(displayName)));
  const needsRoles = ({ displayName = "" }: Organization) => allRoles || declared.has(sameName(displayName));
  const progress = new Progress("organizations", 0, { interrupted: "Interrupted: nothing was written." });
  const { organizations, contents } = await readTenant(tesseral, { isChosen, keys, needsRoles, now, progress });
  const unmanaged = organizations.filter(({ id }) => !managed.has(id));
  const adopting = adoptingEntries(known);
  const fresh = unmanaged.filter(({ id }) => !adopting.has(id));
  const chosen = organizations.filter(isChosen);
  const plan = planImport(chosen, namesOf(unmanaged, known), contents, known, now);
  const files = importedFiles(plan, target, project.root);
  if (!options.dryRun) {
    replaceFiles(files);
  }
  const imported: Imported = {
    ...{ stack: opened.stack, project: opened.project, plan, files, target },
    ...{ organizations: organizations.length, managed: organizations.length - fresh.length },
    chosen: fresh.filter(isChosen).length,
    ...commandsFor(project, shortName),
    isWritten: !options.dryRun,
    isRead: options.out === undefined,
  };
  process.stdout.write(options.json ? jsonOf(imported) : report(imported));
}

/** The stack that a name stands for; of several parts, the first. */
function firstNamed(project: PulumiProject, name: string | undefined): string | undefined {
  return name === undefined ? undefined : stacksNamed(project, [name])[0];
}

/** The ids of the organizations that stacks manage, or that entries adopt together with all that they declare. */
function managedBy(
  { resources }: StackAndTenant,
  others: readonly StackAndTenant[],
  { read }: OtherStacks,
  known: Known,
): Set<string> {
  const open = adoptingEntries(known);
  const adopted = Object.values(known.entries).flatMap((entry) => {
    const { adopt } = entry;
    return adopt === undefined || (open.has(adopt) && declaresChildren(entry)) ? [] : [adopt];
  });
  const elsewhere = others.flatMap((one) => [
    ...one.resources.map(({ id }) => id),
    ...Object.values(one.customers.entries).flatMap(({ adopt }) => adopt ?? []),
  ]);
  return new Set([...[...resources.map(({ id }) => id), ...adopted, ...elsewhere], ...knownElsewhere(read, open)]);
}

function refuseOtherTenants(opened: StackAndTenant, others: readonly StackAndTenant[]): void {
  const other = others.find(({ project }) => project.id !== opened.project.id);
  if (other !== undefined) {
    throw new CodedError(
      "TSL-PROJECT",
      `stack ${other.stack} belongs to Tesseral project ${calledProject(other.project)}, and stack ${opened.stack} to ${calledProject(opened.project)}: name stacks of one project`,
    );
  }
}

/** Whether an organization is chosen. `*` stands for any text, `?` for one character; case does not matter. */
function chooser({
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
