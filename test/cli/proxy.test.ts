// Proves that commands reach Tesseral, and `verify` the backend, through the proxy that the environment names: a real one on loopback, which
// alone knows where these hosts are. What the client makes of a proxy's refusals is in test/tesseral/proxy.test.ts.
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { installPulumi } from "../../cli/pulumi/install";
import { Caller } from "../../cli/verify/caller";
import { type Emulator, startEmulator } from "../../emulator";
import { StandInPulumi } from "./standInPulumi";

let emulator: Emulator;
let proxy: Server;
let proxyUrl: string;
let connected: (string | undefined)[];

beforeEach(async () => {
  emulator = await startEmulator();
  connected = [];
  proxy = createServer().on("connect", (request, socket) => {
    connected.push(request.url);
    const upstream = connect(Number(new URL(emulator.url).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ["NO_PROXY", "http_proxy", "https_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  proxy.closeAllConnections();
  proxy.close();
  await emulator.close();
});

it("inventory asks Tesseral through it", async () => {
  const pulumi = new StandInPulumi();
  try {
    emulator.console.createOrganization({ displayName: "By hand" });
    const config = {
      "tesseral:apiUrl": { value: "http://tesseral.test" },
      "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
    };
    pulumi.answer({ stack: "prod", resources: [], config });
    const ran = await pulumi.type(["inventory"], { env: { HTTP_PROXY: proxyUrl } });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("By hand") });
    expect([...new Set(connected)]).toEqual(["tesseral.test:80"]);
  } finally {
    pulumi.close();
  }
});

it("verify calls the backend through it", async () => {
  vi.stubEnv("HTTP_PROXY", proxyUrl);
  const url = new URL("http://backend.test/v1/project");
  const { answer } = await new Caller({ url, concurrency: 1, rate: 100, timeout: 30_000 }).call(emulator.backendApiKey);
  expect(answer).toEqual({ status: 200 });
  expect(connected).toEqual(["backend.test:80"]);
});

it("verify says that there is a proxy where no answer comes", async () => {
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
  const url = new URL("http://backend.test/");
  const { answer } = await new Caller({ url, concurrency: 1, rate: 100, timeout: 30_000 }).call(undefined);
  expect(answer).toEqual({
    failure: "nothing listens at backend.test, asked through the proxy of HTTP_PROXY unless NO_PROXY names it",
  });
});

it("Pulumi's installer is asked for through it", async () => {
  const options = { version: "3.259.0", installerSite: "http://installer.test", progress: () => {} };
  await expect(installPulumi("unused", { ...options, env: { HTTP_PROXY: proxyUrl } })).rejects.toThrow(
    /^http:\/\/installer\.test\/install\.\w+ cannot be reached: it answered \d+ \(TSL-PULUMI\)$/,
  );
  expect(connected).toEqual(["installer.test:80"]);
});
