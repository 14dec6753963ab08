// Proves how fast and in which order requests are let through, against servers with rate limits of either usual kind, in
// virtual time. Says nothing of what is sent.
import { describe, expect, it } from "vitest";
import { TesseralClient, type TransportOptions } from "../../tesseral";
import { Limiter } from "../../tesseral/limiter";
import { fixedWindow, type Policy, tokenBucket } from "./rateLimits";
import { VirtualTime } from "./virtualTime";

const backendApiKey = "tesseral_secret_key_0000000000000000000000000";

const unlimited: Policy = () => 0;

/** Milliseconds that the server takes for a request. */
const latency = 30;

interface Server {
  fetch: typeof fetch;
  /** When each accepted request came, in milliseconds since 1970. */
  accepted: number[];
  refused: number;
  /** The most that were under way at once. */
  most: number;
}

function serverWith(time: VirtualTime, policy: Policy, retryAfter?: (waitMs: number) => string): Server {
  let underWay = 0;
  const server: Server = {
    accepted: [],
    refused: 0,
    most: 0,
    fetch: async () => {
      underWay += 1;
      server.most = Math.max(server.most, underWay);
      const cameAt = time.now();
      const wait = policy(cameAt);
      await time.sleep(latency);
      underWay -= 1;
      if (wait === 0) {
        server.accepted.push(cameAt);
        return Response.json({ project: { id: "project_1", apiKeysEnabled: true } });
      }
      server.refused += 1;
      return new Response("", { status: 429, headers: retryAfter ? { "Retry-After": retryAfter(wait) } : {} });
    },
  };
  return server;
}

const inSeconds = (waitMs: number) => String(Math.ceil(waitMs / 1000));

/** Sends so many requests at once, each as an operation of its own. Answers the seconds it took. */
async function send(count: number, time: VirtualTime, server: Server, options: Partial<TransportOptions> = {}) {
  const client = new TesseralClient({ backendApiKey, fetch: server.fetch, timing: time, ...options });
  const began = time.now();
  await time.during(Promise.all(Array.from({ length: count }, () => client.begin().projects.getProject())));
  return (time.now() - began) / 1000;
}

describe("150 requests at once to a server that takes five a second", () => {
  // Where in the server's second they begin makes a difference.
  const phases = [0, 130, 380, 500, 770, 990];

  it.each([
    ["a token bucket", tokenBucket, undefined],
    ["a token bucket that tells Retry-After", tokenBucket, inSeconds],
    ["fixed windows", fixedWindow, undefined],
    ["fixed windows that tell Retry-After", fixedWindow, inSeconds],
  ] as const)("by %s: all succeed in little more than 30 s, with no retry to spend", async (...given) => {
    const [, policy, retryAfter] = given;
    for (const phase of phases) {
      const time = new VirtualTime(Date.UTC(2030, 0, 1) + phase);
      const server = serverWith(time, policy(5), retryAfter);
      const seconds = await send(150, time, server, { retries: 0 });
      expect(server.accepted).toHaveLength(150);
      expect(seconds / 30, `begun at ${phase} ms`).toBeLessThan(1.05);
    }
  });
});

describe("requests to a server without a limit", () => {
  it("are under way eight at a time by default, and as fast as it answers", async () => {
    const time = new VirtualTime();
    const server = serverWith(time, unlimited);
    expect(await send(80, time, server)).toBe((80 / 8) * (latency / 1000));
    expect(server.most).toBe(8);
  });

  it("are under way as many at a time as is set", async () => {
    const time = new VirtualTime();
    const server = serverWith(time, unlimited);
    await send(20, time, server, { maxConcurrentRequests: 3 });
    expect(server.most).toBe(3);
  });

  it("begin at the pace that is set, evenly and never in a burst", async () => {
    const time = new VirtualTime();
    const server = serverWith(time, unlimited);
    await send(50, time, server, { requestsPerSecond: 10 });
    const gaps = server.accepted.slice(1).map((at, index) => at - (server.accepted[index] ?? 0));
    expect(Math.min(...gaps)).toBe(100);
    expect(Math.max(...gaps)).toBe(100);
  });

  it("begin at a share of that pace, when several stacks work at once", async () => {
    const time = new VirtualTime();
    const server = serverWith(time, unlimited);
    await send(20, time, server, { requestsPerSecond: 10, partsAtOnce: 4 });
    const gaps = server.accepted.slice(1).map((at, index) => at - (server.accepted[index] ?? 0));
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([400, 400]);
  });
});

describe("a 429", () => {
  it("holds everything back until its Retry-After, given in seconds or as a date", async () => {
    for (const retryAfter of [() => "7", () => new Date(Date.UTC(2030, 0, 1, 0, 0, 7) + 30).toUTCString()]) {
      const time = new VirtualTime(Date.UTC(2030, 0, 1));
      let refusals = 1;
      const server = serverWith(time, () => (refusals-- > 0 ? 1000 : 0), retryAfter);
      await send(1, time, server, { retries: 0 });
      expect(server.refused).toBe(1);
      expect(server.accepted[0]).toBe(Date.UTC(2030, 0, 1, 0, 0, 7) + (retryAfter() === "7" ? latency : 0));
    }
  });

  it("that goes on until nothing was accepted for the operation's deadline is given up", async () => {
    const time = new VirtualTime();
    const server = serverWith(time, () => 1000);
    await expect(send(1, time, server, { operationDeadline: 20 })).rejects.toThrow(
      /^Tesseral: GET \/v1\/project was tried \d+ times in 2\d\.\d s \(\d+ × 429\) and given up; the last time it failed with 429$/,
    );
  });

  it("holds all callers back until its second is over, not only the one that met it", async () => {
    const time = new VirtualTime();
    const begun = time.now();
    let refusals = 1;
    const server = serverWith(time, () => (refusals-- > 0 ? 1000 : 0));
    await send(40, time, server);
    const waited = server.accepted.filter((at) => at > begun);
    expect(waited).toHaveLength(40 - 7);
    expect(Math.min(...waited)).toBe(begun + 1000);
  });
});

describe("the order of requests", () => {
  it("is that of their arrival, and one that has to be sent again keeps its place", async () => {
    const time = new VirtualTime();
    const limiter = new Limiter({ timing: time, maxConcurrentRequests: 1 });
    const order: string[] = [];
    const attempt = (name: string) => async () => {
      order.push(name);
      await time.sleep(10);
    };
    const tickets = { a: limiter.ticket(), b: limiter.ticket(), c: limiter.ticket() };
    const work = async () => {
      const rest = [limiter.run(tickets.b, attempt("b")), limiter.run(tickets.c, attempt("c"))];
      await Promise.all([...rest, limiter.run(tickets.a, attempt("a again"))]);
    };
    await time.during(work());
    expect(order).toEqual(["b", "a again", "c"]);
  });
});
