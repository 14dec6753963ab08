import * as pulumi from "@pulumi/pulumi";

/** Stands for a value that is known only later, where arguments are checked. */
export const later = Symbol("later");

/** True for an output or a promise. */
export const isLater = <T>(value: pulumi.Input<T>): value is pulumi.OutputInstance<T> | Promise<T> =>
  pulumi.Output.isInstance(value) || value instanceof Promise;

/** True for an object that only holds values: not an archive, a resource or a list. */
export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Arguments with every output and promise in them, at any depth, replaced; `place` leads to it: `["cors", "maxAge"]`. */
export function mapLater<Args>(
  args: Args,
  replace: (value: pulumi.Input<object>, place: readonly string[]) => unknown,
  place: readonly string[] = [],
): Args {
  const mapped = (value: unknown, name: string) => mapLater(value, replace, [...place, name]);
  if (isLater<unknown>(args)) {
    return replace(args as pulumi.Input<object>, place) as Args;
  }
  if (Array.isArray(args)) {
    return args.map((value, index) => mapped(value, String(index))) as Args;
  }
  if (isPlainObject(args)) {
    return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, mapped(value, name)])) as Args;
  }
  return args;
}

/** Makes something of values: at once if all are plain, so that a refusal comes before anything exists; else when they are known. */
export function whenKnown<Values extends object, Made>(
  values: Values,
  make: (known: pulumi.Unwrap<Values>) => pulumi.Input<Made>,
): pulumi.Input<Made> {
  let isPlain = true;
  mapLater(values, () => {
    isPlain = false;
  });
  return isPlain ? make(values as pulumi.Unwrap<Values>) : pulumi.output(values).apply(make as never);
}
