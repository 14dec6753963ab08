/** The options that several commands have, defined once. */
import { closeSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { Option } from "commander";
import { coded } from "../errors/coded";
import { fileProblem } from "../errors/fileProblem";
import { horizonProblem } from "../report/horizon";
import type { Format } from "../report/render/formats";
import { UsageError } from "./exitCodes";

/** The options of commands for one stack. */
export interface StackOptions {
  stack?: string;
  cwd?: string;
}

/** `--stack`, for one stack. */
export const stackOption = () => new Option("--stack <name>", "the stack (default: the selected one)");

/** A stack, or all parts. */
export const stackOrPartsOption = () =>
  new Option(
    "--stack <name>",
    "the stack, or the common name of parts: prod for prod-1 and prod-2 (default: the selected one)",
  );

/** `--stack`, as often as there are stacks. */
export const stacksOption = () =>
  new Option("--stack <name>", "a stack; repeatable (default: the selected one)").argParser(again);

export const cwdOption = () => new Option("--cwd <folder>", "the folder of the Pulumi project (default: this one)");

export const jsonOption = (what: string) => new Option("--json", `print ${what} as JSON`);

/** For commands that must know what all stacks of the project manage. */
export const unreadStackOption = () =>
  new Option(
    "--unread-stack <name>",
    "go on although this stack cannot be read, because nothing of the Tesseral project is in it; repeatable",
  ).argParser(again);

export const yesOption = () => new Option("--yes", "do not ask");

/** Reads an option that can be given again. */
export const again = (text: string, before: string[] = []): string[] => [...before, text];

/** Reads the whole number that is an option's value. */
export function wholeNumber(option: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) {
      return value;
    }
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${option}: expected a whole number ${range}, got "${text}"`);
  };
}

/** `--out`, as often as there are formats. */
export const outOption = () =>
  new Option("--out <file>", "write it into a file: .md, .html, .json or .txt; repeatable").argParser(
    (file: string, before: string[] = []) => {
      const folder = dirname(file);
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new UsageError(`--out ${file}: there is no folder ${folder}`);
      }
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
        throw new UsageError(`--out ${file}: it is a folder, not a file`);
      }
      return again(file, before);
    },
  );

/** Writes what `--out` asks for. */
export function writeOut(file: string, pieces: Iterable<string>): void {
  try {
    const opened = openSync(file, "w");
    try {
      for (const piece of pieces) {
        writeFileSync(opened, piece);
      }
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new Error(coded("TSL-OUT", `--out ${file} cannot be written: ${fileProblem(error)}`), { cause: error });
  }
}

const endings: Record<string, Format> = {
  ...{ ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".json": "json" },
  ...{ "": "terminal", ".txt": "terminal", ".log": "terminal" },
};

/** The format that the ending of a file's name means. */
export function formatOf(file: string): Format {
  return endings[extname(file).toLowerCase()] ?? "terminal";
}

/** Throws where the files of `--out` end in what is not written into them. */
export function checkOut({ out, format, json }: { out?: unknown; format?: unknown; json?: unknown }): void {
  for (const file of Array.isArray(out) ? out.map(String) : []) {
    const meant = endings[extname(file).toLowerCase()];
    const asked = json === true ? "json" : format;
    if (asked === undefined && meant === undefined) {
      throw new UsageError(
        `--out ${file}: the ending names no known format: use .md, .html, .json or .txt, or give --format`,
      );
    }
    const isOfAny = meant === undefined || meant === "terminal";
    if (asked !== undefined && !isOfAny && meant !== asked) {
      const option = json === true ? "--json" : `--format ${asked}`;
      throw new UsageError(
        `--out ${file}: the ending says ${meant}, and ${option} something else: leave out one of them`,
      );
    }
  }
}

/** Reads the period that is an option's value, ISO 8601. */
export function periodIn(option: string, text: string): string {
  const problem = horizonProblem(text);
  if (problem !== undefined) {
    throw new UsageError(`${option} is ${JSON.stringify(text)}, but ${problem}`);
  }
  return text;
}
