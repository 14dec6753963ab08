import { relative } from "node:path";
import { calledProject, count, withNoun } from "../../report/inWords";
import { visible } from "../../report/readable";
import type { Project } from "../../tesseral";
import { partsOf } from "../parts/partStacks";
import type { PulumiProject } from "../pulumi/project";
import type { NewFile } from "../replaceFiles";
import type { EntryAdoption, ImportPlan, Proposal } from "./plan";
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
  /** What to run next. */
  commands: string[];
  /** False of `--dry-run`. */
  isWritten: boolean;
  /** Whether the stack reads its customers from where they were written. */
  isRead: boolean;
}

/** The commands for the preview and the update; of parts, for all of them, since an entry can be any part's. */
export function commandsFor(project: PulumiProject, stack: string): Pick<Imported, "commands"> {
  const parts = partsOf(project, stack);
  const all = (operation: string) => `npx pulumi-tesseral parts run ${operation} --stack ${parts?.base}`;
  return {
    commands:
      parts === undefined
        ? [`pulumi preview --stack ${stack}`, `pulumi up --stack ${stack}`]
        : [all("preview"), all("up")],
  };
}

/** For people. */
export function report(imported: Imported): string {
  const { stack, project, plan, files, target, organizations, managed, chosen, commands, isWritten, isRead } = imported;
  const { proposals, adoptions, skipped } = plan;
  const notesOf = (all: readonly (Proposal | EntryAdoption)[]) =>
    all.flatMap(({ name: customer, notes }) => notes.map((note) => `${customer}: ${note}`));
  const lines = [
    `Stack ${stack}, Tesseral project ${calledProject(project)}: ${count(organizations, "organization")}` +
      `${managed > 0 ? `, ${managed} declared already` : ""}${chosen < organizations - managed ? `, ${chosen} chosen` : ""}.`,
  ];
  if (files.length === 0) {
    lines.push(skipped.length === 0 ? "There is nothing to import." : "Nothing was written.");
  } else {
    const did = isWritten ? "Wrote" : "Would write";
    if (proposals.length > 0) {
      lines.push(`${did} ${contentsOf(proposals)} into ${target.shown}${target.kind === "folder" ? "/" : ""}.`);
    }
    if (adoptions.length > 0) {
      lines.push(
        `${did} adopt into ${adoptions.length === 1 ? "an entry" : `${adoptions.length} entries`} of ${placesOf(adoptions)}:`,
        ...adoptions.map(adoptionLine),
        "What these entries declare is what the next update sets.",
      );
    }
  }
  if (skipped.length > 0) {
    lines.push("", `${count(skipped.length, "organization")} left out:`);
    lines.push(
      ...skipped.map(({ id, displayName, reason }) => `  ${id} ${visible(JSON.stringify(displayName))}: ${reason}`),
    );
  }
  for (const [title, notes] of [
    ["Left alone, as comments in the entries say:", notesOf(proposals)],
    ["Left alone in the organizations of entries that were there:", notesOf(adoptions)],
  ] as const) {
    if (notes.length > 0) {
      lines.push("", title, ...shortened(notes));
    }
  }
  if (!isWritten) {
    const shown = files.flatMap(({ file, text }) => ["", `# ${relative(process.cwd(), file)}`, text.trimEnd()]);
    return `${[...lines, ...shown].join("\n")}\n`;
  }
  if (files.length > 0) {
    const reads = isRead ? [] : [`  pulumi config set tesseral:customersFile ${target.shown} --stack ${stack}`];
    lines.push(
      ...["", "Names of entries can be changed freely until the first update. Then:", ...reads],
      ...commands.map((command) => `  ${command}`),
    );
  }
  return `${lines.join("\n")}\n`;
}

function contentsOf(proposals: readonly Proposal[]): string {
  const [roles, keys] = (["roles", "apiKeys"] as const).map((field) =>
    proposals.reduce((sum, { entry }) => sum + Object.keys(entry[field] ?? {}).length, 0),
  );
  return `${count(proposals.length, "customer")} with ${count(roles ?? 0, "role")} and ${count(keys ?? 0, "API key")}`;
}

function placesOf(adoptions: readonly EntryAdoption[]): string {
  return [...new Set(adoptions.map(({ customer }) => customer.place.file))].join(", ");
}

function adoptionLine({ name, id, children, turnsKeysOn }: EntryAdoption): string {
  const namesOf = (field: "roles" | "apiKeys") =>
    children.filter((child) => child.field === field).map((child) => child.name);
  const on = turnsKeysOn
    ? "; its API keys are off now, and this update turns them on: apiAccess: suspended keeps them off"
    : "";
  return `  ${name}: ${[id, ...withNoun("role", namesOf("roles")), ...withNoun("key", namesOf("apiKeys"))].join(", ")}${on}`;
}

/** The first few, and how many more. */
function shortened(notes: readonly string[]): string[] {
  const shown = notes.slice(0, 10).map((note) => `  ${note}`);
  return notes.length > shown.length ? [...shown, `  … and ${notes.length - shown.length} more`] : shown;
}

/** The adopted ids by name, for roles and for keys. */
function byField(children: EntryAdoption["children"]): {
  roles: Record<string, string>;
  apiKeys: Record<string, string>;
} {
  const of = (field: "roles" | "apiKeys") =>
    Object.fromEntries(children.filter((child) => child.field === field).map(({ name, id }) => [name, id]));
  return { roles: of("roles"), apiKeys: of("apiKeys") };
}

/** For programs. */
export function jsonOf({ stack, project, plan, files, organizations, managed, chosen, isWritten }: Imported): string {
  const { proposals, adoptions, skipped } = plan;
  const result = {
    ...{ stack, project: project.id, organizations, managed, chosen, written: isWritten },
    files: files.map(({ file }) => file),
    customers: proposals.map(({ name, entry, notes }) => ({ name, ...entry, leftAlone: notes })),
    adoptions: adoptions.map(({ name, id, children, notes, turnsKeysOn }) => ({
      ...{ name, adopt: id, leftAlone: notes, turnsKeysOn },
      ...byField(children),
    })),
    leftOut: skipped,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
