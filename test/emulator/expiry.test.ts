// Proves how expireTime is read, stored and answered, and when a key expires. None of it is among the recorded exchanges; the
// expectations are the observations of the same server that the documentation of its API lists.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, formatTimestamp, parseTimestamp, startEmulator } from "../../emulator/index";
import { reason, send, textAt } from "./exchange";

let now = new Date("2026-01-01T00:00:00Z");
let emulator: Emulator;
let organizationId: string;
beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
});
afterEach(() => {
  now = new Date("2026-01-01T00:00:00Z");
  emulator.reset();
});
afterAll(() => emulator.close());

const create = (expireTime: unknown) => {
  organizationId = emulator.console.createOrganization({ apiKeysEnabled: true }).id;
  return send(emulator, "POST", "/v1/api-keys", { body: { apiKey: { organizationId, expireTime } } });
};
const authenticate = (secretToken: string) =>
  send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken } });

it.each([
  ["2031-01-01T00:00:00Z", "2031-01-01T00:00:00Z"],
  ["2031-01-01T01:30:00+01:30", "2031-01-01T00:00:00Z"],
  ["2030-12-31T19:00:00-05:00", "2031-01-01T00:00:00Z"],
  ["2031-01-01T00:00:00.5Z", "2031-01-01T00:00:00.500Z"],
  ["2031-01-01T00:00:00.123Z", "2031-01-01T00:00:00.123Z"],
  ["2031-01-01T00:00:00.120000Z", "2031-01-01T00:00:00.120Z"],
  ["2031-01-01T00:00:00.000Z", "2031-01-01T00:00:00Z"],
  ["2031-01-01T00:00:00.123456Z", "2031-01-01T00:00:00.123456Z"],
  ["2031-01-01T00:00:00.1234567Z", "2031-01-01T00:00:00.123456Z"],
  ["2031-01-01T00:00:00.123456999Z", "2031-01-01T00:00:00.123456Z"],
  ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
  ["1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"],
])("answers %s as %s", async (given, answered) => {
  expect(textAt(await create(given), "apiKey", "expireTime")).toBe(answered);
});

it.each([
  "2031-01-01T00:00:00.1234567890Z",
  "2031-01-01T00:00:00",
  "2031-01-01 00:00:00Z",
  "2031-01-01t00:00:00z",
  "2031-01-01T00:00:60Z",
  "2031-02-30T00:00:00Z",
  "2031-02-29T00:00:00Z",
  "2031-01-01T24:00:00Z",
  "10000-01-01T00:00:00Z",
  "0000-12-31T23:59:59Z",
  "9999-12-31T23:59:59-01:00",
  "tomorrow",
  "",
])("refuses %j", async (given) => {
  const answered = await create(given);
  const value = `invalid google.protobuf.Timestamp value ${JSON.stringify(given)}`;
  expect(answered.status).toBe(400);
  expect(reason(answered)).toContain(value);
  expect(emulator.store.apiKeys.size).toBe(0);
});

it.each([1_900_000_000, { seconds: 1 }, true])("refuses %j, which is no text", async (given) => {
  const answered = await create(given);
  expect(answered).toMatchObject({ status: 400, json: { code: 3 } });
  expect(reason(answered)).toMatch(
    /^unmarshal message: unmarshal into \*backendv1\.CreateAPIKeyRequest: proto: syntax error \(line 1:\d+\): unexpected token /,
  );
});

it("takes null for never", async () => {
  expect((await create(null)).json).not.toHaveProperty("apiKey.expireTime");
});

it("takes a time in the past; the key never authenticates and changes in nothing that can be read", async () => {
  const key = await create("2020-01-01T00:00:00Z");
  const answered = await authenticate(textAt(key, "apiKey", "secretToken"));
  expect(answered.status).toBe(400);
  expect(reason(answered)).toBe("invalid_api_key_secret_token");
  const read = await send(emulator, "GET", `/v1/api-keys/${textAt(key, "apiKey", "id")}`);
  expect(read.json).not.toHaveProperty("apiKey.revoked");
  expect(read.json).toHaveProperty("apiKey.secretTokenSuffix");
});

it("reads the first instant of year 1 back as absent, yet the key has expired", async () => {
  const key = await create("0001-01-01T00:00:00Z");
  expect(key.json).not.toHaveProperty("apiKey.expireTime");
  expect((await authenticate(textAt(key, "apiKey", "secretToken"))).status).toBe(400);
  expect(textAt(await create("0001-01-01T00:00:01Z"), "apiKey", "expireTime")).toBe("0001-01-01T00:00:01Z");
});

it("lets a key expire by the emulator's clock, and it still has to be revoked before it can be deleted", async () => {
  const key = await create("2026-01-01T00:01:00Z");
  const token = textAt(key, "apiKey", "secretToken");
  expect((await authenticate(token)).status).toBe(200);
  now = new Date("2026-01-01T00:01:00Z");
  expect((await authenticate(token)).status).toBe(400);
  const id = textAt(key, "apiKey", "id");
  expect(reason(await send(emulator, "DELETE", `/v1/api-keys/${id}`))).toBe("api key must be revoked to be deleted");
});

it("never gives two records the same time, even when the clock stands still", async () => {
  await create(null);
  const times = [...emulator.store.organizations.values(), ...emulator.store.apiKeys.values()].map(({ createTime }) =>
    formatTimestamp(createTime),
  );
  expect(new Set(times).size).toBe(2);
  expect(times.every((time) => time.startsWith("2026-01-01T00:00:00.0000"))).toBe(true);
});

it("formats what it parsed", () => {
  expect(formatTimestamp(parseTimestamp("2026-02-03T04:05:06.000007Z") ?? 0n)).toBe("2026-02-03T04:05:06.000007Z");
});
