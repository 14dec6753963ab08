/** Sends requests over HTTP. */
import type { HttpProxy } from "./proxy";

/** What is asked for. */
export interface SentRequest {
  method: string;
  headers: Record<string, string>;
  redirect: "manual";
  signal: AbortSignal;
  body?: string;
}

/** As much of a `Response` as the client reads. */
export interface HttpAnswer {
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch` is one. */
export type Send = (url: string, request: SentRequest) => Promise<HttpAnswer>;

/** As `fetch` does: firewalls in front of a server may refuse what does not say what it is. */
const always = { accept: "*/*", "user-agent": "tesseral-client" };

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
    return {
      status: answer.statusCode,
      headers: {
        get: (name) => {
          const value = answer.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(", ") : (value ?? null);
        },
      },
      text: () => answer.body.text(),
    };
  };
}

async function load(proxy: HttpProxy | undefined) {
  const { request } = await import("undici");
  return { request, dispatcher: proxy && { dispatcher: await proxy.dispatcher() } };
}
