/**
 * Texts that are safe to show. Customers can choose their organizations' names, and Tesseral takes every character: what moves a
 * terminal's cursor, breaks a line or turns the direction of reading could make a report say something else. A name can be a token that
 * somebody pasted there, too.
 */
import { maskTokens } from "../errors/maskTokens";

/** Control characters, line separators, lone surrogates, and what changes the direction of text (UAX #9). */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;
/** The same, without line breaks and tabs, which messages may hold. */
const misleadingInLines = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;

/** The text in one line, with each misleading character as its code point, `\u{1b}`, and without tokens. */
export function visible(text: string): string {
  return maskTokens(text).replace(misleading, asCodePoint);
}

/** The text with its lines, each other misleading character as its code point, and without tokens. */
export function visibleLines(text: string): string {
  return maskTokens(text).replace(misleadingInLines, asCodePoint);
}

function asCodePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** A report with all its texts visible. Only messages keep their lines. */
export function readable<Report>(report: Report): Report {
  return mapped(report, visible) as Report;
}

function mapped(value: unknown, make: (text: string) => string): unknown {
  if (typeof value === "string") {
    return make(value);
  }
  if (Array.isArray(value)) {
    return value.map((one) => mapped(one, make));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, mapped(one, name === "messages" ? visibleLines : make)]),
    );
  }
  return value;
}
