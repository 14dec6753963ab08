// Proves what each fault does to an answer, to the change and to the record of the request, and which requests it hits. Does
// not prove that a client copes with it.
import http from "node:http";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, type Fault, faultsFromJson, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const create = () => send(emulator, "POST", "/v1/organizations", { body: { displayName: "Acme" } });
const names = () => [...emulator.store.organizations.values()].map(({ displayName }) => displayName);
const fail = (fault: Omit<Fault, "method">) => emulator.fail({ method: "POST", ...fault });
const record = () => emulator.requests.at(-1);

it("resets the connection before anything was changed", async () => {
  fail({ do: "reset" });
  await expect(create()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(names()).toEqual([]);
  expect(record()).toMatchObject({ status: "reset", committed: false, fault: "before reset" });
});

it("resets the connection after the change was made", async () => {
  fail({ do: "reset", when: "after" });
  await expect(create()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(names()).toEqual(["Acme"]);
  expect(record()).toMatchObject({ status: "reset", committed: true, fault: "after reset" });
});

it.each([
  ["before", []],
  ["after", ["Acme"]],
] as const)("never answers (%s the commit) until the client hangs up", async (when, left) => {
  fail({ do: "hang", when });
  const client = new AbortController();
  const request = send(emulator, "POST", "/v1/organizations", {
    body: { displayName: "Acme" },
    signal: client.signal,
  });
  const hanging = await emulator.waitFor(({ status }) => status === "hang");
  expect(hanging.endedAt).toBeUndefined();
  expect(names()).toEqual(left);
  client.abort();
  await expect(request).rejects.toThrow("aborted");
  const ended = await emulator.waitFor(({ endedAt }) => endedAt !== undefined);
  expect(ended).toMatchObject({ status: "hang", committed: when === "after" });
});

it("ends hanging requests when it closes", async () => {
  const other = await startEmulator({ faults: [{ do: "hang" }] });
  const request = send(other, "GET", "/v1/project");
  const outcome = expect(request).rejects.toMatchObject({ code: "ECONNRESET" });
  await other.waitFor(({ status }) => status === "hang");
  await other.close();
  await outcome;
});

it("answers 500 in place of a change, and after it", async () => {
  fail({ do: { status: 500 } });
  fail({ do: { status: 500 }, when: "after" });
  const error = { code: 13, message: "internal server error", details: [] };
  expect(await create()).toMatchObject({ status: 500, json: error });
  expect(names()).toEqual([]);
  expect(await create()).toMatchObject({ status: 500, json: error });
  expect(names()).toEqual(["Acme"]);
});

it("answers any status, body and headers", async () => {
  fail({ do: { status: 429, headers: { "Retry-After": "2" } } });
  fail({ do: { status: 503 } });
  fail({ do: { status: 418, body: { tea: true } } });
  fail({ do: { status: 502, body: "<html>", headers: { "Content-Type": "text/html" } } });
  const limited = await create();
  expect(limited).toMatchObject({ status: 429, json: { code: 8, message: "resource_exhausted", details: [] } });
  expect(limited.headers["retry-after"]).toBe("2");
  expect(await create()).toMatchObject({ status: 503, text: "Service Unavailable\n" });
  expect(await create()).toMatchObject({ status: 418, json: { tea: true } });
  const proxied = await create();
  expect(proxied).toMatchObject({ status: 502, text: "<html>" });
  expect(proxied.headers["content-type"]).toBe("text/html");
});

it("drips the real answer over the time that is said", async () => {
  fail({ do: "slow", durationMs: 100 });
  const began = Date.now();
  const slow = await create();
  expect(Date.now() - began).toBeGreaterThanOrEqual(90);
  expect(slow).toMatchObject({ status: 200, json: { organization: { displayName: "Acme" } } });
  expect(record()).toMatchObject({ status: 200, committed: true, fault: "before slow" });
});

it("stops a drip when the client hangs up", async () => {
  fail({ do: "slow", durationMs: 60_000 });
  const client = new AbortController();
  const request = send(emulator, "POST", "/v1/organizations", { signal: client.signal });
  await emulator.waitFor(({ committed }) => committed);
  client.abort();
  await expect(request).rejects.toThrow("aborted");
  expect(await emulator.waitFor(({ endedAt }) => endedAt !== undefined)).toMatchObject({ status: "abandoned" });
});

it("ends the connection in the middle of the real answer", async () => {
  fail({ do: "cut" });
  await expect(create()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(names()).toEqual(["Acme"]);
  expect(record()).toMatchObject({ status: "cut", committed: true });
});

it("answers JSON that stops in the middle", async () => {
  fail({ do: "garbage" });
  fail({ do: "garbage", when: "after" });
  const before = await create();
  expect(before).toMatchObject({ status: 200, json: undefined, text: '{"organization":{"id":"org_' });
  expect(names()).toEqual([]);
  const after = await create();
  expect(after).toMatchObject({ status: 200, json: undefined });
  expect(after.text).toMatch(/^\{"organization":\{"id":"org_[0-9a-z]{25}"/);
  expect(names()).toEqual(["Acme"]);
});

it("answers an HTML page", async () => {
  fail({ do: "html", when: "after" });
  const page = await create();
  expect(page.status).toBe(200);
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.text).toMatch(/^<!doctype html>/);
  expect(names()).toEqual(["Acme"]);
});

it("answers nothing, as a server that panicked", async () => {
  fail({ do: "empty", when: "after" });
  expect(await create()).toMatchObject({ status: 200, text: "" });
  expect(names()).toEqual(["Acme"]);
});

it("makes the change late, when the client has already gone", async () => {
  fail({ do: "delay", durationMs: 500 });
  const client = new AbortController();
  const request = send(emulator, "POST", "/v1/organizations", { signal: client.signal });
  const outcome = expect(request).rejects.toThrow("aborted");
  await emulator.waitFor(({ fault }) => fault === "before delay");
  client.abort();
  await outcome;
  await emulator.waitFor(({ endedAt }) => endedAt !== undefined);
  expect(names()).toEqual([]);
  const late = await emulator.waitFor(({ committed }) => committed);
  expect(late.status).toBe("abandoned");
  expect(names()).toEqual([""]);
});

it("keeps a late change of before a reset out of what comes after it", async () => {
  fail({ do: "delay", durationMs: 500 });
  const request = send(emulator, "POST", "/v1/organizations");
  const outcome = expect(request).rejects.toMatchObject({ code: "ECONNRESET" });
  const record = await emulator.waitFor(({ fault }) => fault === "before delay");
  emulator.reset();
  await outcome;
  await expect.poll(() => record.committed, { timeout: 5000 }).toBe(true);
  expect(names()).toEqual([]);
});

it("answers late after the change", async () => {
  fail({ do: "delay", when: "after", durationMs: 60 });
  const request = create();
  await emulator.waitFor(({ committed }) => committed);
  expect(names()).toEqual(["Acme"]);
  expect(record()?.status).toBe("pending");
  expect((await request).status).toBe(200);
});

it("lets a test act before the change and between the change and its answer", async () => {
  const seen: string[][] = [];
  const look = () => void seen.push(names());
  fail({ do: "pass", meanwhile: look });
  fail({
    do: "pass",
    when: "after",
    meanwhile: async () => {
      emulator.console.createOrganization({ displayName: "of the console" });
      await Promise.resolve();
      look();
    },
  });
  expect((await create()).status).toBe(200);
  expect((await create()).status).toBe(200);
  expect(seen).toEqual([[], ["Acme", "Acme", "of the console"]]);
});

it("tells when `meanwhile` throws instead of looking like the server", async () => {
  fail({
    do: "pass",
    meanwhile: () => {
      throw new Error("a mistake of the test");
    },
  });
  const answered = await create();
  expect(answered.status).toBe(500);
  expect(answered.text).toMatch(/^the emulator failed: Error: a mistake of the test\n/);
});

it("happens once, or as often as is said, after as many as are let through", async () => {
  const statuses = async (count: number) => {
    const all: number[] = [];
    for (let i = 0; i < count; i += 1) {
      all.push((await create()).status);
    }
    return all;
  };
  const once = fail({ do: { status: 500 } });
  expect(await statuses(3)).toEqual([500, 200, 200]);
  expect(once.hits).toBe(1);
  fail({ do: { status: 500 }, times: 2, skip: 1 });
  expect(await statuses(4)).toEqual([200, 500, 500, 200]);
  const always = fail({ do: { status: 500 }, times: "always" });
  expect(await statuses(3)).toEqual([500, 500, 500]);
  always.remove();
  expect(await statuses(1)).toEqual([200]);
});

it("lets the fault that was added first happen first", async () => {
  emulator.fail([{ do: { status: 500 } }, { do: { status: 503 } }]);
  expect((await create()).status).toBe(500);
  expect((await create()).status).toBe(503);
  expect((await create()).status).toBe(200);
});

it.each<[string | RegExp, boolean]>([
  ["/v1/organizations/{id}", true],
  ["/v1/organizations/*", true],
  ["/v1/organizations", false],
  ["/v1/organizations/{organizationId}", false],
  ["*", true],
  [/^\/v1\/organizations\/org_[0-9a-z]+$/, true],
  [/domains/, false],
])("compares %s with the template and with the path", async (path, hit) => {
  const { id } = emulator.console.createOrganization({});
  emulator.fail({ path, do: { status: 500 } });
  expect((await send(emulator, "GET", `/v1/organizations/${id}`)).status).toBe(hit ? 500 : 200);
});

it("compares a path without braces with the path itself", async () => {
  const { id } = emulator.console.createOrganization({});
  emulator.fail({ path: `/v1/organizations/${id}`, method: "patch", do: { status: 500 } });
  expect((await send(emulator, "GET", `/v1/organizations/${id}`)).status).toBe(200);
  expect((await send(emulator, "PATCH", `/v1/organizations/${id}`)).status).toBe(500);
});

it("breaks kept connections one request at a time", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  fail({ do: "html" });
  expect((await send(emulator, "POST", "/v1/organizations", { agent })).text).toMatch(/^<!doctype/);
  expect((await send(emulator, "POST", "/v1/organizations", { agent })).status).toBe(200);
  expect(new Set(emulator.requests.map(({ connectionId }) => connectionId)).size).toBe(1);
  agent.destroy();
});

it.each<[unknown, string]>([
  [[{}], "faults[0].do: missing"],
  [{ do: "explode" }, /^faults\[0\]\.do: expected \{ "status": number \} or one of "reset", "hang", /.source],
  [[{ do: "hang" }, { do: "hang", when: "during" }], 'faults[1].when: expected one of "before", "after"'],
  [{ do: "hang", times: "often" }, 'faults[0].times: expected a whole number or "always"'],
  [{ do: "hang", meanwhile: 1 }, "faults[0].meanwhile: unknown field"],
  ["hang", "faults[0]: expected an object"],
  [{ do: { status: 0 } }, "faults[0].do.status: expected a number from 200 to 599"],
  [[{ do: "hang" }, { do: { status: 100 } }], "faults[1].do.status: expected a number from 200 to 599"],
  [
    { do: { status: 200, headers: { "Retry After": "1" } } },
    'faults[0].do.headers: Header name must be a valid HTTP token ["Retry After"]',
  ],
  [
    { do: { status: 200, headers: { "Retry-After": "1\r\nSet-Cookie: a" } } },
    'faults[0].do.headers: Invalid character in header content ["Retry-After"]',
  ],
])("refuses %j from a file", (value, message) => {
  expect(() => faultsFromJson(value)).toThrow(message.startsWith("^") ? new RegExp(message) : message);
});

it("refuses in a program, too, what could not be answered", async () => {
  const misspelled: object = { do: "rest" };
  const emulator = await startEmulator();
  expect(() => emulator.fail(misspelled as Fault)).toThrow(/^fault: do: expected .* or one of "reset", "hang",/);
  expect(() => emulator.fail({ do: { status: 600 } })).toThrow("fault: do.status: expected a number from 200 to 599");
  await emulator.close();
  await expect(startEmulator({ faults: [misspelled as Fault] })).rejects.toThrow("fault: do: expected");
});

it("reads faults from a file", () => {
  const faults = [
    { method: "POST", path: "/v1/*", times: "always", do: { status: 429, headers: { "Retry-After": "1" } } },
  ];
  expect(faultsFromJson(JSON.parse(JSON.stringify(faults)))).toEqual(faults);
});
