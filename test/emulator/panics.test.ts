// Proves what a panic looks like on the wire, to a client that keeps its connection, and what triggers it.
import net from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index";
import { send } from "./exchange";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** Everything that the server sends on one connection until it ends it. */
function conversation(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(emulator.url).port), "127.0.0.1", () => socket.write(request));
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("end", () => resolve(text)).on("error", reject);
  });
}

it("answers 200, Content-Length 0, and ends the connection without having announced it", async () => {
  const key = `Authorization: Bearer ${emulator.backendApiKey}`;
  const text = await conversation(`GET /v1/roles/role_${"z".repeat(25)} HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`);
  const [statusLine, ...headers] = text.split("\r\n");
  expect(statusLine).toBe("HTTP/1.1 200 OK");
  expect(headers.filter((line) => !line.startsWith("Date: "))).toEqual([
    "Content-Type: application/json",
    "Content-Length: 0",
    "",
    "",
  ]);
});

const tooLarge = "z".repeat(25);
it.each<[string, string, string, unknown]>([
  ["an id beyond 128 bits", "GET", `/v1/organizations/org_${tooLarge}`, undefined],
  ["the same on a PATCH", "PATCH", `/v1/api-keys/api_key_${tooLarge}`, { apiKey: {} }],
  ["the same in a list", "GET", `/v1/api-keys?organizationId=org_${tooLarge}`, undefined],
  ["a create without apiKey", "POST", "/v1/api-keys", {}],
  ["a create with apiKey null", "POST", "/v1/api-keys", { apiKey: null }],
  ["an assignment without its object", "POST", "/v1/api-key-role-assignments", { apiKeyId: "x" }],
  ["a token beyond 280 bits", "POST", "/v1/api-keys/authenticate", { secretToken: `acme_sk_${"z".repeat(55)}` }],
  ["a short page token", "GET", "/v1/roles?pageToken=QUJD", undefined],
])("panics at %s", async (_, method, path, body) => {
  expect(await send(emulator, method, path, { body })).toMatchObject({ status: 200, text: "" });
});

it("panics at a PATCH without apiKey of a key that is there", async () => {
  const organizationId = emulator.console.createOrganization({ apiKeysEnabled: true }).id;
  const { id } = emulator.console.createApiKey({ organizationId });
  for (const body of [undefined, {}]) {
    expect(await send(emulator, "PATCH", `/v1/api-keys/${id}`, { body })).toMatchObject({ status: 200, text: "" });
  }
});

it("panics at a backend API key beyond 128 bits, without any credentials", async () => {
  const answered = await send(emulator, "GET", "/v1/project", { key: `tesseral_secret_key_${tooLarge}` });
  expect(answered).toMatchObject({ status: 200, text: "" });
});

it("takes the largest id and the largest token that fit", async () => {
  // 2^128 - 1 and 2^280 - 1 in base 36
  const id = (2n ** 128n - 1n).toString(36).padStart(25, "0");
  const digits = (2n ** 280n - 1n).toString(36).padStart(55, "0");
  expect((await send(emulator, "GET", `/v1/organizations/org_${id}`)).status).toBe(404);
  const body = { secretToken: `acme_sk_${digits}` };
  expect((await send(emulator, "POST", "/v1/api-keys/authenticate", { body })).status).toBe(400);
  expect(
    (await send(emulator, "GET", `/v1/organizations/org_${(2n ** 128n).toString(36).padStart(25, "0")}`)).text,
  ).toBe("");
});
