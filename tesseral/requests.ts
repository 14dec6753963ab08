import { TesseralApiError, TesseralError } from "./errors";
import type { Operation } from "./retries";
import type { Call } from "./transport";

/** The kinds of requests of which the client's methods are made. */
export class Requests {
  readonly #operation: Operation;

  /** @param operation the budget and the deadline that these requests share */
  constructor(operation: Operation) {
    this.#operation = operation;
  }

  get<T extends object>(path: string, wrapper: string, isIt: (value: object) => value is T): Promise<T> {
    return this.#operation.send({
      method: "GET",
      path,
      repeat: "repeatable",
      read: (body) => pick(body, wrapper, isIt),
    });
  }

  create<T extends object>(
    path: string,
    body: unknown,
    wrapper: string,
    isIt: (value: object) => value is T,
  ): Promise<T> {
    return this.#operation.send({
      method: "POST",
      path,
      body,
      repeat: "create",
      read: (answer) => pick(answer, wrapper, isIt),
    });
  }

  change<T>(call: Omit<Call<T>, "repeat">): Promise<T> {
    return this.#operation.send({ ...call, repeat: "repeatable" });
  }

  /** Changes an object; `isMade` tells of the present one whether a change whose answer was lost was made after all. */
  patch<T extends object>(
    path: string,
    body: unknown,
    wrapper: string,
    isIt: (value: object) => value is T,
    isMade: (present: T) => boolean,
  ): Promise<T> {
    return this.change({
      method: "PATCH",
      path,
      body,
      read: (answer) => pick(answer, wrapper, isIt),
      look: () => this.get(path, wrapper, isIt).then((present) => (isMade(present) ? present : undefined)),
    });
  }

  /** Deletes; an object that is gone when a lost answer is looked into counts as deleted. */
  remove<T extends object>(path: string, wrapper: string, isIt: (value: object) => value is T): Promise<object> {
    return this.change({
      method: "DELETE",
      path,
      read: () => ({}),
      look: () =>
        this.get(path, wrapper, isIt).then(
          () => undefined,
          (error: unknown) => goneOrThrow(error),
        ),
    });
  }

  removeBlindly(path: string): Promise<object> {
    return this.change({ method: "DELETE", path, read: () => ({}) }).catch(goneOrThrow);
  }

  page<L extends string, T extends object>(
    path: string,
    list: L,
    query: Record<string, string | undefined>,
  ): Promise<Page<L, T>> {
    const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
    return this.#operation.send({
      method: "GET",
      path: path + search,
      repeat: "repeatable",
      read: (body) => {
        const items = body[list] ?? [];
        const token = body.nextPageToken;
        if (!Array.isArray(items) || (token !== undefined && typeof token !== "string")) {
          return undefined;
        }
        return { [list]: items, ...(token ? { nextPageToken: token } : {}) } as Page<L, T>;
      },
    });
  }
}

/** A page of ten in the order of ids; there are more as long as it carries a token. */
export type Page<L extends string, T> = Record<L, T[]> & { nextPageToken?: string };

/** A server with more pages than this is repeating itself. */
const mostPages = 100_000;

/** Reads a list to its end. Throws if there is no end. */
export async function everyPage<L extends string, T>(
  read: (at: { pageToken?: string }) => Promise<Page<L, T>>,
  list: L,
): Promise<T[]> {
  const all: T[] = [];
  let at: { pageToken?: string } = {};
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await read(at);
    all.push(...page[list]);
    if (page.nextPageToken === undefined) {
      return all;
    }
    at = { pageToken: page.nextPageToken };
  }
  throw new TesseralError("endless-list", `Tesseral: the list of ${list} does not end`);
}

function goneOrThrow(error: unknown): object {
  if (error instanceof TesseralApiError && error.isGone) {
    return {};
  }
  throw error;
}

/** The object of that name in a body, if it is what it should be. */
export function pick<T extends object>(
  body: Record<string, unknown>,
  name: string,
  isIt: (value: object) => value is T,
): T | undefined {
  const value = body[name];
  return typeof value === "object" && value !== null && isIt(value) ? value : undefined;
}
