import type { Finding } from "../../report/inventory";
import { columns } from "../../report/render/columns";
import type { StackAndTenant } from "../stackAndTenant";

const titles: Record<Finding["finding"], string> = {
  interrupted: "Creations that were interrupted",
  shared: "Managed twice",
  unknown: "In Tesseral, unknown to the stack",
  gone: "In the stack, gone from Tesseral",
  expiring: "Keys that end soon",
  old: "Keys that are older than --max-age",
};

/** The findings for people: a table for each sort, and under it the ways out. */
export function report(stacks: readonly StackAndTenant[], findings: readonly Finding[]): string {
  const lines = stacks.map(
    ({ stack, project, resources }) =>
      `Stack ${stack}: ${resources.length} resources in Tesseral project ${project.id}${project.displayName ? ` (${project.displayName})` : ""}`,
  );
  for (const [finding, title] of Object.entries(titles)) {
    const these = findings.filter((one) => one.finding === finding);
    if (these.length > 0) {
      const plural = stacks.length === 1 ? title : title.replace("the stack", "the stacks");
      lines.push("", bold(`${plural}:`), table(these), "", ...waysOut(these));
    }
  }
  if (findings.length === 0) {
    lines.push(stacks.length === 1 ? "The stack and Tesseral agree." : "The stacks and Tesseral agree.");
  }
  return `${lines.join("\n")}\n`;
}

/** Rows in columns, without lines between them. */
export function table(rows: readonly { kind: string; id?: string; text: string }[]): string {
  const withIds = rows.some(({ id }) => id !== undefined);
  return columns(rows.map(({ kind, id = "", text }) => (withIds ? [kind, id, text] : [kind, text]))).join("\n");
}

/** Each command once: several findings can have the same way out. */
function waysOut(findings: readonly Finding[]): string[] {
  return [...new Set(findings.flatMap(({ commands }) => commands.map(({ to, run }) => `  to ${to}: ${run}`)))];
}

function bold(text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text;
}
