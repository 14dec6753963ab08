// Proves what a refresh asks for, and that the lists which its reads share show everything that single reads show. The numbers hold for any engine
// that has eight reads under way at once, as Pulumi has on two cores; failures on the way: test/faults.
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import type { HandlerName } from "../../providers/resourceTypes";
import { startProcess } from "./process";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => emulator.reset());

afterAll(() => emulator.close());

/** What the state has of an object. */
interface Recorded {
  kind: HandlerName;
  id: string;
  props: Bag;
}

/** A customer that a stack manages. */
interface Customer {
  organizationId: string;
  roles: string[];
  keys: string[];
}

function addCustomer(name: string, { roles = 1, keys = 1 } = {}): Customer {
  const { console } = emulator;
  const organizationId = console.createOrganization({ displayName: name, apiKeysEnabled: true }).id;
  const each = (count: number) => Array.from({ length: count }, (_, index) => `${name} ${index}`);
  const made = {
    organizationId,
    roles: each(roles).map((displayName) => console.createRole({ organizationId, displayName, actions: ["a"] }).id),
    keys: each(keys).map((displayName) => console.createApiKey({ organizationId, displayName }).id),
  };
  for (const key of made.keys) {
    for (const role of made.roles) {
      console.assignRole(key, role);
    }
  }
  return made;
}

function recorded({ organizationId, roles, keys }: Customer): Recorded[] {
  const projectId = emulator.store.projectByName("first")?.id ?? "";
  const common = {
    managedBy: "organization/tesseral/prod/x",
    projectId,
    displayName: "x",
    createTime: "2026-01-01T00:00:00Z",
  };
  return [
    { kind: "organization", id: organizationId, props: { ...common, apiKeysEnabled: true } },
    ...roles.map((id) => ({ kind: "role" as const, id, props: { ...common, organizationId, actions: ["a"] } })),
    ...keys.map((id) => ({
      kind: "managedApiKey" as const,
      id,
      props: {
        ...common,
        organizationId,
        roles,
        generation: 1,
        retiredGeneration: 0,
        status: "active",
        apiKeyId: id,
        secretToken: `token of ${id}`,
      },
    })),
  ];
}

type Process = ReturnType<typeof startProcess>;

const read = (process: Process, { kind, id, props }: Recorded) => process[kind].read(id, { ...props });

/** Reads as the engine does in a refresh: in the order of the state, eight at once. */
async function refresh(process: Process, objects: readonly Recorded[], onRead?: (index: number) => void) {
  const answers: Awaited<ReturnType<typeof read>>[] = [];
  let next = 0;
  const worker = async () => {
    while (next < objects.length) {
      const index = next;
      next += 1;
      onRead?.(index);
      answers[index] = await read(process, objects[index] as Recorded);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return answers;
}

/** The same by single requests. */
async function readSingly(objects: readonly Recorded[]) {
  const process = startProcess(emulator);
  process.provider.writes();
  return refresh(process, objects);
}

/** The requests since `begin`, by route. */
function counts(begin = 0): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { route = "?" } of emulator.requests.slice(begin)) {
    found[route] = (found[route] ?? 0) + 1;
  }
  return found;
}

describe("a refresh", () => {
  it("asks for no more than a page of organizations, two lists and the roles of each key, for each of a few customers", async () => {
    const customers = ["a", "b", "c"].map((name) => addCustomer(name, { roles: 2, keys: 3 }));
    await refresh(startProcess(emulator), customers.flatMap(recorded));
    expect(counts()).toEqual({
      "GET /v1/project": 1,
      "GET /v1/organizations": 1,
      "GET /v1/roles": 3,
      "GET /v1/api-keys": 3,
      "GET /v1/api-key-role-assignments": 9,
    });
  });

  it("reads 200 organizations by half as many requests or fewer", async () => {
    const customers = Array.from({ length: 200 }, (_, index) => addCustomer(`c${index}`, { roles: 0, keys: 0 }));
    await refresh(startProcess(emulator), customers.flatMap(recorded));
    const { "GET /v1/organizations": pages, "GET /v1/organizations/{id}": singly = 0, ...others } = counts();
    expect([pages, others]).toEqual([20, { "GET /v1/project": 1 }]);
    // About as many as the list has pages, which its first pages tell well enough.
    expect(singly).toBeGreaterThan(0);
    expect(singly).toBeLessThan(80);
  });

  it("asks for one page in vain where the stack manages little of a large project", async () => {
    for (let index = 0; index < 500; index += 1) {
      emulator.console.createOrganization({ displayName: `stranger ${index}` });
    }
    const customers = Array.from({ length: 10 }, (_, index) => addCustomer(`c${index}`, { roles: 0, keys: 0 }));
    await refresh(startProcess(emulator), customers.flatMap(recorded));
    const { "GET /v1/organizations": pages, "GET /v1/organizations/{id}": singly = 0 } = counts();
    expect(pages).toBe(1);
    expect(singly).toBeLessThanOrEqual(10);
  });

  it("asks for no page of the keys that nobody declared but the first", async () => {
    const customer = addCustomer("a");
    for (let index = 0; index < 300; index += 1) {
      emulator.console.createApiKey({ organizationId: customer.organizationId, displayName: `own ${index}` });
    }
    await refresh(startProcess(emulator), recorded(customer));
    const { "GET /v1/api-keys": pages, "GET /v1/api-keys/{id}": singly = 0 } = counts();
    expect([pages, singly <= 1]).toEqual([1, true]);
  });

  it("reads both keys of a rotated one by one request", async () => {
    const customer = addCustomer("a", { keys: 2 });
    const [, , key, previous] = recorded(customer);
    const rotated = { ...(key as Recorded), props: { ...key?.props, generation: 2, previousApiKeyId: previous?.id } };
    const [answer] = await refresh(startProcess(emulator), [rotated]);
    expect(answer?.props).toMatchObject({ apiKeyId: key?.id, previousApiKeyId: previous?.id, status: "active" });
    expect(counts()).toEqual({ "GET /v1/project": 1, "GET /v1/api-keys": 1, "GET /v1/api-key-role-assignments": 1 });
  });
});

/** What somebody else may do to a customer, by what it is called. */
const changes: Record<string, (customer: Customer) => void> = {
  "rename the organization": ({ organizationId }) => emulator.console.renameOrganization(organizationId, "Other"),
  "suspend it": ({ organizationId }) => emulator.console.updateOrganization(organizationId, { apiKeysEnabled: false }),
  "delete it": ({ organizationId }) => emulator.console.deleteOrganization(organizationId),
  "revoke a key": ({ keys: [key = ""] }) => emulator.console.revokeApiKey(key),
  "rename a key": ({ keys: [key = ""] }) => emulator.console.renameApiKey(key, "other"),
  "delete a key": ({ keys: [key = ""] }) => emulator.console.deleteApiKey(key),
  "take a role from a key": ({ keys: [key = ""], roles: [role = ""] }) => emulator.console.unassignRole(key, role),
  "change a role": ({ roles: [role = ""] }) =>
    emulator.console.updateRole(role, { actions: ["b"], displayName: "other" }),
  "delete a role": ({ roles: [role = ""] }) => emulator.console.deleteRole(role),
};
const changeNames = Object.keys(changes);

describe.each(changeNames)("when somebody has come to %s", (name) => {
  it("answers what single reads answer", async () => {
    const customers = ["a", "b", "c"].map((each) => addCustomer(each, { roles: 2, keys: 2 }));
    const objects = customers.flatMap(recorded);
    const before = await readSingly(objects);
    changes[name]?.(customers[1] as Customer);
    const answers = await refresh(startProcess(emulator), objects);
    expect(answers).toEqual(await readSingly(objects));
    expect(answers).not.toEqual(before);
  });
});

it("records of every object what it was at a moment of the refresh, and the next refresh sees every change", async () => {
  const plan = fc.record({
    sizes: fc.array(fc.record({ roles: fc.integer({ min: 1, max: 2 }), keys: fc.integer({ min: 1, max: 2 }) }), {
      minLength: 1,
      maxLength: 6,
    }),
    strangers: fc.constantFrom(0, 5, 40),
    changed: fc.nat(),
    change: fc.constantFrom(...changeNames),
    /** After so many reads were begun. */
    at: fc.nat({ max: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ sizes, strangers, changed, change, at }) => {
      emulator.reset();
      for (let index = 0; index < strangers; index += 1) {
        emulator.console.createOrganization({ displayName: `stranger ${index}` });
      }
      const customers = sizes.map((size, index) => addCustomer(`c${index}`, size));
      const objects = customers.flatMap(recorded);
      const before = await readSingly(objects);
      const begin = emulator.requests.length;
      let isDone = false;
      const make = () => {
        isDone = true;
        changes[change]?.(customers[changed % customers.length] as Customer);
      };
      const answers = await refresh(startProcess(emulator), objects, (index) => {
        if (index === at) {
          make();
        }
      });
      const requests = emulator.requests.length - begin;
      if (!isDone) {
        make();
      }
      const singlyFrom = emulator.requests.length;
      const after = await readSingly(objects);
      for (const [index, answer] of answers.entries()) {
        expect([before[index], after[index]]).toContainEqual(answer);
      }
      // More than the single reads only by first pages that held nothing of the stack, and by what is gone.
      const pages = 1 + 2 * customers.length;
      expect(requests).toBeLessThanOrEqual(emulator.requests.length - singlyFrom + pages);
      expect(await refresh(startProcess(emulator), objects)).toEqual(after);
    }),
    { numRuns: 12, seed: 1 },
  );
}, 60_000);

it("sees what its own process has changed", async () => {
  const objects = recorded(addCustomer("a"));
  const process = startProcess(emulator);
  await refresh(process, objects);
  const [organization] = objects as [Recorded];
  const news = { managedBy: "organization/tesseral/prod/x", displayName: "New", apiKeysEnabled: true };
  await process.organization.update(organization.id, { ...organization.props, displayName: "a" }, news);
  expect((await read(process, organization)).props).toMatchObject({ displayName: "New" });
});

describe("a list that cannot be read", () => {
  it("is asked for again, as every read is", async () => {
    const objects = ["a", "b"].map((name) => addCustomer(name)).flatMap(recorded);
    const faults = ["/v1/organizations", "/v1/roles", "/v1/api-keys"].map((path) => ({
      method: "GET",
      path,
      times: 2,
      do: { status: 503 } as const,
    }));
    const handle = emulator.fail(faults);
    expect(await refresh(startProcess(emulator), objects)).toEqual(await readSingly(objects));
    expect(handle.hits).toBe(6);
  });

  it("fails the reads that wait for it, and none after that", async () => {
    const objects = recorded(addCustomer("a", { keys: 3 })).filter(({ kind }) => kind === "managedApiKey");
    const handle = emulator.fail({ method: "GET", path: "/v1/api-keys", times: 2, do: { status: 503 } });
    const process = startProcess(emulator, { config: { retries: "1" } });
    const results = await Promise.allSettled(objects.map((object) => read(process, object)));
    expect(results.map(({ status }) => status)).toEqual(objects.map(() => "rejected"));
    expect(String(results.map((result) => ("reason" in result ? result.reason.message : ""))[0])).toMatch(
      /^Tesseral: GET \/v1\/api-keys\?organizationId=org_\w+ was tried 2 times in [\d.]+ s \(2 × 503\) and given up/,
    );
    handle.remove();
    expect(await refresh(process, objects)).toEqual(await readSingly(objects));
  });

  it("that holds something else than it should is made up for by single reads", async () => {
    const objects = recorded(addCustomer("a"));
    const answers = await readSingly(objects);
    const page = JSON.stringify({ organizations: [{ id: "org_1" }, null, "org"], roles: [{}], apiKeys: [7] });
    emulator.fail(
      ["/v1/organizations", "/v1/roles", "/v1/api-keys"].map((path) => ({
        method: "GET",
        path,
        times: 1,
        do: { status: 200, body: page },
      })),
    );
    expect(await refresh(startProcess(emulator), objects)).toEqual(answers);
  });
});
