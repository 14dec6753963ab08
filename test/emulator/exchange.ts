import http from "node:http";
import { gunzipSync } from "node:zlib";
import type { Emulator } from "../../emulator/index";

export interface Answered {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Unzipped. */
  text: string;
  /** The text as JSON; undefined if it is none. */
  json: unknown;
}

export interface Sent {
  /** JSON; a text is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** A name in `emulator.keys`; "" for none. @default backend-key */
  key?: string;
  agent?: http.Agent;
  signal?: AbortSignal;
}

/** Sends one request on a connection of its own. Rejects when the connection breaks. */
export function send(emulator: Emulator, method: string, path: string, sent: Sent = {}): Promise<Answered> {
  const { body, key = "backend-key", signal } = sent;
  const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const headers: Record<string, string> = { ...sent.headers };
  if (key !== "") {
    headers.authorization = `Bearer ${emulator.keys[key] ?? key}`;
  }
  if (payload !== undefined) {
    headers["content-length"] = String(Buffer.byteLength(payload));
  }
  const { port } = new URL(emulator.url);
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path, headers, agent: sent.agent ?? false };
    const req = http.request(signal === undefined ? options : { ...options, signal }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const text = (res.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: parse(text) });
      });
    });
    req.on("error", reject);
    req.end(payload);
  });
}

/** The text at that place of an answer. Throws when there is none. */
export function textAt(answered: Answered, ...names: string[]): string {
  let value: unknown = answered.json;
  for (const name of names) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  }
  if (typeof value !== "string") {
    throw new Error(`no text at ${names.join(".")} in ${answered.status} ${answered.text}`);
  }
  return value;
}

/** The description of an error of the API, or its message if it has none. */
export function reason(answered: Answered): string {
  const { message, details } = answered.json as { message: string; details: { description?: string }[] };
  return details[0]?.description ?? message;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
