import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readYaml } from "../../config/yamlSource";
import { CodedError } from "../../errors/coded";
import { adoptedFiles } from "../adoptLines";
import type { NewFile } from "../replaceFiles";
import { entryLines, indented } from "./entryText";
import { withEntries } from "./mergeEntries";
import type { ImportPlan, Proposal } from "./plan";
import { schemaLine, type Target } from "./target";

/** The new content of the files. Throws when one cannot be edited without changing other parts of it. */
export function importedFiles({ proposals, adoptions }: ImportPlan, target: Target, root: string): NewFile[] {
  const lines = adoptions.flatMap(({ customer: { place, adopt }, id, children }) => [
    ...(adopt === undefined ? [{ place, id }] : []),
    ...children.map((child) => ({ place: { ...place, at: [...place.at, child.field, child.name] }, id: child.id })),
  ]);
  const files = new Map(adoptedFiles(lines).map((each) => [each.file, each]));
  if (target.kind === "folder") {
    for (const proposal of proposals) {
      const file = join(target.path, `${proposal.name}.yaml`);
      if (existsSync(file)) {
        throw new CodedError(
          "TSL-ENTRIES",
          `${file} exists already and is not a file of the stack's customers: move it away, and run this again`,
        );
      }
      files.set(file, { file, text: fileOf(proposal, root, target.path) });
    }
  } else if (proposals.length > 0) {
    const { path: file, at, shown } = target;
    const present = files.get(file)?.text ?? (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    const text = present === undefined ? newFile(proposals, root, file) : withEntries(present, shown, at, proposals);
    files.set(file, { file, text });
  }
  return [...files.values()];
}

function newFile(proposals: readonly Proposal[], root: string, file: string): string {
  if (file.endsWith(".json")) {
    const customers = Object.fromEntries(proposals.map(({ name, entry }) => [name, entry]));
    return `${JSON.stringify({ customers }, null, 2)}\n`;
  }
  // Entry by entry, since thousands at once take a lot of memory.
  const entries = proposals.map((proposal) =>
    checked(`${indented([proposal], 2).join("\n")}\n`, file, { [proposal.name]: proposal.entry }),
  );
  const head = [...schemaLine(root, dirname(file), "customers"), "customers:"].join("\n");
  return `${head}\n${entries.join("")}`;
}

function fileOf(proposal: Proposal, root: string, folder: string): string {
  const text = `${[...schemaLine(root, folder, "customer"), ...entryLines(proposal)].join("\n")}\n`;
  return checked(text, `${proposal.name}.yaml`, proposal.entry);
}

/** Checks that the text reads back as what was meant, whatever customers are called. */
function checked(text: string, file: string, wanted: unknown): string {
  if (!isDeepStrictEqual(readYaml(text, file).value, wanted)) {
    throw new CodedError(
      "TSL-ENTRIES",
      `${file} would not hold what was meant, which is a bug in pulumi-tesseral: nothing was written`,
    );
  }
  return text;
}
