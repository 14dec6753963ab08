import { connect, type Socket } from "node:net";

/** What a load found. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds, sorted. */
  latencies: number[];
}

/**
 * Sends the same request on so many connections, each one the next as soon as the answer is there.
 * It speaks HTTP/1.1 by hand: Node's own client costs more than some of the servers that it would measure.
 *
 * @param seconds How long requests are begun.
 * @throws Error when an answer has another status than 200.
 */
export async function load(port: number, request: string, connections: number, seconds: number): Promise<LoadResult> {
  const began = performance.now();
  const end = began + seconds * 1000;
  const each = await Promise.all(Array.from({ length: connections }, () => converse(port, Buffer.from(request), end)));
  const latencies = each.flat().sort((a, b) => a - b);
  return { requestsPerSecond: (latencies.length * 1000) / (performance.now() - began), latencies };
}

/** Milliseconds under which the given share of the requests stayed. */
export const percentile = ({ latencies }: LoadResult, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;

/** One connection after another until `end`; gives the milliseconds that each answer took. */
async function converse(port: number, request: Buffer, end: number): Promise<number[]> {
  const latencies: number[] = [];
  // A server may end a connection after an answer: gunicorn does when it has many.
  while (performance.now() < end) {
    await converseOnce(connect(port, "127.0.0.1"), request, end, latencies);
  }
  return latencies;
}

function converseOnce(socket: Socket, request: Buffer, end: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true);
    socket.on("connect", send);
    socket.on("data", (part) => {
      received = received.length === 0 ? part : Buffer.concat([received, part]);
      if (!isWhole(received)) {
        return;
      }
      const status = received.toString("latin1", 9, 12);
      if (status !== "200") {
        socket.destroy(new Error(`an answer with ${status}: ${received.toString("utf8", 0, 500)}`));
        return;
      }
      latencies.push(performance.now() - sentAt);
      received = Buffer.alloc(0);
      if (performance.now() < end) {
        send();
      } else {
        socket.end();
      }
    });
    socket.on("error", reject);
    socket.on("close", () => (received.length === 0 ? resolve() : reject(new Error("half an answer"))));
  });
}

/** Whether the bytes are one whole answer, by its length or by its last chunk. */
function isWhole(received: Buffer): boolean {
  const headersEnd = received.indexOf("\r\n\r\n");
  if (headersEnd === -1) {
    return false;
  }
  const headers = received.toString("latin1", 0, headersEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
  if (length !== undefined) {
    return received.length >= headersEnd + 4 + Number(length);
  }
  return received.subarray(-5).equals(lastChunk);
}

const lastChunk = Buffer.from("0\r\n\r\n");
