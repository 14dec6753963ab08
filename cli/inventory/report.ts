import type { Finding } from "../../report/inventory";
import { calledProject, count } from "../../report/inWords";
import { visible } from "../../report/readable";
import { columns } from "../../report/render/columns";
import { byWaysOut, withShortTimes } from "../../report/render/findings";
import type { StackAndTenant } from "../openStack";
import { calledStack, type OtherStacks, type UnreadStack } from "../otherStacks";

/** What is known of the stacks of the project besides those that were opened. */
export interface Around {
  others: OtherStacks;
  /** Stacks that should have been opened, and could not be. */
  failed: readonly UnreadStack[];
  /** Stacks that could not even be read, and that nobody excused. */
  unread: readonly UnreadStack[];
}

const titles: Record<Finding["finding"], string> = {
  interrupted: "Creations that were interrupted",
  shared: "Managed twice",
  unknown: "In Tesseral, unknown to the stack",
  gone: "In the stack, gone from Tesseral",
  expiring: "Keys that end soon",
  old: "Keys that are older than --max-age",
};

/**
 * The findings for people: a list for each kind, with the ways out under each finding.
 * @param hidden how many more there are, about customers that are not shown
 */
export function report(
  stacks: readonly StackAndTenant[],
  around: Around,
  findings: readonly Finding[],
  hidden = 0,
): string {
  const lines = stacks.map(
    ({ stack, project, resources }) =>
      `Stack ${stack}: ${count(resources.length, "resource")} in Tesseral project ${calledProject(project)}`,
  );
  lines.push(...besides(stacks, around));
  for (const [finding, title] of Object.entries(titles)) {
    const these = findings.filter((one) => one.finding === finding);
    if (these.length > 0) {
      const plural = stacks.length === 1 ? title : title.replace("the stack", "the stacks");
      lines.push("", bold(`${plural}:`), ...rowsOf(these));
    }
  }
  if (hidden > 0) {
    lines.push(
      ...(findings.length === 0 ? [] : [""]),
      `Not shown: ${count(hidden, "finding")} that --customer and --state leave out.`,
    );
  } else if (findings.length === 0) {
    lines.push(stacks.length === 1 ? "The stack and Tesseral agree." : "The stacks and Tesseral agree.");
  }
  return `${lines.join("\n")}\n`;
}

/** Stacks that are named; of the rest, only the number is told. */
const mostNamed = 5;

/** Which other stacks were looked at, and which were not. */
function besides(stacks: readonly StackAndTenant[], { others, failed, unread }: Around): string[] {
  const tenant = stacks[0]?.project.id;
  const known = others.read
    .map((one) => ({ one, held: one.resources.filter(({ projectId }) => (projectId ?? tenant) === tenant).length }))
    .filter(({ held }) => held > 0)
    .map(({ one, held }) => `${calledStack(one)}, ${count(held, "resource")}`);
  const more = known.length > mostNamed ? `; and ${count(known.length - mostNamed, "more stack")}` : "";
  return [
    ...(known.length > 0
      ? [`Known from their states, and not shown: ${known.slice(0, mostNamed).join("; ")}${more}`]
      : []),
    ...failed.map(({ stack, reason }) => `Not opened: stack ${stack}: ${reason}`),
    ...unread.map(
      ({ stack, reason }) =>
        `Not looked at: stack ${stack}: ${reason}. What it manages looks unknown here, so nothing is proposed for what is unknown. ` +
        `If nothing of this Tesseral project is in it, pass --unread-stack ${stack}`,
    ),
  ];
}

/** Rows in columns, without lines between them. */
export function table(rows: readonly { kind: string; id?: string; text: string }[]): string {
  const withIds = rows.some(({ id }) => id !== undefined);
  return columns(
    rows.map(({ kind, id = "", text }) => (withIds ? [kind, id, visible(text)] : [kind, visible(text)])),
  ).join("\n");
}

/** A row for each finding; ways out that several share follow the last of them. */
function rowsOf(findings: readonly Finding[]): string[] {
  const groups = byWaysOut(findings);
  const rows = table(groups.flat().map((one) => ({ ...one, text: withShortTimes(one.text) }))).split("\n");
  return groups.flatMap((group) => [
    ...rows.splice(0, group.length),
    ...(group[0]?.commands ?? []).map(({ to, run }) => `    to ${to}: ${visible(run)}`),
  ]);
}

function bold(text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text;
}
