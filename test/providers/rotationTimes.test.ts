// Proves how the life of a key begins. Not how it goes on: rotation.test.ts.
import { expect, it } from "vitest";
import { firstLife } from "../../providers/rotationTimes";

it("cannot be renewed again and again", () => {
  const life = { expireTime: "2030-01-10T00:00:00Z", renewBefore: "P14D" };
  expect(() => firstLife(life, Date.parse("2030-01-01T00:00:00Z"))).toThrow(
    "renewBefore is P14D, but the key lives no longer than that (from 2030-01-01T00:00:00Z until 2030-01-10T00:00:00Z): it would be renewed again and again",
  );
});

it("counts months by the calendar, and seconds down", () => {
  const declared = { rotateEvery: "P1M", overlap: "P1D", expireAfter: "P1M2D" };
  expect(firstLife(declared, Date.parse("2031-01-31T23:59:59.999Z"))).toEqual({
    generation: 1,
    rotatedAt: "2031-01-31T23:59:59Z",
    retiredGeneration: 0,
    currentExpireTime: "2031-03-02T23:59:59Z",
    rotateAt: "2031-02-28T23:59:59Z",
    status: "active",
  });
});
