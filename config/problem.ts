import type { ErrorCode } from "../errors/catalog";
import { type Coded, coded } from "../errors/coded";

/** The names and list indexes that lead to a place in a document. */
export type Path = readonly (string | number)[];

/** A place in a file; both numbers begin at 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** Something that the user has to correct. */
export interface Problem {
  code: ErrorCode;
  path: Path;
  /** What is wrong and what to do about it: the end of a sentence that begins with the path. Never holds a secret. */
  message: string;
  /** Whether the name or what stands under it is wrong. @default "value" */
  at?: "name" | "value";
  /** Where it is, if that is known better than from the path. */
  position?: Position;
}

/** Finds where in a file a path leads; undefined if no file is known. */
export type Locate = (path: Path, at: "name" | "value") => Position | undefined;

/** Problems as lines, in the order of the files: `customers.yaml:14:9 customers.acme.apiKeys.ci.role: unknown field, … (TSL-FIELD)`. */
export function problemLines(problems: readonly Problem[], locate: Locate): Coded[] {
  return problems
    .map(({ code, path, message, at = "value", position = locate(path, at) }) => ({ code, path, message, position }))
    .sort((one, other) => compare(one.position, other.position))
    .map(({ code, path, message, position }) => {
      const place = position === undefined ? [] : [`${position.file}:${position.line}:${position.column}`];
      const subject = path.length === 0 ? [] : [`${pathText(path)}:`];
      return coded(code, [...place, ...subject, message].join(" "));
    });
}

/** What has no position comes last, in the order in which it was found. */
function compare(one: Position | undefined, other: Position | undefined): number {
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined);
  }
  if (one.file !== other.file) {
    return one.file < other.file ? -1 : 1;
  }
  return one.line - other.line || one.column - other.column;
}

/** `customers.acme.apiKeys.ci.roles[0]`; names that could be misread are in quotes: `customers["acme.com"]`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") {
        return `[${step}]`;
      }
      if (!/^[\p{L}_$][\p{L}\p{N}_$:-]*$/u.test(step)) {
        return `[${JSON.stringify(step)}]`;
      }
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
