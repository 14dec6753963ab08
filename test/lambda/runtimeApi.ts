import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What Lambda answers a runtime and its extensions, for one execution environment. */
export interface RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Settles when the runtime first asks for an event: the init phase is over. Rejects on `/init/error`. */
  ready: Promise<void>;
  /** Hands an event to the runtime and gives its answer. Events are taken one after the other, as in Lambda. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends it; whoever waits for an answer gets this error. */
  close(reason: Error): void;
}

interface Invocation {
  id: string;
  event: unknown;
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
    const body = await text(request);
    if (url === "/2020-01-01/extension/register") {
      response.setHeader("lambda-extension-identifier", `extension-${++count}`);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ functionName: "function", functionVersion: "1", handler: "handler" }));
      return;
    }
    response.statusCode = 202;
    response.end();
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    if (id === undefined) {
      markFailed(new Error(`the runtime could not start: ${body}`));
      return;
    }
    const invocation = underWay.get(id);
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
    invoke: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ id: `request-${++count}`, event, resolve, reject });
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

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
}
