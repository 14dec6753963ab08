/** The fields of a resource, and how an unchecked bag becomes a record of them. */
import { coded } from "../errors/coded";
import { type Bag, unknownValue } from "./lifecycle";

interface Field<T> {
  /** For messages. */
  expected: string;
  holds(value: unknown): value is T;
  optional?: boolean;
}

export const text: Field<string> = { expected: "a string", holds: (value) => typeof value === "string" };
export const flag: Field<boolean> = { expected: "true or false", holds: (value) => typeof value === "boolean" };
export const number: Field<number> = { expected: "a number", holds: (value) => typeof value === "number" };
export const texts: Field<string[]> = {
  expected: "a list of strings",
  holds: (value): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string"),
};

export function optional<T>(field: Field<T>): Field<T> & { optional: true } {
  return { ...field, optional: true };
}

/** The same field under several names. */
export function each<N extends string, F>(names: readonly N[], field: F): Record<N, F> {
  const fields: Partial<Record<N, F>> = {};
  for (const name of names) {
    fields[name] = field;
  }
  return fields as Record<N, F>;
}

type Fields = Record<string, Field<unknown>>;
type OptionalName<F> = { [N in keyof F]: F[N] extends { optional: true } ? N : never }[keyof F];
type ValueOf<F> = F extends Field<infer T> ? T : never;

/** A record that has the required ones of these fields, and perhaps the others. */
type RecordOf<F> = { [N in Exclude<keyof F, OptionalName<F>>]: ValueOf<F[N]> } & {
  [N in OptionalName<F>]?: ValueOf<F[N]>;
};

/** The fields of a kind of record. Anything else in a bag is dropped. */
export interface Shape<T> {
  names: readonly (keyof T & string)[];
  /** Throws for a bag that is not `T`, naming `what` and the field but not the value, which may be a secret. */
  read(bag: Bag, what: string): T;
  /** The same for a bag in which anything may be missing. */
  readPartly(bag: Bag, what: string): Partial<T>;
}

/** What a {@link Shape} is of. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export function shape<F extends Fields>(fields: F): Shape<RecordOf<F>> {
  const names = Object.keys(fields) as (keyof RecordOf<F> & string)[];
  const present = (bag: Bag, what: string, mayMiss: (field: Field<unknown>) => boolean): Bag => {
    const found: Bag = {};
    for (const [name, field] of Object.entries(fields)) {
      const value = bag[name];
      if (value === undefined || value === null) {
        if (!mayMiss(field)) {
          throw new Error(coded("TSL-RECORD", `${what} has no ${name}, which must be ${field.expected}`));
        }
        continue;
      }
      if (!field.holds(value)) {
        throw new Error(
          coded(
            "TSL-RECORD",
            `${name} of ${what} ${value === unknownValue ? "is not known yet" : `is not ${field.expected}`}`,
          ),
        );
      }
      found[name] = value;
    }
    return found;
  };
  return {
    names,
    read: (bag, what) => present(bag, what, (field) => field.optional === true) as RecordOf<F>,
    readPartly: (bag, what) => present(bag, what, () => true) as Partial<RecordOf<F>>,
  };
}

/** Those of some fields that a record has. */
export function pick<T extends object, N extends keyof T>(record: T, names: readonly N[]): Partial<Pick<T, N>> {
  const picked: Partial<Pick<T, N>> = {};
  for (const name of names) {
    if (record[name] !== undefined) {
      picked[name] = record[name];
    }
  }
  return picked;
}

/** A record without some of its fields, each of which may be missing. */
export function without<T extends object>(record: T, names: readonly (keyof T)[]): T {
  const rest = { ...record };
  for (const name of names) {
    delete rest[name];
  }
  return rest;
}
