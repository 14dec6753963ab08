/** What a resource does over its life, independent of its host, which is Pulumi's dynamic provider process (dynamicHost.ts). */
import { withAdvice } from "./advice";

/** A bag of plain values as they travel between a host and a resource. */
export type Bag = Record<string, unknown>;

/** Stands for a value that a preview cannot know. */
export const unknownValue: unique symbol = Symbol("a value that a preview cannot know");

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface DiffAnswer {
  /** @default whether the inputs differ */
  changes?: boolean;
  /** The inputs that can only be changed by a new object. */
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}

/** Old values are outputs, except in `check`, where they are inputs. An answer without an id means that the object is gone. */
export interface Lifecycle {
  configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
  check(olds: Bag, news: Bag): Promise<{ inputs: Bag; failures: CheckFailure[] }>;
  diff(id: string, olds: Bag, news: Bag): Promise<DiffAnswer>;
  create(inputs: Bag): Promise<{ id: string; outs: Bag }>;
  read(id: string, props: Bag): Promise<{ id?: string; props?: Bag; inputs?: Bag }>;
  update(id: string, olds: Bag, news: Bag): Promise<{ outs: Bag }>;
  delete(id: string, props: Bag): Promise<void>;
}

/**
 * An object exists, but not yet as declared. The engine keeps its id and outputs, and the next update continues where this
 * one stopped. `properties` must hold everything that is known, the one-time secret token included.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  constructor(
    readonly id: string,
    readonly properties: Bag,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
  }
}

/** Runs the steps that follow the first remote write; whatever fails there becomes a {@link PartialFailure}. */
export async function afterFirstWrite<T>(
  id: string,
  properties: () => Bag,
  what: string,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    throw new PartialFailure(id, properties(), [`${what}: ${withAdvice(error)}`]);
  }
}
