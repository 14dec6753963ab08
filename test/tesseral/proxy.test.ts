// Proves that requests go through the proxy that the environment names, against a real one on loopback, and that nothing of its
// URL is ever told. Says nothing of the requests themselves.
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TesseralClient, type TesseralError } from "../../tesseral";
import { proxyOf } from "../../tesseral/proxy";
import { failureOf } from "./answers";

const backendApiKey = "tesseral_secret_key_0000000000000000000000000";
const credentials = "someone:pass-phrase";

let api: Server;
let proxy: Server;
/** What the proxy was asked to connect to, with which credentials. */
let connected: { to: string | undefined; credentials: string | undefined }[];

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

beforeEach(async () => {
  connected = [];
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
  }
  api = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ project: { id: "project_1", apiKeysEnabled: true } }));
  });
  proxy = createServer().on("connect", (request, socket) => {
    const given = request.headers["proxy-authorization"];
    connected.push({ to: request.url, credentials: given });
    if (given !== `Basic ${Buffer.from(credentials).toString("base64")}`) {
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
    const upstream = connect(portOf(api), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await Promise.all([listening(api), listening(proxy)]);
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of [api, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

const proxyUrl = (login = credentials) => `http://${login}@127.0.0.1:${portOf(proxy)}`;
const getProject = (apiUrl: string) =>
  new TesseralClient({ backendApiKey, apiUrl, retries: 0, retryDelay: 0 }).projects.getProject();

it.each(["HTTP_PROXY", "http_proxy"])(
  "a request goes through the proxy of %s, with its credentials",
  async (variable) => {
    vi.stubEnv(variable, proxyUrl());
    expect((await getProject("http://tesseral.test:8080")).project.id).toBe("project_1");
    const basic = `Basic ${Buffer.from(credentials).toString("base64")}`;
    expect(connected).toEqual([{ to: "tesseral.test:8080", credentials: basic }]);
  },
);

it("a request by https asks the proxy of HTTPS_PROXY for a tunnel", async () => {
  vi.stubEnv("HTTPS_PROXY", proxyUrl());
  await failureOf(getProject("https://tesseral.test")); // what is at its end here speaks no TLS
  expect(connected.map(({ to }) => to)).toEqual(["tesseral.test:443"]);
});

it("a request to this machine, or to a host of NO_PROXY, needs no proxy", async () => {
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:9");
  expect((await getProject(`http://127.0.0.1:${portOf(api)}`)).project.id).toBe("project_1");
  vi.stubEnv("HTTP_PROXY", proxyUrl());
  vi.stubEnv("NO_PROXY", "tesseral.invalid");
  await failureOf(getProject("http://tesseral.invalid"));
  expect(connected).toEqual([]);
});

it("without such a variable, or for the other scheme's, Node's own fetch serves", () => {
  expect(proxyOf("https://tesseral.test", {})).toBeUndefined();
  expect(proxyOf("https://tesseral.test", { HTTP_PROXY: proxyUrl() })).toBeUndefined();
});

it("a proxy that refuses, or is not there, is named by its variable and never by its URL", async () => {
  const told = (error: TesseralError) => `${error.message}${inspect(error, { depth: null })}`;
  vi.stubEnv("HTTP_PROXY", proxyUrl("someone:other-pass"));
  const refused = await failureOf(getProject("http://tesseral.test"));
  expect(refused.message).toContain(
    "the proxy answered 407: http://tesseral.test through the proxy of HTTP_PROXY cannot be reached",
  );
  expect(told(refused)).not.toMatch(/other-pass|c29tZW9uZ/);

  vi.stubEnv("HTTP_PROXY", `http://${credentials}@127.0.0.1:9`);
  const absent = await failureOf(getProject("http://tesseral.test"));
  expect(absent.message).toContain(
    "ECONNREFUSED: http://tesseral.test through the proxy of HTTP_PROXY cannot be reached",
  );
  expect(told(absent)).not.toMatch(/pass-phrase|c29tZW9uZ/);

  vi.stubEnv("HTTP_PROXY", `${credentials}@127.0.0.1:8080`);
  expect(() => new TesseralClient({ backendApiKey, apiUrl: "http://tesseral.test" })).toThrow(
    /^HTTP_PROXY is not the URL of a proxy: it must begin with http:\/\/ or https:\/\/$/,
  );
});
