// Proves which part a customer is in, for ever: its vectors were computed once, and may never change. That stacks keep to it is the matter of
// otherParts.test.ts.
import { expect, it } from "vitest";
import { mostParts, partIn, partOf, partOfEntry, partText } from "../../../config/parts/part";

const names = Array.from({ length: 5000 }, (_, index) => `customer-${index}`);

it("is written in one way", () => {
  expect(partIn("3/50")).toEqual({ number: 3, of: 50 });
  expect(partIn("7/50 growing to 100")).toEqual({ number: 7, of: 50, growingTo: 100 });
  for (const text of ["3/50", "7/50 growing to 100", `1/${mostParts}`]) {
    expect(partText(partIn(text) ?? { number: 0, of: 0 })).toBe(text);
  }
  for (const text of [
    "",
    "3",
    "0/50",
    "51/50",
    "3 of 50",
    "-1/2",
    "1.5/2",
    "1/1001",
    "1/50 growing to 1001",
    "3/50 growing",
  ]) {
    expect(partIn(text), text).toBeUndefined();
  }
});

it.each([
  ["acme", 2, 2, 31, 72],
  ["globex", 2, 7, 7, 61],
  ["initech", 2, 4, 28, 85],
  ["umbrella", 2, 2, 33, 92],
  ["a", 2, 10, 21, 89],
  ["ünicode", 2, 9, 9, 59],
])("is for %s always the same", (name, ...parts) => {
  expect([2, 10, 50, 100].map((of) => partOf(name, of))).toEqual(parts);
});

it("is the one that an entry names", () => {
  expect(partOfEntry("acme", { part: 7 }, 50)).toBe(7);
  expect(partOfEntry("acme", {}, 50)).toBe(partOf("acme", 50));
  expect(partOf("acme", 1)).toBe(1);
});

it("is about as large as every other", () => {
  const sizes = Array.from({ length: 50 }, () => 0);
  for (const name of names) {
    const part = partOf(name, 50) - 1;
    sizes[part] = (sizes[part] ?? 0) + 1;
  }
  // 100 on average; by chance alone one in a million would be beyond five standard deviations.
  expect(Math.min(...sizes)).toBeGreaterThan(50);
  expect(Math.max(...sizes)).toBeLessThan(150);
});

it("changes only for those whom a new part takes, when there are more", () => {
  const moved = names.filter((name) => partOf(name, 50) !== partOf(name, 60));
  expect(moved.every((name) => partOf(name, 60) > 50)).toBe(true);
  // A sixth.
  expect(moved.length).toBeGreaterThan(700);
  expect(moved.length).toBeLessThan(970);
});
