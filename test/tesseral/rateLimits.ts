// Servers that allow so many requests a second, as they are found: a token bucket, or fixed windows.

/** Answers milliseconds until a request will be accepted; 0 accepts this one. */
export type Policy = (now: number) => number;

/** A second's worth at once, filled evenly. */
export function tokenBucket(perSecond: number): Policy {
  const depth = Math.max(1, perSecond);
  let tokens = depth;
  let filledAt = Number.NEGATIVE_INFINITY;
  return (now) => {
    tokens = Math.min(depth, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) {
      return ((1 - tokens) / perSecond) * 1000;
    }
    tokens -= 1;
    return 0;
  };
}

/** So many in each second of the clock; below one a second, one in each span of that length. */
export function fixedWindow(perSecond: number): Policy {
  const length = Math.max(1000, 1000 / perSecond);
  const size = (perSecond * length) / 1000;
  let window = 0;
  let taken = 0;
  return (now) => {
    const present = Math.floor(now / length);
    if (present !== window) {
      taken = 0;
    }
    window = present;
    if (taken >= size) {
      return (present + 1) * length - now;
    }
    taken += 1;
    return 0;
  };
}
