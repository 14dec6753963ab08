/** Times as Tesseral takes them: RFC 3339 with an offset, at most nine fractional digits, cut to microseconds. */
import { createRequire } from "node:module";

type Polyfill = typeof import("temporal-polyfill", { with: { "resolution-mode": "import" }});
type Instant = InstanceType<Polyfill["Temporal"]["Instant"]>;

const form =
  /^(?<date>\d{4}-\d\d-\d\d)T(?<time>\d\d:\d\d:(?<second>\d\d))(?:\.(?<fraction>\d+))?(?<offset>Z|[+-]\d\d:\d\d)$/;

/** Tesseral takes the years 1 to 9999 of UTC. */
const first = Date.parse("0001-01-01T00:00:00Z");
const end = Date.UTC(10_000, 0, 1);

/** What is wrong with a text as a time, or undefined. Tesseral answers 400 to the same texts. */
export function instantProblem(text: string): string | undefined {
  const found = read(text);
  return typeof found === "string" ? found : undefined;
}

/** Milliseconds since 1970 of a time; undefined if the text is not one. */
export function epochMilliseconds(text: string): number | undefined {
  const found = read(text);
  return typeof found === "string" ? undefined : found.epochMilliseconds;
}

/**
 * A time in the one form in which Tesseral answers it, so that equal instants are equal texts: UTC, and 0, 3 or 6
 * fractional digits. Anything that is not a time is returned as it is.
 */
export function canonicalTime(value: unknown): unknown {
  const found = typeof value === "string" ? read(value) : "no text";
  return typeof found === "string"
    ? value
    : found.toString({ smallestUnit: "microsecond" }).replace(/(?:\.0{6}|(?<=\.\d{3})0{3})Z$/u, "Z");
}

/** The instant, or what is wrong. Temporal knows the calendar; it takes more texts than Tesseral does, so their form is checked first. */
function read(text: string): Instant | string {
  const parts = form.exec(text)?.groups;
  if (parts === undefined) {
    return "must be a time in RFC 3339, with its offset, such as 2030-01-31T00:00:00Z";
  }
  const { date = "", time, second, fraction = "", offset } = parts;
  if (fraction.length > 9) {
    return "must have no more than 9 digits after the decimal point";
  }
  const { Instant, PlainDate } = temporal();
  const instant = second === "60" ? undefined : accepts(() => Instant.from(text));
  if (instant !== undefined) {
    const { epochMilliseconds } = instant;
    return epochMilliseconds < first
      ? "must be in the year 1 or later"
      : epochMilliseconds >= end
        ? "must be before the year 10000"
        : instant;
  }
  return accepts(() => PlainDate.from(date)) === undefined
    ? `names a day that does not exist: ${date}`
    : `names a time of day that does not exist: ${time}${offset}`;
}

/** What Temporal makes of a text; undefined if it refuses it. */
function accepts<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

let loaded: Polyfill | undefined;

/** Loads when the first time is met: most programs have none, and it takes as long as everything else of the client. */
function temporal(): Polyfill["Temporal"] {
  const load: (id: string) => Polyfill = createRequire(__filename);
  loaded ??= load("temporal-polyfill");
  return loaded.Temporal;
}
