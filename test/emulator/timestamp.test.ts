// Proves what a timestamp of the emulator is as a text, and what is none. That its answers are as the server's: recordings.test.ts.
import { expect, it } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../emulator";

it.each([
  "2026-01-01T00:00:00Z",
  "2026-01-01T00:00:00.120Z",
  "0001-01-01T00:00:00.000001Z",
  "9999-12-31T23:59:59.999999Z",
])("reads and writes %s", (text) => {
  expect(formatTimestamp(parseTimestamp(text) ?? 0n)).toBe(text);
});

it.each([
  [undefined, "of type undefined"],
  [null, "null"],
  [1_767_225_600_000, "1767225600000"],
  ["2026-01-01T00:00:00Z", "of type string"],
  [253_402_300_800_000_000n, "253402300800000000n"],
])("refuses %s in one sentence", (value, shown) => {
  expect(() => formatTimestamp(value as bigint)).toThrow(
    `a timestamp is microseconds since 1970 as a bigint, in the years 1 to 9999, such as 1767225600000000n; not ${shown}`,
  );
});
