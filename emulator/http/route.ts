import { internal } from "../errors";
import type { Message, MessageType } from "../protojson/message";
import type { Clock } from "../records/clock";
import type { Pages } from "../records/pagination";
import type { Project, Store } from "../records/store";
import type { Answer } from "./answer";

/** One request that has passed decoding and credentials. */
export interface Call {
  request: Message;
  project: Project;
  store: Store;
  clock: Clock;
  pages: Pages;
}

/** The body of a success. */
export type Reply = Record<string, unknown>;

/**
 * The second half of a change: what was read and checked is written now. Between the two halves other requests may have
 * changed the same rows (under `latency`, or while waiting for a connection), as on the real server.
 */
export class Write {
  constructor(readonly commit: () => Reply) {}
}

/** Reads and checks; a change is returned, not made. Throws ApiError or Panic. */
export type Handler = (call: Call) => Reply | Write;

export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** E.g. `/v1/organizations/{id}`. */
  template: string;
  request: MessageType;
  /** `none`: not a byte of it; `whole`: the request message itself; else the field of it that the body is. */
  body: "none" | "whole" | { field: string };
  handle: Handler;
  /** What follows the commit, with a database connection of its own: when it fails the change stays. */
  afterCommit?: (call: Call) => void;
  /** Asks for another database connection while it holds the one of its transaction. @default false */
  nestedConnection?: boolean;
}

/** A route by its method and template, such as `GET /v1/project`. */
export function route(
  line: `${Route["method"]} ${string}`,
  request: MessageType,
  body: Route["body"],
  handle: Handler,
  more: Pick<Route, "afterCommit" | "nestedConnection"> = {},
): Route {
  const [method, template = ""] = line.split(" ") as [Route["method"], string?];
  return { method, template, request, body, handle, ...more };
}

/** A route that needs no credentials, reads nothing but its path and is none of the API's own. */
export interface OpenRoute {
  method: "GET";
  template: string;
  respond: (store: Store, params: ReadonlyMap<string, string>) => Answer;
}

/** A change that ends with an empty answer. */
export const done = (change: () => void): Write =>
  new Write(() => {
    change();
    return {};
  });

/** The row as it is when it is written; if it is gone by then, the server answers 500. */
export function stillThere<T>(row: T | undefined): T {
  if (row === undefined) {
    throw internal();
  }
  return row;
}

/** Organizations and users have webhooks, in projects that configured them. */
export function sendWebhook({ project }: Call): void {
  if (project.webhooks === "broken") {
    throw internal();
  }
}

/** The database refuses NUL characters. */
export function storable(...texts: string[]): void {
  if (texts.some((text) => text.includes("\0"))) {
    throw internal();
  }
}

/** Leaves out what a success answer leaves out: empty texts and lists, unset values, plain false. */
export function compact(fields: Record<string, unknown>): Reply {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
