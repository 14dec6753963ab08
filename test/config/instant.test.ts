// Proves which texts are taken for a moment in time. That Tesseral takes and refuses the same is known from its recorded answers.
import fc from "fast-check";
import { expect, it } from "vitest";
import { instantProblem } from "../../config/instant";

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
  ["2030-01-31T00:00:00.1234567890Z", "must have no more than 9 digits after the second's point"],
  ["2030-02-30T00:00:00Z", "names a day that does not exist: 2030-02-30"],
  ["2030-02-29T00:00:00Z", "names a day that does not exist: 2030-02-29"],
  ["2030-13-01T00:00:00Z", "names a day that does not exist: 2030-13-01"],
  ["2030-01-00T00:00:00Z", "names a day that does not exist: 2030-01-00"],
  ["2030-01-31T24:00:00Z", "names a time of day that does not exist: 24:00:00Z"],
  ["2030-01-31T23:59:60Z", "names a time of day that does not exist: 23:59:60Z"],
  ["2030-01-31T00:00:00+24:00", "names a time of day that does not exist: 00:00:00+24:00"],
  ["9999-12-31T23:59:59-01:00", "must be before the year 10000"],
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
