import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A proxy that knows one host, Tesseral's API, and takes it to be a server on this machine: for clients that can be told no other host. */
export interface TesseralProxy {
  /** The variables by which clients find it, for all hosts but loopback. */
  env: Readonly<Record<string, string>>;
  /** The hosts and ports that clients asked for. */
  asked: ReadonlySet<string>;
  close(): void;
}

/** @param url Where `api.tesseral.com` is to be, on 127.0.0.1. */
export async function startProxy(url: string): Promise<TesseralProxy> {
  const asked = new Set<string>();
  const proxy = createServer().on("connect", (request, socket) => {
    asked.add(request.url ?? "");
    if (request.url !== "api.tesseral.com:443") {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = connect(Number(new URL(url).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    // In both spellings, since those of the machine that runs the test must not count, and clients differ in which one they prefer.
    env: { HTTPS_PROXY: address, https_proxy: address, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" },
    asked,
    close() {
      proxy.close();
    },
  };
}
