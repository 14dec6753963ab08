// Proves how lists are cut and what page tokens are: opaque, different at each call, only a starting id. Recorded exchanges
// cover the same on one project; here the store is inspected too.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { reason, send, textAt } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const list = (token = "", key = "backend-key") =>
  send(emulator, "GET", `/v1/organizations${token === "" ? "" : `?pageToken=${encodeURIComponent(token)}`}`, { key });
const ids = (answered: { json: unknown }) =>
  ((answered.json as { organizations?: { id: string }[] }).organizations ?? []).map(({ id }) => id);
const create = (count: number) => {
  for (let i = 0; i < count; i += 1) {
    emulator.console.createOrganization({ displayName: `${i}` });
  }
};

it("walks through 25 in three pages, in the order of ids, each once", async () => {
  create(25);
  const first = await list();
  const second = await list(textAt(first, "nextPageToken"));
  const third = await list(textAt(second, "nextPageToken"));
  expect([first, second, third].map((page) => ids(page).length)).toEqual([10, 10, 5]);
  expect(third.json).not.toHaveProperty("nextPageToken");
  expect([first, second, third].flatMap(ids)).toEqual([...emulator.store.organizations.keys()].sort());
});

it("has no token on the tenth of ten", async () => {
  create(10);
  expect((await list()).json).not.toHaveProperty("nextPageToken");
});

it("gives another token at each call, and both work", async () => {
  create(11);
  const [a, b] = [textAt(await list(), "nextPageToken"), textAt(await list(), "nextPageToken")];
  expect(a).not.toBe(b);
  expect(ids(await list(a))).toEqual(ids(await list(b)));
});

it("says nothing of its list or project, and outlives what it named", async () => {
  create(11);
  const token = textAt(await list(), "nextPageToken");
  const [last] = ids(await list(token));
  expect((await list(token, "second-project-key")).json).toEqual({});
  emulator.console.deleteOrganization(last ?? "");
  expect((await list(token)).json).toEqual({});
});

it.each([
  ["too short to decode", "abc", 400],
  ["of other characters", "!!!!", 400],
  ["of 24 bytes that nobody made", "A".repeat(32), 400],
  ["of 60 bytes that nobody made", "A".repeat(80), 400],
  ["that decodes to fewer than 24 bytes", "QUJD", 200],
])("refuses a token %s", async (_, token, status) => {
  const answered = await list(token);
  expect(answered.status).toBe(status);
  if (status === 400) {
    expect(reason(answered)).toBe("invalid pagination token");
  } else {
    expect(answered.text).toBe("");
  }
});
