import type { formats } from "./formats";

/** How a text must be written: a name in the table of {@link formats}. */
export type Format = keyof typeof formats;

interface Described {
  /** What it means, in a sentence or two. Editors show it through the JSON Schema. */
  readonly description: string;
}

export interface TextShape extends Described {
  readonly kind: "text";
  readonly format: Format;
}

export interface FlagShape extends Described {
  readonly kind: "flag";
  /** What holds when it is left out. Without one, a flag left out is not managed. */
  readonly default?: boolean;
}

export interface ChoiceShape extends Described {
  readonly kind: "choice";
  readonly values: readonly string[];
  readonly default: string;
}

/** Texts, none of them twice. */
export interface ListShape extends Described {
  readonly kind: "list";
  readonly of: TextShape;
  /** True: at least one. */
  readonly filled?: boolean;
}

/** Objects under names of the user's choice. */
export interface MapShape extends Described {
  readonly kind: "map";
  readonly of: ObjectShape;
}

export interface ObjectShape extends Described {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  /** Fields whose names begin with this are passed over: a place for YAML anchors. */
  readonly ignoredPrefix?: string;
}

/** What one place of a document may hold. Plain data: the checks, the types and the JSON Schema all read it. */
export type Shape = TextShape | FlagShape | ChoiceShape | ListShape | MapShape | ObjectShape;

/** The TypeScript type of what a shape admits. */
export type ValueOf<S> = S extends { kind: "text" }
  ? string
  : S extends { kind: "flag" }
    ? boolean
    : S extends { kind: "choice"; values: readonly (infer Value)[] }
      ? Value
      : S extends { kind: "list"; of: infer Item }
        ? ValueOf<Item>[]
        : S extends { kind: "map"; of: infer Item }
          ? Record<string, ValueOf<Item>>
          : S extends { kind: "object"; fields: infer Fields; required: readonly (infer Required)[] }
            ? { [Name in keyof Fields as Name extends Required ? Name : never]: ValueOf<Fields[Name]> } & {
                [Name in keyof Fields as Name extends Required ? never : Name]?: ValueOf<Fields[Name]>;
              }
            : never;
