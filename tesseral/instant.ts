/**
 * Times as Tesseral takes them: RFC 3339 with an offset, at most nine fractional digits, cut to microseconds. And periods of the
 * calendar, ISO 8601, which are counted in UTC.
 */
import { types } from "node:util";

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

const periodForm =
  /^P(?=\d|T\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,7}M)?(?:\d{1,9}S)?)?$/;

/** What is wrong with a text as a period, or undefined. */
export function periodProblem(text: string): string | undefined {
  if (!periodForm.test(text)) {
    return "must be a period in ISO 8601, such as P90D, P3M or PT12H";
  }
  return temporal().Duration.compare(text, "P100Y", { relativeTo: "2000-01-01" }) > 0
    ? "must not be longer than 100 years"
    : undefined;
}

/** Whether a period has no length, as `PT0S` has none. */
export function isNothing(period: string): boolean {
  return !/[1-9]/.test(period);
}

/** The time that is a period, or several one after another, after a time. In the form of {@link canonicalTime}. */
export function after(time: string, ...periods: readonly string[]): string {
  return moved(time, periods, "add");
}

/** The time that is a period before a time. */
export function before(time: string, period: string): string {
  return moved(time, [period], "subtract");
}

function moved(time: string, periods: readonly string[], way: "add" | "subtract"): string {
  const start = temporal().Instant.from(time).toZonedDateTimeISO("UTC");
  const end = periods.reduce((at, period) => at[way](period), start);
  return String(canonicalTime(end.toInstant().toString()));
}

/** Whether periods one after another are ever at least as long as another, or longer by so many milliseconds. */
export function everAsLong(periods: readonly string[], as: string, longer = 0): boolean {
  // Without years and months a period has one length.
  const days = [...periods, as].some((period) => /^P[^T]*[YM]/.test(period)) ? beginnings : beginnings.slice(0, 1);
  return days.some((day) => Date.parse(after(day, ...periods)) >= Date.parse(after(day, as)) + longer);
}

/** The beginnings of the months of two years, one of them a leap year. */
const beginnings = Array.from({ length: 24 }, (_, month) => new Date(Date.UTC(2023, month, 1)).toISOString());

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
    // By its name: where Jest runs, Temporal's RangeError is another one than this file's.
    if (types.isNativeError(error) && error.name === "RangeError") {
      return undefined;
    }
    throw error;
  }
}

let loaded: Polyfill | undefined;

/**
 * Loads when the first time is met: most programs have none, and it takes as long as everything else of the client. Node itself loads it, as Jest's own
 * loading knows no ES modules.
 */
function temporal(): Polyfill["Temporal"] {
  const { createRequire } = process.getBuiltinModule("node:module");
  const load: (id: string) => Polyfill = createRequire(__filename);
  loaded ??= load("temporal-polyfill");
  return loaded.Temporal;
}
