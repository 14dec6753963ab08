/** The stacks of a division, with what each has. */
import { partOfEntry, partText } from "../../config/parts/part";
import { count } from "../../report/inWords";
import type { PulumiProject } from "../pulumi/project";
import { writtenConfig } from "../writtenConfig";
import { rawEntries } from "./declaredParts";
import { allParts, findParts, numberOf } from "./partStacks";

interface ListedPart {
  part: string;
  stack: string;
  /** Customers that the file declares in it. */
  declared: number;
  /** Resources in the state, as Pulumi counts them. */
  resources: number;
  /** When it was last updated, RFC 3339. */
  lastUpdate?: string;
}

interface ListedStack {
  name: string;
  lastUpdate?: string;
  resourceCount?: number;
}

/** Every part of one division, or of all. */
export async function listParts(
  project: PulumiProject,
  stack: string | undefined,
): Promise<{ rows: ListedPart[]; text: string }> {
  const listed: ListedStack[] = JSON.parse(await project.pulumi(["stack", "ls", "--json"]));
  const known = new Map(listed.map((one) => [one.name.split("/").at(-1), one]));
  const divisions = stack === undefined ? allParts(project) : [findParts(project, stack)];
  const rows = divisions.flatMap(({ base, stacks }) => {
    const [first] = stacks;
    const entries = first === undefined ? new Map() : rawEntries(project.root, writtenConfig(project, first.stack));
    const of = Math.max(...stacks.map(({ part }) => part.of));
    const counts = new Map<number, number>();
    for (const [name, entry] of entries) {
      const part = partOfEntry(name, entry, of);
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    return stacks.map((one) => {
      const { lastUpdate, resourceCount = 0 } = known.get(one.stack) ?? { name: one.stack };
      return {
        part: partText(one.part),
        stack: one.stack,
        declared: counts.get(numberOf(base, one)) ?? 0,
        resources: resourceCount,
        ...(lastUpdate !== undefined && { lastUpdate }),
      };
    });
  });
  const none =
    "No stack of this project has tesseral:part. To divide customers over stacks: npx pulumi-tesseral parts init --stack <template> --parts 50\n";
  return { rows, text: rows.length === 0 ? none : textOf(rows) };
}

function textOf(rows: readonly ListedPart[]): string {
  return `${rows
    .map(
      ({ part, stack, declared, resources, lastUpdate }) =>
        `${stack}: part ${part}, ${count(declared, "customer")} declared, ${count(resources, "resource")}, ${lastUpdate === undefined ? "never updated" : `updated ${lastUpdate}`}`,
    )
    .join("\n")}\n`;
}
