import type { Operation } from "./provision/measuredProject";

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
    await this.#operations[operation]();
    return (performance.now() - started) / 1000;
  }

  readonly #operations: Record<Operation, () => Promise<void>> = {
    up: async () => {
      await this.#everyOrganization();
      const names = Array.from({ length: this.#count }, (_, index) => `Bare ${index}`);
      const made = await inParallel(concurrent, names, async (displayName) => {
        const organizationId = idOf((await this.#send("POST", "/v1/organizations", { displayName })).organization);
        await this.#send("PATCH", `/v1/organizations/${organizationId}`, { apiKeysEnabled: true });
        const role = { organizationId, displayName: "reader (being created)", actions: ["widgets.read"] };
        const roleId = idOf((await this.#send("POST", "/v1/roles", role)).role);
        await this.#send("PATCH", `/v1/roles/${roleId}`, { displayName: "reader" });
        return { organizationId, roleId };
      });
      this.#customers = await inParallel(concurrentKeyCreates, made, async ({ organizationId, roleId }) => {
        const apiKey = { organizationId, displayName: "key" };
        const apiKeyId = idOf((await this.#send("POST", "/v1/api-keys", { apiKey })).apiKey);
        await this.#send("POST", "/v1/api-key-role-assignments", { apiKeyRoleAssignment: { apiKeyId, roleId } });
        return { organizationId, apiKeyId };
      });
    },
    "preview, no change": async () => {},
    "up, one change": async () => {
      await this.#send("PATCH", `/v1/organizations/${this.#customers[0]?.organizationId}`, { displayName: "New" });
    },
    refresh: async () => {
      await this.#everyOrganization();
      await inParallel(concurrent, this.#customers, async ({ organizationId, apiKeyId }) => {
        await this.#send("GET", `/v1/roles?organizationId=${organizationId}`);
        await this.#send("GET", `/v1/api-keys?organizationId=${organizationId}`);
        await this.#send("GET", `/v1/api-key-role-assignments?apiKeyId=${apiKeyId}`);
      });
    },
    destroy: async () => {
      await inParallel(concurrent, this.#customers, async ({ organizationId }) => {
        await this.#send("DELETE", `/v1/organizations/${organizationId}`);
      });
    },
  };

  async #everyOrganization(): Promise<void> {
    for (let at: string | undefined = ""; at !== undefined; ) {
      const query: string = at === "" ? "" : `?pageToken=${encodeURIComponent(at)}`;
      at = (await this.#send<{ nextPageToken?: string }>("GET", `/v1/organizations${query}`)).nextPageToken;
    }
  }

  async #send<Answer = Record<string, { id?: string }>>(method: string, path: string, body?: unknown): Promise<Answer> {
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
