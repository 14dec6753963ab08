import { type Command, Option } from "commander";
import {
  type Finding,
  type Inventory,
  type InventoryKey,
  inventoryVersion,
  keyStates,
  tenantInventory,
} from "../../report/inventory";
import { type Format, formatNames } from "../../report/render/formats";
import { pageInventory } from "../../report/render/html/inventory";
import { markdownInventory, terminalInventory } from "../../report/render/inventory";
import { jsonPieces } from "../../report/render/jsonPieces";
import { readState } from "../../report/state/readState";
import { offering } from "../completion/candidates";
import { exitCodes, UsageError } from "../exitCodes";
import { useLittleMemory } from "../littleMemory";
import { openAllStacks, openStack, type StackAndTenant } from "../openStack";
import {
  again,
  cwdOption,
  formatOf,
  jsonOption,
  outOption,
  periodIn,
  type StackOptions,
  stacksOption,
  unreadStackOption,
  writeOut,
  yesOption,
} from "../options";
import { type OtherStack, readOtherStacks, refuseUnread, unreadBut, withParts } from "../otherStacks";
import { stacksNamed } from "../parts/partStacks";
import { Progress } from "../progress";
import { openProject, type PulumiProject } from "../pulumi/project";
import { requireCustomers } from "./askedCustomers";
import { recover } from "./recover";
import { type Around, report } from "./report";
import { findingsOf, readTenantOf } from "./takeInventory";
import { ownersOf, type Tenant } from "./tenant";

interface InventoryOptions extends Omit<StackOptions, "stack"> {
  stack?: string[];
  allStacks?: boolean;
  expiring: number;
  maxAge?: string;
  customer?: string[];
  state?: InventoryKey["state"][];
  format?: Format;
  json?: boolean;
  out?: string[];
  horizon: string;
  expectNone?: boolean;
  unreadStack?: string[];
  recover?: boolean;
  yes?: boolean;
}

/** Stacks of one Tesseral project. */
type Group = readonly [StackAndTenant, ...StackAndTenant[]];

/** `pulumi-tesseral inventory`. */
export function inventoryCommand(command: Command): void {
  command
    .description(
      "Compares the stored state of stacks with the Tesseral project of their backend API key: what exists in Tesseral and no stack " +
        "knows, what a stack knows and Tesseral no longer has, what two stacks manage, creations that were interrupted, and " +
        "keys that end soon; each with the command that adopts, removes or repairs it. What other stacks of the Pulumi project manage counts " +
        "as known. Changes nothing, except with --recover.",
    )
    .addOption(stacksOption())
    .addOption(new Option("--all-stacks", "every stack of the project").conflicts(["stack", "recover"]))
    .addOption(cwdOption())
    .option("--expiring <days>", "list keys that end within this many days", days, 30)
    .addOption(
      new Option("--max-age <period>", "list keys that are older, ISO 8601, such as P180D").argParser((text: string) =>
        periodIn("--max-age", text),
      ),
    )
    .addOption(
      new Option("--format <format>", "show all customers and keys, and how it is written").choices(formatNames),
    )
    .addOption(jsonOption("all of it").conflicts(["format", "recover"]))
    .addOption(outOption())
    .addOption(new Option("--customer <name>", "show only this customer; repeatable").argParser(again))
    .addOption(
      offering(
        new Option(
          "--state <state>",
          `show keys in this state: ${keyStates.join(", ")}; several with commas`,
        ).argParser(states),
        keyStates,
      ),
    )
    .option(
      "--horizon <period>",
      "what expires, rotates or ends within this period, ISO 8601",
      (text) => periodIn("--horizon", text),
      "P30D",
    )
    .option("--expect-none", `exit with ${exitCodes.findings} when there is any finding but a key that ends soon`)
    .addOption(unreadStackOption())
    .option("--recover", "settle what an interrupted update left: say what will be done, ask, and do it")
    .addOption(yesOption())
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral inventory --stack prod --stack staging\n" +
        "          npx pulumi-tesseral inventory --all-stacks --max-age P180D --out inventory.html\n          npx pulumi-tesseral inventory --recover --stack prod",
    )
    .action((options: InventoryOptions) => inventory(options.json ? { ...options, format: "json" } : options));
}

function states(text: string): InventoryKey["state"][] {
  return text.split(",").map((one) => {
    const state = keyStates.find((known) => known === one.trim());
    if (state === undefined) {
      throw new UsageError(`--state is ${JSON.stringify(text)}, but must be of ${keyStates.join(", ")}`);
    }
    return state;
  });
}

function days(text: string): number {
  const count = Number(text);
  if (text.trim() === "" || !(count >= 0)) {
    throw new UsageError(`--expiring is ${JSON.stringify(text)}, but must be a number of days`);
  }
  return count;
}

async function inventory(options: InventoryOptions): Promise<void> {
  useLittleMemory();
  const project = openProject(options.cwd);
  const names = stacksNamed(project, options.stack);
  if (options.recover) {
    if (options.format !== undefined || options.out !== undefined) {
      throw new UsageError("--recover prints no inventory: leave out --format and --out");
    }
    if (names.length > 1) {
      throw new UsageError("--recover works on one stack at a time: give one --stack");
    }
    return recoverStack(project, names[0], options);
  }
  const { opened, failed } = options.allStacks
    ? await openAllStacks(project)
    : { opened: await Promise.all(names.map((name) => openStack(project, name))), failed: [] };
  const others = await readOtherStacks(
    project,
    opened.map(({ home }) => home),
  );
  const groups = byTenant(
    opened.map((one) => withParts(project, one, [...others.read, ...opened.filter((other) => other !== one)])),
  );
  const around = { others, failed, unread: unreadBut(others.unread, options.unreadStack ?? []) };
  const taken = await takeAll(groups, around, options);
  requireCustomers(options.customer ?? [], taken, others.read, project);
  const findings = taken.flatMap((one) => one.findings);
  let picture: Inventory | undefined;
  const drawn = () => {
    picture ??= pictureOf(taken, others.read, options);
    return picture;
  };
  const { out = [], format } = options;
  for (const file of out) {
    writeOut(file, pictures[format ?? formatOf(file)](drawn()));
  }
  if (out.length === 0) {
    for (const piece of shown(taken, around, options, drawn)) {
      process.stdout.write(piece);
    }
  }
  const isSure = around.unread.length + failed.length === 0;
  if (options.expectNone && (!isSure || findings.some(({ finding }) => finding !== "expiring"))) {
    process.exitCode = exitCodes.findings;
  }
}

async function recoverStack(
  project: PulumiProject,
  name: string | undefined,
  options: InventoryOptions,
): Promise<void> {
  const opened = await openStack(project, name);
  const others = await readOtherStacks(project, [opened.home]);
  refuseUnread(others, options.unreadStack ?? [], "Nothing was changed");
  return recover(withParts(project, opened, others.read), others, project, options.yes === true);
}

interface Taken {
  stacks: Group;
  tenant: Tenant;
  findings: Finding[];
}

async function takeAll(
  groups: readonly Group[],
  { others, unread }: Around,
  { expiring, maxAge }: InventoryOptions,
): Promise<Taken[]> {
  const progress = new Progress("customers", 0);
  let total = 0;
  const watch = {
    total: (organizations: number) => {
      total += organizations;
      progress.of(total);
    },
    done: () => progress.add(),
  };
  const period = { now: Date.now(), expiringDays: expiring, ...(maxAge !== undefined && { maxAge }) };
  const elsewhere = { others: others.read, isPartial: unread.length > 0 };
  try {
    return await Promise.all(
      groups.map(async (stacks) => {
        const tenant = await readTenantOf(stacks, watch);
        return { stacks, tenant, findings: findingsOf(stacks, tenant, period, elsewhere) };
      }),
    );
  } finally {
    progress.end();
  }
}

/** What is printed: the differences between stacks and Tesseral, or a picture of everything. */
function shown(
  taken: readonly Taken[],
  around: Around,
  { format, customer, state }: InventoryOptions,
  drawn: () => Inventory,
): Iterable<string> {
  if (format !== undefined && format !== "terminal") {
    return pictures[format](drawn());
  }
  const isPicture = format !== undefined || customer !== undefined || state !== undefined;
  const picture = isPicture ? [...pictures.terminal(drawn()), "\n"] : [];
  const isPart = customer !== undefined || state !== undefined;
  const reports = taken.map(({ stacks, findings }, index) => {
    const these = isPart ? (drawn().tenants[index]?.findings ?? []) : findings;
    return report(stacks, around, these, findings.length - these.length);
  });
  return taken.length === 0
    ? ["No stack of this project has resources of pulumi-tesseral.\n"]
    : [...picture, reports.join("\n")];
}

const pictures: Record<Format, (inventory: Inventory) => Iterable<string>> = {
  terminal: (inventory) => [terminalInventory(inventory)],
  markdown: (inventory) => [markdownInventory(inventory)],
  json: jsonPieces,
  html: (inventory) => [pageInventory(inventory)],
};

function pictureOf(
  taken: readonly Taken[],
  read: readonly OtherStack[],
  { customer, state, horizon, maxAge }: InventoryOptions,
): Inventory {
  const others = read.map(({ stack, part, resources }) => ({
    ...{ stack, ...(part !== undefined && { part }) },
    organizationIds: resources.filter(({ kind }) => kind === "Organization").map(({ id }) => id),
  }));
  const now = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const options = {
    ...{ now, horizon },
    ...(maxAge !== undefined && { maxAge }),
    ...(customer !== undefined && { customers: customer }),
    ...(state !== undefined && { states: state }),
  };
  return {
    version: inventoryVersion,
    time: now,
    tenants: taken.map(({ stacks, tenant, findings }) =>
      tenantInventory(
        {
          project: stacks[0].project,
          stacks: stacks.map(({ stack, exported }) => ({ stack, state: readState(exported) })),
          ...tenant,
          findings,
          owners: ownersOf(stacks, tenant),
          others,
        },
        options,
      ),
    ),
  };
}

/** The stacks grouped by the Tesseral project of their keys. */
function byTenant(opened: readonly StackAndTenant[]): Group[] {
  const ids = [...new Set(opened.map(({ project }) => project.id))];
  return ids.flatMap((id) => {
    const [first, ...others] = opened.filter(({ project }) => project.id === id);
    return first === undefined ? [] : [[first, ...others] as const];
  });
}
