// Proves the arithmetic of rotation: what is refused, and that over lives of random periods, updates, failures and clocks no token ends
// before its overlap is over, no key has a third beside it, and none is without a token. Not what the provider makes of it: rotatedApiKey.test.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DeclaredLife,
  exactRetireTime,
  firstLife,
  lifeProblems,
  livesAsPlanned,
  nextLife,
  type PlannedLife,
} from "../../providers/rotation";
import { after } from "../../tesseral/instant";

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

interface Key {
  bornAt: number;
  endedAt?: number;
  /** An update that failed made it, and nobody has been handed its token. */
  isPending?: boolean;
  isDiscarded?: boolean;
  expiresAt: number;
}

/** A key's resource as the provider and the engine treat it, without requests: what is planned, what was done, and what is recorded. */
class Life {
  readonly keys: Key[] = [];
  recorded: (DeclaredLife & PlannedLife) | undefined;
  current: Key | undefined;
  previous: Key | undefined;
  made = 0;
  madeAt = "";
  madeFor: string | undefined;
  createTime = "";
  previousRetireAt: string | undefined;

  /** An update at `time`, of which the provider knows only that it is not earlier than `known`. */
  update(declared: DeclaredLife, time: number, known: number, delay: number, end: "done" | "before" | "after"): void {
    const before = this.recorded;
    const plan = before === undefined ? firstLife(declared, known) : nextLife(before, declared, known).life;
    const at = time + delay;
    const isZero = declared.overlap === "PT0S";
    const retire = () => {
      const isDue =
        isZero || (this.previousRetireAt !== undefined && known + delay >= Date.parse(this.previousRetireAt));
      if (this.previous !== undefined && plan.retiredGeneration >= this.made - 1 && isDue) {
        this.previous.endedAt = at;
        this.previous = undefined;
      }
    };
    const isPending =
      this.made > plan.generation ||
      (this.made === plan.generation && this.madeAt !== "" && this.madeAt !== plan.rotatedAt);
    if (isPending) {
      const isAsked = declared.rotate !== undefined && declared.rotate !== this.madeFor;
      const expiry = this.current?.expiresAt === Number.POSITIVE_INFINITY ? undefined : this.current?.expiresAt;
      const text = expiry === undefined ? undefined : new Date(expiry).toISOString();
      if (this.made === plan.generation && !isAsked && livesAsPlanned({ ...plan, overlap: declared.overlap }, text)) {
        this.previousRetireAt =
          exactRetireTime({ ...plan, overlap: declared.overlap }, this.createTime) ?? this.previousRetireAt;
      } else if (this.previous !== undefined || this.made === plan.generation) {
        if (this.current !== undefined) {
          this.current.endedAt = at;
          this.current.isDiscarded = true;
        }
        this.current = this.previous;
        this.createTime = new Date(this.current?.bornAt ?? 0).toISOString();
        this.previous = undefined;
        this.made = this.made === plan.generation ? this.made - 1 : plan.generation;
        this.madeAt = "";
      }
    }
    if (this.previous !== undefined && declared.overlap !== undefined && declared.overlap !== before?.overlap) {
      this.previousRetireAt = after(this.createTime, declared.overlap);
    }
    const raises = plan.generation > this.made;
    const isDead = this.current !== undefined && known + delay >= this.current.expiresAt;
    if (!(raises && isDead)) {
      retire();
    }
    if (end === "before") {
      return;
    }
    if (raises) {
      if (isDead) {
        this.current = undefined;
      } else if (this.previous !== undefined) {
        return; // the provider says that it has to wait
      }
      this.previous ??= this.current;
      const expiresAt =
        plan.currentExpireTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(plan.currentExpireTime);
      this.current = { bornAt: at, expiresAt };
      this.keys.push(this.current);
      this.createTime = new Date(at).toISOString();
      this.previousRetireAt = exactRetireTime({ ...plan, overlap: declared.overlap }, this.createTime);
      this.made = plan.generation;
      this.madeAt = plan.rotatedAt;
      this.madeFor = declared.rotate;
      this.current.isPending = before !== undefined;
      if (end === "after") {
        // Of a creation that failed half-way the engine keeps the inputs, of an update it does not.
        this.recorded ??= { ...declared, ...plan };
        return;
      }
      retire();
    }
    if (this.current !== undefined) {
      this.current.isPending = false;
    }
    this.made = plan.generation;
    this.madeAt = plan.rotatedAt;
    this.madeFor = declared.rotate;
    this.recorded = { ...declared, ...plan };
  }
}

const hour = 3_600_000;
const periods = fc
  .tuple(
    fc.constantFrom("P90D", "P30D", "P3M", "P1M", "P1W"),
    fc.constantFrom("P6D", "P1D", "PT1H", "PT0S"),
    fc.option(fc.constantFrom("P100D", "P4M"), { nil: undefined }),
    fc.constantFrom(undefined, "leak", "again"),
  )
  .map(([rotateEvery, overlap, expireAfter, rotate]): DeclaredLife => ({ rotateEvery, overlap, expireAfter, rotate }));
const updates = fc.array(
  fc.record({
    /** Hours since the last update. */
    wait: fc.oneof(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 24 * 200 })),
    changed: fc.option(fc.oneof({ weight: 3, arbitrary: periods }, fc.constant<DeclaredLife>({})), { nil: undefined }),
    /** How far behind the server's clock the provider's knowledge of it is. */
    behind: fc.integer({ min: 0, max: hour }),
    delay: fc.integer({ min: 0, max: 2 * hour }),
    end: fc.oneof(
      { weight: 4, arbitrary: fc.constant("done" as const) },
      fc.constantFrom("before" as const, "after" as const),
    ),
  }),
  { minLength: 2, maxLength: 25 },
);

it("ends no token before its overlap, and has at most two, over any life", () => {
  const start = Date.parse("2030-01-31T00:00:00Z");
  let rotations = 0;
  fc.assert(
    fc.property(periods, updates, (first, steps) => {
      const life = new Life();
      let declared = first;
      let time = start;
      for (const { wait, changed, behind, delay, end } of steps) {
        time += wait * hour;
        declared = changed ?? declared;
        const live = life.keys.filter(
          ({ endedAt, expiresAt, isPending }) => !isPending && endedAt === undefined && expiresAt > time + delay,
        );
        const { current } = life;
        const before = new Set(life.keys.filter(({ endedAt }) => endedAt !== undefined));
        try {
          life.update(declared, time, time - behind, delay, end);
        } catch (error) {
          expect(String(error)).toMatch(/a key has no more than two/);
        }
        time += delay;
        const alive = life.keys.filter(({ endedAt, expiresAt }) => endedAt === undefined && expiresAt > time);
        expect(alive.length).toBeLessThanOrEqual(2);
        expect(alive.every((key) => key === life.current || key === life.previous)).toBe(true);
        // Whoever had a token that worked has one that works; if the current one ends by itself at that very moment, nobody can tell.
        const ends = current !== undefined && current.expiresAt > time - delay - behind && current.expiresAt <= time;
        expect(live.length === 0 || ends || alive.length > 0).toBe(true);
        const handedOut = life.keys.filter(({ isDiscarded }) => !isDiscarded);
        expect(handedOut.at(-1)?.endedAt).toBeUndefined();
        for (const [index, key] of handedOut.entries()) {
          const { endedAt } = key;
          const successor = handedOut[index + 1];
          if (endedAt === undefined || before.has(key)) {
            continue;
          }
          expect(successor).toBeDefined();
          // The overlap in force: a static key keeps the one that it had.
          if (declared.overlap !== undefined) {
            const whole = Date.parse(after(new Date(successor?.bornAt ?? 0).toISOString(), declared.overlap));
            expect(endedAt).toBeGreaterThanOrEqual(whole);
          }
        }
        rotations += life.made > 1 ? 1 : 0;
      }
    }),
    { numRuns: 300, seed: Number(process.env.FAULT_SEED ?? 20) },
  );
  expect(rotations).toBeGreaterThan(300);
});

it("brings a key to one token in the end: nothing is left when nothing is due", () => {
  fc.assert(
    fc.property(periods, updates, (first, steps) => {
      const life = new Life();
      let time = Date.parse("2030-01-31T00:00:00Z");
      for (const { wait, behind, delay, end } of steps) {
        time += wait * hour;
        life.update(first, time, time - behind, delay, end);
        time += delay;
      }
      const { rotate, overlap } = first;
      const still = rotate === undefined ? {} : { rotate, overlap };
      for (const days of [0, 8, 16]) {
        life.update(still, time + days * 24 * hour, time + days * 24 * hour, 0, "done");
      }
      expect(life.previous).toBeUndefined();
      expect(
        life.keys.filter(({ endedAt, expiresAt }) => endedAt === undefined && expiresAt > time + 17 * 24 * hour).length,
      ).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100, seed: Number(process.env.FAULT_SEED ?? 20) },
  );
});
