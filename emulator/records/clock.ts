import { performance } from "node:perf_hooks";
import { parseTimestamp, type Timestamp } from "../protojson/timestamp";

type Polyfill = typeof import("temporal-polyfill", { with: { "resolution-mode": "import" }});

/** The server's clock: `now` for the `Date` header and expiry, `tick` for createTime and updateTime. */
export interface Clock {
  now(): Date;
  /** The present instant, but later than every instant returned before: two records never share a time. */
  tick(): Timestamp;
}

/**
 * A clock for tests. It runs with the system's until it is set; from then on it stands still until it is set again or advanced.
 * The emulator and what is tested against it can follow the same one.
 */
export class SettableClock {
  readonly #source: () => Date;
  #standsAt: number | undefined;
  #ahead = 0;
  #turnedBack = false;

  /** `time` is RFC 3339, or what says the time until the clock is set. @default the system's clock. Throws Error as `set` does. */
  constructor(time: string | (() => Date) = () => new Date()) {
    this.#source = typeof time === "string" ? () => new Date() : time;
    if (typeof time === "string") {
      this.set(time);
    }
  }

  /** Whether it stands still. */
  get stands(): boolean {
    return this.#standsAt !== undefined;
  }

  now(): Date {
    return new Date(this.#standsAt ?? this.#source().getTime() + this.#ahead);
  }

  /** Lets it stand at that time, RFC 3339, which can be in the past. Throws Error for anything else. */
  set(time: string): void {
    const timestamp = parseTimestamp(time);
    if (timestamp === undefined) {
      throw new Error(`${JSON.stringify(time)} is not a time in RFC 3339 such as 2030-01-31T00:00:00Z`);
    }
    const milliseconds = Number(timestamp / 1000n);
    this.#turnedBack ||= milliseconds < this.now().getTime();
    this.#standsAt = milliseconds;
  }

  /** Moves it on by an ISO 8601 duration such as `P90D` or `PT1H30M`; it runs or stands still as before. Throws Error for others. */
  advance(duration: string): void {
    const before = this.now().getTime();
    const after = addDuration(before, duration);
    if (this.#standsAt === undefined) {
      this.#ahead += after - before;
    } else {
      this.#standsAt = after;
    }
  }

  /** Whether it was turned back since the last call. */
  takeTurnedBack(): boolean {
    const was = this.#turnedBack;
    this.#turnedBack = false;
    return was;
  }
}

function addDuration(milliseconds: number, text: string): number {
  // Loaded here, since most emulators' clocks are left alone; by Node itself, as Jest's own loading knows no ES modules.
  const { createRequire } = process.getBuiltinModule("node:module");
  const { Temporal }: Polyfill = createRequire(__filename)("temporal-polyfill");
  let duration: InstanceType<Polyfill["Temporal"]["Duration"]>;
  try {
    duration = Temporal.Duration.from(text);
  } catch (error) {
    throw new Error(`${JSON.stringify(text)} is not a duration in ISO 8601 such as P90D or PT1H`, { cause: error });
  }
  const start = Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO("UTC");
  const end = start.add(duration);
  if (duration.sign <= 0 || end.year > 9999) {
    throw new Error(`${JSON.stringify(text)} does not advance the clock to a time before the year 10000`);
  }
  return end.epochMilliseconds;
}

/** `exact`: whether its times are those of `source` to the microsecond; else they get the system's true microseconds. */
export function createClock(source: SettableClock, exact: boolean): Clock {
  let last = 0n;
  return {
    now: () => source.now(),
    tick() {
      const micros = exact || source.stands ? 0 : Math.floor(performance.now() * 1000) % 1000;
      const present = BigInt(source.now().getTime()) * 1000n + BigInt(micros);
      last = source.takeTurnedBack() || present > last ? present : last + 1n;
      return last;
    },
  };
}
