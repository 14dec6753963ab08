// Proves how much of what a server allows is used, over its kinds of limits, its rates and its latencies, in virtual time. Says
// nothing of the order of requests, nor of what holds them back.
import { expect, it } from "vitest";
import { Limiter } from "../../tesseral/limiter";
import { fixedWindow, type Policy, tokenBucket } from "./rateLimits";
import { VirtualTime } from "./virtualTime";

const limits = { "a token bucket": tokenBucket, "fixed windows": fixedWindow };

/** Milliseconds that a request takes: steady, jittering, or now and then slow. `random` answers 0 to 1. */
const latencies: ((random: () => number) => number)[] = [
  () => 30,
  (random) => 15 + 30 * random(),
  (random) => (random() < 0.05 ? 300 : 20 + 10 * random()),
];

/** Where in the server's second the first request is sent, in milliseconds. */
const phases = [0, 380, 770];

/** Two minutes' worth of requests at once, of which at most eight are under way. */
async function run(rate: number, policy: Policy, retryAfter: boolean, latency: () => number, phase: number) {
  const time = new VirtualTime(Date.UTC(2030, 0, 1) + phase);
  const limiter = new Limiter({ timing: time });
  const count = 120 * rate;
  let refused = 0;
  let underWay = 0;
  let most = 0;
  const send = async () => {
    const ticket = limiter.ticket();
    let sent = false;
    while (!sent) {
      sent = await limiter.run(ticket, async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        const milliseconds = latency();
        await time.sleep(milliseconds / 2);
        const wait = policy(time.now());
        await time.sleep(milliseconds / 2);
        underWay -= 1;
        if (wait === 0) {
          limiter.accepted();
        } else {
          refused += 1;
          limiter.refused(retryAfter ? Math.ceil(wait / 1000) * 1000 : undefined);
        }
        return wait === 0;
      });
    }
  };
  const began = time.now();
  await time.during(Promise.all(Array.from({ length: count }, send)));
  return { use: (count / rate) * (1000 / (time.now() - began)), refused: refused / count, most };
}

/** The same numbers in every run. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const cells = Object.entries(limits).flatMap(([kind, limit]) =>
  [false, true].flatMap((retryAfter) => [0.5, 1, 2, 5, 20, 50].map((rate) => ({ kind, limit, retryAfter, rate }))),
);

it.each(cells)(
  "uses $kind of $rate requests a second, Retry-After: $retryAfter",
  async ({ limit, retryAfter, rate }) => {
    const runs: Awaited<ReturnType<typeof run>>[] = [];
    for (const latency of latencies) {
      for (const phase of phases) {
        const random = seeded();
        runs.push(await run(rate, limit(rate), retryAfter, () => latency(random), phase));
      }
    }
    const uses = runs.map(({ use }) => use);
    const mean = uses.reduce((sum, use) => sum + use, 0) / uses.length;
    console.log(`mean ${mean.toFixed(3)}, least ${Math.min(...uses).toFixed(3)}`);
    // A server that takes one request at a time forgives no jitter: every request that it refuses is a turn lost. Where each refusal
    // costs a whole second, as with fixed windows and `Retry-After`, finding the limit costs more than keeping to it.
    const dear = retryAfter && limit === fixedWindow;
    expect(mean).toBeGreaterThanOrEqual(rate <= 1 ? 0.91 : dear ? 0.945 : 0.95);
    expect(Math.min(...uses)).toBeGreaterThanOrEqual(rate <= 1 ? 0.83 : dear ? 0.9 : 0.93);
    // A handful while the limit is learned, and then a few in a minute.
    expect(Math.max(...runs.map(({ refused }) => refused))).toBeLessThan(0.05 + 0.3 / rate);
    expect(Math.max(...runs.map(({ most }) => most))).toBeLessThanOrEqual(8);
  },
);
