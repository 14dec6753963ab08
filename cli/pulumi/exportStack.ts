import { isRecord } from "../../config/isRecord";
import { CodedError } from "../../errors/coded";
import type { ExportedStack } from "../../providers/exportedStack";
import type { PulumiProject } from "./project";

type Resource = NonNullable<NonNullable<ExportedStack["deployment"]>["resources"]>[number];

/** The fields of a stored resource that this package reads; the others are more than half of it. */
const read = new Set(["urn", "type", "id", "parent", "inputs", "outputs", "protect", "delete"]);

/**
 * What `pulumi stack export` prints, as far as this package reads it. Resources are read one by one: the text of five thousand customers takes
 * 40 MB, and whole as objects three times as much.
 */
export async function exportStack(project: PulumiProject, args: readonly string[]): Promise<ExportedStack> {
  const { JSONParser } = await import("@streamparser/json");
  const resources: Resource[] = [];
  const deployment: NonNullable<ExportedStack["deployment"]> = { resources };
  const parser = new JSONParser({
    paths: ["$.deployment.resources.*", "$.deployment.manifest", "$.deployment.pending_operations"],
    keepStack: false,
  });
  const once = sharing();
  parser.onValue = ({ key, value }) => {
    if (typeof key === "number") {
      resources.push(once(slim(value as object)) as Resource);
    } else {
      Object.assign(deployment, { [String(key)]: value });
    }
  };
  await project.pulumi(["stack", "export", ...args], undefined, undefined, (text) => parser.write(text));
  if (!parser.isEnded) {
    throw new CodedError("TSL-PULUMI-FAILED", "what `pulumi stack export` printed is cut off: run the command again");
  }
  return { deployment };
}

/** The resource without what is not read, such as the line of code in the inputs and outputs of each of ours. */
function slim(resource: object): Resource {
  const kept = Object.entries(resource).flatMap(([name, value]) =>
    read.has(name) ? [[name, name.endsWith("puts") && isRecord(value) ? withoutCode(value) : value]] : [],
  );
  return Object.fromEntries(kept);
}

/** A copy, since an object from which a property was deleted takes several times the memory. */
function withoutCode({ __provider, ...bag }: Record<string, unknown>): Record<string, unknown> {
  return bag;
}

/** Keeps equal texts, of which there are many, only once in memory. */
function sharing(): (value: unknown) => unknown {
  const known = new Map<string, string>();
  const once = (value: unknown): unknown => {
    if (typeof value === "string") {
      const same = known.get(value);
      if (same === undefined) {
        known.set(value, value);
      }
      return same ?? value;
    }
    if (isRecord(value)) {
      for (const [name, one] of Object.entries(value)) {
        value[name] = once(one);
      }
    }
    return value;
  };
  return once;
}
