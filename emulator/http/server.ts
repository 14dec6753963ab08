import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Console } from "../console";
import { PlainError } from "../errors";
import { describeFault, type Fault, type Faults } from "../faults";
import type { SettableClock } from "../records/clock";
import { type Answer, errorAnswer, garbageAnswer, htmlAnswer, jsonAnswer, panicAnswer, statusAnswer } from "./answer";
import type { Certificate } from "./certificate";
import { readBackendApiKey } from "./credentials";
import { cut, type Delivery, deliver, drip, reset } from "./delivery";
import { type Backend, execute } from "./execution";
import { answerControl, isControl } from "./ownRoutes";
import type { RateLimit } from "./rateLimit";
import type { Outcome, RequestLog, RequestRecord } from "./requestLog";
import { readRequest, unescapeText } from "./requestMessage";
import type { Matched, Router } from "./router";
import { checkContentType, readDeadline } from "./transport";

/** The client hung up before it was answered; nothing that was not yet written will be. */
class Abandoned extends Error {}

interface ServerParts {
  router: Router;
  /** Asked for at each request, since a reset replaces it. */
  backend: () => Backend;
  faults: Faults;
  log: RequestLog;
  rateLimit: RateLimit | undefined;
  /** Whether an answer of 429 says when to come back. */
  retryAfter: boolean;
  clock: SettableClock;
  /** For what a person asks of it over the emulator's own routes. */
  console: Console;
  /** Without it the server speaks HTTP. */
  certificate: Certificate | undefined;
}

/** One request on its way through the server. */
interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  record: RequestRecord;
  body: Buffer;
  matched: Matched | Error;
  /** As it was when the request came: one that outlives a reset changes nothing after it. */
  backend: Backend;
  /** Aborts when the client hangs up. */
  left: AbortSignal;
}

/** HTTP or HTTPS: reads requests, lets faults happen, sends answers. */
export class HttpServer {
  readonly #server: Server;
  readonly #underWay = new Set<ServerResponse>();
  #connections = 0;

  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;

    const connectionIds = new WeakMap<object, number>();
    const { certificate } = parts;
    const serve = (req: IncomingMessage, res: ServerResponse) => {
      void this.#serve(req, res, connectionIds.get(req.socket) ?? 0);
    };
    this.#server = certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
    this.#server.on(certificate === undefined ? "connection" : "secureConnection", (socket) => {
      this.#connections += 1;
      connectionIds.set(socket, this.#connections);
    });
    // The real server ends no connection on its own account.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
  }

  /** Resolves to the port. Rejects if it is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Ends every request that is under way, without an answer. */
  drop(): void {
    for (const res of this.#underWay) {
      res.destroy();
    }
  }

  /** Once more does nothing. */
  close(): Promise<void> {
    if (!this.#server.listening) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#server.close((error) => (error === undefined ? resolve() : reject(error)));
      this.#server.closeAllConnections();
    });
  }

  async #serve(req: IncomingMessage, res: ServerResponse, connectionId: number): Promise<void> {
    const { log, faults, rateLimit } = this.#parts;
    const left = new AbortController();
    this.#underWay.add(res);
    res.once("close", () => this.#underWay.delete(res));
    const body = await readBody(req);
    if (body === undefined) {
      return;
    }
    const method = req.method ?? "";
    const [path = "", query = ""] = split(req.url ?? "");
    if (isControl(path)) {
      const answer = answerControl(this.#parts, method, path, body);
      return deliver(res, answer, {
        date: this.#parts.clock.now(),
        acceptEncoding: undefined,
        ending: () => undefined,
      });
    }
    const matched = this.#match(method, path, query);
    const template = matched instanceof Error ? undefined : matched.route.template;
    const waitSeconds = rateLimit?.take() ?? 0;
    const fault = waitSeconds > 0 ? this.#tooMany(waitSeconds) : faults.take(method, path, template);
    const record = log.begin(
      { method, path, query, connectionId },
      { route: template && `${method} ${template}`, fault: fault && describeFault(fault), body },
    );
    res.once("close", () => {
      if (record.endedAt === undefined) {
        log.end(record, record.status === "hang" ? "hang" : "abandoned");
      }
      left.abort(new Abandoned());
    });
    const exchange: Exchange = { req, res, record, body, matched, backend: this.#parts.backend(), left: left.signal };
    try {
      await (fault === undefined ? this.#succeed(exchange) : this.#fail(exchange, fault));
    } catch (error) {
      log.end(record, 500);
      confess(res, error);
    }
  }

  async #succeed(exchange: Exchange): Promise<void> {
    const answer = await this.#answer(exchange, exchange.left);
    if (answer !== undefined) {
      deliver(exchange.res, answer, this.#delivery(exchange, answer.status));
    }
  }

  #match(method: string, path: string, query: string): Matched | Error {
    try {
      const unescaped = unescapeText(path);
      if (unescaped === undefined) {
        throw new PlainError(400, "400 Bad Request");
      }
      return this.#parts.router.match(method, unescaped, query);
    } catch (error) {
      return error as Error;
    }
  }

  /** The real answer; undefined if the client has left meanwhile. */
  async #answer(exchange: Exchange, left: AbortSignal): Promise<Answer | undefined> {
    const { req, record, body, matched, backend } = exchange;
    const deadline = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      if (matched instanceof Error) {
        throw matched;
      }
      const { route, params } = matched;
      if ("respond" in route) {
        return route.respond(backend.store, params);
      }
      checkContentType(req.headers["content-type"]);
      timer = readDeadline(req.headers["x-server-timeout"], deadline);
      const request = readRequest({ route, params }, body, record.query);
      const backendApiKey = readBackendApiKey(req.headers.authorization);
      const signal = AbortSignal.any([left, deadline.signal]);
      const reply = await execute(backend, route, request, backendApiKey, signal, () => {
        record.committed = true;
        this.#parts.log.changed(record);
      });
      return jsonAnswer(200, reply);
    } catch (error) {
      if (error instanceof Abandoned) {
        return undefined;
      }
      return errorAnswer(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer to a request that comes too early. */
  #tooMany(waitSeconds: number): Fault {
    return {
      do: { status: 429, headers: this.#parts.retryAfter ? { "Retry-After": `${Math.ceil(waitSeconds)}` } : {} },
    };
  }

  async #fail(exchange: Exchange, fault: Fault): Promise<void> {
    const { record, res } = exchange;
    const { do: effect, when = "before", durationMs = 1000 } = fault;
    if (when === "before") {
      await fault.meanwhile?.(record);
    }
    if (when === "before" && effect === "delay") {
      await wait(durationMs);
    }
    const executes = when === "after" || ["slow", "cut", "delay", "pass"].includes(String(effect));
    // A request that was delayed goes on without its client, as one does that waits in a proxy.
    const left = effect === "delay" ? new AbortController().signal : exchange.left;
    const real = executes ? await this.#answer(exchange, left) : undefined;
    if (executes && real === undefined) {
      return;
    }
    if (when === "after") {
      await fault.meanwhile?.(record);
    }
    if (when === "after" && effect === "delay") {
      await wait(durationMs);
    }
    await this.#break(exchange, effect, real, durationMs);
    if (effect === "hang" && !res.destroyed) {
      record.status = "hang";
      this.#parts.log.changed(record);
    }
  }

  async #break(exchange: Exchange, effect: Fault["do"], real: Answer | undefined, durationMs: number): Promise<void> {
    const { res, record } = exchange;
    if (res.destroyed || effect === "hang") {
      return;
    }
    const send = (answer: Answer) => deliver(res, answer, this.#delivery(exchange, answer.status));
    if (typeof effect === "object") {
      return send(statusAnswer(effect));
    }
    switch (effect) {
      case "reset":
        this.#parts.log.end(record, "reset");
        return reset(res);
      case "garbage":
        return send(garbageAnswer(real));
      case "html":
        return send(htmlAnswer);
      case "empty":
        return send(panicAnswer);
      case "slow":
        return real && drip(res, real, durationMs, this.#delivery(exchange, real.status));
      case "cut":
        return real && cut(res, real, this.#delivery(exchange, "cut"));
      case "delay":
      case "pass":
        return real && send(real);
    }
  }

  #delivery({ req, record, backend }: Exchange, outcome: Outcome): Delivery {
    return {
      date: backend.clock.now(),
      acceptEncoding: req.headers["accept-encoding"]?.toString(),
      ending: () => this.#parts.log.end(record, outcome),
    };
  }
}

/** A mistake of the emulator or of a fault's `meanwhile`: reported, rather than mistaken for the server's own. */
function confess(res: ServerResponse, error: unknown): void {
  const text = `the emulator failed: ${error instanceof Error ? error.stack : error}\n`;
  if (res.headersSent) {
    res.destroy();
  } else {
    res.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
  }
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

/** undefined if the client hung up before it had sent all of it. */
function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("close", () => resolve(req.complete ? Buffer.concat(chunks) : undefined));
    req.on("error", () => resolve(undefined));
  });
}
