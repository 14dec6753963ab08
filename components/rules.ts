import { kindOf } from "../providers/given";
import { isPlainObject, later } from "./later";
import { suggestion } from "./nearest";

/** Tells what is wrong with a value, a sentence each. `place` is where the user finds it: `cors.allowOrigins[0]`. */
export type Rule = (value: unknown, place: string) => string[];

const shown = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : typeof value === "object" ? kindOf(value) : String(value);

/** Values that meet a condition. What is known only later is checked when it is known. */
const rule =
  (isRight: (value: unknown) => boolean, sentence: (value: unknown) => string): Rule =>
  (value, place) =>
    value === later || isRight(value) ? [] : [`${place}: ${sentence(value)}`];

/** A text of any kind. The text may be a secret, so no message shows it. */
export const text = rule(
  (value) => typeof value === "string",
  (value) => `expected a string, not ${kindOf(value)}`,
);

export const flag = rule(
  (value) => typeof value === "boolean",
  (value) => `expected true or false, not ${shown(value)}`,
);

export const callable = rule(
  (value) => typeof value === "function",
  (value) => `expected a function, not ${kindOf(value)}`,
);

/** A value that meets the test; the complaint follows the value: `"alb" is none of …`. */
export const value = (isRight: (value: unknown) => boolean, complaint: string): Rule =>
  rule(isRight, (given) => `${shown(given)} ${complaint}`);

export const isWhole = (given: unknown, lowest: number, highest: number): boolean =>
  Number.isInteger(given) && Number(given) >= lowest && Number(given) <= highest;

export const whole = (lowest: number, highest: number): Rule =>
  value((given) => isWhole(given, lowest, highest), `is not a whole number from ${lowest} to ${highest}`);

export const oneOf = (...allowed: readonly (string | number)[]): Rule =>
  value(
    (given) => allowed.some((one) => one === given),
    `is none of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`,
  );

/** A text of a form. */
export const matching = (pattern: RegExp, complaint: string): Rule =>
  both(
    text,
    value((given) => typeof given !== "string" || pattern.test(given), complaint),
  );

/** Both rules, the second only if the first holds. */
export const both =
  (first: Rule, second: Rule): Rule =>
  (given, place) => {
    const problems = first(given, place);
    return problems.length > 0 ? problems : second(given, place);
  };

/** An argument that decides which resources there are, so it must be known when the program runs. */
export const plain =
  (inner: Rule): Rule =>
  (given, place) =>
    given === later
      ? [`${place}: cannot be an output, because it decides what resources there are`]
      : inner(given, place);

/** A list; `fewest` is 0 or 1. */
export const list =
  (item: Rule, fewest: 0 | 1, whenEmpty = ""): Rule =>
  (given, place) => {
    if (given === later) {
      return [];
    }
    if (!Array.isArray(given)) {
      return [`${place}: expected a list, not ${kindOf(given)}`];
    }
    return given.length < fewest
      ? [`${place}: ${whenEmpty}`]
      : given.flatMap((one, index) => item(one, `${place}[${index}]`));
  };

const expectObject = (given: unknown, place: string): string[] =>
  given === later
    ? [`${place}: cannot be an output as a whole, but what is in it can be`]
    : isPlainObject(given)
      ? []
      : [`${place}: expected an object, not ${kindOf(given)}`];

/** Names of the user's own, each with a value. */
export const record = (item: Rule, nameProblem: (name: string) => string | undefined): Rule =>
  both(expectObject, (given, place) =>
    Object.entries(given as object).flatMap(([name, one]) => {
      const problem = nameProblem(name);
      return problem === undefined ? item(one, `${place}.${name}`) : [`${place}.${name}: ${problem}`];
    }),
  );

/** Fields with a rule each. Unknown and missing fields are reported first and alone, as they may be the same mistake. */
export function fields(rules: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  return both(expectObject, (given, place) => {
    const object = given as Readonly<Record<string, unknown>>;
    const at = (name: string) => (place === "" ? name : `${place}.${name}`);
    const unknown = Object.keys(object).filter((name) => !Object.hasOwn(rules, name));
    const missing = required.filter((name) => object[name] === undefined);
    if (unknown.length + missing.length > 0) {
      return [
        ...unknown.map((name) => {
          const few = place === "" ? "" : `; there are: ${Object.keys(rules).join(", ")}`;
          return `${at(name)}: unknown argument${suggestion(name, Object.keys(rules)) || few}`;
        }),
        ...missing.map((name) => `${at(name)}: is required`),
      ];
    }
    return Object.entries(rules).flatMap(([name, inner]) =>
      object[name] === undefined ? [] : inner(object[name], at(name)),
    );
  });
}
