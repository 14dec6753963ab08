/** An instant in microseconds since 1970, the resolution of the server's database. */
export type Timestamp = bigint;

/** The server reads this instant back as "no time" (`0001-01-01T00:00:00Z`). */
export const zeroTime: Timestamp = -62_135_596_800_000_000n;
const lastTime: Timestamp = 253_402_300_799_999_999n;

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads RFC 3339 as the server does: any offset, up to nine fractional digits of which those beyond microseconds are cut.
 * undefined if it is not that (no offset, a leap second, 30 February, ten digits), or outside the years 1 to 9999.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = form.exec(text);
  if (match === null) {
    return undefined;
  }
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59 || part(9) > 24 || part(10) > 59) {
    return undefined;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return undefined;
  }
  date.setUTCHours(hour, minute, second);
  const offset = (match[8] === "-" ? -1 : 1) * (part(9) * 60 + part(10)) * 60_000;
  const micros = BigInt((match[7] ?? "").padEnd(6, "0").slice(0, 6));
  const instant = BigInt(date.getTime() - offset) * 1000n + micros;
  return instant < zeroTime || instant > lastTime ? undefined : instant;
}

/** UTC with `Z` and 0, 3 or 6 fractional digits. Throws for what is not a bigint, or not in the years 1 to 9999. */
export function formatTimestamp(time: Timestamp): string {
  if (typeof time !== "bigint" || time < zeroTime || time > lastTime) {
    throw new TypeError(
      `a timestamp is microseconds since 1970 as a bigint, in the years 1 to 9999, such as 1767225600000000n; not ${shown(time)}`,
    );
  }
  const micros = ((time % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((time - micros) / 1000n)).toISOString().slice(0, 19);
  if (micros === 0n) {
    return `${seconds}Z`;
  }
  const digits = micros.toString().padStart(6, "0");
  return `${seconds}.${digits.endsWith("000") ? digits.slice(0, 3) : digits}Z`;
}

function shown(value: unknown): string {
  return typeof value === "bigint"
    ? `${value}n`
    : typeof value === "number"
      ? String(value)
      : value === null
        ? "null"
        : `of type ${typeof value}`;
}
