// Proves which texts are taken for times and what is said of the others, compared with the emulator's own reading, that times are
// brought to the one form in which Tesseral answers them, and that nothing is loaded for it before there is one. That the real
// server reads them so is known from its recorded answers.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../emulator";
import { canonicalTime, epochMilliseconds, instantProblem } from "../../tesseral/instant";

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
    for (const value of ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", undefined, null, 5, {}]) {
      expect(canonicalTime(value)).toBe(value);
    }
  });
});

it.each([
  "2030-01-31T00:00:00Z",
  "2030-01-31T23:59:59+14:00",
  "2030-01-31T00:00:00-12:30",
  "2030-01-31T00:00:00.123456789Z",
  "2028-02-29T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "0001-01-01T00:00:00Z",
])("takes %s", (text) => {
  expect(instantProblem(text)).toBeUndefined();
});

const form = "must be a time in RFC 3339, with its offset, such as 2030-01-31T00:00:00Z";

it.each([
  ["", form],
  ["tomorrow", form],
  ["2030-01-31", form],
  ["2030-01-31T00:00:00", form],
  ["2030-01-31 00:00:00Z", form],
  ["2030-01-31t00:00:00z", form],
  ["2030-01-31T00:00Z", form],
  ["2030-01-31T00:00:00.Z", form],
  ["2030-01-31T00:00:00+0200", form],
  ["+12030-01-31T00:00:00Z", form],
  ["2030-01-31T00:00:00Z\n", form],
  ["2030-01-31T00:00:00.1234567890Z", "must have no more than 9 digits after the decimal point"],
  ["2030-02-30T00:00:00Z", "names a day that does not exist: 2030-02-30"],
  ["2030-02-29T00:00:00Z", "names a day that does not exist: 2030-02-29"],
  ["2030-13-01T00:00:00Z", "names a day that does not exist: 2030-13-01"],
  ["2030-01-00T00:00:00Z", "names a day that does not exist: 2030-01-00"],
  ["2030-01-31T24:00:00Z", "names a time of day that does not exist: 24:00:00Z"],
  ["2030-01-31T23:59:60Z", "names a time of day that does not exist: 23:59:60Z"],
  ["2030-01-31T00:00:00+24:00", "names a time of day that does not exist: 00:00:00+24:00"],
  ["9999-12-31T23:59:59-01:00", "must be before the year 10000"],
  ["0001-01-01T00:00:00+01:00", "must be in the year 1 or later"],
])("refuses %j", (text, problem) => {
  expect(instantProblem(text)).toBe(problem);
});

it("takes every date of JavaScript that has a year of four digits", () => {
  const range = { min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(range), (date) => {
      expect(instantProblem(date.toISOString())).toBeUndefined();
    }),
  );
});

it("gives the milliseconds of a time, and of nothing else", () => {
  expect(epochMilliseconds("2030-01-31T02:00:00.1239+02:00")).toBe(Date.UTC(2030, 0, 31, 0, 0, 0, 123));
  expect(epochMilliseconds("2030-01-31")).toBeUndefined();
});

it("loads Temporal when it meets the first time", () => {
  const script = `
    const { canonicalTime } = require("./dist/tesseral/instant.js");
    const loaded = () => Object.keys(require.cache).some((file) => file.includes("temporal-polyfill"));
    canonicalTime(undefined); canonicalTime("tomorrow");
    const before = loaded();
    canonicalTime("2030-01-31T00:00:00Z");
    console.log(before, loaded());`;
  expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toBe("false true\n");
});
