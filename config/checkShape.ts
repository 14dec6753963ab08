import { nearest } from "../components/nearest";
import type { ErrorCode } from "../errors/catalog";
import { codeOfText, formats, textProblem } from "./formats";
import { entriesWithoutMap, isEntryInEntry, isFieldOfEntry, listInPlaceOfObject } from "./indentation";
import { isRecord } from "./isRecord";
import { listAsMap } from "./listAsMap";
import { type Path, type Problem, pathText } from "./problem";
import { namePattern, properName } from "./properName";
import type { ChoiceShape, ListShape, MapShape, ObjectShape, Shape, TextShape, TextsShape, WholeShape } from "./shape";

/** What {@link checkShape} works with. */
export interface Check {
  /** Every problem is added here. */
  problems: Problem[];
  /** Whether the document is the stack's configuration, which `pulumi config set` writes. */
  inStack?: boolean;
}

/**
 * The part of the value that fits the shape: a field that does not fit is undefined, an item of a list that does not is left out, and
 * a problem is added for each. So the result can be checked further, and is complete if no problem was added.
 */
export function checkShape(shape: Shape, value: unknown, path: Path, check: Check): unknown {
  if (value === undefined) {
    return undefined; // It could not be read, which has been reported.
  }
  switch (shape.kind) {
    case "text":
      return checkText(shape, value, path, check);
    case "flag":
      return typeof value === "boolean"
        ? value
        : refuse(check, path, `${expected("true or false", value)}${flagHint(value)}`);
    case "whole":
      return checkWhole(shape, value, path, check);
    case "choice":
      return checkChoice(shape, value, path, check);
    case "list":
      return checkList(shape, value, path, check);
    case "texts":
      return checkTexts(shape, value, path, check);
    case "map":
      return checkMap(shape, value, path, check);
    case "object":
      return checkObject(shape, value, path, check);
  }
}

function checkText(shape: TextShape, value: unknown, path: Path, check: Check): string | undefined {
  if (typeof value !== "string") {
    const scalar = typeof value === "number" || typeof value === "boolean";
    return refuse(check, path, `${expected("text", value)}${scalar ? quotesHint(path, check) : ""}`);
  }
  const problem = textProblem(value) ?? formats[shape.format].problem(value);
  return problem === undefined ? value : refuse(check, path, problem, codeOfText(value));
}

function checkChoice(shape: ChoiceShape, value: unknown, path: Path, check: Check): string | undefined {
  const { values, synonyms = {} } = shape;
  if (typeof value === "string" && values.includes(value)) {
    return value;
  }
  const oneOf = values
    .map((each) => JSON.stringify(each))
    .join(", ")
    .replace(/, (?=[^,]*$)/u, " or ");
  if (typeof value !== "string") {
    return refuse(check, path, expected(oneOf, value));
  }
  const word = value.trim().toLowerCase();
  const meant = Object.hasOwn(synonyms, word) ? synonyms[word] : nearest(value, values);
  return refuse(check, path, `must be ${oneOf}${meant === undefined ? "" : `, did you mean "${meant}"?`}`);
}

function checkWhole({ from, to, or }: WholeShape, value: unknown, path: Path, check: Check): number | undefined {
  const meant = `a whole number from ${from} to ${to}${or === undefined ? "" : `, or ${or}`}`;
  if (typeof value !== "number") {
    return refuse(check, path, expected(meant, value));
  }
  const isMeant = value === or || (Number.isInteger(value) && value >= from && value <= to);
  return isMeant ? value : refuse(check, path, `must be ${meant}`);
}

function checkTexts({ of }: TextsShape, value: unknown, path: Path, check: Check): Record<string, string> | undefined {
  if (!isRecord(value)) {
    return refuse(check, path, expected("a map of texts", value));
  }
  const read = Object.entries(value).flatMap(([name, item]) => {
    const text = checkText(of, item, [...path, name], check);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(read);
}

function checkList(shape: ListShape, value: unknown, path: Path, check: Check): unknown[] | string | undefined {
  if (shape.orWord !== undefined && value === shape.orWord) {
    return value;
  }
  if (shape.orOne && typeof value === "string") {
    const text = checkText(shape.of, value, path, check);
    return text === undefined ? undefined : [text];
  }
  if (!Array.isArray(value)) {
    const hint = shape.orOne && typeof value !== "object" ? quotesHint(path, check) : listHint(shape, value);
    return refuse(check, path, `${expected(shape.orOne ? "text or a list" : "a list", value)}${hint}`);
  }
  if (shape.filled && value.length === 0) {
    return refuse(check, path, "must not be empty");
  }
  const seen = new Map<string, number>();
  return value.flatMap((item: unknown, index) => {
    const text = checkText(shape.of, item, [...path, index], check);
    if (text === undefined) {
      return [];
    }
    const same = shape.of.format === "domain" ? text.toLowerCase() : text;
    if (seen.has(same)) {
      return refuse(check, [...path, index], `repeats ${JSON.stringify(text)}: remove one of the two`) ?? [];
    }
    seen.set(same, index);
    return [text];
  });
}

function checkMap(shape: MapShape, value: unknown, path: Path, check: Check): Record<string, unknown> | undefined {
  if (value === null) {
    return {};
  }
  if (!isRecord(value)) {
    return refuse(check, path, `${expected("a map of names", value)}${mapHint(shape, value, path)}`);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item], index) => {
      if (isFieldOfEntry(shape, name, item)) {
        const message = `is a field of a ${shape.noun}: indent it beneath the name of one`;
        check.problems.push({ code: "TSL-FIELD", path: [...path, name], at: "name", message });
        return [];
      }
      if (!namePattern.test(name)) {
        const better = properName(name, shape.noun, index + 1, (taken) => Object.hasOwn(value, taken));
        const problem =
          textProblem(name) ??
          `must be a name of lower-case letters, digits and hyphens that begins with a letter, such as ${better}`;
        check.problems.push({
          code: codeOfText(name, "TSL-NAME"),
          path: [...path, name],
          at: "name",
          message: problem,
        });
      }
      return [[name, checkObject(shape.of, item, [...path, name], check) ?? {}]];
    }),
  );
}

function checkObject(
  shape: ObjectShape,
  value: unknown,
  path: Path,
  check: Check,
): Record<string, unknown> | string | undefined {
  if (shape.orWord !== undefined && value === shape.orWord) {
    return value;
  }
  if (value !== null && !isRecord(value)) {
    const word = shape.orWord === undefined ? "" : `${JSON.stringify(shape.orWord)} or `;
    return refuse(check, path, `${expected(`${word}a map of settings`, value)}${listInPlaceOfObject(shape, value)}`);
  }
  const given = value ?? {};
  const outside = entriesWithoutMap(shape, given);
  if (outside !== undefined) {
    return refuse(check, path, outside, "TSL-MISSING");
  }
  const meant = new Set<string>();
  const fields: [string, unknown][] = [];
  for (const [name, item] of Object.entries(given)) {
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (field !== undefined) {
      fields.push([name, checkShape(field, item, [...path, name], check)]);
    } else if (shape.ignoredPrefix === undefined || !name.startsWith(shape.ignoredPrefix)) {
      const near = nearest(name, Object.keys(shape.fields));
      meant.add(near ?? "");
      const hint = isEntryInEntry(shape, path, item) ? isEntry(path) : allowed(shape);
      const message = `unknown field, ${near ? `did you mean ${JSON.stringify(near)}?` : hint}`;
      check.problems.push({ code: "TSL-FIELD", path: [...path, name], at: "name", message });
    }
  }
  for (const name of shape.required) {
    if (!Object.hasOwn(given, name) && !meant.has(name)) {
      check.problems.push({ code: "TSL-MISSING", path, at: "name", message: `${name} is missing` });
    }
  }
  return Object.fromEntries(fields);
}

function allowed(shape: ObjectShape): string {
  return `the fields here are ${Object.keys(shape.fields).join(", ")}`;
}

function isEntry(path: Path): string {
  return `if it is an entry of its own, it belongs directly under ${pathText(path.slice(0, -1))}`;
}

/** What to do about text that was read as a number: by YAML, or by `pulumi config set --path`, which ignores quotes. */
function quotesHint(path: Path, check: Check): string {
  return `: put it in quotes${check.inStack ? `, or run \`pulumi config set --path --type string ${pathText(path)} <text>\`` : ""}`;
}

function mapHint(shape: MapShape, value: unknown, path: Path): string {
  const map = Array.isArray(value) ? listAsMap(shape, String(path.at(-1)), value) : undefined;
  if (map !== undefined) {
    return `. This is the map:\n${map}`;
  }
  const names = typeof value === "string" ? plainWords(value)?.slice(0, 1) : listedNames(value);
  if (names === undefined || !names.every((name) => namePattern.test(name)) || path.length === 1) {
    return "";
  }
  const fields = shape.of.required.map((field) => ` ${field}: … `).join("");
  return `: write { ${names.map((name) => `${name}: {${fields}}`).join(", ")} }`;
}

function flagHint(value: unknown): string {
  const meant = typeof value === "string" ? value.toLowerCase() : "";
  if (["true", "yes", "on"].includes(meant)) {
    return ": write true";
  }
  return ["false", "no", "off"].includes(meant) ? ": write false" : "";
}

function listHint({ filled }: ListShape, value: unknown): string {
  if (value === null) {
    return filled ? "" : ": write [] if there is none, or remove the line";
  }
  const words = typeof value === "string" ? plainWords(value) : undefined;
  const list = words === undefined ? "" : `: [${words.join(", ")}]`;
  return typeof value === "string" ? `: put it in square brackets${list}` : "";
}

/** The names in a list of nothing else, if there are few. */
function listedNames(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 10) {
    return undefined;
  }
  const words = value.map((item: unknown) => (typeof item === "string" ? plainWords(item) : undefined));
  return words.every((each) => each?.length === 1) ? words.flatMap((each) => each ?? []) : undefined;
}

/** The words of a text that may be repeated in an error and in YAML: short ones, of plain letters. Secrets are longer. */
function plainWords(text: string): string[] | undefined {
  const words = text.split(/[\s,]+/u).filter((word) => word !== "");
  return words.length > 0 && words.every((word) => /^[A-Za-z][\w.-]{0,30}$/u.test(word)) ? words : undefined;
}

function expected(what: string, value: unknown): string {
  return `must be ${what}, but ${actual(value)}`;
}

/** Says what a value is, never what it holds. */
function actual(value: unknown): string {
  if (value === null) {
    return "nothing is there";
  }
  if (Array.isArray(value)) {
    return "it is a list";
  }
  if (typeof value === "object") {
    return "it is a map";
  }
  return typeof value === "string"
    ? "it is text"
    : `it is ${typeof value === "boolean" ? "true or false" : "a number"}`;
}

function refuse(check: Check, path: Path, message: string, code: ErrorCode = "TSL-VALUE"): undefined {
  check.problems.push({ code, path, message });
  return undefined;
}
