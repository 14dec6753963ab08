import { Argument, type Command } from "commander";
import { suggestion } from "../components/nearest";
import { catalog, type ErrorCode, groups } from "../errors/catalog";
import { coded } from "../errors/coded";
import type { Entry } from "../errors/entry";
import { maskTokens } from "../errors/maskTokens";
import { offering } from "./completion/candidates";
import { UsageError } from "./exitCodes";
import { jsonOption } from "./options";

/** `pulumi-tesseral explain`. */
export function explainCommand(command: Command): void {
  command
    .description(
      "Says what an error means, whether anything was changed, and what to do. Takes the code at the end of an error's first " +
        "line, or the whole line; without either, it lists all codes. Works offline.",
    )
    .addArgument(
      offering(
        new Argument("[code...]", "the code, such as TSL-BRAKE, or a line that holds one"),
        Object.keys(catalog),
      ),
    )
    .addOption(jsonOption("it"))
    .addHelpText(
      "after",
      "\nExamples: npx pulumi-tesseral explain TSL-BRAKE\n          npx pulumi-tesseral explain 'unknown field, did you mean \"roles\"? (TSL-FIELD)'",
    )
    .action((words: string[], options: { json?: boolean }) => {
      const text = words.join(" ").trim();
      const code = text === "" ? undefined : codeOf(text);
      if (options.json) {
        const found = code === undefined ? Object.entries(catalog).map(asObject) : asObject([code, catalog[code]]);
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
      } else {
        process.stdout.write(code === undefined ? list() : explanation(code, catalog[code]));
      }
    });
}

/** The code in a text, in any spelling. @throws UsageError with what may have been meant */
function codeOf(text: string): ErrorCode {
  const [found] = text.toUpperCase().match(/TSL-[A-Z]+(?:-[A-Z]+)*/) ?? [];
  const code = found ?? `TSL-${text.toUpperCase().replaceAll(/[\s_-]+/g, "-")}`;
  if (isCode(code)) {
    return code;
  }
  // In capitals, a token would not be masked.
  if (found === undefined && (text.length > 40 || maskTokens(text) !== text)) {
    throw new UsageError(
      coded("TSL-UNKNOWN-CODE", "the line holds no code: look for (TSL-…) at the end of an error's first line"),
    );
  }
  const meant = suggestion(code, Object.keys(catalog)) || ": `pulumi-tesseral explain` lists them";
  throw new UsageError(coded("TSL-UNKNOWN-CODE", `there is no code ${code.slice(0, 60)}${meant}`));
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalog, text);
}

function list(): string {
  const width = Math.max(...Object.keys(catalog).map(({ length }) => length));
  return groups
    .map(({ title, entries }) =>
      [title, ...Object.entries(entries).map(([code, { summary }]) => `  ${code.padEnd(width)}  ${summary}`), ""].join(
        "\n",
      ),
    )
    .join("\n");
}

function explanation(code: ErrorCode, { summary, happened, changed, todo, page }: Entry): string {
  return [
    `${code}: ${summary}`,
    "",
    `What happened: ${happened}`,
    `What changed: ${changed}`,
    "What to do:",
    ...todo.map((step, index) => `  ${index + 1}. ${step}`),
    `Read on: docs/${page}`,
    "",
  ].join("\n");
}

function asObject([code, { summary, happened, changed, todo, page }]: [string, Entry]) {
  return { code, summary, happened, changed, todo, page: `docs/${page}` };
}
