// Proves in virtual time that a list takes as long as it has pages: neither its own requests nor what waits for it run into the deadline
// of an operation. What a list holds is the matter of client.test.ts.
import { describe, expect, it } from "vitest";
import { createOnce, TesseralClient, TesseralRetriesSpentError } from "../../tesseral";
import { backendApiKey } from "./answers";
import { VirtualTime } from "./virtualTime";

const organizationId = `org_${"0".repeat(25)}`;
const apiKeyId = `api_key_${"0".repeat(25)}`;
const pages = 500;

/** A tenant of 500 pages, read at three requests a second, that answers 503 to the requests of the given numbers. */
function tenant(failing: (request: number) => boolean) {
  const time = new VirtualTime();
  let requests = 0;
  const answer: typeof fetch = async (input, { method } = {}) => {
    requests += 1;
    if (failing(requests)) {
      return new Response("", { status: 503 });
    }
    if (method === "POST") {
      return Response.json({ organization: { id: organizationId, createTime: "2030-01-01T00:00:00Z" } });
    }
    const { pathname, searchParams } = new URL(String(input));
    const page = Number(searchParams.get("pageToken") ?? 0);
    const list = pathname.replace("/v1/", "").replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return Response.json({ [list]: [{ id: page }], ...(page + 1 < pages && { nextPageToken: String(page + 1) }) });
  };
  const client = new TesseralClient({ backendApiKey, fetch: answer, timing: time, requestsPerSecond: 3 });
  return { client, time, requests: () => requests };
}

describe("a list of 500 pages, read at three requests a second", () => {
  it.each<[string, (client: TesseralClient) => Promise<object[]>]>([
    ["allOrganizations", (client) => client.allOrganizations()],
    ["allApiKeys", (client) => client.allApiKeys(organizationId)],
    ["allApiKeyRoleAssignments", (client) => client.allApiKeyRoleAssignments(apiKeyId)],
    ["allRoles", (client) => client.allRoles()],
  ])("is read whole by %s, though every twentieth request fails", async (_, read) => {
    const { client, time, requests } = tenant((request) => request % 20 === 0);
    const began = time.now();
    const all = await time.during(read(client));
    expect(all).toEqual(Array.from({ length: pages }, (_none, id) => ({ id })));
    expect(requests()).toBe(pages + Math.floor(requests() / 20));
    expect((time.now() - began) / 1000).toBeGreaterThan(pages / 3 - 1);
  });

  it("ends at a page that cannot be read, after the repetitions of one operation", async () => {
    const { client, time, requests } = tenant((request) => request > 400);
    await expect(time.during(client.allOrganizations())).rejects.toThrow(TesseralRetriesSpentError);
    expect(requests()).toBe(400 + 9);
  });

  it("takes no time of the operation that waits for it", async () => {
    const { client, time, requests } = tenant((request) => request === 1 || request === pages + 2);
    const { operation } = client;
    const made = createOnce({
      what: "it",
      operation,
      create: async () => (await client.organizations.createOrganization({ displayName: "Acme" })).organization,
      find: async () => (await client.allOrganizations()).filter(({ id }) => id === organizationId),
      reconcile: async (found) => found,
      discard: async () => {},
    });
    // The first answer and the second are lost, and between them and after them the whole list is looked through.
    expect((await time.during(made)).made.id).toBe(organizationId);
    expect(requests()).toBe(3 + 2 * pages);
  });
});
