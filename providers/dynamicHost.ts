/** Makes the resources Pulumi's dynamic ones: everything that only this host needs is here. */
import * as pulumi from "@pulumi/pulumi";
import { codedOr } from "../errors/coded";
import { withAdvice } from "./advice";
import { keepCallersFrame } from "./callersFrame";
import { requireArgs } from "./given";
import { type Bag, type Lifecycle, PartialFailure, unknownValue } from "./lifecycle";
import { managedBy } from "./managedBy";
import { type HandlerName, type ResourceType, resourceTypes } from "./resourceTypes";

/** What Pulumi puts in the place of a value that a preview cannot know. Source: Pulumi's `rpc.unknownValue`. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The text in every resource's `__provider`: it makes Pulumi's dynamic provider process load this package's
 * compiled provider, found from the program's folder. The code itself is never serialized, so a fix reaches what already
 * exists, and an upgrade shows no difference.
 *
 * The text is frozen forever: one changed byte would be an update of every resource. What may change is behind
 * `pulumi-tesseral/provider`.
 */
export function bootstrap(handler: HandlerName): string {
  return `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").${handler}`;
}

/**
 * The properties that a class registers its resource with. Pulumi makes an output of each that is named here, so what only
 * Tesseral knows is named too; of a look-up, everything.
 * @throws pulumi.RunError if there is no name, or if the arguments are not what `inputs` can hold
 */
export function propertiesOf(
  handler: HandlerName,
  name: string,
  args: object,
  inputs: readonly string[],
  outputs: readonly string[],
): Bag {
  requireArgs(resourceTypes[handler].kind, name, args, inputs);
  const named = Object.fromEntries(outputs.map((output) => [output, undefined]));
  return { ...named, ...args, managedBy: managedBy(name), __provider: bootstrap(handler) };
}

/** A resource of this package. */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor({ token }: ResourceType, name: string, properties: Bag, opts: pulumi.CustomResourceOptions | undefined) {
    const restore = keepCallersFrame("resource");
    try {
      super(token, name, properties, opts);
    } finally {
      restore();
    }
  }
}

/**
 * Gives a class an output for each of these arguments where it is left out: there it is undefined. To name them all as
 * {@link propertiesOf} does would double what an organization costs the program, since Pulumi keeps four promises for each.
 */
export function absentOutputs(type: { prototype: object }, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(type.prototype, name, {
      configurable: true,
      get: () => pulumi.output(undefined),
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}

/**
 * A lifecycle as Pulumi's dynamic provider process calls it: with its own text in every bag and for what is unknown, and
 * with errors made fit for the terminal.
 *
 * The engine shows an error's message beside the resource. The process also writes `${error}: ${error.stack}` among the
 * stack's own messages, which cannot be prevented; so it is made one short line that repeats nothing.
 */
export function hosted(lifecycle: Lifecycle, scrub: (text: string) => string): Lifecycle {
  const presentable = async <R>(method: keyof Lifecycle, work: Promise<R>, bag: Bag = {}): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      const shown = error instanceof Error ? error : new Error(String(error));
      shown.message = scrub(codedOr("TSL-UNEXPECTED", withAdvice(error)));
      shown.stack = `${method} failed`;
      Object.defineProperty(shown, "toString", { value: () => "pulumi-tesseral" });
      if (shown instanceof PartialFailure) {
        shown.reasons.splice(
          0,
          Number.POSITIVE_INFINITY,
          ...shown.reasons.map((reason) => scrub(codedOr("TSL-UNEXPECTED", reason))),
        );
        // Without its text the engine could neither refresh nor delete what exists.
        Object.assign(shown.properties, "__provider" in bag && { __provider: bag.__provider });
      }
      throw shown;
    }
  };
  return {
    configure: (request) => presentable("configure", lifecycle.configure(request)),
    check: async (olds, news) => {
      const answer = await presentable("check", lifecycle.check(entering(olds), entering(news)));
      return { ...answer, inputs: exchanged(answer.inputs, unknownValue, unknownText) };
    },
    diff: (id, olds, news) => presentable("diff", lifecycle.diff(id, entering(olds), entering(news))),
    create: (inputs) => presentable("create", lifecycle.create(entering(inputs)), inputs),
    read: (id, props) => presentable("read", lifecycle.read(id, entering(props))),
    update: (id, olds, news) => presentable("update", lifecycle.update(id, entering(olds), entering(news)), news),
    delete: (id, props) => presentable("delete", lifecycle.delete(id, entering(props))),
  };
}

/** A bag as a lifecycle takes it. */
function entering({ __provider, ...bag }: Bag): Bag {
  return exchanged(bag, unknownText, unknownValue);
}

function exchanged(bag: Bag, from: unknown, to: unknown): Bag {
  const exchange = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(exchange);
    }
    return value === from ? to : value;
  };
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, exchange(value)]));
}
