/** The page of all errors: what the catalog says of each code, and the texts that the sources have with it. */
import { groups } from "../../../errors/catalog";
import type { Entry } from "../../../errors/entry";
import { errorTexts } from "./errorTexts";
import { fence, heading, prose } from "./markdown";

export function errorsPage(): string {
  const texts = errorTexts();
  const sections = groups.flatMap(({ title, entries }) => [
    `## ${title}`,
    ...Object.entries(entries).flatMap(([code, entry]) => section(code, entry, texts.get(code) ?? [])),
  ]);
  return [
    heading("Errors", "errors/ and the messages in the code"),
    "Every error has a code in parentheses at the end of its first line: `… (TSL-BRAKE)`. `pulumi` may print a line above it that says whether anything was changed, or how many problems there are. Search here for the line with the code, or ask the command, which needs no network:",
    "```sh\nnpx pulumi-tesseral explain TSL-BRAKE\n```",
    "It takes a whole line, too, and without a code it lists all of them. Codes stay the same from version to version; the words around them may get better. `[secret]` in an error stands for a token or a backend API key that somebody wrote where something else belongs: it is in a file or on a command line now, so rotate or revoke it.",
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

function section(code: string, entry: Entry, texts: string[]): string[] {
  const { summary, happened, changed, todo, says = [], page } = entry;
  const shown = [...says, ...texts];
  const name = (page.split("#")[1] ?? page.replace(/^.*\//, "").replace(/\.md$/, "")).replaceAll("-", " ");
  return [
    `### ${code}`,
    `**${prose(summary)}.** ${prose(happened)}`,
    `Changed: ${prose(changed)}`,
    todo.map((step, index) => `${index + 1}. ${prose(step)}`).join("\n"),
    `Read on: [${name}](${page}).`,
    ...(shown.length === 0 ? [] : ["What it says, with `…` for names and values:", fence(shown.join("\n"))]),
  ];
}
