// Proves what the ManagedApiKey provider does when nobody can tell whether a key was created, without the engine. The same on
// the engine: test/engine/partialFailure.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type Bag, PartialFailure } from "../../providers/lifecycle";
import { markedName } from "../../tesseral";
import { startProcess } from "./process";

let emulator: Emulator;
let organizationId: string;
let inputs: Bag;

const managedBy = "organization/tesseral/prod/acme-ci";

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => {
  emulator.reset();
  organizationId = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  const life = { generation: 1, rotatedAt: "2026-01-01T00:00:00Z", retiredGeneration: 0 };
  inputs = { organizationId, displayName: "ci", status: "active", ...life, managedBy };
});

afterAll(() => emulator.close());

describe("a key of which nobody knows whether it was created", () => {
  async function unresolved() {
    emulator.fail({ method: "POST", path: "/v1/api-keys", when: "after", do: "reset" });
    const list = emulator.fail({ method: "GET", path: "/v1/api-keys", skip: 1, times: "always", do: { status: 503 } });
    const failure = await startProcess(emulator)
      .managedApiKey.create(inputs)
      .catch((error: unknown) => error);
    list.remove();
    if (!(failure instanceof PartialFailure)) {
      throw failure;
    }
    return failure;
  }

  it("is recorded as a partial failure that holds what to look for", async () => {
    const { id, properties } = await unresolved();
    expect(id).toMatch(new RegExp(`^unresolved-${organizationId}-\\d+$`));
    expect(properties).toMatchObject({
      ...inputs,
      unresolved: { begin: expect.any(String), end: expect.any(String), displayName: markedName("ci", managedBy) },
    });
  });

  it("stays as it is in a refresh, and is replaced by the next update, the old one first", async () => {
    const { id, properties } = await unresolved();
    const { managedApiKey } = startProcess(emulator);
    expect(await managedApiKey.read(id, properties)).toEqual({ id, props: properties, inputs });
    expect(await managedApiKey.diff(id, properties, inputs)).toEqual({
      changes: true,
      replaces: ["status"],
      deleteBeforeReplace: true,
    });
    expect(emulator.store.apiKeys.size).toBe(1);
    await managedApiKey.delete(id, properties);
    expect(emulator.store.apiKeys.size).toBe(0);
  });

  it("is deleted where it was never created", async () => {
    const { id, properties } = await unresolved();
    for (const key of emulator.store.apiKeys.keys()) {
      emulator.console.deleteApiKey(key);
    }
    await startProcess(emulator).managedApiKey.delete(id, properties);
  });
});
