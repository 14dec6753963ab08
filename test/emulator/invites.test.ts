// Proves what the recordings leave out about users and invites: mail that fails, the daily quota, and changes of users.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { reason, send, textAt } from "./exchange";

let now = new Date("2026-01-01T12:00:00Z");
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const invite = (organizationId: string, email: string, query = "") =>
  send(emulator, "POST", `/v1/user-invites${query}`, { body: { organizationId, email } });

it("stores an invite whose mail cannot be sent, and answers 500", async () => {
  const { id } = emulator.console.createOrganization({});
  emulator.console.setProject({ email: "broken" });
  expect((await invite(id, "a@acme.example", "?sendEmail=true")).status).toBe(500);
  expect((await invite(id, "b@acme.example")).status).toBe(200);
  expect([...emulator.store.userInvites.values()].map(({ email }) => email)).toEqual([
    "a@acme.example",
    "b@acme.example",
  ]);
  expect(emulator.requests[0]?.committed).toBe(true);
});

it("refuses invites beyond the daily quota, and begins anew the next day", async () => {
  const { id } = emulator.console.createOrganization({});
  emulator.console.setProject({ emailDailyQuota: 2 });
  expect((await invite(id, "a@acme.example")).status).toBe(200);
  expect((await invite(id, "a@acme.example")).status).toBe(200);
  const refused = await invite(id, "b@acme.example");
  expect(refused).toMatchObject({ status: 400, json: { code: 9, message: "failed_precondition" } });
  expect(reason(refused)).toBe("email daily quota exceeded");
  expect(emulator.store.userInvites.size).toBe(1);
  now = new Date("2026-01-02T00:00:00Z");
  expect((await invite(id, "b@acme.example")).status).toBe(200);
});

it("keeps an email that is taken out of a PATCH, and changes the rest of a user", async () => {
  const { id: organizationId } = emulator.console.createOrganization({});
  const create = (email: string) =>
    send(emulator, "POST", "/v1/users", { body: { organizationId, email, googleUserId: "g1" } });
  const [one, two] = [await create("a@acme.example"), await create("b@acme.example")];
  expect(one.json).toHaveProperty("user.googleUserId", "g1");
  const path = `/v1/users/${textAt(two, "user", "id")}`;
  expect((await send(emulator, "PATCH", path, { body: { email: "a@acme.example" } })).status).toBe(500);
  const body = { email: "c@acme.example", owner: true, profilePictureUrl: "https://acme.example/c.png" };
  expect((await send(emulator, "PATCH", path, { body })).json).toMatchObject({ user: body });
});

it.each([
  ["GET", "/v1/user-role-assignments/nope", 400, "invalid user role assignment id"],
  [
    "DELETE",
    "/v1/user-role-assignments/user_role_assignment_0000000000000000000000001",
    404,
    "user role assignment not found",
  ],
  ["GET", "/v1/user-role-assignments", 400, "invalid user id"],
  ["GET", "/v1/user-role-assignments?userId=nope", 400, "invalid user id"],
])("answers %s %s with %i %s", async (method, path, status, why) => {
  const answered = await send(emulator, method, path);
  expect(answered.status).toBe(status);
  expect(reason(answered)).toBe(why);
});
