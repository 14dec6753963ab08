// Proves the arithmetic of rotation by examples. Over whole lives: rotationOverLives.test.ts. Not what is refused (declaredLife.test.ts), nor what
// the provider makes of it: rotatedApiKey.test.ts.
import { describe, expect, it } from "vitest";
import type { DeclaredLife } from "../../providers/declaredLife";
import { exactRetireTime, livesAsPlanned, nextLife } from "../../providers/rotation";
import { firstLife } from "../../providers/rotationTimes";

it("lets the token before live from the moment on at which the new one really came to be", () => {
  const plan = { rotatedAt: "2030-01-01T00:00:00Z", retireAfter: "2030-01-08T00:00:00Z", overlap: "P7D" };
  expect(exactRetireTime(plan, "2030-01-01T03:00:00.5Z")).toBe("2030-01-08T03:00:00.500Z");
  expect(exactRetireTime(plan, "2029-12-01T00:00:00Z")).toBe(plan.retireAfter);
  expect(exactRetireTime({ ...plan, overlap: undefined }, "2030-02-01T00:00:00Z")).toBe(plan.retireAfter);
  // One that ends by itself before the overlap is over does not end later for that.
  const own = { ...plan, retireAfter: "2030-01-03T00:00:00Z" };
  expect(exactRetireTime(own, "2030-01-01T03:00:00.5Z")).toBe(own.retireAfter);
});

it.each<[string | undefined, string | undefined, boolean]>([
  [undefined, undefined, true],
  ["2030-05-01T00:00:00Z", undefined, false],
  [undefined, "2030-05-01T00:00:00Z", false],
  ["2030-04-08T00:00:00Z", "2030-05-01T00:00:00Z", true],
  ["2030-04-07T23:59:59Z", "2030-05-01T00:00:00Z", false],
])(
  "uses a key of a failed update that ends at %s where one that ends at %s is planned: %s",
  (expiry, planned, uses) => {
    const plan = { rotateAt: "2030-04-01T00:00:00Z", overlap: "P7D", currentExpireTime: planned };
    expect(livesAsPlanned(plan, expiry)).toBe(uses);
  },
);

const hour = 3_600_000;
const start = Date.parse("2030-01-31T00:00:00Z");

describe("a key whose current token was revoked by somebody while the one before works", () => {
  const declared: DeclaredLife = { rotateEvery: "P90D", overlap: "P6D" };
  const at = (day: number) => start + day * 24 * hour;
  const rotated = nextLife({ ...declared, ...firstLife(declared, start) }, declared, at(90)).life;
  const revoked = { ...declared, ...rotated, status: "revoked" };

  it("keeps that while its customer is suspended, and beside the next one for the whole overlap", () => {
    const suspended = { ...declared, suspended: true };
    const meanwhile = nextLife(revoked, suspended, at(100)).life;
    expect(meanwhile).toMatchObject({ generation: 2, retiredGeneration: 0 });
    const enabled = nextLife({ ...suspended, ...meanwhile }, declared, at(110)).life;
    expect(enabled).toMatchObject({ generation: 3, retiredGeneration: 0, retireAfter: "2030-05-27T00:00:00Z" });
  });

  it("keeps that for as long beside the next one if it is rotated no more", () => {
    const { life } = nextLife(revoked, {}, at(94));
    expect(life).toMatchObject({ generation: 3, retiredGeneration: 0, retireAfter: "2030-05-11T00:00:00Z" });
  });
});

describe("a key that would be made anew, whose customer is suspended", () => {
  const declared: DeclaredLife = { rotateEvery: "P90D", overlap: "P7D", expireAfter: "P97D" };
  const start = Date.parse("2030-01-01T00:00:00Z");
  const at = (days: number) => start + days * 86_400_000;
  const born = firstLife(declared, start);
  const suspended = { ...declared, suspended: true };
  const warningsOf = (olds: DeclaredLife, news: DeclaredLife, days: number) =>
    nextLife({ ...olds, ...born }, news, at(days)).warnings;
  const ends =
    "is not rotated while its customer is suspended, and its token ends by itself at 2030-04-08T00:00:00Z: enable API access before that, " +
    "or the customer has no token that works until it has the new one, which the first update after that makes";
  const ended =
    "has a token that no longer works (expired), and a suspended customer gets no new one: the first update after API access is enabled makes it";

  it("warns that its token ends meanwhile when it is suspended, and again from when its rotation is due", () => {
    expect(warningsOf(declared, suspended, 10)).toEqual([ends]);
    expect(warningsOf(suspended, suspended, 20)).toEqual([]);
    expect(warningsOf(suspended, suspended, 91)).toEqual([ends]);
  });

  it("warns that its token has ended, and when there will be another", () => {
    expect(warningsOf(suspended, suspended, 98)).toEqual([ended]);
    expect(nextLife({ ...suspended, ...born }, declared, at(98))).toMatchObject({
      life: { generation: 2 },
      warnings: ["gets a new token: the previous one no longer works (expired)"],
    });
  });

  it("warns of nothing where its token does not end by itself", () => {
    const endless: DeclaredLife = { rotateEvery: "P90D", overlap: "P7D" };
    const olds = { ...endless, ...firstLife(endless, start) };
    expect(nextLife(olds, { ...endless, suspended: true }, at(200)).warnings).toEqual([]);
  });

  it("warns so of a key that is renewed before its expireTime, too", () => {
    const renewed: DeclaredLife = { expireTime: "2030-04-08T00:00:00Z", renewBefore: "P14D" };
    const olds = { ...renewed, ...firstLife(renewed, start), suspended: true };
    expect(nextLife(olds, { ...renewed, suspended: true }, at(20)).warnings).toEqual([]);
    expect(nextLife(olds, { ...renewed, suspended: true }, at(90)).warnings).toEqual([ends]);
  });
});
