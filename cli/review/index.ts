import { type Command, Option } from "commander";
import { codedOr } from "../../errors/coded";
import { visibleLines } from "../../report/readable";
import { type Format, formatNames, formats } from "../../report/render/formats";
import type { Review } from "../../report/review";
import { reviewVersion } from "../../report/review";
import { reviewOf } from "../../report/reviewOf";
import { offering } from "../completion/candidates";
import { cwdOption, formatOf, jsonOption, outOption, periodIn, stacksOption, writeOut } from "../options";
import { stackNames } from "../otherStacks";
import { stacksNamed } from "../parts/partStacks";
import { openProject } from "../pulumi/project";
import { exitCodeOf, gates, gatesIn } from "./exitCode";
import { type NamedPreview, previewIn, previewOf } from "./previews";

interface ReviewOptions {
  stack?: string[];
  allStacks?: boolean;
  refresh?: boolean;
  from?: string[];
  cwd?: string;
  format?: Format;
  json?: boolean;
  out?: string[];
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
      new Option("--from <file>", "a saved pulumi preview --json, or - for standard input; repeatable")
        .argParser((file: string, before: string[] = []) => [...before, file])
        .conflicts(["stack", "allStacks", "refresh"]),
    )
    .addOption(cwdOption())
    .addOption(
      new Option(
        "--format <format>",
        "how it is written (default: as the ending of --out says, else terminal)",
      ).choices(formatNames),
    )
    .addOption(jsonOption("the review").conflicts("format"))
    .addOption(outOption())
    .option(
      "--horizon <period>",
      "list what expires, rotates or ends within this period, ISO 8601",
      (text) => periodIn("--horizon", text),
      "P30D",
    )
    .option(
      "--exit-code",
      "exit with 0 if nothing changes, 2 if something does, 3 if a customer will notice, 1 for an error",
    )
    .addOption(
      offering(
        new Option(
          "--fail-on <what>",
          "exit with 3 if there is: change, notice, rotation, delete, suspend, token-ends, …",
        ).argParser((text: string, before: ReturnType<typeof gatesIn> = []) => [...before, ...gatesIn(text)]),
        gates,
      ),
    )
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral review --stack prod\n" +
        "          npx pulumi-tesseral review --stack prod --out review.md --out review.html --fail-on delete\n" +
        "          pulumi preview --json --show-sames | npx pulumi-tesseral review --from -",
    )
    .action((options: ReviewOptions) => review(options.json ? { ...options, format: "json" } : options));
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
  const { out = [], format } = options;
  for (const file of out) {
    writeOut(file, [formats[format ?? formatOf(file)](result, { color: false })]);
  }
  if (out.length === 0) {
    const { isTTY, columns } = process.stdout;
    // A TERM=dumb terminal has no colors, and NO_COLOR forbids them.
    const color = isTTY === true && !process.env.NO_COLOR && process.stdout.hasColors();
    process.stdout.write(formats[format ?? "terminal"](result, { color, ...(isTTY && { columns }) }));
  }
  if (out.length > 0) {
    sayFailures(result);
  }
  process.exitCode = exitCodeOf(result, { exitCode: options.exitCode === true, failOn: options.failOn ?? [] });
}

/** Repeats the error on standard error where the review, which begins with it, went into files. */
function sayFailures({ stacks }: Review): void {
  for (const { stack, messages } of stacks.filter(({ complete }) => !complete)) {
    const [text = ""] = messages.find(({ severity }) => severity === "error")?.text.split("\n") ?? [];
    const said = codedOr("TSL-PULUMI-FAILED", `the preview${stack === "" ? "" : ` of stack ${stack}`} failed: ${text}`);
    process.stderr.write(`pulumi-tesseral: ${visibleLines(said)}\n`);
  }
}

async function gather({ from, stack, allStacks, refresh = false, cwd }: ReviewOptions): Promise<NamedPreview[]> {
  if (from !== undefined) {
    return Promise.all(from.map((file) => previewIn(file)));
  }
  const project = openProject(cwd);
  const names = allStacks ? await stackNames(project) : stacksNamed(project, stack);
  const previews: NamedPreview[] = [];
  // One after another, since an engine's memory grows with the resources of its stack.
  for (const name of names) {
    previews.push(await previewOf(project, name, refresh));
  }
  return previews;
}
