/** Sends requests over HTTP. */
import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import type { HttpProxy, SentRequest } from "./proxy";

/** As much of a `Response` as the client reads. */
export interface HttpAnswer {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch` is one. */
export type Send = (url: string, request: SentRequest & { redirect: "manual" }) => Promise<HttpAnswer>;

/** Firewalls in front of a server may refuse what does not say what it is. Answers are too short to be worth compressing. */
const always = { accept: "*/*", "accept-encoding": "identity", "user-agent": "tesseral-client" };

/** How an answer is decoded that something on the way has compressed all the same, as `fetch` does it. */
const decoders: Record<string, (body: Uint8Array) => Promise<Uint8Array>> = {
  gzip: promisify<Uint8Array, Buffer>(unzip),
  "x-gzip": promisify<Uint8Array, Buffer>(unzip),
  deflate: promisify<Uint8Array, Buffer>(unzip),
  br: promisify<Uint8Array, Buffer>(brotliDecompress),
};

/**
 * Sends by undici's `request`, which follows no redirection. Node's own `fetch` takes twice the time for each request, and what a thousand of them leave
 * behind takes 50 MB more. The library is loaded by the first request, so that nobody else waits for it.
 */
export function senderThrough(proxy: HttpProxy | undefined): Send {
  let loading: ReturnType<typeof load> | undefined;
  return async (url, { redirect: _, headers, ...options }) => {
    loading ??= load(proxy);
    const { request, dispatcher } = await loading;
    const answer = await request(url, { ...options, headers: { ...always, ...headers }, ...dispatcher });
    const get = (name: string) => {
      const value = answer.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : (value ?? null);
    };
    const decode = decoders[get("content-encoding")?.trim().toLowerCase() ?? ""];
    const text = async () =>
      decode === undefined
        ? await answer.body.text()
        : new TextDecoder().decode(await decode(new Uint8Array(await answer.body.arrayBuffer())));
    return { status: answer.statusCode, headers: { get }, text };
  };
}

async function load(proxy: HttpProxy | undefined) {
  const { request } = await import("undici");
  return { request, dispatcher: proxy && { dispatcher: await proxy.dispatcher() } };
}
