import net from "node:net";
import fc from "fast-check";
import type { Emulator } from "../../emulator/index";

/** A request as bytes, and whether all of it is sent. */
interface Malformed {
  bytes: Buffer;
  /** Then the client waits for no answer: it has not said everything. */
  half: boolean;
}

/** What came back: everything until the connection ended, or "timeout". */
export interface Finding {
  request: string;
  answer: string;
}

const paths = [
  "/v1/project",
  "/v1/organizations",
  "/v1/organizations/{id}",
  "/v1/organizations/{id}/domains",
  "/v1/organizations/{id}/microsoft-tenant-ids",
  "/v1/api-keys",
  "/v1/api-keys/authenticate",
  "/v1/api-keys/{id}",
  "/v1/api-keys/{id}/revoke",
  "/v1/api-key-role-assignments",
  "/v1/api-key-role-assignments/{id}",
  "/v1/roles",
  "/v1/roles/{id}",
  "/v1/users",
  "/v1/users/{id}",
  "/v1/user-invites",
  "/v1/user-role-assignments",
  "/v1/config/{id}",
  "/_emulator/clock",
  "/_emulator/{id}",
  "/{id}",
];
const fields = [
  "organization",
  "apiKey",
  "role",
  "user",
  "displayName",
  "expireTime",
  "actions",
  "organizationId",
  "secretToken",
  "pageToken",
  "domains",
  "__proto__",
  "constructor",
  "",
];
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\0", "../..", "%", "%00", "%2F", "%zz", "a:b", "+", "\uD800", "x".repeat(20_000)),
  fc.constantFrom("9999-99-99T99:99:99Z", "0000-01-01T00:00:00Z", "2030-01-01T00:00:00.1234567891Z"),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, false, 0, -0, 1e308, 1.5, [], {}),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...fields), tie("value"), { maxKeys: 4 }),
  ),
})).value;
const nested = fc.integer({ min: 1, max: 20_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth));
const body = fc.oneof(
  { weight: 4, arbitrary: json.map((value) => JSON.stringify(value) ?? "") },
  json.map((value) => (JSON.stringify(value) ?? "").slice(0, -1)),
  text,
  nested.map((value) => `{"organization":${value}}`),
  nested.map((value) => value.replaceAll("[", '{"role":').replaceAll("]", "}")),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.constant(""),
);

/** Requests that no client of the API sends. What fits into a header or a path only, is encoded there or left out. */
function malformed(ids: readonly string[], key: string): fc.Arbitrary<Malformed> {
  const id = fc.oneof(
    fc.constantFrom(...ids),
    text.map(encodeLeniently),
    fc.constantFrom("org_", "", "x".repeat(2000)),
  );
  const path = fc.tuple(fc.constantFrom(...paths), id).map(([template, value]) => template.replace("{id}", value));
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.constant("") },
    fc
      .tuple(fc.constantFrom(...fields), text)
      .map(([name, value]) => `?${encodeLeniently(name)}=${encodeLeniently(value)}`),
    fc.base64String({ maxLength: 120 }).map((token) => `?pageToken=${encodeURIComponent(token)}`),
    fc.constantFrom("?", "?&&&", "?=", "?apiKey.organizationId=x&apiKey.displayName", "?a=%", "?pageToken", "?id=%00"),
  );
  const authorization = fc.oneof(
    { weight: 6, arbitrary: fc.constant(`Authorization: Bearer ${key}\r\n`) },
    fc.constantFrom("", "Authorization: \r\n", "Authorization: Basic eDp5\r\n", `Authorization: bearer ${key}\r\n`),
    fc.constant(`Authorization: Bearer ${"z".repeat(9000)}\r\n`),
  );
  const more = fc.constantFrom(
    "",
    "Content-Type: application/json\r\n",
    "Content-Type: text/xml\r\n",
    "X-Server-Timeout: 1e309\r\n",
    "X-Server-Timeout: -1\r\n",
    "X-Server-Timeout: soon\r\n",
    "Accept-Encoding: gzip, br\r\n",
    "Expect: 100-continue\r\n",
  );
  const framing = fc.constantFrom("length", "length", "length", "chunked", "short", "wrong", "none");
  const method = fc.constantFrom(
    "GET",
    "POST",
    "PATCH",
    "DELETE",
    "PUT",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "get",
    "",
  );
  return fc.tuple(method, path, query, authorization, more, body, framing).map((parts) => {
    const [verb, target, search, authorized, header, content, frame] = parts;
    const sent = Buffer.from(content);
    const head = (framed: string) =>
      `${verb} ${target}${search} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\n${authorized}${header}${framed}\r\n`;
    const whole = { half: false };
    switch (frame) {
      case "chunked":
        return {
          ...whole,
          bytes: Buffer.concat([
            Buffer.from(
              `${head("Transfer-Encoding: chunked\r\n")}${sent.length > 0 ? `${sent.length.toString(16)}\r\n` : ""}`,
            ),
            sent,
            Buffer.from(`${sent.length > 0 ? "\r\n" : ""}0\r\n\r\n`),
          ]),
        };
      case "short":
        return {
          bytes: Buffer.concat([Buffer.from(head(`Content-Length: ${sent.length + 10}\r\n`)), sent]),
          half: true,
        };
      case "wrong":
        return { ...whole, bytes: Buffer.from(head("Content-Length: many\r\n")) };
      case "none":
        return { ...whole, bytes: Buffer.from(head("")) };
      default:
        return { ...whole, bytes: Buffer.concat([Buffer.from(head(`Content-Length: ${sent.length}\r\n`)), sent]) };
    }
  });
}

/** As `encodeURIComponent`, but for halves of characters, which cannot be encoded. */
const encodeLeniently = (value: string) => encodeURIComponent(value.replace(/\p{Surrogate}/gu, "?")).slice(0, 3000);

/** Sends `count` of them, some at a time; the same for the same seed. Gives the answers of those that were sent as a whole. */
export async function sendMalformed(emulator: Emulator, seed: number, count: number): Promise<Finding[]> {
  const organization = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const apiKey = emulator.console.createApiKey({ organizationId: organization.id });
  const role = emulator.console.createRole({ displayName: "Reader", actions: ["widgets.read"] });
  const ids = [organization.id, apiKey.id, role.id];
  const requests = fc.sample(malformed(ids, emulator.backendApiKey), { seed, numRuns: count });
  const { port } = new URL(emulator.url);
  const findings: Finding[] = [];
  const next = async (): Promise<void> => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const answer = await converse(Number(port), request);
      if (!request.half) {
        findings.push({ request: request.bytes.toString("latin1"), answer });
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, next));
  return findings;
}

const patience = 15_000;

function converse(port: number, { bytes, half }: Malformed): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      if (half) {
        setTimeout(() => socket.destroy(), 5);
      }
    });
    socket.setTimeout(patience, () => {
      answer = "timeout";
      socket.destroy();
    });
    socket.setEncoding("latin1").on("data", (part: string) => {
      answer += part;
    });
    // A reset after the answer is one way to end a connection.
    socket.on("error", (error) => {
      answer ||= String(error);
    });
    socket.on("close", () => resolve(answer));
  });
}
