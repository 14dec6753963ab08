/** The review as a comment of a pull request: the summary first, details folded, and never longer than a comment may be. */

import { type Level, levels } from "../effects";
import { shortTime } from "../inWords";
import { readable } from "../readable";
import type { CustomerChange, Review, StackReview } from "../review";
import { headline } from "../reviewOf";
import { eventSentence, inTime, levelWords, operations, sentence, workWords } from "./sentence";

/** GitHub refuses a longer comment. Counted in bytes, which are never fewer than its characters. */
export const longestComment = 65_536;

/** A part of the comment in several forms, the longest first. */
interface Part {
  /** What is shortened first: a higher number before a lower one. */
  patience: number;
  forms: string[];
}

export function markdownReview(review: Review): string {
  const { stacks } = readable(review);
  const parts = [[{ patience: 0, forms: [`${hiddenMark(stacks)}\n`] }], ...stacks.map(partsOf)].flat();
  return fitted(parts, longestComment - 1);
}

/** The mark by which a program finds its earlier comment. Readers do not see it. */
function hiddenMark(stacks: readonly StackReview[]): string {
  const names = stacks.map(({ project, stack }) => `${project}/${stack}`.replaceAll("--", "- -").replaceAll(">", ""));
  return `<!-- pulumi-tesseral review: ${names.join(" ")} -->`;
}

function partsOf(stack: StackReview): Part[] {
  const { messages, changes, counts, raw, work, totals, complete } = stack;
  const of = (level: Level) => changes.filter((one) => one.level === level);
  const errors = messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
  const others = messages
    .filter(({ severity }) => severity !== "error")
    .map(({ severity, text }) => `${severity}: ${text}`);
  const doubts = [
    ...counts.differences.map((one) => `The counts do not add up: ${one}.`),
    ...raw.map((one) => `Not understood: ${one}`),
    ...(totals.customers === undefined && complete
      ? ["Unchanged customers are not in this preview: make it with --show-sames."]
      : []),
  ];
  return [
    fixed(`### ${stack.stack === "" ? "Customers" : `Customers of stack ${escaped(stack.stack)}`}\n`),
    ...(errors.length > 0 ? [block(1, "", errors.map(fenced))] : []),
    fixed(`**${escaped(headline(stack))}**\n`),
    ...levels.flatMap((level) => section(level, of(level))),
    ...foldedBlock(
      5,
      stack.others.length === 0 ? "" : "Not customers",
      stack.others.map((one) => `- ${escaped(one.name)} (${escaped(one.type)}): ${operations(one.operations)}`),
    ),
    ...horizon(stack),
    ...foldedBlock(6, others.length === 0 ? "" : "What the preview said", others.map(fenced)),
    ...(doubts.length > 0
      ? [
          block(
            2,
            "",
            doubts.map((one) => `> ${escaped(one)}`),
          ),
        ]
      : []),
    ...(complete || changes.length > 0 ? [fixed(`${escaped(workWords(work))}${next(stack)}\n`)] : []),
  ];
}

function next({ horizon: { events }, time }: StackReview): string {
  const event = events.find(({ overdue }) => !overdue);
  return event === undefined ? "" : ` · next: ${escaped(eventSentence(event))} ${inTime(event, time)}`;
}

/** The customers of a level: each with its changes, with the first of them, or by name only. */
function section(level: Level, customers: readonly CustomerChange[]): Part[] {
  if (customers.length === 0) {
    return [];
  }
  const heading = `${levelWords[level]} (${customers.length})`;
  const full = customers.map((one) => {
    const changes = one.changes.map(
      (change) =>
        `${change.level === "notice" ? "❗ " : ""}${escaped(sentence(change))}${change.detail === undefined ? "" : ` — ${escaped(change.detail)}`}`,
    );
    return changes.length === 1
      ? `- ${label(one)}: ${changes[0]}`
      : `- ${label(one)}\n${changes.map((change) => `  - ${change}`).join("\n")}`;
  });
  const short = customers.map((one) => {
    const more = one.changes.length - 1;
    const first = one.changes[0];
    return `- ${label(one)}: ${first === undefined ? "" : escaped(cut(sentence(first), 120))}${more > 0 ? ` (and ${more} more)` : ""}`;
  });
  const names = [customers.map(({ name }) => code(name)).join(", ")];
  const isFolded = level !== "notice";
  const patience = level === "notice" ? 7 : level === "rotation" ? 9 : 10;
  const forms = [full, short, names].map((lines) => (isFolded ? folded(heading, lines) : open(heading, lines)));
  return [
    {
      patience,
      forms: [
        ...forms,
        ...cuts(
          heading,
          customers.map(({ name }) => code(name)),
          isFolded,
        ),
      ],
    },
  ];
}

/** The first so many names. */
function cuts(heading: string, names: readonly string[], isFolded: boolean): string[] {
  return [200, 50, 0]
    .filter((size) => size < names.length)
    .map((size) => {
      const shown = [
        ...names.slice(0, size),
        `${size === 0 ? "" : "and "}${names.length - size} more: \`pulumi-tesseral review\` names them`,
      ];
      return isFolded ? folded(heading, [shown.join(", ")]) : open(heading, [shown.join(", ")]);
    });
}

function horizon({ horizon: { events, until, period }, time }: StackReview): Part[] {
  if (events.length === 0) {
    return [];
  }
  const heading = `Until ${shortTime(until)} (${period}): ${events.length}`;
  const lines = events.map(
    (event) => `- ${shortTime(event.time)}: ${escaped(eventSentence(event))} ${inTime(event, time)}`,
  );
  return [
    {
      patience: 11,
      forms: [lines.length, 100, 20].map((size) =>
        folded(heading, [
          ...lines.slice(0, size),
          ...(size < lines.length ? [`- and ${lines.length - size} more`] : []),
        ]),
      ),
    },
  ];
}

function fixed(text: string): Part {
  return { patience: 0, forms: [`${text}\n`] };
}

/** Lines of which the last can be left out. */
function block(patience: number, heading: string, lines: readonly string[]): Part {
  const first = (size: number) => {
    const shown = [...lines.slice(0, size), ...(size < lines.length ? [`_and ${lines.length - size} more_`] : [])];
    return heading === "" ? `${shown.map((one) => cut(one, 20_000)).join("\n\n")}\n\n` : folded(heading, shown);
  };
  return { patience, forms: [lines.length, 50, 10, 1].map(first) };
}

function foldedBlock(patience: number, heading: string, lines: readonly string[]): Part[] {
  return heading === "" ? [] : [block(patience, heading, lines)];
}

function open(heading: string, lines: readonly string[]): string {
  return `#### ${heading}\n\n${lines.join("\n")}\n\n`;
}

function folded(heading: string, lines: readonly string[]): string {
  return `<details><summary>${heading}</summary>\n\n${lines.join("\n")}\n\n</details>\n\n`;
}

function label({ displayName, name, renamedFrom }: CustomerChange): string {
  const before = renamedFrom === undefined ? "" : `, so far ${code(renamedFrom)}`;
  return displayName === name ? `**${code(name)}**${before}` : `**${escaped(displayName)}** (${code(name)}${before})`;
}

/** Names in files are letters, digits and hyphens; those in programs may be anything. */
function code(name: string): string {
  return /^[\w.-]+$/.test(name) ? `\`${name}\`` : escaped(name);
}

/** A text as it is: nothing in it formats, mentions somebody, or is a tag, a formula, a link or an emoji's name. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]#|~!$]/g, "\\$&")
    .replaceAll(/:(?=\/\/|[\w+-]+:)|(?<=\bwww)\./gi, "\\$&")
    .replaceAll("@", "@<!-- -->")
    .replaceAll(/\s*\n\s*/g, " ");
}

/** A text of several lines as it is. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The parts in the longest forms that fit together: the least important is shortened first. */
function fitted(parts: readonly Part[], longest: number): string {
  const chosen = parts.map((part) => ({ ...part, form: 0 }));
  const size = () => chosen.reduce((sum, { forms, form }) => sum + Buffer.byteLength(forms[form] ?? ""), 0);
  while (size() > longest) {
    const [shortenable] = chosen
      .filter(({ forms, form }) => form < forms.length - 1)
      .sort((one, other) => other.patience - one.patience || one.form - other.form);
    if (shortenable === undefined) {
      break;
    }
    shortenable.form += 1;
  }
  const text = chosen.map(({ forms, form }) => forms[form] ?? "").join("");
  return `${(Buffer.byteLength(text) <= longest ? text : firstBytes(text, longest)).trimEnd()}\n`;
}

/** Cuts a comment that is still too long, which only many stacks or endless messages can make. */
function firstBytes(text: string, longest: number): string {
  const note = "\n\n… cut off here: `pulumi-tesseral review` shows all.";
  let end = longest - Buffer.byteLength(note);
  const bytes = Buffer.from(text);
  // Not within a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end -= 1;
  }
  return `${bytes.subarray(0, end).toString("utf8")}${note}`;
}
