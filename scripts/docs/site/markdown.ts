/** What the pages of this repository need so that a site can show them: their links, their code, and their text apart. */

const codeParts = /(^ *(?:```+|~~~+).*?^ *(?:```+|~~~+)`*$|``[^\n]*?``|`[^`\n]*`)/gms;

/** Changes what is not code. */
export function outsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(codeParts)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}

/** A link of a page: where it leads, without what it says. */
const linkTarget = /(\]\(<?)([^)\s>]+)(>?(?: "[^"]*")?\))/g;

/** Replaces the relative links of a page. `target` gets the path and the anchor with its `#`, and answers both together. */
export function mapLinks(text: string, target: (path: string, anchor: string) => string): string {
  // The words of a link may be code, so links are looked for in the whole text, but not in blocks.
  return text
    .split(/(^ *(?:```+|~~~+).*?^ *(?:```+|~~~+)`*$)/gms)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(linkTarget, (all, before: string, link: string, after: string) => {
            if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith("#")) {
              return all;
            }
            const [path = "", anchor] = link.split("#");
            return `${before}${target(path, anchor === undefined ? "" : `#${anchor}`)}${after}`;
          }),
    )
    .join("");
}

/** What would be HTML is text, and comments are left out. */
export function withoutHtml(text: string): string {
  return outsideCode(text, (prose) => prose.replaceAll(/<!--.*?-->/gs, "").replaceAll(/<(?=[a-z/])/gi, "&lt;"));
}

/** A fence that is longer than any within the text. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}
