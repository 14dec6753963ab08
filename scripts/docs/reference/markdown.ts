/** Pieces of Markdown that the pages of the reference are made of. */

/** A table; cells are Markdown. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return inline(text).replaceAll("|", "\\|");
}

/** Text in one line. What would be taken for HTML is not. */
export function inline(text: string): string {
  return prose(text)
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}

/** Text of a comment as Markdown: outside of code nothing is HTML. */
export function prose(text: string): string {
  return text
    .split(/(```.*?```|`[^`\n]*`)/s)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll("<", "&lt;")))
    .join("");
}

export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** The words of a default: what is no sentence is code. */
export function defaultText(text: string | undefined): string {
  if (text === undefined) {
    return "";
  }
  return /^(?:"[^"]*"|\d+|true|false|\[.*\])$/.test(text) ? code(text) : text;
}

/** What a page that is generated begins with. */
export function heading(title: string, source: string): string {
  return `# ${title}\n\n<!-- Written by \`npm run reference\` from ${source}. Change that, and run it again. -->`;
}

/** A block of text as it is. */
export function fence(text: string): string {
  return ["```text", text, "```"].join("\n");
}
