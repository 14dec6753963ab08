// Proves that times are brought to the one form in which Tesseral answers them, compared with the emulator's own reading, and
// that what it would refuse, or what would be useless, is named.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../emulator";
import { canonicalTime, timeProblem } from "../../providers/instant";
import { unknownValue } from "../../providers/lifecycle";

const two = (value: number) => String(value).padStart(2, "0");

/** RFC 3339 and what only looks like it. Tesseral takes offsets of 24 hours too, which is left to it. */
const times = fc
  .record({
    year: fc.oneof(fc.integer({ min: 1900, max: 2100 }), fc.constantFrom(0, 1, 9999)),
    month: fc.integer({ min: 0, max: 13 }),
    day: fc.integer({ min: 0, max: 32 }),
    hour: fc.integer({ min: 0, max: 24 }),
    minute: fc.integer({ min: 0, max: 60 }),
    second: fc.integer({ min: 0, max: 60 }),
    fraction: fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,10}$/)),
    offset: fc.oneof(
      fc.constantFrom("Z", "z", "", "+00:00", "-00:00"),
      fc.stringMatching(/^[+-]([01]\d|2[0-3]):[0-6]\d$/),
    ),
  })
  .map(
    ({ year, month, day, hour, minute, second, fraction, offset }) =>
      `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${offset}`,
  );

describe("a time", () => {
  it.each([
    ["2030-01-31T00:00:00Z", "2030-01-31T00:00:00Z"],
    ["2030-01-31T02:00:00+02:00", "2030-01-31T00:00:00Z"],
    ["2030-01-31T00:00:00.000Z", "2030-01-31T00:00:00Z"],
    ["2030-01-31T00:00:00.5Z", "2030-01-31T00:00:00.500Z"],
    ["2030-01-31T00:00:00.1234567Z", "2030-01-31T00:00:00.123456Z"],
    ["2030-12-31T23:30:00-00:30", "2031-01-01T00:00:00Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"],
  ])("%s becomes %s", (text, canonical) => {
    expect(canonicalTime(text)).toBe(canonical);
  });

  it("is read as Tesseral reads it, whatever it is, and else left as it is", () => {
    fc.assert(
      fc.property(times, (text) => {
        const instant = parseTimestamp(text);
        expect(canonicalTime(text)).toBe(instant === undefined ? text : formatTimestamp(instant));
      }),
      { numRuns: 5000 },
    );
  });

  it("keeps its canonical form", () => {
    fc.assert(
      fc.property(times, (text) => {
        expect(canonicalTime(canonicalTime(text))).toBe(canonicalTime(text));
      }),
    );
  });

  it("that is not known yet, or is no text, is left as it is", () => {
    for (const value of [unknownValue, undefined, null, 5, {}]) {
      expect(canonicalTime(value)).toBe(value);
    }
  });
});

describe("an expiry", () => {
  const now = Date.UTC(2030, 0, 1);

  it.each([
    "2030-01-31",
    "2030-01-31T00:00:00",
    "2030-01-31 00:00:00Z",
    "2030-02-30T00:00:00Z",
    "2030-01-31T00:00:60Z",
    "2030-01-31T00:00:00.1234567890Z",
    "9999-12-31T23:59:59-01:00",
    "",
  ])("%j is named as no time", (text) => {
    expect(timeProblem("expireTime", text, now)).toBe(
      `expireTime is ${JSON.stringify(text)}, but must be a time like 2030-01-31T00:00:00Z (RFC 3339, with its offset)`,
    );
  });

  it("is refused in the past and at this very moment, not a second later", () => {
    expect(timeProblem("expireTime", "2029-12-31T23:59:59Z", now)).toBe(
      "expireTime is 2029-12-31T23:59:59Z, which is in the past: a key created with it would never work",
    );
    expect(timeProblem("expireTime", "2030-01-01T00:00:00Z", now)).toMatch(/which is in the past/);
    expect(timeProblem("expireTime", "2030-01-01T00:00:01Z", now)).toBeUndefined();
  });

  it("may be absent or unknown", () => {
    for (const value of [undefined, null, unknownValue]) {
      expect(timeProblem("expireTime", value, now)).toBeUndefined();
    }
  });
});
