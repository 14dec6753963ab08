import type { formats } from "./formats";

/** How a text must be written: a name in the table of {@link formats}. */
export type Format = keyof typeof formats;

interface Described {
  /** Its meaning, in a sentence or two, which editors show through the JSON Schema. */
  description: string;
}

export interface TextShape extends Described {
  kind: "text";
  format: Format;
}

export interface FlagShape extends Described {
  kind: "flag";
  /** The value if it is left out. A flag without a default is then not managed. */
  default?: boolean;
}

/** A whole number. */
export interface WholeShape extends Described {
  kind: "whole";
  /** The least and the greatest number. */
  from: number;
  to: number;
  /** One more number that is allowed. */
  or?: number;
}

/** Texts under names of the user's choice, of any form. */
export interface TextsShape extends Described {
  kind: "texts";
  of: TextShape;
}

export interface ChoiceShape extends Described {
  kind: "choice";
  values: readonly string[];
  default: string;
  /** What people write by mistake, with the value that they mean. */
  synonyms?: Readonly<Record<string, string>>;
}

/** Texts, none of them twice. */
export interface ListShape extends Described {
  kind: "list";
  of: TextShape;
  /** True: at least one. */
  filled?: boolean;
  /** True: a single text may be written instead of a list. */
  orOne?: boolean;
  /** A word that may be written instead of the list. */
  orWord?: string;
}

/** Objects under names of the user's choice. */
export interface MapShape extends Described {
  kind: "map";
  /** The noun for one of them. */
  noun: string;
  of: ObjectShape;
}

export interface ObjectShape extends Described {
  kind: "object";
  fields: Readonly<Record<string, Shape>>;
  required: readonly string[];
  /** Fields whose names begin with this are passed over: a place for YAML anchors. */
  ignoredPrefix?: string;
  /** A word that may be written instead of the object. */
  orWord?: string;
}

/** What one place of a document may hold. Plain data: the checks, the types and the JSON Schema all read it. */
export type Shape = TextShape | FlagShape | WholeShape | ChoiceShape | ListShape | TextsShape | MapShape | ObjectShape;

/** The TypeScript type of what a shape admits. */
export type ValueOf<S> = S extends { kind: "text" }
  ? string
  : S extends { kind: "flag" }
    ? boolean
    : S extends { kind: "whole" }
      ? number
      : S extends { kind: "texts" }
        ? Record<string, string>
        : S extends { kind: "choice"; values: readonly (infer Value)[] }
          ? Value
          : S extends { kind: "list"; of: infer Item }
            ? ValueOf<Item>[] | (S extends { orWord: infer Word } ? Word : never)
            : S extends { kind: "map"; of: infer Item }
              ? Record<string, ValueOf<Item>>
              : S extends { kind: "object"; fields: infer Fields; required: readonly (infer Required)[] }
                ? FieldsOf<Fields, Required> | (S extends { orWord: infer Word } ? Word : never)
                : never;

type FieldsOf<Fields, Required> = {
  [Name in keyof Fields as Name extends Required ? Name : never]: ValueOf<Fields[Name]>;
} & {
  [Name in keyof Fields as Name extends Required ? never : Name]?: ValueOf<Fields[Name]>;
};
