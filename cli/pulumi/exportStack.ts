import { isRecord } from "../../config/isRecord";
import { coded } from "../../errors/coded";
import type { ExportedStack } from "../../providers/exportedStack";
import type { PulumiProject } from "./project";

type Resource = NonNullable<NonNullable<ExportedStack["deployment"]>["resources"]>[number];

/** Of a resource in a state, what this package reads; the rest is more than half of it. */
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
  parser.onValue = ({ key, value }) => {
    if (typeof key === "number") {
      resources.push(slim(value as object));
    } else {
      Object.assign(deployment, { [String(key)]: value });
    }
  };
  await project.pulumi(["stack", "export", ...args], undefined, undefined, (text) => parser.write(text));
  if (!parser.isEnded) {
    throw new Error(
      coded("TSL-PULUMI-FAILED", "what `pulumi stack export` printed does not end as JSON does: run the command again"),
    );
  }
  return { deployment };
}

/** The resource without what is not read, among it the line of code that every one of ours has in inputs and outputs. */
function slim(resource: object): Resource {
  const kept = Object.fromEntries(Object.entries(resource).filter(([name]) => read.has(name)));
  for (const bag of [kept.inputs, kept.outputs]) {
    if (isRecord(bag)) {
      delete bag.__provider;
    }
  }
  return kept as unknown as Resource;
}
