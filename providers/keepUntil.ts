/** Until when a customer must not be deleted: a day in UTC, to its end, or a time. */
import { canonicalTime, epochMilliseconds, instantProblem } from "../tesseral/instant";

const dayForm = /^\d{4}-\d\d-\d\d$/;
const dayLength = 86_400_000;

/** What is wrong with a text as a day or a time, or undefined. */
export function keepUntilProblem(text: string): string | undefined {
  if (dayForm.test(text)) {
    return instantProblem(midnightOf(text));
  }
  return /^\d{4}-\d\d-\d\dT/.test(text)
    ? instantProblem(text)
    : "must be a day, such as 2030-12-31, or a time in RFC 3339, with its offset, such as 2030-12-31T12:00:00Z";
}

/**
 * A day or a time in one form. A midnight in UTC becomes its day: YAML readers in Go, such as Pulumi, turn a day into its midnight, and
 * of the two meanings this is the longer one. Anything else is returned as it is.
 */
export function canonicalKeepUntil(value: unknown): unknown {
  const time = canonicalTime(value);
  return typeof time === "string" ? time.replace(/T00:00:00Z$/, "") : time;
}

/** When a customer that is kept until then may be deleted, in milliseconds since 1970; undefined if the text is neither a day nor a time. */
export function deletableFrom(keepUntil: string): number | undefined {
  const known = String(canonicalKeepUntil(keepUntil));
  if (!dayForm.test(known)) {
    return epochMilliseconds(known);
  }
  const start = epochMilliseconds(midnightOf(known));
  return start === undefined ? undefined : start + dayLength;
}

/** Why a customer must not be deleted at a time, as the end of a sentence that begins with it; undefined if it may be. */
export function keptProblem(keepUntil: string | undefined, now: number): string | undefined {
  const from = keepUntil === undefined ? undefined : deletableFrom(keepUntil);
  if (from === undefined || from <= now) {
    return undefined;
  }
  return `is kept until ${keepUntil}, and can be deleted from ${canonicalTime(new Date(from).toISOString())} on`;
}

function midnightOf(day: string): string {
  return `${day}T00:00:00Z`;
}
