// What the model of the engine does with inputs and outputs, which are plain data.
export const copy = <T>(value: T): T => structuredClone(JSON.parse(JSON.stringify(value)));
export const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

/** A value in which each `{ ref: name }` is replaced by the id of that resource. */
export function resolved<T>(value: T, idOf: (ref: string) => string | undefined): T {
  const resolve = (one: unknown): unknown => {
    if (Array.isArray(one)) {
      return one.map(resolve);
    }
    if (typeof one !== "object" || one === null) {
      return one;
    }
    if ("ref" in one) {
      return idOf(String(one.ref));
    }
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve(value) as T;
}

/** The resources that a value refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if ("ref" in value) {
    return [String(value.ref)];
  }
  return Object.values(value).flatMap(references);
}
