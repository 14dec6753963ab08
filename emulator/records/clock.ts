import { performance } from "node:perf_hooks";
import type { Timestamp } from "../protojson/timestamp";

/** The server's clock: `now` for the `Date` header and expiry, `tick` for createTime and updateTime. */
export interface Clock {
  now(): Date;
  /** The present instant, but later than every instant returned before: two records never share a time. */
  tick(): Timestamp;
}

/** Without `now` the system's clock with true microseconds; with it, exactly what it says. */
export function createClock(now?: () => Date): Clock {
  let last = 0n;
  const micros = now === undefined ? () => BigInt(Math.floor(performance.now() * 1000) % 1000) : () => 0n;
  const read = now ?? (() => new Date());
  return {
    now: read,
    tick() {
      const present = BigInt(read().getTime()) * 1000n + micros();
      last = present > last ? present : last + 1n;
      return last;
    },
  };
}
