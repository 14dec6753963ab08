import { type Command, Option } from "commander";
import { exitCodes, UsageError } from "../exitCodes";
import { cwdOption, jsonOption, type StackOptions, stacksOption, yesOption } from "../options";
import { openProject } from "../pulumi/project";
import { openAllStacks, openStack, type StackAndTenant } from "../stackAndTenant";
import { recover } from "./recover";
import { report } from "./report";
import { type Stacks, takeInventory } from "./takeInventory";

interface InventoryOptions extends Omit<StackOptions, "stack"> {
  stack?: string[];
  allStacks?: boolean;
  expiring: number;
  json?: boolean;
  expectNone?: boolean;
  recover?: boolean;
  yes?: boolean;
}

/** `pulumi-tesseral inventory`. */
export function inventoryCommand(command: Command): void {
  command
    .description(
      "Compares the stored state of stacks with the Tesseral project of their backend API key: what exists in Tesseral and no stack " +
        "knows, what a stack knows and Tesseral does not have any more, what two stacks manage, creations that were interrupted, and " +
        "keys that end soon; each with the command that adopts, removes or repairs it. Changes nothing, except with --recover.",
    )
    .addOption(stacksOption())
    .addOption(new Option("--all-stacks", "every stack of the project").conflicts(["stack", "recover"]))
    .addOption(cwdOption())
    .option("--expiring <days>", "list keys that end within this many days", days, 30)
    .addOption(jsonOption("the findings").conflicts("recover"))
    .option("--expect-none", `exit with ${exitCodes.findings} when there is any finding but a key that ends soon`)
    .option("--recover", "settle what an interrupted update left: say what will be done, ask, and do it")
    .addOption(yesOption())
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral inventory --stack prod --stack staging\n          npx pulumi-tesseral inventory --recover --stack prod",
    )
    .action(inventory);
}

function days(text: string): number {
  const count = Number(text);
  if (text.trim() === "" || !(count >= 0)) {
    throw new UsageError(`--expiring is ${JSON.stringify(text)}, but must be a number of days`);
  }
  return count;
}

async function inventory(options: InventoryOptions): Promise<void> {
  const project = openProject(options.cwd);
  const names = options.stack ?? [undefined];
  if (options.recover) {
    if (names.length > 1) {
      throw new UsageError("--recover works on one stack at a time: give one --stack");
    }
    return recover(await openStack(project, names[0]), project, options.yes === true);
  }
  const opened = options.allStacks
    ? await openAllStacks(project)
    : await Promise.all([...new Set(names)].map((name) => openStack(project, name)));
  const groups = byTenant(opened);
  if (groups.length === 0 && !options.json) {
    process.stdout.write("No stack of this project has resources of pulumi-tesseral.\n");
  }
  const findings = await Promise.all(
    groups.map((stacks) => takeInventory(stacks, { now: Date.now(), expiringDays: options.expiring })),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify(findings.flat(), null, 2)}\n`
      : groups.map((stacks, index) => report(stacks, findings[index] ?? [])).join("\n"),
  );
  if (options.expectNone && findings.flat().some(({ finding }) => finding !== "expiring")) {
    process.exitCode = exitCodes.findings;
  }
}

/** The stacks by the Tesseral project that their keys belong to. */
function byTenant(opened: readonly StackAndTenant[]): (Stacks & readonly StackAndTenant[])[] {
  const ids = [...new Set(opened.map(({ project }) => project.id))];
  return ids.flatMap((id) => {
    const [first, ...others] = opened.filter(({ project }) => project.id === id);
    return first === undefined ? [] : [[first, ...others] as const];
  });
}
