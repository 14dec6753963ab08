import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What Lambda answers a runtime and its extensions, for one execution environment. */
export interface RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Settles when the runtime first asks for an event: the init phase is over. Rejects on `/init/error`. */
  ready: Promise<void>;
  /**
   * Hands an event to the runtime and gives its answer. Events are taken one after the other, as in Lambda. A streamed HTTP answer is given
   * as one with all its parts as `body`; each part goes to `onPart` as it comes.
   */
  invoke(event: unknown, onPart?: OnPart): Promise<unknown>;
  /** Ends it; whoever waits for an answer gets this error. */
  close(reason: Error): void;
}

/** Gets a part of a streamed answer. */
export type OnPart = (part: string) => void;

interface Invocation {
  id: string;
  event: unknown;
  onPart: OnPart;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Serves the Runtime API and the Extensions API of Lambda on a free port of loopback. */
export async function startRuntimeApi(functionArn: string, timeoutSeconds: number): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const underWay = new Map<string, Invocation>();
  let poll: ServerResponse | undefined;
  let count = 0;
  let markReady = (): void => {};
  let markFailed = (_: Error): void => {};
  const ready = new Promise<void>((resolve, reject) => {
    markReady = resolve;
    markFailed = reject;
  });
  ready.catch(() => {}); // the caller may look at it later than it fails

  function deliver(): void {
    const next = poll && waiting.shift();
    if (!poll || !next) {
      return;
    }
    underWay.set(next.id, next);
    poll.setHeader("lambda-runtime-aws-request-id", next.id);
    poll.setHeader("lambda-runtime-deadline-ms", String(Date.now() + timeoutSeconds * 1000));
    poll.setHeader("lambda-runtime-invoked-function-arn", functionArn);
    poll.setHeader(
      "lambda-runtime-trace-id",
      "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
    );
    poll.setHeader("content-type", "application/json");
    poll.end(JSON.stringify(next.event));
    poll = undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    if (url === "/2018-06-01/runtime/invocation/next") {
      markReady();
      poll = response;
      deliver();
      return;
    }
    if (url === "/2020-01-01/extension/event/next") {
      return; // the next event of an extension is the shutdown
    }
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    const invocation = id === undefined ? undefined : underWay.get(id);
    const isStreamed = request.headers["lambda-runtime-function-response-mode"] === "streaming";
    if (isStreamed && invocation) {
      const streamed = await streamedAnswer(request, invocation.onPart);
      underWay.delete(invocation.id);
      response.statusCode = 202;
      response.end();
      invocation.resolve(streamed);
      return;
    }
    const body = await text(request);
    if (url === "/2020-01-01/extension/register") {
      response.setHeader("lambda-extension-identifier", `extension-${++count}`);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ functionName: "function", functionVersion: "1", handler: "handler" }));
      return;
    }
    response.statusCode = 202;
    response.end();
    if (id === undefined) {
      markFailed(new Error(`the runtime could not start: ${body}`));
      return;
    }
    underWay.delete(id);
    if (kind === "response") {
      invocation?.resolve(JSON.parse(body));
    } else {
      invocation?.reject(new Error(`the function failed: ${body}`));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  server.keepAliveTimeout = 0; // a waiting environment holds its connection for as long as it lives
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready,
    invoke: (event, onPart = () => {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ id: `request-${++count}`, event, onPart, resolve, reject });
        deliver();
      }),
    close(reason) {
      markFailed(reason);
      for (const invocation of [...waiting, ...underWay.values()]) {
        invocation.reject(reason);
      }
      waiting.length = 0;
      underWay.clear();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Ends the head of a streamed HTTP answer, which is JSON: status, headers, cookies. */
const headEnd = Buffer.alloc(8);

/** Reads a streamed HTTP answer: a head and, after eight zero bytes, the body in parts. */
async function streamedAnswer(request: IncomingMessage, onPart: OnPart): Promise<unknown> {
  let head: Record<string, unknown> | undefined;
  let read: Buffer = Buffer.alloc(0);
  let body = "";
  for await (const chunk of request) {
    read = Buffer.concat([read, chunk as Buffer]);
    const end = head ? -1 : read.indexOf(headEnd);
    if (end >= 0) {
      head = JSON.parse(read.subarray(0, end).toString()) as Record<string, unknown>;
      read = read.subarray(end + headEnd.length);
    }
    if (head && read.length > 0) {
      onPart(read.toString());
      body += read.toString();
      read = Buffer.alloc(0);
    }
  }
  return { ...head, body };
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
}
