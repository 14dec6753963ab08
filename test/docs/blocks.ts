// The code of the pages, with what stands beside it: where it is checked, or why it is not.
import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";

export interface Block {
  page: string;
  /** The line of the page in which it begins. */
  line: number;
  language: string;
  text: string;
  /** `<!-- checked: test/… -->` before it: a test that reads it from the page. */
  checked: string | undefined;
  /** `<!-- unchecked: why -->` before it. */
  unchecked: string | undefined;
}

/** The pages that people wrote; what is generated shows comments of the code. */
export const writtenPages = globSync(["README.md", "CONTRIBUTING.md", "docs/**/*.md"], {
  ignore: ["docs/errors.md", "docs/reference/**", "docs/site/**"],
}).sort();

const fence = /^(?: *<!-- (checked|unchecked): (.+?) -->\n)?( *)(```+)(\w*)[^\n]*\n(.*?)^\3\4`*$/gms;

export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(fence)].map((match) => {
    const [, mark, says, indent = "", , language = "", body = ""] = match;
    return {
      page,
      line: text.slice(0, match.index).split("\n").length + (mark === undefined ? 0 : 1),
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      checked: mark === "checked" ? says : undefined,
      unchecked: mark === "unchecked" ? says : undefined,
    };
  });
}
