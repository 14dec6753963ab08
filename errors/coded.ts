/** Puts the code of an error into its text. The catalog is not loaded for that: only its types are used. */
import type { ErrorCode } from "./catalog";
import { maskTokens } from "./maskTokens";

declare const isCoded: unique symbol;

/** A text for people that has its code. */
export type Coded = string & { [isCoded]: true };

const atEnd = / \(TSL-[A-Z-]+\)$/;
const anywhere = / \(TSL-[A-Z-]+\)/g;

/** The first code in a text, if there is one. */
export function codeIn(text: string): string | undefined {
  return / \((TSL-[A-Z-]+)\)/.exec(text)?.[1];
}

/** A text without its codes, to stand within another. */
export function uncoded(text: string): string {
  return text.replaceAll(anywhere, "");
}

/**
 * The text with this code at the end of its first line, in the place of any other in that line. Errors repeat what somebody
 * wrote, which can be a token in the place of a name or an id: it is masked.
 */
export function coded(code: ErrorCode, text: string): Coded {
  const first = firstLineOf(text);
  return maskTokens(`${uncoded(first)} (${code})${text.slice(first.length)}`) as Coded;
}

/** An error whose message has its code. */
export class CodedError extends Error {
  constructor(code: ErrorCode, text: string) {
    super(coded(code, text));
  }
}

/** The text as it is if it has a code anywhere, else with this one. */
export function codedOr(code: ErrorCode, text: string): Coded {
  return codeIn(text) === undefined ? coded(code, text) : (maskTokens(text) as Coded);
}

/** A text of one line with more behind it, and its code behind all of it. */
export function continued(text: string, more: string): string {
  const code = atEnd.exec(text)?.[0] ?? "";
  return `${text.slice(0, text.length - code.length)}${more}${code}`;
}

/** A heading, what is wrong below it, each with a code of its own, and what is to be said of all of it. */
export function listed(heading: string, problems: readonly Coded[], notes: readonly string[] = []): Coded {
  return [heading, ...problems, ...notes].join("\n") as Coded;
}

function firstLineOf(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
