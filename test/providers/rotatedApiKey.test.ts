// Proves what the ManagedApiKey provider does over the life of a rotating key, by a model of the engine and an emulator whose clock the
// test moves. The same on the engine: test/engine/rotation.test.ts. The arithmetic alone: rotation.test.ts.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { markedName } from "../../tesseral";
import { ModelEngine } from "../faults/modelEngine";
import type { Program } from "../faults/program";
import { startProcess } from "./process";

const start = Date.parse("2030-03-01T12:00:00Z");
const day = 24 * 3_600_000;
const managedBy = "organization/tesseral/prod/acme-ci";
const rotating = { rotateEvery: "P30D", overlap: "P7D" };

let emulator: Emulator;
let now = start;
let organizationId: string;
let engine: ModelEngine;
let warnings: string[];

beforeEach(async () => {
  now = start;
  emulator = await startEmulator({ now: () => new Date(now) });
  organizationId = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  warnings = [];
  engine = new ModelEngine(async () => {
    const ids = engine.known.flatMap(({ id, outputs }) =>
      [id, outputs.apiKeyId, outputs.previousApiKeyId].filter((one) => typeof one === "string"),
    );
    return startProcess(emulator, { state: { ids: new Set(ids) }, now: () => now, warnings });
  });
});

afterEach(() => emulator.close());

const onDay = (days: number, hours = 0) => {
  now = start + days * day + hours * 3_600_000;
};

const program = (life: Bag): Program =>
  new Map([["ci", { kind: "managedApiKey", inputs: { organizationId, displayName: "ci", managedBy, ...life } }]]);

/** An update that succeeds; answers its steps. */
async function up(life: Bag): Promise<string[]> {
  const { errors, steps } = await engine.up(program(life));
  expect(errors).toEqual([]);
  return steps;
}

const stored = () => {
  const found = engine.state.get("ci");
  if (found === undefined) {
    throw new Error("the state does not hold the key");
  }
  return found;
};
const keys = () => [...emulator.store.apiKeys.values()];
const works = (token: unknown) => keys().some((key) => key.secretToken === token && !key.revoked);

describe("a static key", () => {
  it("shows no difference at the second update, nor after a refresh", async () => {
    expect(await up({})).toEqual(["create ci"]);
    onDay(400);
    expect(await up({})).toEqual([]);
    const before = structuredClone(stored());
    expect((await engine.refresh()).errors).toEqual([]);
    expect(stored()).toEqual(before);
    expect(await up({})).toEqual([]);
  });

  it("becomes a rotating one and a static one again without a new token", async () => {
    await up({});
    const { secretToken } = stored().outputs;
    onDay(100);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ secretToken, generation: 1, rotateAt: "2030-03-31T12:00:00Z" });
    expect(await up({})).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ secretToken, generation: 1 });
    expect(stored().outputs).not.toHaveProperty("rotateAt");
    expect(keys()).toHaveLength(1);
  });

  it("with an end becomes a rotating one and one with that end again without a new token", async () => {
    const life = { expireTime: "2030-12-31T12:00:00Z" };
    await up(life);
    const { secretToken } = stored().outputs;
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(await up({ expireTime: "2030-12-31T13:00:00+01:00" })).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ secretToken, generation: 1, expireTime: "2030-12-31T12:00:00Z" });
    expect(warnings).toEqual([]);
    expect(await up(life)).toEqual([]);
    expect(keys()).toHaveLength(1);
    // Any other end is that of another key.
    await up(rotating);
    expect(await up({ expireTime: "2031-12-31T12:00:00Z" })).toEqual(["replace ci"]);
  });

  const ends = [
    ["revoked", (id: string) => emulator.console.revokeApiKey(id)],
    ["gone", (id: string) => emulator.console.deleteApiKey(id)],
  ] as const;

  it.each(ends)("that is %s is made anew in the same resource", async (status, end) => {
    await up({});
    const { id } = stored();
    end(id);
    await engine.refresh();
    expect(stored().inputs).toMatchObject({ status, generation: 1 });
    expect(await up({})).toEqual(["update ci"]);
    expect(stored()).toMatchObject({ id, outputs: { generation: 2, retiredGeneration: 1, status: "active" } });
    expect(keys().map((key) => key.id)).toEqual([stored().outputs.apiKeyId]);
    expect(keys()[0]?.displayName).toBe("ci");
    expect(await up({})).toEqual([]);
  });

  it.each(ends)(
    "that is %s while its organization is suspended stops no update, and is made anew when it is enabled again",
    async (status, end) => {
      await up({});
      const { id } = stored();
      end(id);
      const left = keys().length;
      emulator.console.updateOrganization(organizationId, { apiKeysEnabled: false });
      await engine.refresh();
      for (const _ of ["first", "second"]) {
        expect(await up({})).toEqual(["update ci"]);
        expect(stored().outputs).toMatchObject({ generation: 1, status, apiKeyId: id });
        expect(warnings.at(-1)).toBe(
          `API key "acme-ci" no longer works, and Tesseral makes no new one while API keys are off for ${organizationId}: ` +
            "the first update after they are on again makes it",
        );
      }
      expect(keys()).toHaveLength(left);
      emulator.console.updateOrganization(organizationId, { apiKeysEnabled: true });
      expect(await up({})).toEqual(["update ci"]);
      expect(stored().outputs).toMatchObject({ generation: 2, status: "active" });
      expect(keys().map((key) => key.id)).toEqual([stored().outputs.apiKeyId]);
      expect(works(stored().outputs.secretToken)).toBe(true);
      expect(await up({})).toEqual([]);
    },
  );

  it("that is gone can be edited while it waits, and is made as it is declared then", async () => {
    const roles = ["reader", "writer"].map(
      (displayName) => emulator.console.createRole({ organizationId, displayName }).id,
    );
    await up({ roles: roles.slice(0, 1) });
    emulator.console.deleteApiKey(stored().id);
    emulator.console.updateOrganization(organizationId, { apiKeysEnabled: false });
    await engine.refresh();
    await engine.refresh();
    const edited = { displayName: "cd", roles: [...roles].sort() };
    expect(await up(edited)).toEqual(["update ci"]);
    emulator.console.updateOrganization(organizationId, { apiKeysEnabled: true });
    expect(await up(edited)).toEqual(["update ci"]);
    expect(keys().map(({ displayName }) => displayName)).toEqual(["cd"]);
    expect([...emulator.store.apiKeyRoleAssignments.values()].map(({ roleId }) => roleId).sort()).toEqual(edited.roles);
    const { inputs, outputs } = stored();
    expect([inputs, outputs]).toEqual([expect.objectContaining(edited), expect.objectContaining(edited)]);
    expect(await up(edited)).toEqual([]);
  });

  it("that is gone can be removed", async () => {
    await up({});
    emulator.console.deleteApiKey(stored().id);
    await engine.refresh();
    const { errors } = await engine.up(new Map());
    expect([errors, engine.state.size]).toEqual([[], 0]);
  });

  it("that is gone is not taken over again, but made anew, although its entry adopts it still", async () => {
    const { id: adopt } = emulator.console.createApiKey({ organizationId, displayName: "ci" });
    expect(await up({ adopt })).toEqual(["create ci"]);
    emulator.console.deleteApiKey(adopt);
    await engine.refresh();
    expect(await up({ adopt })).toEqual(["update ci"]);
    expect(works(stored().outputs.secretToken)).toBe(true);
    expect(await up({ adopt })).toEqual([]);
  });

  it("that has ended as it was declared, and is gone, stops nothing either", async () => {
    const life = { expireTime: "2030-04-01T00:00:00Z" };
    await up(life);
    onDay(60);
    emulator.console.deleteApiKey(stored().id);
    await engine.refresh();
    expect(await up(life)).toEqual([]);
    expect(keys()).toEqual([]);
    expect(warnings.at(-1)).toBe(
      'API key "acme-ci" has ended at 2030-04-01T00:00:00Z, and Tesseral refuses it. A later expireTime makes a new key; or remove it',
    );
    expect(await up({ expireTime: "2031-04-01T00:00:00Z" })).toEqual(["replace ci"]);
    expect(works(stored().outputs.secretToken)).toBe(true);
  });

  it("that has ended as it was declared stays as it is, and says so", async () => {
    await up({ expireTime: "2030-04-01T00:00:00Z" });
    onDay(60);
    expect(await up({ expireTime: "2030-04-01T00:00:00Z" })).toEqual(["update ci"]);
    expect(stored().inputs).toMatchObject({ status: "expired", generation: 1 });
    expect(await up({ expireTime: "2030-04-01T00:00:00Z" })).toEqual([]);
    expect(warnings.at(-1)).toBe(
      'API key "acme-ci" has ended at 2030-04-01T00:00:00Z, and Tesseral refuses it. A later expireTime makes a new key; or remove it',
    );
  });
});

describe("a rotating key", () => {
  it("is rotated by the first update at or after the day, which keeps the token before for the overlap, and by no other", async () => {
    await up(rotating);
    const first = stored().outputs;
    for (const days of [1, 15, 29]) {
      onDay(days);
      expect(await up(rotating)).toEqual([]);
    }
    onDay(30, 1);
    expect(await up(rotating)).toEqual(["update ci"]);
    const second = stored().outputs;
    expect(stored().id).toBe(first.apiKeyId);
    expect(second).toMatchObject({
      generation: 2,
      retiredGeneration: 0,
      rotateAt: "2030-04-30T13:00:00Z",
      previousApiKeyId: first.apiKeyId,
      previousSecretToken: first.secretToken,
      previousRetireAt: "2030-04-07T13:00:00Z",
    });
    for (const days of [31, 36, 37]) {
      onDay(days);
      expect(await up(rotating)).toEqual([]);
      expect(works(first.secretToken)).toBe(true);
    }
    onDay(37, 2);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(works(first.secretToken)).toBe(false);
    expect(keys().map((key) => key.id)).toEqual([second.apiKeyId]);
    expect(stored().outputs).not.toHaveProperty("previousApiKeyId");
    expect(stored().outputs).toMatchObject({ secretToken: second.secretToken, retiredGeneration: 1 });
    expect(await up(rotating)).toEqual([]);
  });

  it("keeps the whole overlap, however late an update comes", async () => {
    await up(rotating);
    const { secretToken } = stored().outputs;
    onDay(300);
    await up(rotating);
    expect(works(secretToken)).toBe(true);
    onDay(306);
    await up(rotating);
    expect(works(secretToken)).toBe(true);
    onDay(600);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ generation: 3, retiredGeneration: 1 });
    expect(works(secretToken)).toBe(false);
    expect(keys()).toHaveLength(2);
  });

  it("counts the overlap from the moment at which the new key exists, however long after the plan", async () => {
    await up(rotating);
    const { secretToken } = stored().outputs;
    onDay(30, 1);
    // Planned at one o'clock. While the update looks for what a killed one left, just before it makes the key, two hours go by.
    emulator.fail({ method: "GET", path: "/v1/api-keys", do: "pass", meanwhile: () => onDay(30, 3) });
    await up(rotating);
    expect(stored().outputs).toMatchObject({
      generation: 2,
      retireAfter: "2030-04-07T13:00:00Z",
      previousRetireAt: "2030-04-07T15:00:00Z",
    });
    // The plan's moment is past, the true one is not.
    onDay(37, 2);
    await up(rotating);
    expect(works(secretToken)).toBe(true);
    expect(stored().outputs).toMatchObject({ previousSecretToken: secretToken });
    onDay(37, 4);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(works(secretToken)).toBe(false);
  });

  it("is rotated when its rotate changes, and with an overlap of nothing the token before ends in the same update", async () => {
    await up(rotating);
    const { secretToken } = stored().outputs;
    onDay(3);
    expect(await up({ ...rotating, overlap: "PT0S", rotate: "leak" })).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ generation: 2, retiredGeneration: 1 });
    expect(works(secretToken)).toBe(false);
    expect(keys()).toHaveLength(1);
    expect(await up({ ...rotating, rotate: "leak" })).toEqual(["update ci"]);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(stored().outputs.generation).toBe(2);
  });

  it("is not rotated while the token before works, and says what can be done", async () => {
    await up(rotating);
    onDay(30, 1);
    await up(rotating);
    const { secretToken, previousSecretToken } = stored().outputs;
    onDay(32);
    expect((await engine.up(program({ ...rotating, rotate: "leak" }))).errors).toEqual([
      "settle ci: it is to be rotated although the previous token works until 2030-04-07T13:00:00Z: a key has no more than two. " +
        "Wait until then, or declare overlap: PT0S to end that token, and the current one, at once (TSL-ROTATE-NOW)",
    ]);
    await up({ ...rotating, rotate: "leak", overlap: "PT0S" });
    expect([secretToken, previousSecretToken].map(works)).toEqual([false, false]);
    expect(keys()).toHaveLength(1);
  });

  it("ends the token before when it becomes static, after the overlap all the same", async () => {
    await up(rotating);
    const { secretToken } = stored().outputs;
    onDay(30, 1);
    await up(rotating);
    expect(await up({})).toEqual(["update ci"]);
    onDay(36);
    expect(await up({})).toEqual([]);
    expect(works(secretToken)).toBe(true);
    onDay(38);
    expect(await up({})).toEqual(["update ci"]);
    expect(works(secretToken)).toBe(false);
    onDay(500);
    expect(await up({})).toEqual([]);
  });

  it("takes changed periods from the last rotation on", async () => {
    await up(rotating);
    const { secretToken } = stored().outputs;
    onDay(30, 1);
    await up(rotating);
    onDay(33);
    expect(await up({ rotateEvery: "P20D", overlap: "P2D" })).toEqual(["update ci"]);
    expect(works(secretToken)).toBe(false);
    expect(stored().outputs).toMatchObject({ generation: 2, rotateAt: "2030-04-20T13:00:00Z" });
    onDay(51);
    await up({ rotateEvery: "P20D", overlap: "P2D" });
    expect(stored().outputs.generation).toBe(3);
  });

  it("takes names and roles to both of its keys", async () => {
    const [reader, writer] = ["reader", "writer"].map((displayName) =>
      emulator.console.createRole({ organizationId, displayName }),
    );
    await up({ ...rotating, roles: [reader?.id] });
    onDay(30, 1);
    await up({ ...rotating, roles: [reader?.id] });
    const assigned = () =>
      [...emulator.store.apiKeyRoleAssignments.values()].map(({ apiKeyId, roleId }) => `${apiKeyId} ${roleId}`).sort();
    const both = (role: string | undefined) =>
      keys()
        .map(({ id }) => `${id} ${role}`)
        .sort();
    expect(assigned()).toEqual(both(reader?.id));
    await up({ ...rotating, roles: [writer?.id], displayName: "cd" });
    expect(assigned()).toEqual(both(writer?.id));
    expect(keys().map(({ displayName }) => displayName)).toEqual(["cd", "cd"]);
  });

  it("hands roles on that are not managed", async () => {
    const role = emulator.console.createRole({ organizationId, displayName: "reader" });
    await up(rotating);
    emulator.console.assignRole(stored().id, role.id);
    onDay(30, 1);
    await up(rotating);
    expect([...emulator.store.apiKeyRoleAssignments.values()].map(({ apiKeyId }) => apiKeyId).sort()).toEqual(
      keys()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it("gives every token an end, and is rotated in time for the overlap", async () => {
    const life = { ...rotating, expireAfter: "P40D" };
    await up(life);
    expect(stored().outputs).toMatchObject({
      currentExpireTime: "2030-04-10T12:00:00Z",
      rotateAt: "2030-03-31T12:00:00Z",
    });
    onDay(36);
    await up(life);
    expect(warnings).toEqual([
      'API key "acme-ci" is rotated, but its token in use until now ends by itself at 2030-04-10T12:00:00Z, before the overlap is over at 2030-04-13T12:00:00Z',
    ]);
    expect(stored().outputs).toMatchObject({ generation: 2, currentExpireTime: "2030-05-16T12:00:00Z" });
    expect(keys()).toHaveLength(2);
  });

  it("is made anew when all of its tokens have ended because nothing ran for long", async () => {
    const life = { ...rotating, expireAfter: "P40D" };
    await up(life);
    onDay(100);
    expect(await up(life)).toEqual(["update ci"]);
    expect(keys()).toHaveLength(1);
    expect(stored().outputs).toMatchObject({ generation: 2, retiredGeneration: 1 });
    expect(await up(life)).toEqual([]);
  });

  it("is not rotated while its customer is suspended, and afterwards it is", async () => {
    await up(rotating);
    onDay(30, 1);
    await up({ ...rotating, suspended: true });
    expect(stored().outputs.generation).toBe(1);
    onDay(50);
    expect(await up({ ...rotating, suspended: true })).toEqual([]);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(stored().outputs.generation).toBe(2);
  });

  it("is renewed before its expireTime, for as long a life, and the token before works until it ends", async () => {
    const life = { expireTime: "2030-05-30T12:00:00Z", renewBefore: "P14D" };
    await up(life);
    const { secretToken } = stored().outputs;
    onDay(75);
    expect(await up(life)).toEqual([]);
    onDay(77);
    expect(await up(life)).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({
      generation: 2,
      expireTime: "2030-05-30T12:00:00Z",
      currentExpireTime: "2030-08-15T12:00:00Z",
      previousSecretToken: secretToken,
      previousRetireAt: "2030-05-30T12:00:00Z",
    });
    onDay(91);
    expect(await up(life)).toEqual(["update ci"]);
    expect(keys()).toHaveLength(1);
    onDay(160);
    expect(await up(life)).toEqual(["update ci"]);
    expect(stored().outputs.generation).toBe(3);
    expect(await up({ expireTime: "2030-05-30T12:00:00Z" })).toEqual(["update ci"]);
    expect(stored().outputs.generation).toBe(3);
  });

  it("is renewed by the end that is declared, not by the one that it is replaced for", async () => {
    await up({ expireTime: "2030-05-30T12:00:00Z" });
    const later = { expireTime: "2031-05-30T12:00:00Z", renewBefore: "P100D" };
    expect(await up(later)).toEqual(["replace ci"]);
    expect(stored().outputs).toMatchObject({ generation: 1, currentExpireTime: "2031-05-30T12:00:00Z" });
    onDay(90);
    expect(await up(later)).toEqual([]);
  });

  it("is deleted with both of its keys", async () => {
    await up(rotating);
    onDay(31);
    await up(rotating);
    expect(keys()).toHaveLength(2);
    expect((await engine.destroy()).errors).toEqual([]);
    expect(keys()).toEqual([]);
  });
});

describe("a rotating key with two tokens, of which somebody", () => {
  let first: Bag;
  let second: Bag;

  beforeEach(async () => {
    await up(rotating);
    first = stored().outputs;
    onDay(30, 1);
    await up(rotating);
    second = structuredClone(stored().outputs);
    onDay(31);
  });

  const revoke = (...ofThese: Bag[]) => {
    for (const { apiKeyId } of ofThese) {
      emulator.console.revokeApiKey(String(apiKeyId));
    }
  };
  const remove = (...ofThese: Bag[]) => {
    for (const { apiKeyId } of ofThese) {
      emulator.console.deleteApiKey(String(apiKeyId));
    }
  };

  it("revoked the one before: the next update deletes it, and nothing else happens", async () => {
    revoke(first);
    await engine.refresh();
    expect(stored().inputs).toMatchObject({ generation: 2, retiredGeneration: 1, status: "active" });
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(keys().map(({ id }) => id)).toEqual([second.apiKeyId]);
    expect(await up(rotating)).toEqual([]);
  });

  it("deleted the one before: the next update writes nothing", async () => {
    remove(first);
    await engine.refresh();
    expect(stored().outputs).not.toHaveProperty("previousSecretToken");
    expect(await up(rotating)).toEqual([]);
    expect(stored().outputs.secretToken).toBe(second.secretToken);
  });

  it.each([
    ["revoked", revoke],
    ["gone", remove],
  ] as const)(
    "made the current one %s: a new one is made, and the one before has its whole overlap beside it",
    async (status, act) => {
      act(second);
      await engine.refresh();
      expect(stored().inputs.status).toBe(status);
      expect(await up(rotating)).toEqual(["update ci"]);
      expect(stored().outputs).toMatchObject({
        generation: 3,
        previousSecretToken: first.secretToken,
        previousRetireAt: "2030-04-08T12:00:00Z",
      });
      expect(keys()).toHaveLength(2);
      onDay(38, 1);
      expect(await up(rotating)).toEqual(["update ci"]);
      expect(keys().map(({ id }) => id)).toEqual([stored().outputs.apiKeyId]);
    },
  );

  it("revoked both: a new one is made, and both are deleted", async () => {
    revoke(first, second);
    await engine.refresh();
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(keys().map(({ id }) => id)).toEqual([stored().outputs.apiKeyId]);
    expect(await up(rotating)).toEqual([]);
  });

  it("deleted both: a new one is made in the same resource", async () => {
    remove(first, second);
    await engine.refresh();
    expect(stored()).toMatchObject({ inputs: { status: "gone", retiredGeneration: 1 } });
    expect(stored().outputs).not.toHaveProperty("previousSecretToken");
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(keys().map(({ id }) => id)).toEqual([stored().outputs.apiKeyId]);
    expect(await up(rotating)).toEqual([]);
  });
});

describe("a rotation that fails", () => {
  beforeEach(async () => {
    await up(rotating);
    onDay(30, 1);
  });

  it("when the new key exists keeps both tokens, and the next update goes on without another", async () => {
    const first = stored().outputs.secretToken;
    const fault = emulator.fail({ method: "PATCH", path: "/v1/api-keys/{id}", times: "always", do: { status: 400 } });
    expect((await engine.up(program(rotating))).errors).toHaveLength(1);
    fault.remove();
    const { secretToken } = stored().outputs;
    expect(stored().outputs).toMatchObject({ generation: 2, previousSecretToken: first });
    expect(stored().inputs).toMatchObject({ generation: 1 });
    expect([first, secretToken].map(works)).toEqual([true, true]);
    onDay(33);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(stored().outputs).toMatchObject({ generation: 2, secretToken, previousSecretToken: first });
    expect(keys().map(({ displayName }) => displayName)).toEqual(["ci", "ci"]);
    onDay(39);
    await up(rotating);
    expect(works(first)).toBe(true);
    onDay(40, 1);
    await up(rotating);
    expect(works(first)).toBe(false);
  });

  it("and is then given up gives the key before back, which is the one that was handed out", async () => {
    const first = structuredClone(stored().outputs);
    const fault = emulator.fail({ method: "PATCH", path: "/v1/api-keys/{id}", times: "always", do: { status: 400 } });
    expect((await engine.up(program(rotating))).errors).toHaveLength(1);
    // The key before is back when the rename of it fails.
    expect((await engine.up(program({ displayName: "cd" }))).errors).toHaveLength(1);
    expect((await engine.up(program({ displayName: "cd" }))).errors).toHaveLength(1);
    fault.remove();
    expect(keys().map(({ secretToken }) => secretToken)).toEqual([first.secretToken]);
    expect(await up({})).toEqual(["update ci"]);
    const { overlap: _, rotateEvery: __, rotateAt: ___, ...asBefore } = first;
    expect(stored().outputs).toEqual(asBefore);
    expect(await up({})).toEqual([]);
  });

  it("makes another key when the rotation is demanded anew, and ends both that there were", async () => {
    const fault = emulator.fail({ method: "PATCH", path: "/v1/api-keys/{id}", times: "always", do: { status: 400 } });
    expect((await engine.up(program(rotating))).errors).toHaveLength(1);
    fault.remove();
    const { secretToken, previousSecretToken } = stored().outputs;
    expect(await up({ ...rotating, overlap: "PT0S", rotate: "leak" })).toEqual(["update ci"]);
    expect([secretToken, previousSecretToken].map(works)).toEqual([false, false]);
    expect(keys().map(({ id }) => id)).toEqual([stored().outputs.apiKeyId]);
    expect(await up({ ...rotating, overlap: "PT0S", rotate: "leak" })).toEqual([]);
  });

  it("before anybody can tell whether there is a new key leaves the current one, and clears away what there is later", async () => {
    emulator.fail({ method: "POST", path: "/v1/api-keys", when: "after", do: "reset" });
    const list = emulator.fail({ method: "GET", path: "/v1/api-keys", skip: 1, times: "always", do: { status: 503 } });
    const before = stored().outputs;
    expect((await engine.up(program(rotating))).errors).toHaveLength(1);
    list.remove();
    expect(keys()).toHaveLength(2);
    expect(stored()).toMatchObject({
      id: before.apiKeyId,
      outputs: { secretToken: before.secretToken, generation: 1 },
    });
    await engine.refresh();
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(keys()).toHaveLength(2);
    expect(stored().outputs).toMatchObject({ generation: 2, previousSecretToken: before.secretToken });
    expect(stored().outputs).not.toHaveProperty("unresolved");
  });

  it("because the process is killed leaves a key under its marked name, which the next update removes", async () => {
    emulator.console.createApiKey({ organizationId, displayName: markedName("ci", managedBy) });
    await up(rotating);
    expect(keys().map(({ displayName }) => displayName)).toEqual(["ci", "ci"]);
  });

  it("because the process is killed just before the state is written leaves a key that the next update names", async () => {
    const left = emulator.console.createApiKey({ organizationId, displayName: "ci" });
    await up(rotating);
    expect(warnings).toEqual([
      `${organizationId} has an API key "ci" that this stack does not know: ${left.id} (created 2030-03-31T13:00:00Z), and whoever has ` +
        `its token calls with it. "acme-ci" is a second one. To take over the one that is there, write adopt: ${left.id} into its entry, or, once the ` +
        "second is made, into an entry of its own",
    ]);
  });
});
