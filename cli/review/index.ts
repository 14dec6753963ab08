import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { horizonProblem } from "../../report/horizon";
import { type Format, formatNames, formats } from "../../report/render/formats";
import type { Review } from "../../report/review";
import { reviewVersion } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";
import { UsageError } from "../exitCodes";
import { cwdOption, jsonOption, stacksOption } from "../options";
import { openProject } from "../pulumi/project";
import { exitCodeOf, gatesIn } from "./gates";
import { type NamedPreview, previewIn, previewOf, stackNames } from "./previews";

interface ReviewOptions {
  stack?: string[];
  allStacks?: boolean;
  refresh?: boolean;
  from?: string[];
  cwd?: string;
  format: Format;
  json?: boolean;
  out?: string;
  horizon: string;
  exitCode?: boolean;
  failOn?: ReturnType<typeof gatesIn>;
}

/** `pulumi-tesseral review`. */
export function reviewCommand(command: Command): void {
  command
    .description(
      "Runs pulumi preview and says what the update would mean for each customer: what they will notice first, then rotations, then what " +
        "nobody notices; what it asks of Tesseral, and what expires or rotates next. Changes nothing.",
    )
    .addOption(stacksOption())
    .addOption(new Option("--all-stacks", "every stack of the project").conflicts("stack"))
    .option("--refresh", "ask Tesseral first what has changed there")
    .addOption(
      new Option("--from <file>", "a saved pulumi preview --json, or - for standard input; again for another")
        .argParser((file: string, before: string[] = []) => [...before, file])
        .conflicts(["stack", "allStacks", "refresh"]),
    )
    .addOption(cwdOption())
    .addOption(new Option("--format <format>", "how it is written").choices(formatNames).default("terminal"))
    .addOption(jsonOption("the review").implies({ format: "json" }))
    .option("--out <file>", "write it into a file")
    .option("--horizon <period>", "list what expires, rotates or ends within this period, ISO 8601", period, "P30D")
    .option(
      "--exit-code",
      "exit with 0 if nothing changes, 2 if something does, 3 if a customer will notice, 1 for an error",
    )
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit with 3 if there is: change, notice, rotation, delete, suspend, token-ends, …",
      ).argParser((text: string, before: ReturnType<typeof gatesIn> = []) => [...before, ...gatesIn(text)]),
    )
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral review --stack prod\n" +
        "          npx pulumi-tesseral review --format markdown --out review.md --fail-on delete\n" +
        "          pulumi preview --json --show-sames | npx pulumi-tesseral review --from -",
    )
    .action(review);
}

function period(text: string): string {
  const problem = horizonProblem(text);
  if (problem !== undefined) {
    throw new UsageError(`--horizon is ${JSON.stringify(text)}, but ${problem}`);
  }
  return text;
}

async function review(options: ReviewOptions): Promise<void> {
  const now = Date.now();
  const previews = await gather(options);
  const result: Review = {
    version: reviewVersion,
    stacks: previews.map((one) =>
      reviewOf(one.preview, { ...(one.stack !== undefined && { stack: one.stack }), horizon: options.horizon, now }),
    ),
  };
  const isOnTerminal = options.out === undefined && process.stdout.isTTY === true;
  const written = formats[options.format](result, {
    color: isOnTerminal && !process.env.NO_COLOR,
    ...(isOnTerminal && { columns: process.stdout.columns }),
  });
  if (options.out === undefined) {
    process.stdout.write(written);
  } else {
    writeFileSync(options.out, written);
  }
  process.exitCode = exitCodeOf(result, { exitCode: options.exitCode === true, failOn: options.failOn ?? [] });
}

async function gather({ from, stack, allStacks, refresh = false, cwd }: ReviewOptions): Promise<NamedPreview[]> {
  if (from !== undefined) {
    return Promise.all(from.map((file) => previewIn(file)));
  }
  const project = openProject(cwd);
  const names = allStacks ? await stackNames(project) : [...new Set(stack ?? [undefined])];
  const previews: NamedPreview[] = [];
  // One after another: an engine takes as much memory as its stack has resources.
  for (const name of names) {
    previews.push(await previewOf(project, name, refresh));
  }
  return previews;
}
