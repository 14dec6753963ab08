// What a program declares, as the model of the engine takes it.
import type { Bag } from "../../providers/lifecycle";
import type { HandlerName } from "../../providers/resourceTypes";

/** A resource as a program declares it. An input `{ ref: name }` is the id of another resource, also within lists. */
export interface Declared {
  kind: HandlerName;
  inputs: Bag;
  /** Not deleted itself when that resource goes too. */
  deletedWith?: string;
  /** Names that it had before. */
  aliases?: readonly string[];
}

export type Program = Map<string, Declared>;
