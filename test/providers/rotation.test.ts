// Proves the arithmetic of rotation by examples: what is refused, and what is planned. Over whole lives: rotationOverLives.test.ts. Not what the
// provider makes of it: rotatedApiKey.test.ts.
import { describe, expect, it } from "vitest";
import {
  type DeclaredLife,
  exactRetireTime,
  firstLife,
  lifeProblems,
  livesAsPlanned,
  nextLife,
} from "../../providers/rotation";

describe("what is declared of a key's life", () => {
  it.each<[DeclaredLife, string[]]>([
    [{}, []],
    [{ rotateEvery: "P90D", overlap: "P7D" }, []],
    [{ rotateEvery: "P1M", overlap: "P27D" }, []],
    [{ rotateEvery: "P90D", overlap: "P7D", expireAfter: "P97D" }, []],
    [{ expireTime: "2030-01-01T00:00:00Z", renewBefore: "P14D", rotate: "x", overlap: "PT0S" }, []],
    [
      { rotateEvery: "P90D" },
      [
        "rotateEvery needs overlap beside it: how long the token before goes on working once the new one exists, such as P7D, or PT0S to end it at once",
      ],
    ],
    [
      { rotate: "2026-11 leak" },
      [
        "rotate needs overlap beside it: how long the token before goes on working once the new one exists, such as P7D, or PT0S to end it at once",
      ],
    ],
    [{ overlap: "P7D" }, ["overlap needs rotateEvery or rotate beside it: without them nothing is rotated"]],
    [
      { rotateEvery: "P1M", overlap: "P28D" },
      ["overlap is P28D, but must be shorter than rotateEvery (P1M): a token has to end before the next rotation"],
    ],
    [
      { rotateEvery: "PT0S", overlap: "PT0S" },
      ["overlap is PT0S, but must be shorter than rotateEvery (PT0S): a token has to end before the next rotation"],
    ],
    [
      { rotateEvery: "P3M", overlap: "P7D", expireAfter: "P98D" },
      [
        "expireAfter is P98D, but must be at least rotateEvery and overlap together (P3M and P7D): a token would end before its overlap does",
      ],
    ],
    [
      { rotateEvery: "P90D", overlap: "P7D", expireTime: "2030-01-01T00:00:00Z" },
      [
        "expireTime excludes rotateEvery: keep one of the two. expireAfter gives every token of a rotating key an end; renewBefore renews a key with an expireTime",
      ],
    ],
    [
      { expireAfter: "P90D", renewBefore: "P7D" },
      [
        "expireAfter needs rotateEvery beside it: a key that is not rotated ends for good; for that, declare expireTime",
        "renewBefore needs expireTime beside it: only what ends can be renewed; to rotate a key, declare rotateEvery",
      ],
    ],
  ])("%j", (life, problems) => {
    expect(lifeProblems(life).map(({ field, message }) => `${field} ${message}`)).toEqual(problems);
  });

  it("cannot be renewed again and again", () => {
    const life = { expireTime: "2030-01-10T00:00:00Z", renewBefore: "P14D" };
    expect(() => firstLife(life, Date.parse("2030-01-01T00:00:00Z"))).toThrow(
      "renewBefore is P14D, but the key lives no longer than that (from 2030-01-01T00:00:00Z until 2030-01-10T00:00:00Z): it would be renewed again and again",
    );
  });
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

it("lets the token before live from the moment on at which the new one really came to be", () => {
  const retireAfter = "2030-01-08T00:00:00Z";
  expect(exactRetireTime({ retireAfter, overlap: "P7D" }, "2030-01-01T03:00:00.5Z")).toBe("2030-01-08T03:00:00.500Z");
  expect(exactRetireTime({ retireAfter, overlap: "P7D" }, "2029-12-01T00:00:00Z")).toBe(retireAfter);
  expect(exactRetireTime({ retireAfter }, "2030-02-01T00:00:00Z")).toBe(retireAfter);
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
    "has a token that does not work any more (expired), and a suspended customer gets no new one: the first update after API access is enabled makes it";

  it("warns that its token ends meanwhile when it is suspended, and again from when its rotation is due", () => {
    expect(warningsOf(declared, suspended, 10)).toEqual([ends]);
    expect(warningsOf(suspended, suspended, 20)).toEqual([]);
    expect(warningsOf(suspended, suspended, 91)).toEqual([ends]);
  });

  it("warns that its token has ended, and when there will be another", () => {
    expect(warningsOf(suspended, suspended, 98)).toEqual([ended]);
    expect(nextLife({ ...suspended, ...born }, declared, at(98))).toMatchObject({
      life: { generation: 2 },
      warnings: [],
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
