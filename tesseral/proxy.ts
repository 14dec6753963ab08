import type { Dispatcher } from "undici";
import { TesseralError } from "./errors";

export interface SentRequest {
  method: string;
  headers: Record<string, string>;
  redirect: "manual" | "follow";
  signal: AbortSignal;
  body?: string;
}

/** As much of `fetch` as is used: what Node's own and that of a library have in common. */
export type Fetch = (url: string, request: SentRequest) => Promise<Response>;

export interface HttpProxy {
  /** The environment variable that names the proxy: its value may hold a password. */
  variable: string;
  /** `fetch` through the proxy. */
  fetch: Fetch;
  /** What undici sends through the proxy with. */
  dispatcher(): Promise<Dispatcher>;
}

/** Never asked of a proxy: it would reach its own machine, not this one. */
const loopback = "localhost,127.0.0.1,[::1]";

/**
 * The proxy that the environment names for a URL, if any: `https_proxy` or `HTTPS_PROXY`, `http_proxy` or `HTTP_PROXY`, except for the
 * hosts of `no_proxy` or `NO_PROXY`. Node 20's own `fetch` ignores all of them. The library is loaded by the first request, so that
 * nobody else waits for it. Throws if the variable does not hold a URL.
 */
export function proxyOf(url: string, environment: NodeJS.ProcessEnv = process.env): HttpProxy | undefined {
  const scheme = url.startsWith("https:") ? "https" : "http";
  const variable = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`].find((name) => environment[name]);
  if (variable === undefined) {
    return undefined;
  }
  const uri = environment[variable] ?? "";
  if (!/^https?:\/\//.test(uri) || !URL.canParse(uri)) {
    throw new TesseralError(
      "malformed-proxy",
      `${variable} is not the URL of a proxy: it must begin with http:// or https://`,
    );
  }
  const noProxy = [environment.no_proxy || environment.NO_PROXY, loopback].filter(Boolean).join();
  let loading: Promise<Dispatcher> | undefined;
  const dispatcher = () => {
    loading ??= load(uri, noProxy);
    return loading;
  };
  return {
    variable,
    dispatcher,
    fetch: async (target, init) => {
      const { fetch } = await import("undici");
      return fetch(target, { ...init, dispatcher: await dispatcher() });
    },
  };
}

async function load(uri: string, noProxy: string): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import("undici");
  return new EnvHttpProxyAgent({ httpProxy: uri, httpsProxy: uri, noProxy });
}
