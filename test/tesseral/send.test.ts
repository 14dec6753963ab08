// Proves what the client makes of real connections: answers, redirections, and connections that break or stall at any point.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { TesseralNoAnswerError } from "../../tesseral";
import { senderThrough } from "../../tesseral/send";
import { Transport } from "../../tesseral/transport";
import { backendApiKey, failureOf, read } from "./answers";

const body = JSON.stringify({ name: "the whole of it" });
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serving(listener: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One request, without any repetition. */
async function ask(apiUrl: string): Promise<unknown> {
  const transport = new Transport({ backendApiKey, apiUrl, requestTimeout: 0.3 });
  return transport.attempt(read, transport.limiter.ticket());
}

it("a request says what it is, and an answer's headers are read whatever their case", async () => {
  let asked: IncomingHttpHeaders = {};
  const url = await serving((request, response) => {
    asked = request.headers;
    response.writeHead(429, [
      ["Retry-After", "7"],
      ["Via", "1.1 one"],
      ["Via", "1.1 two"],
    ] as never);
    response.end("busy");
  });
  const { signal } = new AbortController();
  const sent = { method: "POST", headers: { "x-own": "1" }, redirect: "manual", signal, body: "{}" } as const;
  const answer = await senderThrough(undefined)(url, sent);
  expect(asked).toMatchObject({ "user-agent": "tesseral-client", accept: "*/*", "x-own": "1", "content-length": "2" });
  expect(answer.status).toBe(429);
  expect(["retry-after", "Retry-After", "Via", "absent"].map((name) => answer.headers.get(name))).toEqual([
    "7",
    "7",
    "1.1 one, 1.1 two",
    null,
  ]);
  expect(await answer.text()).toBe("busy");
});

it.each([
  ["gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const)(
  "an answer that something on the way has compressed as %s is read all the same",
  async (coding, compress) => {
    let asked: string | undefined;
    const url = await serving(({ headers }, response) => {
      asked = headers["accept-encoding"];
      response.writeHead(200, { "content-encoding": coding }).end(compress(body));
    });
    expect(await ask(url)).toEqual(JSON.parse(body));
    expect(asked).toBe("identity");
  },
);

it("an answer whose compression is broken is lost", async () => {
  const url = await serving((_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body).subarray(0, 12));
  });
  expect(await failureOf(ask(url))).toMatchObject({ code: "connection-lost" });
});

it("the key follows no redirection", async () => {
  const paths: (string | undefined)[] = [];
  const url = await serving(({ url: path }, response) => {
    paths.push(path);
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(await failureOf(ask(url))).toMatchObject({ code: "redirected" });
  expect(paths).toEqual(["/v1/thing"]);
});

it.each([
  ["before the answer", "connection-lost", (_: unknown, response: { destroy(): void }) => response.destroy()],
  [
    "in the middle of the answer",
    "connection-lost",
    (_: unknown, response: { writeHead(...of: unknown[]): void; write(...of: unknown[]): void; destroy(): void }) => {
      response.writeHead(200, { "content-length": String(body.length) });
      response.write(body.slice(0, 9), () => response.destroy());
    },
  ],
] as const)("a connection that breaks %s is lost", async (_, code, listener) => {
  const failure = await failureOf(ask(await serving(listener as never)));
  expect(failure).toBeInstanceOf(TesseralNoAnswerError);
  expect(failure).toMatchObject({ code });
});

it.each([
  ["before the answer", () => {}],
  [
    "in the middle of the answer",
    (_: unknown, response: { writeHead(...of: unknown[]): void; write(text: string): void }) => {
      response.writeHead(200, { "content-length": String(body.length) });
      response.write(body.slice(0, 9));
    },
  ],
] as const)("a server that stalls %s is given up after the time limit", async (_, listener) => {
  expect(await failureOf(ask(await serving(listener as never)))).toMatchObject({
    code: "timeout",
    message: expect.stringContaining("none within 0.3 s"),
  });
});

it("where nothing listens, the request was certainly not sent", async () => {
  const url = await serving(() => {});
  server?.close();
  expect(await failureOf(ask(url))).toMatchObject({
    code: "unreachable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});
