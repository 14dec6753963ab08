import { relative } from "node:path";
import { visible } from "../../report/render/readable";
import type { Project } from "../../tesseral";
import type { NewFile } from "../replaceFiles";
import type { ImportPlan } from "./plan";
import type { Target } from "./target";

/** What an import found and did. */
export interface Imported {
  stack: string;
  project: Project;
  plan: ImportPlan;
  files: readonly NewFile[];
  target: Target;
  /** Organizations in the tenant, those of them that stacks manage or entries adopt already, and those that were chosen. */
  organizations: number;
  managed: number;
  chosen: number;
  /** False of `--dry-run`. */
  isWritten: boolean;
  /** Whether the stack reads its customers where they were written. */
  isRead: boolean;
}

/** For people. */
export function report(imported: Imported): string {
  const { stack, project, plan, files, target, organizations, managed, chosen, isWritten, isRead } = imported;
  const { proposals, adoptions, skipped } = plan;
  const name = project.displayName ? ` (${visible(project.displayName)})` : "";
  const notes = proposals.flatMap(({ name: customer, notes: left }) => left.map((note) => `${customer}: ${note}`));
  const lines = [
    `Stack ${stack}, Tesseral project ${project.id}${name}: ${count(organizations, "organization")}` +
      `${managed > 0 ? `, ${managed} declared already` : ""}${chosen < organizations - managed ? `, ${chosen} chosen` : ""}.`,
  ];
  if (files.length === 0) {
    lines.push(chosen === 0 ? "There is nothing to import." : "Nothing was written.");
  } else {
    const did = isWritten ? "Wrote" : "Would write";
    lines.push(`${did} ${contentsOf(plan)} into ${target.shown}${target.kind === "folder" ? "/" : ""}.`);
  }
  for (const { name: entry, id } of adoptions) {
    lines.push(
      `Entry ${entry} adopts ${id} now: what it declares is what the next update sets; its keys are left alone.`,
    );
  }
  if (skipped.length > 0) {
    lines.push("", `${count(skipped.length, "organization")} left out:`);
    lines.push(
      ...skipped.map(({ id, displayName, reason }) => `  ${id} ${visible(JSON.stringify(displayName))}: ${reason}`),
    );
  }
  if (notes.length > 0) {
    lines.push("", "Left alone, as comments in the entries say:", ...shortened(notes));
  }
  if (!isWritten) {
    const shown = files.flatMap(({ file, text }) => ["", `# ${relative(process.cwd(), file)}`, text.trimEnd()]);
    return `${[...lines, ...shown].join("\n")}\n`;
  }
  if (files.length > 0) {
    const reads = isRead ? [] : [`  pulumi config set tesseral:customersFile ${target.shown} --stack ${stack}`];
    lines.push(
      ...["", "Names of entries can be changed freely until the first update. Then:", ...reads],
      ...[`  pulumi preview --stack ${stack}`, `  pulumi up --stack ${stack}`],
    );
  }
  return `${lines.join("\n")}\n`;
}

function contentsOf({ proposals, adoptions }: ImportPlan): string {
  const [roles, keys] = (["roles", "apiKeys"] as const).map((field) =>
    proposals.reduce((sum, { entry }) => sum + Object.keys(entry[field] ?? {}).length, 0),
  );
  return `${count(proposals.length + adoptions.length, "customer")} with ${count(roles ?? 0, "role")} and ${count(keys ?? 0, "API key")}`;
}

/** A few, and how many more. */
function shortened(notes: readonly string[]): string[] {
  const shown = notes.slice(0, 10).map((note) => `  ${note}`);
  return notes.length > shown.length ? [...shown, `  … and ${notes.length - shown.length} more`] : shown;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** For programs. */
export function jsonOf({ stack, project, plan, files, organizations, managed, chosen, isWritten }: Imported): string {
  const { proposals, adoptions, skipped } = plan;
  const result = {
    ...{ stack, project: project.id, organizations, managed, chosen, written: isWritten },
    files: files.map(({ file }) => file),
    customers: proposals.map(({ name, entry, notes }) => ({ name, ...entry, leftAlone: notes })),
    adoptions: adoptions.map(({ name, id }) => ({ name, adopt: id })),
    leftOut: skipped,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
