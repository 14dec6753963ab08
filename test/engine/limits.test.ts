// Proves on the real engine that a server's limits are kept: 429s slow all requests together to what it accepts, and one with
// four database connections is never stalled. The pacing for other kinds of limits is the matter of test/tesseral/limiter.test.ts.
import { afterEach, expect, it, vi } from "vitest";
import { ManagedApiKey, Organization } from "../../library";
import { openTesseralStack, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let tesseral: TesseralStack;

afterEach(() => tesseral.close());

const customers = (count: number, keys: number) => async () => {
  for (let index = 0; index < count; index += 1) {
    const organization = new Organization(`customer-${index}`, { displayName: `Customer ${index}` });
    for (let key = 0; key < keys; key += 1) {
      new ManagedApiKey(`customer-${index}-key-${key}`, { organizationId: organization.id, displayName: `key ${key}` });
    }
  }
};

it.each([false, true])("finishes 50 customers at 5 requests a second, Retry-After: %s", async (retryAfter) => {
  tesseral = await openTesseralStack(customers(50, 1), { emulator: { requestsPerSecond: 5, retryAfter } });
  await tesseral.stack.up();
  expect(tesseral.counts()).toMatchObject({ organizations: 50, apiKeys: 50 });

  const { requests } = tesseral.emulator;
  const accepted = requests.filter(({ status }) => status === 200);
  expect(accepted.length).toBe(2 + 50 * 3);
  expect(requests.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
  // From the first creation on: what the engine does before it is not the limiter's.
  const begin = Math.min(...requests.filter(({ method }) => method === "POST").map(({ startedAt }) => startedAt));
  const end = Math.max(...requests.map(({ endedAt = 0 }) => endedAt));
  console.log(
    `${accepted.length} requests, ${requests.length - accepted.length} refused, in ${((end - begin) / 1000).toFixed(1)} s`,
  );
  expect((end - begin) / 1000).toBeLessThan((1.1 * accepted.length) / 5);
  // No storm: far fewer refusals than requests.
  expect(requests.length - accepted.length).toBeLessThan(accepted.length / 2);
});

it("never stalls a server that has four database connections", async () => {
  tesseral = await openTesseralStack(customers(40, 2), {
    emulator: { databaseConnections: 4, latency: { min: 1, max: 5 } },
  });
  await tesseral.stack.up();
  expect(tesseral.counts()).toMatchObject({ organizations: 40, apiKeys: 80 });
  expect(tesseral.emulator.connections.stalls).toBe(0);
  // How many run at once is up to the machine; that more than three would stall the server, the next test shows.
  expect(mostAtOnce("POST /v1/api-keys")).toBeLessThanOrEqual(3);
});

it("would stall it with eight creates of keys at once", async () => {
  tesseral = await openTesseralStack(customers(1, 0), {
    emulator: { databaseConnections: 4, latency: { min: 1, max: 5 } },
  });
  await tesseral.stack.up();
  const { emulator } = tesseral;
  const [organizationId] = emulator.store.organizations.keys();
  const create = () =>
    fetch(`${emulator.url}/v1/api-keys`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${emulator.backendApiKey}`,
        "content-type": "application/json",
        "x-server-timeout": "1",
      },
      body: JSON.stringify({ apiKey: { organizationId, displayName: "x" } }),
    });
  await Promise.all(Array.from({ length: 8 }, create));
  expect(emulator.connections.stalls).toBeGreaterThan(0);
});

/** The largest number of requests of a route that were under way together. */
function mostAtOnce(route: string): number {
  const these = tesseral.emulator.requests.filter((record) => record.route === route);
  return Math.max(
    ...these.map(
      ({ startedAt }) => these.filter((one) => one.startedAt <= startedAt && (one.endedAt ?? 0) > startedAt).length,
    ),
  );
}
