/** What a value read from a JSON file has to be. */
export type Shape =
  | "text"
  | "flag"
  | "count"
  | "texts"
  | "anything"
  | { oneOf: readonly string[] }
  | { list: Shape }
  | { mapOf: Shape }
  | { fields: Readonly<Record<string, Shape>>; required?: readonly string[] }
  | { either: readonly Shape[]; called: string };

/** What is wrong with `value`, starting with where; undefined if it has that shape. */
export function shapeProblem(value: unknown, shape: Shape, where: string): string | undefined {
  if (typeof shape === "string") {
    const [fits, called] = simple[shape];
    return fits(value) ? undefined : `${where}: expected ${called}`;
  }
  if ("oneOf" in shape) {
    const names = shape.oneOf.map((name) => `"${name}"`).join(", ");
    return typeof value === "string" && shape.oneOf.includes(value) ? undefined : `${where}: expected one of ${names}`;
  }
  if ("either" in shape) {
    const fits = shape.either.some((one) => shapeProblem(value, one, where) === undefined);
    return fits ? undefined : `${where}: expected ${shape.called}`;
  }
  if ("list" in shape) {
    if (!Array.isArray(value)) {
      return `${where}: expected a list`;
    }
    return first(value.map((item, index) => () => shapeProblem(item, shape.list, `${where}[${index}]`)));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `${where}: expected an object`;
  }
  if ("mapOf" in shape) {
    return first(
      Object.entries(value).map(
        ([name, inner]) =>
          () =>
            shapeProblem(inner, shape.mapOf, `${where}.${name}`),
      ),
    );
  }
  const missing = shape.required?.find((name) => !(name in value));
  if (missing !== undefined) {
    return `${where}.${missing}: missing`;
  }
  return first(
    Object.entries(value).map(([name, inner]) => () => {
      const field = shape.fields[name];
      if (field === undefined) {
        return `${where}.${name}: unknown field`;
      }
      return shapeProblem(inner, field, `${where}.${name}`);
    }),
  );
}

const isTextList = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string");

const simple: Record<Extract<Shape, string>, [fits: (value: unknown) => boolean, called: string]> = {
  text: [(value) => typeof value === "string", "a string"],
  flag: [(value) => typeof value === "boolean", "true or false"],
  count: [(value) => Number.isInteger(value) && Number(value) >= 0, "a whole number that is not negative"],
  texts: [isTextList, "a list of strings"],
  anything: [() => true, "anything"],
};

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}
