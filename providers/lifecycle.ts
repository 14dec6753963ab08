import type * as pulumi from "@pulumi/pulumi";

/** A bag of plain values as they travel between the engine and a provider. */
export type Bag = Record<string, unknown>;

/** What Pulumi puts in the place of a value that a preview cannot know. Source: Pulumi's `rpc.unknownValue`. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface CheckFailure {
  property: string;
  reason: string;
}

/** The methods of a dynamic provider that every resource of this package has. */
export interface Lifecycle {
  configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
  check(olds: Bag, news: Bag): Promise<{ inputs: Bag; failures: CheckFailure[] }>;
  diff(id: string, olds: Bag, news: Bag): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Bag): Promise<{ id: string; outs: Bag }>;
  read(id: string, props: Bag): Promise<{ id?: string; props?: Bag; inputs?: Bag }>;
  update(id: string, olds: Bag, news: Bag): Promise<{ outs: Bag }>;
  delete(id: string, props: Bag): Promise<void>;
}

/**
 * An object exists, but not yet as declared. The engine keeps its id and outputs, and the next update goes on where this
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
    throw new PartialFailure(id, properties(), [`${what}: ${messageOf(error)}`]);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The lifecycle with every error made fit for the terminal: without secrets, without stack.
 *
 * The engine shows an error's message beside the resource. What Pulumi's provider process writes besides, `${error}: ${error.stack}`
 * in the midst of the stack's own messages, cannot be helped; so it is made one short line that repeats nothing.
 */
export function presentable(lifecycle: Lifecycle, scrub: (text: string) => string): Lifecycle {
  const clean =
    <A extends unknown[], R>(name: string, method: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        return await method(...args);
      } catch (error) {
        const shown = error instanceof Error ? error : new Error(String(error));
        shown.message = scrub(shown.message);
        shown.stack = `${name} failed`;
        Object.defineProperty(shown, "toString", { value: () => "pulumi-tesseral" });
        if (shown instanceof PartialFailure) {
          shown.reasons.splice(0, Number.POSITIVE_INFINITY, ...shown.reasons.map(scrub));
        }
        throw shown;
      }
    };
  return {
    configure: clean("configure", lifecycle.configure),
    check: clean("check", lifecycle.check),
    diff: clean("diff", lifecycle.diff),
    create: clean("create", lifecycle.create),
    read: clean("read", lifecycle.read),
    update: clean("update", lifecycle.update),
    delete: clean("delete", lifecycle.delete),
  };
}
