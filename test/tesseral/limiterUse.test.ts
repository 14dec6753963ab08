// Proves how much of what a server allows is used, over its kinds of limits, its rates and its latencies, with one process or
// two, and with requests that wait for each other as in an update; in virtual time. Says nothing of the order of requests.
import { expect, it } from "vitest";
import { Limiter } from "../../tesseral/limiter";
import { fixedWindow, type Policy, tokenBucket } from "./rateLimits";
import { VirtualTime } from "./virtualTime";

/** Milliseconds that a request takes: hardly any, many, jittering, or now and then many. `random` answers 0 to 1. */
const latencies: ((random: () => number) => number)[] = [
  () => 1,
  () => 200,
  (random) => 15 + 30 * random(),
  (random) => (random() < 0.05 ? 300 : 20 + 10 * random()),
];

/** Where in the server's second the first request is sent, in milliseconds. */
const phases = [0, 380];

interface Server {
  time: VirtualTime;
  policy: Policy;
  retryAfter: boolean;
  latency: () => number;
  random: () => number;
  accepted: number;
  refused: number;
  /** What was there when the measurement ended; absent if that was when all were accepted. */
  ended?: { at: number; accepted: number };
}

/** Answers what sends one request through a limiter of its own until it is accepted, as one process does. */
function processOf(server: Server): () => Promise<void> {
  const { time, random } = server;
  // A timer of Node is late by a millisecond or so.
  const timing = { now: () => time.now(), sleep: (ms: number) => time.sleep(ms + 1.5 * random()) };
  const limiter = new Limiter({ timing });
  return async () => {
    const ticket = limiter.ticket();
    let sent = false;
    while (!sent) {
      sent = await limiter.run(ticket, async () => {
        const milliseconds = server.latency();
        await time.sleep(milliseconds / 2);
        const wait = server.policy(time.now());
        await time.sleep(milliseconds / 2);
        if (wait === 0) {
          server.accepted += 1;
          limiter.accepted();
        } else {
          server.refused += 1;
          limiter.refused(server.retryAfter ? Math.ceil(wait / 1000) * 1000 : undefined);
        }
        return wait === 0;
      });
    }
  };
}

/** What runs so many at a time, the others waiting in line. */
function slots(count: number) {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work: () => Promise<void>) => {
    if (free > 0) {
      free -= 1;
    } else {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    await work();
    const next = waiting.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  };
}

/** Seconds that the requests take at the pace that the server allows. */
const seconds = 60;

const traffics: Record<string, (server: Server, rate: number) => Promise<unknown>> = {
  "requests that are all there at once": (server, rate) => {
    const send = processOf(server);
    return Promise.all(Array.from({ length: seconds * rate }, send));
  },

  // As Pulumi's engine makes them: eight resources at a time, an organization in two requests, then its key; three keys at a time.
  "requests that wait for each other": async (server, rate) => {
    const { time, random } = server;
    const send = processOf(server);
    const resource = slots(8);
    const creation = slots(3);
    const customer = async () => {
      await resource(async () => {
        await time.sleep(10 + 30 * random());
        await send();
        await send();
      });
      await time.sleep(5 + 20 * random());
      await resource(async () => {
        await time.sleep(10 + 30 * random());
        await creation(send);
      });
    };
    await send();
    await time.sleep(100);
    const customers: Promise<void>[] = [];
    for (let count = 0; count < (seconds / 3) * rate; count += 1) {
      await time.sleep(5 + 10 * random());
      customers.push(customer());
    }
    await Promise.all(customers);
  },

  "two processes at once": async (server, rate) => {
    const { time } = server;
    const send = [processOf(server), processOf(server)];
    // Twice what the server allows; what is left when the time is over is not measured.
    const all = send.map(async (one, index) => {
      await time.sleep(300 * index);
      await Promise.all(Array.from({ length: seconds * rate }, one));
    });
    await time.sleep(seconds * 1000);
    server.ended = { at: time.now(), accepted: server.accepted };
    server.policy = () => 0;
    await Promise.all(all);
  },
};

/** The same numbers in every run. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const limits = { "a token bucket": tokenBucket, "fixed windows": fixedWindow };

const cells = Object.keys(traffics).flatMap((traffic) =>
  Object.entries(limits).flatMap(([kind, limit]) =>
    [false, true].flatMap((retryAfter) => [1, 2, 5, 20].map((rate) => ({ traffic, kind, limit, retryAfter, rate }))),
  ),
);

it.each(cells)(
  "uses $kind of $rate requests a second for $traffic, Retry-After: $retryAfter",
  async ({ traffic, limit, retryAfter, rate }) => {
    const uses: number[] = [];
    let refused = 0;
    let accepted = 0;
    for (const latency of latencies) {
      // Three creations at a time that take 200 ms each are fewer than 20 a second.
      const unlimited = rate === 20 && latency(() => 0.5) === 200;
      for (const phase of unlimited ? [] : phases) {
        const time = new VirtualTime(Date.UTC(2030, 0, 1) + phase);
        const random = seeded();
        const server: Server = {
          time,
          policy: limit(rate),
          retryAfter,
          latency: () => latency(random),
          random,
          accepted: 0,
          refused: 0,
        };
        const began = time.now();
        await time.during(traffics[traffic]?.(server, rate) ?? Promise.reject(new Error(`no traffic ${traffic}`)));
        const { at, accepted: taken } = server.ended ?? { at: time.now(), accepted: server.accepted };
        uses.push((taken / rate) * (1000 / (at - began)));
        refused += server.refused;
        accepted += server.accepted;
      }
    }
    const mean = uses.reduce((sum, use) => sum + use, 0) / uses.length;
    console.log(
      `mean ${mean.toFixed(3)}, least ${Math.min(...uses).toFixed(3)}, refused ${(refused / accepted).toFixed(2)}`,
    );
    // A bucket that holds a single request forgives no jitter: each one that comes early costs a turn.
    expect(mean).toBeGreaterThanOrEqual(rate === 1 ? 0.8 : 0.95);
    expect(Math.min(...uses)).toBeGreaterThanOrEqual(rate === 1 ? 0.55 : 0.8);
    expect(refused / accepted).toBeLessThan(0.1 + 0.7 / rate);
  },
);
