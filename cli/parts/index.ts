import { Argument, type Command, Option } from "commander";
import { mostParts } from "../../config/parts/part";
import { count } from "../../report/inWords";
import { confirm } from "../confirm";
import { exitCodes, UsageError } from "../exitCodes";
import { again, cwdOption, jsonOption, type StackOptions, wholeNumber, yesOption } from "../options";
import { openProject, type PulumiProject } from "../pulumi/project";
import { writtenConfig } from "../writtenConfig";
import { changedParts } from "./changed";
import { type GrowthPlan, growParts } from "./grow";
import { initParts } from "./init";
import { listParts } from "./list";
import { asOnlyPart, findParts, type PartStack, partsOf, requireWhole } from "./partStacks";
import { type Operation, operations, runLine, runParts, runSummary } from "./run";

interface PartsOptions extends StackOptions {
  parts?: number;
  to?: number;
  since?: string;
  part?: string[];
  jobs: number;
  resume?: boolean;
  yes?: boolean;
  json?: boolean;
}

const actions = ["init", "list", "changed", "run", "grow"] as const;

/** `pulumi-tesseral parts`. */
export function partsCommand(command: Command): void {
  const number = (option: string) => wholeNumber(option, 1, mostParts);
  command
    .description(
      "Divides customers over stacks by the setting tesseral:part. init creates the stacks, with the settings of the one that --stack names; list shows " +
        "them; changed prints those that an edit affects; run runs Pulumi on several at a time; grow creates more of them, and moves customers to where they belong.",
    )
    .addArgument(new Argument("<action>", "init, list, changed, run or grow").choices(actions))
    .addArgument(new Argument("[operation]", "of run: preview, up, refresh or destroy").choices(operations))
    .argument("[args...]", "of run, after --: more arguments for Pulumi")
    .addOption(
      new Option("--stack <name>", "one of the stacks, or what their names begin with; init: whose settings they get"),
    )
    .addOption(cwdOption())
    .option("--parts <n>", "init: how many parts", number("--parts"))
    .option("--to <n>", "grow: how many parts there are to be", number("--to"))
    .option("--since <ref>", "changed, run: the parts that differ from this revision of git")
    .option("--part <n>", "run: this part alone; repeatable", again)
    .option("--jobs <n>", "stacks that are worked on at a time", wholeNumber("--jobs", 1, 64), 2)
    .option("--resume", "run: leave out the stacks that the last such run has done")
    .addOption(yesOption())
    .addOption(jsonOption("the outcome"))
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral parts init --stack prod --parts 50\n" +
        "          npx pulumi-tesseral parts changed --since origin/main --json\n" +
        "          npx pulumi-tesseral parts run up --jobs 4 --yes\n" +
        "          npx pulumi-tesseral parts grow --to 100",
    )
    .action(parts);
}

async function parts(
  action: (typeof actions)[number],
  operation: Operation | undefined,
  args: string[],
  options: PartsOptions,
): Promise<void> {
  const project = openProject(options.cwd);
  if (action !== "run" && operation !== undefined) {
    throw new UsageError(`only run takes an operation, not ${action}`);
  }
  if (options.json && !options.yes && ["init", "grow", "run"].includes(action) && operation !== "preview") {
    throw new UsageError("--json prints a document and asks nothing: pass --yes, too");
  }
  const print = (value: unknown, text: string) =>
    process.stdout.write(options.json ? `${JSON.stringify(value, null, 2)}\n` : text);
  switch (action) {
    case "list": {
      const { rows, text } = await listParts(project, options.stack);
      return void print({ parts: rows }, text);
    }
    case "changed": {
      if (options.since === undefined) {
        throw new UsageError("changed needs --since <ref>, such as --since origin/main");
      }
      const found = findParts(project, options.stack);
      requireWhole(found);
      const touched = await changedParts(project, found, options.since);
      const include = touched.map(({ stack, part }) => ({ part: part.number, stack }));
      // On one line, as a step output of GitHub Actions has to be.
      process.stdout.write(
        options.json ? `${JSON.stringify({ include })}\n` : touched.map(({ stack }) => `${stack}\n`).join(""),
      );
      return;
    }
    case "run":
      return run(project, operation, args, options);
    case "init":
      return init(project, options, print);
    case "grow":
      return grow(project, options, print);
  }
}

async function run(
  project: PulumiProject,
  operation: Operation | undefined,
  args: readonly string[],
  options: PartsOptions,
): Promise<void> {
  if (operation === undefined) {
    throw new UsageError(`run needs an operation: ${operations.join(", ")}`);
  }
  // If Pulumi is missing, it is said once here, and not fifty times.
  await project.pulumi(["version"]);
  const found = findParts(project, options.stack);
  requireWhole(found);
  const touched = options.since === undefined ? found.stacks : await changedParts(project, found, options.since);
  const chosen = chosenParts(touched, options.part);
  const { jobs, resume = false, json, yes } = options;
  const say = (text: string) => (json ? process.stderr : process.stdout).write(text);
  if (operation !== "preview" && !yes) {
    const question = `${operation} ${chosen.length} stacks of ${found.base}, ${jobs} at a time?`;
    if (!(await confirm(question, `${operation} them`))) {
      say("Nothing was done.\n");
      return;
    }
  }
  warnOfPace(project, chosen, jobs);
  const runs = await runParts(chosen, {
    ...{ operation, args, jobs, resume, root: project.root },
    onEnd: (one) => say(`${runLine(one)}\n`),
  });
  process.stdout.write(
    json ? `${JSON.stringify({ operation, parts: runs }, null, 2)}\n` : `\n${runSummary(runs, operation)}`,
  );
  if (runs.some(({ result }) => result !== "done" && result !== "done before")) {
    process.exitCode = exitCodes.failed;
  }
}

function chosenParts(stacks: readonly PartStack[], numbers: readonly string[] | undefined): PartStack[] {
  const wanted = numbers?.map((text) => {
    const found = stacks.find(({ part }) => String(part.number) === text);
    if (found === undefined) {
      throw new UsageError(`--part: there is no part ${JSON.stringify(text)} among those that are asked for`);
    }
    return found;
  });
  return wanted ?? [...stacks];
}

/** The server's limit per second holds for all stacks together. */
function warnOfPace(project: PulumiProject, [first]: readonly PartStack[], jobs: number): void {
  const config = first === undefined ? {} : writtenConfig(project, first.stack);
  const shared = Number(config["tesseral:partsAtOnce"]?.value ?? 1);
  if (config["tesseral:requestsPerSecond"] !== undefined && shared < jobs) {
    process.stderr.write(
      `Up to ${jobs} stacks work at once, and each takes tesseral:requestsPerSecond divided by ${shared}: set tesseral:partsAtOnce to ${jobs} in all of them\n`,
    );
  }
}

type Print = (value: unknown, text: string) => unknown;

async function init(project: PulumiProject, options: PartsOptions, print: Print): Promise<void> {
  const { stack, parts, jobs, json, yes } = options;
  if (parts === undefined || stack === undefined) {
    throw new UsageError("init needs --parts <n>, and --stack <name> of the stack whose settings they get");
  }
  const say = (text: string) => (json ? process.stderr : process.stdout).write(`${text}\n`);
  const made = await initParts(project, stack, parts, jobs, async (text) => {
    say(text);
    return yes === true || confirm("Make them?", "make them");
  });
  print(
    { stacks: made ?? [] },
    made === undefined
      ? "Nothing was made.\n"
      : `${count(made.length, "stack")}. Next: npx pulumi-tesseral parts run up --stack ${stack} --jobs 2\n`,
  );
}

async function grow(project: PulumiProject, options: PartsOptions, print: Print): Promise<void> {
  const { stack, to, jobs, json, yes } = options;
  if (to === undefined) {
    throw new UsageError("grow needs --to <n>: how many parts there are to be");
  }
  const say = (text: string) => (json ? process.stderr : process.stdout).write(`${text}\n`);
  await project.pulumi(["version"]);
  const single = stack !== undefined && partsOf(project, stack) === undefined;
  const found = single ? asOnlyPart(project, stack) : findParts(project, stack);
  const done = await growParts(project, found, {
    ...{ to, jobs, say },
    agree: async (plan) => {
      say(planText(plan, to));
      return yes === true || confirm("Do it? Nothing else may work on these stacks meanwhile", "do it");
    },
  });
  print(
    done ?? { made: [], moves: [], customers: 0 },
    done === undefined
      ? "Nothing was changed.\n"
      : `There are ${to} parts of ${found.base}. Next: npx pulumi-tesseral parts run up --stack ${found.base}, which changes nothing in Tesseral\n`,
  );
}

function planText({ made, moves, customers }: GrowthPlan, to: number): string {
  const moved = moves.reduce((sum, move) => sum + move.customers.length, 0);
  const stacks = made.length === 0 ? "" : ` ${count(made.length, "new stack")}: ${shortened(made)}.`;
  return `To ${count(to, "part")}:${stacks} ${moved} of ${count(customers, "customer")} ${moved === 1 ? "moves" : "move"} to another stack. Nothing changes in Tesseral, and no update is possible until it is done.`;
}

function shortened(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 2).join(", ")}, … ${names.at(-1)}` : names.join(", ");
}
