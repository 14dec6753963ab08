/** Where the tokens are sent, and whether they may go there. */
import { UsageError } from "../exitCodes";

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

/**
 * The address of a path below the backend's URL.
 * @throws UsageError where the URL is none, holds a password, or would carry tokens over the network in plain text
 */
export function callUrl(url: string, path: string, allowHttp: boolean): URL {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError("the backend's URL must begin with https:// (or http:// for this machine)");
  }
  const base = new URL(url);
  if (base.username !== "" || base.password !== "") {
    throw new UsageError(
      "the backend's URL holds a user name or a password, which would be sent with every call: leave it out",
    );
  }
  if (base.protocol === "http:" && !isLoopback(base.hostname) && !allowHttp) {
    throw new UsageError(
      `${base.origin} is plain http: every token would cross the network for everybody to read. Use https, or pass --allow-http if the ` +
        "network is yours alone",
    );
  }
  base.pathname = base.pathname.replace(/\/*$/, "/");
  const target = new URL(path.replace(/^\/+/, ""), base);
  if (target.origin !== base.origin) {
    throw new UsageError("--path leads to another host than the backend's URL");
  }
  target.hash = "";
  return target;
}

/** An address as it may be shown: its query may hold a secret. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** The stack's output `backendUrl` in an exported state; undefined where there is none. */
export function backendUrlIn(outputs: Readonly<Record<string, unknown>>): string | undefined {
  const { backendUrl } = outputs;
  return typeof backendUrl === "string" && backendUrl !== "" ? backendUrl : undefined;
}
