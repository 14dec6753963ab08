const pattern =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<time>\d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?<offset>Z|[+-]\d\d:\d\d)$/;

const example = "2030-01-31T00:00:00Z";
/** The first instant that Tesseral refuses: it knows years of four digits, in UTC. */
const end = Date.UTC(10_000, 0, 1);

/**
 * What is wrong with a text as a moment in time, or undefined. As strict as Tesseral, which takes RFC 3339 with an offset
 * and no more than nine digits of a second's fraction, and answers 400 to anything else.
 */
export function instantProblem(text: string): string | undefined {
  const parts = pattern.exec(text)?.groups;
  if (parts === undefined) {
    return `must be a time in RFC 3339, with its offset, such as ${example}`;
  }
  const { year, month, day, time, fraction = "", offset } = parts;
  if (fraction.length > 9) {
    return "must have no more than 9 digits after the second's point";
  }
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) {
    return `names a day that does not exist: ${year}-${month}-${day}`;
  }
  const instant = Date.parse(`${year}-${month}-${day}T${time}${offset}`);
  if (Number.isNaN(instant) || time?.startsWith("24")) {
    return `names a time of day that does not exist: ${time}${offset}`;
  }
  return instant >= end ? "must be before the year 10000" : undefined;
}
