// Proves that JSON in pieces is the JSON that others write at once.
import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPieces } from "../../report/render/jsonPieces";

it("says what JSON.stringify says", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined))),
    fc.array(fc.record({ name: fc.string(), keys: fc.array(fc.string()) }), { maxLength: 5 }),
  );
  fc.assert(
    fc.property(value, (one) => {
      expect([...jsonPieces(one)].join("")).toBe(`${JSON.stringify(one, null, 2)}\n`);
    }),
  );
});

it("comes in pieces of about 64 KiB", () => {
  const customers = Array.from({ length: 5000 }, (_, index) => ({
    name: `customer-${index}`,
    keys: [{ name: "live" }],
  }));
  const lengths = [...jsonPieces({ customers })].map((piece) => piece.length);
  expect(lengths.length).toBeGreaterThan(5);
  expect(Math.max(...lengths)).toBeLessThan(70_000);
});
