/** Times as Tesseral takes them: RFC 3339 with an offset, at most nine fractional digits, cut to microseconds. */
import { unknownValue } from "./lifecycle";

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * A time in the one form in which Tesseral answers it, so that equal instants are equal texts: UTC, and 0, 3 or 6
 * fractional digits. What is no such time is answered as it is.
 */
export function canonicalTime(value: unknown): unknown {
  const instant = typeof value === "string" ? parse(value) : undefined;
  if (instant === undefined) {
    return value;
  }
  const whole = new Date(instant.seconds * 1000).toISOString().slice(0, 19);
  const six = instant.micros;
  const fraction = six === "000000" ? "" : six.endsWith("000") ? `.${six.slice(0, 3)}` : `.${six}`;
  return `${whole}${fraction}Z`;
}

/** Why a time is not acceptable for something that is to be created, or undefined. Absent and unknown are. */
export function timeProblem(name: string, value: unknown, now: number): string | undefined {
  if (value === undefined || value === null || value === unknownValue) {
    return undefined;
  }
  const instant = typeof value === "string" ? parse(value) : undefined;
  if (instant === undefined) {
    return `${name} is ${JSON.stringify(value)}, but must be a time like 2030-01-31T00:00:00Z (RFC 3339, with its offset)`;
  }
  return instant.seconds * 1000 <= now
    ? `${name} is ${value}, which is in the past: a key created with it would never work`
    : undefined;
}

/** Tesseral takes the years 1 to 9999 of UTC. */
const first = Date.parse("0001-01-01T00:00:00Z");
const last = Date.parse("9999-12-31T23:59:59Z");

interface Instant {
  /** Since 1970, whole. */
  seconds: number;
  /** Six digits. */
  micros: string;
}

function parse(text: string): Instant | undefined {
  const parts = form.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second, fraction, offset] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${local}${offset}`);
  // 30 February and the like are taken by Date.parse for a day of March.
  const isRealDay =
    !Number.isNaN(milliseconds) && new Date(`${local}Z`).toISOString().slice(0, 10) === local.slice(0, 10);
  const isTaken = milliseconds >= first && milliseconds <= last;
  return isRealDay && isTaken
    ? { seconds: milliseconds / 1000, micros: (fraction ?? "").padEnd(6, "0").slice(0, 6) }
    : undefined;
}
