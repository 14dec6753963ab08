import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { type Answer, isApiAnswer } from "./answer";

/** How an answer goes out: `date` is the server's clock, `ending` is called before the last byte. */
export interface Delivery {
  date: Date;
  acceptEncoding: string | undefined;
  ending: () => void;
}

/** Sends the whole answer at once. Like the others it does nothing when the client has hung up. */
export function deliver(res: ServerResponse, answer: Answer, delivery: Delivery): void {
  if (res.destroyed) {
    return;
  }
  const body = start(res, answer, delivery);
  delivery.ending();
  const { socket } = res;
  res.end(body, answer.thenCloses === true ? () => socket?.destroySoon() : undefined);
}

/** Sends it in small pieces, over `durationMs`; stops when the client hangs up. */
export async function drip(res: ServerResponse, answer: Answer, durationMs: number, delivery: Delivery): Promise<void> {
  if (res.destroyed) {
    return;
  }
  const body = start(res, answer, delivery);
  const pieces = Math.max(1, Math.min(body.length, Math.floor(durationMs / 10)));
  const size = Math.ceil(body.length / pieces);
  for (let at = 0; at < body.length; at += size) {
    await wait(durationMs / pieces);
    if (res.destroyed) {
      return;
    }
    if (at + size >= body.length) {
      delivery.ending();
    }
    res.write(body.subarray(at, at + size));
  }
  res.end();
}

/** Promises the whole answer, sends half of it, and ends the connection. */
export function cut(res: ServerResponse, answer: Answer, delivery: Delivery): void {
  if (res.destroyed) {
    return;
  }
  const body = start(res, answer, delivery);
  delivery.ending();
  res.write(body.subarray(0, Math.floor(body.length / 2)), () => res.destroy());
}

/** Resets the connection, as a server does that was killed. */
export function reset(res: ServerResponse): void {
  if (res.socket instanceof TLSSocket) {
    // Node resets bare connections only; to a client of TLS an end without a goodbye is as bad.
    res.socket.destroy();
  } else {
    res.socket?.resetAndDestroy();
  }
}

/** Sends status and headers; returns the body that is to follow. */
function start(res: ServerResponse, answer: Answer, { date, acceptEncoding }: Delivery): Buffer {
  const zipped = isApiAnswer(answer) && wantsGzip(acceptEncoding);
  const body = zipped ? gzipSync(answer.body) : Buffer.from(answer.body);
  res.sendDate = false;
  // The real server says nothing of the connection while it stays open.
  if (res.shouldKeepAlive) {
    res.removeHeader("Connection");
  }
  res.writeHead(answer.status, {
    ...answer.headers,
    ...(zipped ? { "Content-Encoding": "gzip" } : {}),
    "Content-Length": String(body.length),
    Date: date.toUTCString(),
  });
  return body;
}

const wantsGzip = (acceptEncoding: string | undefined) =>
  acceptEncoding?.split(",").some((coding) => coding.trim() === "gzip") ?? false;
