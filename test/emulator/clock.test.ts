// Proves how the server's clock is set and advanced, in a program and over HTTP, and that expiry, times of records and the Date header
// follow it. What the clock says when nobody touches it is the system's business.
import { afterAll, beforeEach, expect, it } from "vitest";
import { type Emulator, formatTimestamp, SettableClock, startEmulator } from "../../emulator/index";
import { send, textAt } from "./exchange";

let emulator: Emulator;
beforeEach(async () => {
  await emulator?.close();
  emulator = await startEmulator({ clock: new SettableClock("2026-01-01T00:00:00Z") });
});
afterAll(() => emulator.close());

const change = (body: unknown) => send(emulator, "POST", "/_emulator/clock", { body });

it("stands still at the time that it was given, in records and in the Date header", async () => {
  const created = await send(emulator, "POST", "/v1/organizations", { body: { displayName: "Acme" } });
  expect(textAt(created, "organization", "createTime")).toMatch(/^2026-01-01T00:00:00\.0000\d\dZ$/);
  expect(created.headers.date).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
});

it("is advanced over HTTP, and a key expires by it", async () => {
  const organizationId = emulator.console.createOrganization({ apiKeysEnabled: true }).id;
  const { secretToken } = emulator.console.createApiKey({ organizationId, expireTime: "2026-04-01T00:00:00Z" });
  const authenticate = async () =>
    (await send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken } })).status;
  expect((await change({ advance: "P2M" })).json).toEqual({ time: "2026-03-01T00:00:00.000Z", stands: true });
  expect(await authenticate()).toBe(200);
  expect((await change({ advance: "P31D" })).json).toEqual({ time: "2026-04-01T00:00:00.000Z", stands: true });
  expect(await authenticate()).toBe(400);
});

it("is set over HTTP, back too, and times of records follow", async () => {
  emulator.console.createOrganization({});
  expect((await change({ time: "2020-02-02T00:00:00Z" })).json).toEqual({
    time: "2020-02-02T00:00:00.000Z",
    stands: true,
  });
  expect((await send(emulator, "GET", "/_emulator/clock")).json).toEqual({
    time: "2020-02-02T00:00:00.000Z",
    stands: true,
  });
  expect(formatTimestamp(emulator.console.createOrganization({}).createTime)).toBe("2020-02-02T00:00:00Z");
  expect(formatTimestamp(emulator.console.createOrganization({}).createTime)).toBe("2020-02-02T00:00:00.000001Z");
});

it.each([
  [{}, 'expected {"time": "2030-01-31T00:00:00Z"} or {"advance": "P90D"}'],
  [
    { time: "2030-01-01T00:00:00Z", advance: "P1D" },
    'expected {"time": "2030-01-31T00:00:00Z"} or {"advance": "P90D"}',
  ],
  [null, 'expected {"time": "2030-01-31T00:00:00Z"} or {"advance": "P90D"}'],
  [{ time: "soon" }, '"soon" is not a time in RFC 3339 such as 2030-01-31T00:00:00Z'],
  [{ advance: "90 days" }, '"90 days" is not a duration in ISO 8601 such as P90D or PT1H'],
  [{ advance: "-P1D" }, '"-P1D" does not advance the clock to a time before the year 10000'],
  [{ advance: "P9000Y" }, '"P9000Y" does not advance the clock to a time before the year 10000'],
])("refuses %j, and stays as it was", async (body, error) => {
  const answered = await change(body);
  expect([answered.status, answered.json]).toEqual([400, { error }]);
  expect(emulator.clock.now().toISOString()).toBe("2026-01-01T00:00:00.000Z");
});

it("runs on after it was advanced, where it ran before", () => {
  let system = Date.parse("2026-01-01T00:00:00Z");
  const clock = new SettableClock(() => new Date(system));
  clock.advance("PT1H");
  system += 1000;
  expect([clock.now().toISOString(), clock.stands]).toEqual(["2026-01-01T01:00:01.000Z", false]);
});

it("answers its own requests beside the API: not recorded, not broken, and no others", async () => {
  emulator.fail({ do: "reset", times: "always" });
  expect((await send(emulator, "GET", "/_emulator/health")).json).toEqual({ status: "ok" });
  expect((await send(emulator, "DELETE", "/_emulator/clock")).json).toEqual({
    error: "the emulator has no DELETE /_emulator/clock",
  });
  const broken = await fetch(`${emulator.url}/_emulator/clock`, { method: "POST", body: "{" });
  expect(broken.status).toBe(400);
  expect(await broken.text()).toContain("the body is not JSON: ");
  expect(emulator.requests).toEqual([]);
});
