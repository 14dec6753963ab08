/** How far the server's clock is ahead of ours, in milliseconds: somewhere between `least` and `most`. */
interface Bounds {
  least: number;
  most: number;
}

/**
 * The clock that dates the server's objects, as far as its answers tell it. Used to decide whether an object is younger
 * than a request. Every time argument is in milliseconds since 1970 by our own clock.
 *
 * There are two sources, since they may be two machines: the `updateTime` that a write returns is the database's own clock, to the
 * microsecond; the `Date` header (whole seconds, of the web server) serves until there has been a write.
 */
export class ServerClock {
  #writes: Bounds | undefined;
  #dates: Bounds | undefined;

  /** Learns from the `Date` header of an answer. */
  learnDate(date: string | null, sentAt: number, receivedAt: number): void {
    const stamp = Date.parse(date ?? "");
    if (!Number.isNaN(stamp)) {
      this.#dates = narrowed(this.#dates, stamp - receivedAt, stamp + 1000 - sentAt);
    }
  }

  /** Learns from the `updateTime` (RFC 3339) of an object that a request has just written. */
  learnWrite(updateTime: string, sentAt: number, receivedAt: number): void {
    const stamp = Date.parse(updateTime);
    if (!Number.isNaN(stamp)) {
      this.#writes = narrowed(this.#writes, stamp - receivedAt, stamp + 1 - sentAt);
    }
  }

  /** The earliest time that the server's clock can show when ours shows `at`. Before any answer: ours less a minute. */
  earliest(at: number): number {
    return at + ((this.#writes ?? this.#dates)?.least ?? -60_000);
  }

  /** The latest time that the server's clock can show when ours shows `at`. Before any answer: ours plus a minute. */
  latest(at: number): number {
    return at + ((this.#writes ?? this.#dates)?.most ?? 60_000);
  }
}

function narrowed(known: Bounds | undefined, least: number, most: number): Bounds {
  // Bounds that exclude each other mean that a clock was set meanwhile: what was learned before is void.
  if (known === undefined || least > known.most || most < known.least) {
    return { least, most };
  }
  return { least: Math.max(known.least, least), most: Math.min(known.most, most) };
}
