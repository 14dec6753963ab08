// Proves that over random lives what is planned of a key ends no token before its overlap is over, leaves no more than two and at least one,
// and makes one when it is due. Examples: rotation.test.ts. What the provider makes of it, with failures: rotatedApiKey.test.ts, test/faults/lives.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeclaredLife } from "../../providers/declaredLife";
import { nextLife } from "../../providers/rotation";
import { firstLife, type PlannedLife } from "../../providers/rotationTimes";
import { after } from "../../tesseral/instant";

const hour = 3_600_000;
const start = Date.parse("2030-01-31T00:00:00Z");

/** A token as a plan has it: made with its generation, ended when the plan has its generation retired. */
interface Token {
  generation: number;
  bornAt: number;
  expiresAt: number;
  endedAt?: number;
}

interface Step {
  /** Hours since the last update. */
  wait: number;
  changed: DeclaredLife | undefined;
  suspended: boolean;
  /** Somebody has revoked the current key, and a refresh has seen it. */
  revoked: boolean;
}

const periods = fc
  .tuple(
    fc.constantFrom("P90D", "P30D", "P3M", "P1M", "P1W"),
    fc.constantFrom("P6D", "P1D", "PT1H", "PT0S"),
    fc.option(fc.constantFrom("P100D", "P4M"), { nil: undefined }),
    fc.constantFrom(undefined, "leak", "again"),
  )
  .map(([rotateEvery, overlap, expireAfter, rotate]): DeclaredLife => ({ rotateEvery, overlap, expireAfter, rotate }));
const oneIn = (count: number) => fc.nat({ max: count - 1 }).map((number) => number === 0);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    wait: fc.oneof(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 24 * 200 })),
    changed: fc.option(fc.oneof({ weight: 3, arbitrary: periods }, fc.constant<DeclaredLife>({})), { nil: undefined }),
    suspended: oneIn(6),
    revoked: oneIn(8),
  }),
  { minLength: 2, maxLength: 25 },
);

/** What an update finds and leaves. */
interface Moment {
  now: number;
  declared: DeclaredLife;
  /** The overlap that was declared last. */
  overlap: string | undefined;
  before: (DeclaredLife & PlannedLife) | undefined;
  /** Undefined: the update is refused. */
  plan: PlannedLife | undefined;
  tokens: readonly Token[];
  /** Those that worked when it began. */
  working: readonly Token[];
  /** Those that it ended. */
  ended: readonly Token[];
}

const works = (now: number) => (token: Token) => token.endedAt === undefined && token.expiresAt > now;

/** Carries out what is planned, update after update, and shows each to `look`. */
function live(first: DeclaredLife, all: readonly Step[], look: (moment: Moment) => void): void {
  const tokens: Token[] = [];
  let recorded: (DeclaredLife & PlannedLife) | undefined;
  let declared = first;
  let overlap: string | undefined;
  let now = start;
  for (const { wait, changed, suspended, revoked } of all) {
    now += wait * hour;
    declared = { ...(changed ?? declared), suspended };
    const current = tokens.at(-1);
    if (revoked && recorded !== undefined && current !== undefined) {
      recorded = { ...recorded, status: "revoked" };
      current.endedAt ??= now;
    }
    const working = tokens.filter(works(now));
    let plan: PlannedLife | undefined;
    try {
      plan = recorded === undefined ? firstLife(declared, now) : nextLife(recorded, declared, now).life;
    } catch (error) {
      expect(String(error)).toMatch(/a key has no more than two|a suspended customer cannot get new keys/);
    }
    overlap = (plan && declared.overlap) ?? overlap;
    const ended = plan === undefined ? [] : working.filter(({ generation }) => generation <= plan.retiredGeneration);
    for (const token of ended) {
      token.endedAt = now;
    }
    if (plan !== undefined && plan.generation > (tokens.at(-1)?.generation ?? 0)) {
      const end = plan.currentExpireTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(plan.currentExpireTime);
      tokens.push({ generation: plan.generation, bornAt: Date.parse(plan.rotatedAt), expiresAt: end });
    }
    look({ now, declared, overlap, before: recorded, plan, tokens, working, ended });
    recorded = plan === undefined ? recorded : { ...declared, ...plan };
  }
}

const options = { numRuns: 150, seed: Number(process.env.FAULT_SEED ?? 20) };

/** Holds at every update of any life. */
function always(look: (moment: Moment) => void): void {
  fc.assert(
    fc.property(periods, steps, (first, all) => live(first, all, look)),
    options,
  );
}

describe("over any life", () => {
  it("leaves a working token to whoever had one, and never more than two", () => {
    let rotations = 0;
    always(({ now, declared, tokens, working }) => {
      const left = tokens.filter(works(now)).length;
      expect(left).toBeLessThanOrEqual(2);
      // To end the token before at once is asked for, and while the customer is suspended there is no new one.
      const isAskedFor = declared.suspended && declared.overlap === "PT0S";
      expect(left).toBeGreaterThanOrEqual(isAskedFor ? 0 : Math.min(1, working.length));
      rotations += tokens.length > 1 ? 1 : 0;
    });
    expect(rotations).toBeGreaterThan(150);
  });

  it("ends no token before the overlap beside its successor is over", () => {
    let ends = 0;
    always(({ now, declared, overlap = "PT0S", tokens, working, ended }) => {
      for (const token of ended) {
        const isLater = ({ generation }: Token) => generation > token.generation;
        const successor = working.find(isLater) ?? tokens.findLast(isLater);
        expect(successor).toBeDefined();
        if (declared.overlap !== "PT0S") {
          const whole = after(new Date(successor?.bornAt ?? Number.NaN).toISOString(), overlap);
          expect(now).toBeGreaterThanOrEqual(Date.parse(whole));
          ends += 1;
        }
      }
    });
    expect(ends).toBeGreaterThan(50);
  });

  it("ends no current token by itself where an update runs every day, whatever the periods become", () => {
    const lives = fc.constantFrom<DeclaredLife>(
      { rotateEvery: "P7D", overlap: "P6D", expireAfter: "P13D" },
      { rotateEvery: "P90D", overlap: "P30D", expireAfter: "P120D" },
      { rotateEvery: "P1M", overlap: "P27D", expireAfter: "P2M" },
      { rotateEvery: "P30D", overlap: "P2D", expireAfter: "P32D" },
    );
    const days = fc.array(
      fc.record({
        wait: fc.integer({ min: 1, max: 24 }),
        changed: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, lives),
        suspended: fc.constant(false),
        revoked: fc.constant(false),
      }),
      { minLength: 30, maxLength: 80 },
    );
    fc.assert(
      fc.property(lives, days, (first, all) =>
        live(first, all, ({ before, working }) => {
          expect(working.some(({ generation }) => generation === before?.generation)).toBe(before !== undefined);
        }),
      ),
      options,
    );
  });

  it("counts the keys one by one, retires them in their order, and none that is the newest", () => {
    always(({ before, plan }) => {
      if (plan !== undefined) {
        expect(plan.generation - (before?.generation ?? 0)).toBeOneOf(before === undefined ? [1] : [0, 1]);
        expect(plan.retiredGeneration).toBeGreaterThanOrEqual(before?.retiredGeneration ?? 0);
        expect(plan.retiredGeneration).toBeLessThan(plan.generation);
      }
    });
  });

  it("makes a token when one is due, asked for, or dead, none for a suspended customer, and none besides", () => {
    always(({ now, declared, before, plan, working }) => {
      if (plan === undefined || before === undefined) {
        return;
      }
      const isMade = plan.generation > before.generation;
      const isAlone = working.length < 2 || plan.retiredGeneration === plan.generation - 1;
      const isDead = !working.some(({ generation }) => generation === before.generation);
      const isAsked = declared.rotate !== undefined && declared.rotate !== before.rotate;
      const isScheduled = declared.rotateEvery !== undefined && before.rotateEvery !== undefined;
      if (declared.suspended) {
        expect(isMade).toBe(false);
      } else if (isDead || isAsked) {
        expect(isMade).toBe(true);
      } else if (isMade) {
        expect(isScheduled).toBe(true);
        expect(now).toBeGreaterThanOrEqual(Date.parse(plan.rotatedAt));
      } else if (isScheduled && isAlone) {
        expect(Date.parse(plan.rotateAt ?? "")).toBeGreaterThan(now);
      }
    });
  });

  it("comes to one token in the end, when nothing is due any more", () => {
    fc.assert(
      fc.property(periods, steps, (first, all) => {
        const { rotate, overlap } = first;
        const still = rotate === undefined ? {} : { rotate, overlap };
        const calm = { changed: undefined, suspended: false, revoked: false };
        const settled = [{ ...calm, changed: still, wait: 0 }, ...[8, 8].map((days) => ({ ...calm, wait: days * 24 }))];
        let left = 0;
        // The text that asks for a rotation stays as it was, so that none is asked for.
        const quiet = all.map((step) => ({ ...step, changed: undefined, suspended: false }));
        live(first, [...quiet, ...settled], ({ now, tokens }) => {
          left = tokens.filter(works(now)).length;
        });
        expect(left).toBe(1);
      }),
      options,
    );
  });
});
