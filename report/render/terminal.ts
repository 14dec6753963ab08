/** The review for a terminal: a paragraph for each customer, what is noticed most first. */
import stringWidth from "string-width";
import { levels } from "../effects";
import { shortTime } from "../inWords";
import { readable } from "../readable";
import type { Change, CustomerChange, Review, StackReview } from "../review";
import { headline } from "../reviewOf";
import { eventSentence, inTime, levelWords, operations, sentence, workWords } from "./sentence";

interface TerminalOptions {
  color: boolean;
  /** The column at which lines are broken; absent: they are not broken. */
  columns?: number;
}

/** Labels of customers that are wider than this are not put beside their changes. */
const widestLabel = 32;
/** The least width of texts, however narrow the terminal is. */
const narrowest = 40;
/** How many events are listed. */
const listedEvents = 20;

/** Numbers of the escape sequences of terminals (ECMA-48 SGR). */
const styles = {
  none: "",
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  boldRed: "1;31",
  boldYellow: "1;33",
};
type Style = keyof typeof styles;

export function terminalReview(review: Review, options: TerminalOptions): string {
  const { stacks } = readable(review);
  return stacks.map((stack) => `${new Page(stack, options).lines().join("\n")}\n`).join("\n");
}

class Page {
  readonly #stack: StackReview;
  readonly #options: TerminalOptions;
  readonly #labelWidth: number;

  constructor(stack: StackReview, options: TerminalOptions) {
    this.#stack = stack;
    this.#options = options;
    const labels = stack.changes.map((change) => stringWidth(labelOf(change)));
    this.#labelWidth = Math.min(widestLabel, Math.max(0, ...labels));
  }

  lines(): string[] {
    const { messages, changes, complete } = this.#stack;
    const blocks = [
      messages.filter(({ severity }) => severity === "error").flatMap((one) => this.#message(one.severity, one.text)),
      this.#headline(),
      ...levels.map((level) =>
        this.#section(
          level,
          changes.filter((one) => one.level === level),
        ),
      ),
      this.#others(),
      complete || changes.length > 0 ? this.#horizon() : [],
      messages.filter(({ severity }) => severity !== "error").flatMap((one) => this.#message(one.severity, one.text)),
      this.#doubts(),
      complete || changes.length > 0 ? this.#footer() : [],
    ];
    return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ["", ...block]));
  }

  #headline(): string[] {
    const { stack, project, complete } = this.#stack;
    const where = [stack === "" ? [] : `stack ${stack}`, project === "" ? [] : `project ${project}`].flat().join(", ");
    const gap = " ".repeat(8);
    const fits = stringWidth(headline(this.#stack)) + gap.length + stringWidth(where) <= this.#columns;
    const [first = "", ...rest] = wrapped(headline(this.#stack), this.#columns);
    const style: Style = complete ? "bold" : "boldRed";
    return [
      `${this.#style(style, first)}${fits && where !== "" ? `${gap}${where}` : ""}`,
      ...rest.map((line) => `  ${this.#style(style, line)}`),
      ...(fits || where === "" ? [] : [`  ${where}`]),
    ];
  }

  /** A line, with what does not fit below it, indented. */
  #broken(text: string, indent = "  "): string[] {
    const [, before = "", rest = ""] = /^( *)(.*)$/s.exec(text) ?? [];
    const room = Math.max(narrowest, this.#columns - before.length - indent.length);
    return wrapped(rest, room).map((line, index) => (index === 0 ? `${before}${line}` : `${before}${indent}${line}`));
  }

  get #columns(): number {
    return this.#options.columns ?? Number.POSITIVE_INFINITY;
  }

  #section(level: keyof typeof levelWords, changes: readonly CustomerChange[]): string[] {
    if (changes.length === 0) {
      return [];
    }
    const style: Style = level === "notice" ? "boldRed" : level === "rotation" ? "boldYellow" : "bold";
    return [
      this.#style(style, `${levelWords[level]} (${changes.length})`),
      ...changes.flatMap((one) => this.#customer(one)),
    ];
  }

  #customer(customer: CustomerChange): string[] {
    const label = labelOf(customer);
    const lines = customer.changes.flatMap((change) => this.#change(change));
    const indent = " ".repeat(2 + this.#labelWidth + 2);
    const first = `  ${this.#style("bold", label)}`;
    if (stringWidth(label) > this.#labelWidth) {
      return [first, ...lines.map((line) => `${indent}${line}`)];
    }
    return lines.map((line, index) =>
      index === 0 ? `${first}${" ".repeat(this.#labelWidth - stringWidth(label) + 2)}${line}` : `${indent}${line}`,
    );
  }

  #change(change: Change): string[] {
    const sign = signOf(change);
    const style: Style =
      change.level === "notice" ? "red" : change.level === "rotation" ? "yellow" : sign === "+" ? "green" : "none";
    const detail = change.detail === undefined ? "" : `   ${change.detail}`;
    const room = (this.#options.columns ?? Number.POSITIVE_INFINITY) - this.#labelWidth - 6;
    return wrapped(`${sentence(change)}${detail}`, Math.max(narrowest, room)).map(
      (line, index) =>
        `${index === 0 ? this.#style(style, sign) : " "} ${change.level === "notice" ? this.#style("red", line) : line}`,
    );
  }

  #others(): string[] {
    const { others } = this.#stack;
    const lines = others.flatMap(({ name, type, operations: found }) =>
      this.#broken(`  ${name} (${type}): ${operations(found)}`),
    );
    return lines.length === 0 ? [] : [this.#style("bold", "Not customers"), ...lines];
  }

  #horizon(): string[] {
    const { horizon, time } = this.#stack;
    if (horizon.events.length === 0) {
      return [];
    }
    const rows = horizon.events
      .slice(0, listedEvents)
      .flatMap((event) => this.#broken(`  ${shortTime(event.time)}  ${eventSentence(event)} ${inTime(event, time)}`));
    const more = horizon.events.length - listedEvents;
    return [
      this.#style("bold", `Until ${shortTime(horizon.until)} (${horizon.period})`),
      ...rows,
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ];
  }

  #message(severity: string, text: string): string[] {
    const style: Style = severity === "error" ? "red" : severity === "warning" ? "yellow" : "dim";
    const [first = "", ...rest] = text.split("\n");
    const [start = "", ...more] = this.#broken(`${severity}: ${first}`);
    const styled = `${this.#style(style, `${severity}:`)}${start.slice(severity.length + 1)}`;
    return [styled, ...more, ...rest.flatMap((line) => this.#broken(`  ${line}`))];
  }

  #doubts(): string[] {
    const { counts, raw, totals, complete } = this.#stack;
    return [
      ...counts.differences.map((one) => `The counts do not add up: ${one}.`),
      ...raw.map((one) => `Not understood: ${one}`),
      ...(totals.customers === undefined && complete
        ? ["Unchanged customers are not in this preview: make it with --show-sames."]
        : []),
    ].flatMap((line) => this.#broken(line));
  }

  #footer(): string[] {
    const { work, horizon, time } = this.#stack;
    const next = horizon.events.find(({ overdue }) => !overdue);
    const ahead = next === undefined ? [] : [`next: ${eventSentence(next)} ${inTime(next, time)}`];
    return this.#broken([workWords(work), ...ahead].join(" · "));
  }

  #style(style: Style, text: string): string {
    return this.#options.color && style !== "none" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
  }
}

function labelOf({ displayName, name }: CustomerChange): string {
  return displayName === name ? name : `${displayName} (${name})`;
}

const added = new Set(["create", "adopt", "key-added"]);
const removed = new Set(["release"]);

function signOf({ effect, level }: Change): string {
  return level === "notice"
    ? "!"
    : level === "rotation"
      ? "↻"
      : added.has(effect)
        ? "+"
        : removed.has(effect)
          ? "-"
          : "~";
}

/** The text broken at blanks; a word that is too long stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = word.trimStart();
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
