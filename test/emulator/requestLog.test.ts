// Proves what is recorded of requests, how a test waits for one, and what a reset keeps.
import { inspect } from "node:util";
import { afterEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator;
afterEach(() => emulator.close());

it("records method, path, query, route, status and commit, in order", async () => {
  emulator = await startEmulator();
  await send(emulator, "GET", "/v1/organizations?pageToken=");
  await send(emulator, "POST", "/v1/organizations", { body: { displayName: "Acme" } });
  await send(emulator, "PATCH", "/v1/organizations/nope");
  await send(emulator, "GET", "/nowhere");
  const times = { startedAt: expect.any(Number), endedAt: expect.any(Number) };
  expect(emulator.requests).toEqual([
    {
      method: "GET",
      path: "/v1/organizations",
      query: "pageToken=",
      connectionId: 1,
      route: "GET /v1/organizations",
      status: 200,
      committed: false,
      ...times,
    },
    {
      method: "POST",
      path: "/v1/organizations",
      query: "",
      connectionId: 2,
      route: "POST /v1/organizations",
      status: 200,
      committed: true,
      ...times,
    },
    {
      method: "PATCH",
      path: "/v1/organizations/nope",
      query: "",
      connectionId: 3,
      route: "PATCH /v1/organizations/{id}",
      status: 400,
      committed: false,
      ...times,
    },
    { method: "GET", path: "/nowhere", query: "", connectionId: 4, status: 404, committed: false, ...times },
  ]);
});

it("records a change whose webhook failed as committed", async () => {
  emulator = await startEmulator();
  await send(emulator, "POST", "/v1/organizations", { key: "broken-webhook-project-key" });
  expect(emulator.requests[0]).toMatchObject({ status: 500, committed: true });
});

it("keeps bodies, which nothing prints", async () => {
  emulator = await startEmulator();
  await send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken: "acme_sk_secret" } });
  expect(emulator.requests[0]?.body).toEqual({ secretToken: "acme_sk_secret" });
  expect(inspect(emulator.requests) + JSON.stringify(emulator.requests)).not.toContain("acme_sk_secret");
});

it("is listed over HTTP, a line for each request, without keys and bodies, and forgotten", async () => {
  emulator = await startEmulator();
  const asked = async (method: "GET" | "DELETE") => {
    const response = await fetch(`${emulator.url}/_emulator/requests`, { method });
    return { status: response.status, text: await response.text() };
  };
  expect(await asked("GET")).toEqual({ status: 200, text: '{"requests":[]}\n' });
  const { json } = await send(emulator, "POST", "/v1/organizations", { body: { displayName: "Acme" } });
  const { id } = (json as { organization: { id: string } }).organization;
  await send(emulator, "GET", `/v1/organizations/${id}`);
  await send(emulator, "GET", "/v1/organizations?pageToken=secret");
  await send(emulator, "POST", "/v1/api-keys/authenticate", { body: { secretToken: "acme_sk_secret" } });
  await send(emulator, "GET", `/v1/config/${emulator.publishableKey}`);
  await send(emulator, "GET", `/v1/api-keys/${emulator.backendApiKey}`);
  const { text } = await asked("GET");
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(JSON.parse(text)).toEqual({
    requests: [
      { time, method: "POST", path: "/v1/organizations", status: 200, committed: true },
      { time, method: "GET", path: `/v1/organizations/${id}`, status: 200, committed: false },
      { time, method: "GET", path: "/v1/organizations", status: expect.any(Number), committed: false },
      { time, method: "POST", path: "/v1/api-keys/authenticate", status: 400, committed: false },
      { time, method: "GET", path: "/v1/config/…", status: 200, committed: false },
      { time, method: "GET", path: "/v1/api-keys/…", status: 400, committed: false },
    ],
  });
  expect(text.split("\n").filter((line) => line.includes('"committed":true'))).toHaveLength(1);
  expect(await asked("DELETE")).toEqual({ status: 200, text: '{"requests":[]}\n' });
  expect(emulator.requests).toEqual([]);
});

it("is listed as far as the latest thousand", async () => {
  emulator = await startEmulator();
  for (let count = 0; count < 1002; count += 1) {
    await send(emulator, count === 1001 ? "POST" : "GET", "/v1/nowhere");
  }
  const answered = (await send(emulator, "GET", "/_emulator/requests")).json as { requests: { method: string }[] };
  expect([answered.requests.length, answered.requests.at(-1)?.method]).toEqual([1000, "POST"]);
});

it("waits for a request that has been made, for one to come, and not for ever", async () => {
  emulator = await startEmulator();
  const coming = emulator.waitFor(({ status }) => status === 404);
  await send(emulator, "GET", "/v1/nope");
  const record = await coming;
  expect(record.path).toBe("/v1/nope");
  expect(await emulator.waitFor(({ path }) => path === "/v1/nope")).toBe(record);
  await expect(emulator.waitFor(() => false, 10)).rejects.toThrow("no such request within 10 ms");
  const waiting = expect(emulator.waitFor(() => false, 3_600_000)).rejects.toThrow(
    "the emulator was closed before such a request came",
  );
  await emulator.close();
  await waiting;
});

it("goes back to the seed on reset: same keys and projects, nothing else", async () => {
  emulator = await startEmulator();
  const { requests, keys, backendApiKey } = emulator;
  const project = (await send(emulator, "GET", "/v1/project")).json;
  emulator.console.createOrganization({ displayName: "Acme" });
  emulator.console.setProject({ displayName: "Changed" });
  emulator.console.revokeBackendApiKey(backendApiKey);
  const fault = emulator.fail({ do: "reset", times: "always" });
  emulator.reset();
  expect(emulator.requests).toBe(requests);
  expect(requests).toEqual([]);
  expect(emulator.keys).toBe(keys);
  expect((await send(emulator, "GET", "/v1/project")).json).toEqual(project);
  expect((await send(emulator, "GET", "/v1/organizations")).json).toEqual({});
  expect(fault.hits).toBe(0);
});
