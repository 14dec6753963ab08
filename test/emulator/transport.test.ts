// Proves the rules of the layers before the API that the recorded exchanges leave out: compression, redirects, the clock in
// the Date header, time limits, query strings. Speaks for HTTP/1.1 only.
import http from "node:http";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { reason, send } from "./exchange";

let now = new Date("2026-01-02T03:04:05.678Z");
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

it("zips the API's answers when asked to, and nothing else", async () => {
  const zipped = { headers: { "accept-encoding": "br, gzip" } };
  const project = await send(emulator, "GET", "/v1/project", zipped);
  expect(project.headers["content-encoding"]).toBe("gzip");
  expect(project.json).toHaveProperty("project.id");
  const missing = await send(emulator, "GET", "/v1/organizations/nope", zipped);
  expect(missing.headers["content-encoding"]).toBe("gzip");
  expect(reason(missing)).toBe("invalid organization id");
  expect((await send(emulator, "GET", "/v1/nope", zipped)).headers).not.toHaveProperty("content-encoding");
  expect((await send(emulator, "GET", "/v1/project")).headers).not.toHaveProperty("content-encoding");
});

it("sends Content-Type, Content-Length, Date and Accept-Encoding, and nothing else, on a kept connection", async () => {
  const agent = new http.Agent({ keepAlive: true });
  const { headers } = await send(emulator, "GET", "/v1/project", { agent });
  agent.destroy();
  expect(Object.keys(headers).sort()).toEqual(["accept-encoding", "content-length", "content-type", "date"]);
  expect(headers.date).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
  now = new Date("2026-05-06T07:08:09Z");
  expect((await send(emulator, "GET", "/v1/nope")).headers.date).toBe("Wed, 06 May 2026 07:08:09 GMT");
});

it.each([
  ["//v1/project", "/v1/project"],
  ["/v1//organizations?pageToken=x", "/v1/organizations?pageToken=x"],
  ["/v1/organizations/../project", "/v1/project"],
  ["/v1/%2Fproject", "/v1/project"],
])("sends %s to %s", async (path, location) => {
  const answered = await send(emulator, "GET", path);
  expect(answered.status).toBe(307);
  expect(answered.headers.location).toBe(location);
});

it("answers 405 without a body to HEAD, and says what is allowed", async () => {
  const answered = await send(emulator, "HEAD", "/v1/organizations");
  expect(answered).toMatchObject({ status: 405, text: "" });
  expect(answered.headers.allow).toBe("GET,POST");
});

it("refuses a path whose escapes are broken", async () => {
  expect(await send(emulator, "GET", "/v1/organizations/%zz")).toMatchObject({ status: 400, text: "400 Bad Request" });
});

it("answers 500 when X-Server-Timeout runs out under way, and writes nothing", async () => {
  const slow = await startEmulator({ latency: 60_000 });
  const answered = await send(slow, "POST", "/v1/organizations", { headers: { "x-server-timeout": "0.05" } });
  expect(answered).toMatchObject({ status: 500, json: { code: 13, message: "internal server error" } });
  expect(slow.store.organizations.size).toBe(0);
  expect(slow.requests.at(-1)).toMatchObject({ status: 500, committed: false });
  await slow.close();
});

it.each([
  ["-1", 500],
  [".5", 200],
  ["1e3", 200],
  ["inf", 200],
  ["1s", 400],
  ["0x10", 400],
])("takes X-Server-Timeout %s for %i", async (seconds, status) => {
  const answered = await send(emulator, "GET", "/v1/project", { headers: { "x-server-timeout": seconds } });
  expect(answered.status).toBe(status);
  if (status === 400) {
    expect(answered.text).toBe(
      `invalid timeout "${seconds}": strconv.ParseFloat: parsing "${seconds}": invalid syntax\n`,
    );
  }
});

it("lets the query string override path and body, in either spelling", async () => {
  const id = emulator.console.createOrganization({ displayName: "Acme" }).id;
  const other = emulator.console.createOrganization({ displayName: "Other" }).id;
  const body = { displayName: "of the body" };
  const path = `/v1/organizations/${id}?id=${other}&organization.display_name=of+the%20query&organization.scimEnabled=true`;
  expect((await send(emulator, "PATCH", path, { body })).status).toBe(200);
  expect(emulator.store.organizations.get(id)?.displayName).toBe("Acme");
  expect(emulator.store.organizations.get(other)).toMatchObject({ displayName: "of the query", scimEnabled: true });
});

it("collects a list from the query string", async () => {
  const { id } = emulator.console.createOrganization({});
  const list = "organizationDomains.domains";
  await send(emulator, "PATCH", `/v1/organizations/${id}/domains?${list}=a.example&${list}=b.example`);
  expect(emulator.store.organizations.get(id)?.domains).toEqual(["a.example", "b.example"]);
});

it.each([
  [
    "organization.colour=red",
    'element "colour" does not correspond to any field of type tesseral.backend.v1.Organization',
  ],
  ["organization.scimEnabled=maybe", 'invalid value "maybe"'],
])("refuses the query parameter %s", async (query, why) => {
  const answered = await send(emulator, "POST", `/v1/organizations?${query}`);
  expect(answered.status).toBe(500);
  expect(reason(answered)).toBe(`in field path "${query.split("=")[0]}": ${why}`);
  expect(emulator.store.organizations.size).toBe(0);
});

it("takes and echoes a name of 20 MB", async () => {
  const displayName = "x".repeat(20_000_000);
  const answered = await send(emulator, "POST", "/v1/organizations", { body: { displayName } });
  expect(answered.json).toHaveProperty("organization.displayName", displayName);
});

it("refuses a body that is not UTF-8", async () => {
  const { port } = new URL(emulator.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${emulator.backendApiKey}` };
    const req = http.request({ port, host: "127.0.0.1", method: "POST", path: "/v1/organizations", headers }, (res) =>
      resolve(res.resume().statusCode),
    );
    req.on("error", reject).end(Buffer.from([0x7b, 0xff, 0x7d]));
  });
  expect(status).toBe(500);
});

it("drops a request whose client hangs up in the middle of the body", async () => {
  const { port } = new URL(emulator.url);
  await new Promise<void>((resolve) => {
    const headers = { authorization: `Bearer ${emulator.backendApiKey}`, "content-length": "100" };
    const req = http.request({ port, host: "127.0.0.1", method: "POST", path: "/v1/organizations", headers });
    req.on("error", () => resolve()).write("{", () => req.destroy());
  });
  await send(emulator, "GET", "/v1/project");
  expect(emulator.requests.map(({ path }) => path)).toEqual(["/v1/project"]);
});
