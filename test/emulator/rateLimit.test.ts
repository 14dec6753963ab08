// Proves when requests are answered with 429, and that nothing else happens then. Does not prove that a real edge counts alike.
import { afterEach, expect, it } from "vitest";
import { RateLimit } from "../../emulator/http/rateLimit";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator | undefined;
afterEach(() => emulator?.close());

it("lets a second's worth pass at once, then one after another", () => {
  let now = 0;
  const limit = new RateLimit(5, () => now);
  const take = (count: number) => Array.from({ length: count }, () => limit.take());
  expect(take(7)).toEqual([0, 0, 0, 0, 0, 0.2, 0.2]);
  now = 100;
  expect(limit.take()).toBeCloseTo(0.1);
  now = 200;
  expect(take(2)).toEqual([0, 0.2]);
  now = 60_000;
  expect(take(6)).toEqual([0, 0, 0, 0, 0, 0.2]);
});

it("lets one pass at a time when it is less than one a second", () => {
  let now = 0;
  const limit = new RateLimit(0.5, () => now);
  expect([limit.take(), limit.take()]).toEqual([0, 2]);
  now = 2000;
  expect([limit.take(), limit.take()]).toEqual([0, 2]);
});

it("answers 429 without executing anything, and says when to come back", async () => {
  emulator = await startEmulator({ requestsPerSecond: 0.01, retryAfter: true });
  expect((await send(emulator, "POST", "/v1/organizations")).status).toBe(200);
  const refused = await send(emulator, "POST", "/v1/organizations");
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("100");
  expect(refused.json).toEqual({ code: 8, message: "resource_exhausted", details: [] });
  expect(emulator.store.organizations.size).toBe(1);
  expect(emulator.requests[1]).toMatchObject({ status: 429, committed: false, fault: "before 429" });
});

it("does not say when to come back unless told to", async () => {
  emulator = await startEmulator({ requestsPerSecond: 0.01 });
  await send(emulator, "GET", "/v1/project");
  const refused = await send(emulator, "GET", "/v1/project");
  expect(refused.status).toBe(429);
  expect(refused.headers).not.toHaveProperty("retry-after");
});

it("does not spend a fault on a request that it refuses", async () => {
  emulator = await startEmulator({ requestsPerSecond: 0.01 });
  await send(emulator, "GET", "/v1/project");
  const fault = emulator.fail({ do: "html" });
  expect((await send(emulator, "GET", "/v1/project")).status).toBe(429);
  expect(fault.hits).toBe(0);
});
