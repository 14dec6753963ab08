import type { Operation } from "./measuredStack";

/** Requests at a time, and creates of keys among them: the limits that this package's own client keeps. */
const concurrent = 8;
const concurrentKeyCreates = 3;

/** A customer as the bare script knows it. */
interface Customer {
  organizationId: string;
  apiKeyId: string;
}

/** The requests of this package's client, sent by a few lines that check nothing and remember little: how fast the API is. */
export class BareRequests {
  #customers: Customer[] = [];

  readonly #url: string;
  readonly #backendApiKey: string;
  readonly #count: number;

  constructor(url: string, backendApiKey: string, count: number) {
    this.#url = url;
    this.#backendApiKey = backendApiKey;
    this.#count = count;
  }

  /** Sends the requests of an operation and returns the seconds that it took. */
  async measure(operation: Operation): Promise<number> {
    const started = performance.now();
    await this.#send("GET", "/v1/project");
    await this[operation]();
    return (performance.now() - started) / 1000;
  }

  async up(): Promise<void> {
    await this.#send("GET", "/v1/organizations");
    const names = Array.from({ length: this.#count }, (_, index) => `Bare ${index}`);
    const organizationIds = await inParallel(concurrent, names, async (displayName) => {
      const id = idOf((await this.#send("POST", "/v1/organizations", { displayName })).organization);
      await this.#send("PATCH", `/v1/organizations/${id}`, { apiKeysEnabled: true });
      return id;
    });
    this.#customers = await inParallel(concurrentKeyCreates, organizationIds, async (organizationId) => {
      const apiKey = { organizationId, displayName: "key" };
      return { organizationId, apiKeyId: idOf((await this.#send("POST", "/v1/api-keys", { apiKey })).apiKey) };
    });
  }

  async preview(): Promise<void> {}

  async refresh(): Promise<void> {
    let pageToken: string | undefined;
    do {
      const at = pageToken === undefined ? "" : `?pageToken=${encodeURIComponent(pageToken)}`;
      pageToken = (await this.#send("GET", `/v1/organizations${at}`)).nextPageToken;
    } while (pageToken !== undefined);
    await inParallel(concurrent, this.#customers, async ({ organizationId, apiKeyId }) => {
      await this.#send("GET", `/v1/api-keys?organizationId=${organizationId}`);
      await this.#send("GET", `/v1/api-key-role-assignments?apiKeyId=${apiKeyId}`);
    });
  }

  async destroy(): Promise<void> {
    await inParallel(concurrent, this.#customers, async ({ organizationId }) => {
      await this.#send("DELETE", `/v1/organizations/${organizationId}`);
    });
  }

  async #send(method: string, path: string, body?: unknown): Promise<Record<string, { id?: string }>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#backendApiKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status}`);
    }
    return JSON.parse(await response.text());
  }
}

function idOf(created: { id?: string } | undefined): string {
  if (created?.id === undefined) {
    throw new Error("the answer to a create holds no id");
  }
  return created.id;
}

async function inParallel<From, To>(limit: number, items: From[], work: (item: From) => Promise<To>): Promise<To[]> {
  const results: To[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as From);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
