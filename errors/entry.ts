/** What is known of one kind of error. Texts are Markdown without links; commands stand in backticks. */
export interface Entry {
  /** In a few words, as a title. */
  summary: string;
  /** What happened, and why that stops something. */
  happened: string;
  /** Whether anything was changed. */
  changed: string;
  /** What to do, in this order, with the commands. */
  todo: string[];
  /** How messages begin or read that are not written beside the code: those of the client, which knows no codes. */
  says?: string[];
  /** Where to read on: a page of docs/, perhaps with an anchor. */
  page: string;
}

/** Entries by their codes: which codes there are is part of the type, and what they say is not. */
export function entries<Code extends string>(given: Record<Code, Entry>): Record<Code, Entry> {
  return given;
}

/** What most refusals say of what was changed. */
export const nothing = "Nothing was created, changed or deleted.";

/** The same of commands that only look. */
export const nothingByCommand = "Nothing. The command stopped before it changed anything.";
