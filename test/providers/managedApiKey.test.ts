// Proves what each method of the ManagedApiKey provider checks, sends and answers, without the engine. What the engine makes of
// the answers: test/engine. Failures on the way: test/faults.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, formatTimestamp, startEmulator } from "../../emulator";
import { unknownText } from "../../providers/dynamicHost";
import { type Bag, PartialFailure, unknownValue } from "../../providers/lifecycle";
import { resourceTypes } from "../../providers/resourceTypes";
import { markedName } from "../../tesseral";
import { reasonsOf, startProcess, writesTo } from "./process";

let emulator: Emulator;
let organizationId: string;
let readerId: string;
let writerId: string;
let inputs: Bag;

const managedBy = "organization/tesseral/prod/acme-ci";

/** What the provider plans for a key that is created. */
const first = {
  generation: 1,
  rotatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  retiredGeneration: 0,
};

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => {
  emulator.reset();
  const { console } = emulator;
  organizationId = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  const roles = ["reader", "writer"]
    .map((displayName) => console.createRole({ organizationId, displayName }).id)
    .sort();
  [readerId = "", writerId = ""] = roles;
  const life = { generation: 1, rotatedAt: "2026-01-01T00:00:00Z", retiredGeneration: 0 };
  inputs = { organizationId, displayName: "ci", status: "active", ...life, managedBy };
});

afterAll(() => emulator.close());

const rolesOf = (id: string) =>
  [...emulator.store.apiKeyRoleAssignments.values()]
    .filter((one) => one.apiKeyId === id)
    .map(({ roleId }) => roleId)
    .sort();

describe("check", () => {
  it("normalizes times and roles, and adds the status that drift is told by", async () => {
    const { managedApiKey } = startProcess(emulator);
    const news = {
      organizationId,
      displayName: "ci",
      expireTime: "2099-01-01T02:00:00.10+02:00",
      roles: [writerId, readerId],
      managedBy,
    };
    expect(await managedApiKey.check({}, news)).toEqual({
      inputs: {
        ...inputs,
        ...first,
        expireTime: "2099-01-01T00:00:00.100Z",
        currentExpireTime: "2099-01-01T00:00:00.100Z",
        roles: [readerId, writerId],
      },
      failures: [],
    });
  });

  it("lets pass what is not known yet", async () => {
    const { managedApiKey } = startProcess(emulator);
    const news = {
      organizationId: unknownText,
      displayName: unknownText,
      expireTime: unknownText,
      roles: [unknownText, readerId],
      managedBy,
    };
    expect(await managedApiKey.check({}, news)).toEqual({
      inputs: { ...news, ...first, status: "active" },
      failures: [],
    });
  });

  it("names everything that is wrong at once", async () => {
    const { managedApiKey } = startProcess(emulator);
    const news = {
      organizationId: "acme",
      displayName: " ",
      expireTime: "tomorrow",
      roles: ["reader"],
      managedBy,
    };
    expect(await reasonsOf(managedApiKey, {}, news)).toEqual([
      'organizationId: "acme" is not the id of an Organization (TSL-ARGUMENT)',
      "displayName is empty (TSL-ARGUMENT)",
      'expireTime is "tomorrow", but must be a time like 2030-01-31T00:00:00Z (RFC 3339, with an offset) (TSL-ARGUMENT)',
      'roles: "reader" is not the id of a Role (TSL-ARGUMENT)',
    ]);
  });

  it("judges by the server's clock whether an expiry is in the past", async () => {
    const now = Date.now();
    const soon = new Date(now + 3_600_000).toISOString().replace(/\.\d+/, "");
    const late = new Date(now - 3_600_000).toISOString().replace(/\.\d+/, "");
    for (const ours of [now, now + 86_400_000, now - 86_400_000]) {
      const { managedApiKey } = startProcess(emulator, { now: () => ours });
      expect(await reasonsOf(managedApiKey, {}, { ...inputs, expireTime: soon })).toEqual([]);
      expect(await reasonsOf(managedApiKey, {}, { ...inputs, expireTime: late })).toEqual([
        `expireTime is ${late}, which is in the past: a key created with it would never work (TSL-EXPIRED)`,
      ]);
    }
  });

  it("does not mind that an expiry which is declared already has passed: the key only ends", async () => {
    const olds = { ...inputs, expireTime: "2020-01-01T00:00:00Z" };
    expect(await reasonsOf(startProcess(emulator).managedApiKey, olds, olds)).toEqual([]);
  });
});

describe("that its token ends", () => {
  const way = "To let it go on working meanwhile, declare a second key, hand its token out, and remove this one later";
  const said = (what: string, ending = "the token in use stops working") => [
    `API key "acme-ci" is replaced by a new key, since ${what}: ${ending} in this update. ${way}`,
  ];
  const later = { expireTime: "2099-01-01T00:00:00Z" };
  const elsewhere = { organizationId: "org_0000000000000000000000001" };

  async function warned(olds: Bag, news: Bag) {
    const { managedApiKey, warnings } = startProcess(emulator);
    expect(await reasonsOf(managedApiKey, olds, news)).toEqual([]);
    return warnings;
  }

  it.each([
    ["another expiry", later, "its expireTime changes"],
    ["another organization", elsewhere, "its organization changes"],
    ["one that is not known yet", { organizationId: unknownText }, "its organization changes"],
    ["both", { ...later, ...elsewhere }, "its organization and its expireTime change"],
  ])("is said for %s", async (_, change, what) => {
    expect(await warned(inputs, { ...inputs, ...change })).toEqual(said(what));
  });

  it("is said when an end is declared no longer, but not when the key comes to be rotated, which keeps its token", async () => {
    const ends = { ...inputs, ...later, currentExpireTime: later.expireTime };
    expect(await warned(ends, inputs)).toEqual(said("its expireTime changes"));
    expect(await warned(ends, { ...inputs, rotateEvery: "P90D", overlap: "P7D" })).toEqual([]);
  });

  it("is not said of the same moment written otherwise, of a name, nor of a new key", async () => {
    const ends = { ...inputs, ...later, currentExpireTime: later.expireTime };
    expect(await warned(ends, { ...ends, expireTime: "2099-01-01T02:00:00+02:00" })).toEqual([]);
    expect(await warned(inputs, { ...inputs, displayName: "cd" })).toEqual([]);
    expect(await warned({}, ends)).toEqual([]);
  });

  it("is said of both tokens while a rotation overlaps, and of the one before alone where the current one has ended", async () => {
    const rotated = { ...inputs, generation: 2, retireAfter: "2098-01-01T00:00:00Z" };
    const what = "its expireTime changes";
    expect(await warned(rotated, { ...rotated, ...later })).toEqual(
      said(what, "both its tokens, the one in use and the previous one, stop working"),
    );
    expect(await warned({ ...rotated, status: "revoked" }, { ...rotated, ...later })).toEqual(
      said(what, "the previous token, the only one that works, stops working"),
    );
    const retired = { ...rotated, retiredGeneration: 1, status: "revoked" };
    expect(await warned(retired, { ...retired, ...later })).toEqual([]);
  });

  it.each(["revoked", "gone", "expired"])("is not said of one that is %s already", async (status) => {
    expect(await warned({ ...inputs, status }, { ...inputs, ...later })).toEqual([]);
  });
});

describe("diff", () => {
  it.each([
    ["another name (TSL-NAME)", { displayName: "cd" }, []],
    ["other roles", { roles: [] }, []],
    ["another expiry", { expireTime: "2099-01-01T00:00:00Z" }, ["expireTime"]],
    ["another organization", { organizationId: "org_0000000000000000000000001" }, ["organizationId"]],
    ["an organization that is not known yet", { organizationId: unknownText }, ["organizationId"]],
  ])("for %s", async (_, change, replaces) => {
    const { managedApiKey } = startProcess(emulator);
    expect(await managedApiKey.diff("api_key_1", inputs, { ...inputs, ...change })).toEqual({ replaces });
  });
});

describe("create", () => {
  it("creates under a marked name where others may make keys, then names it and assigns its roles", async () => {
    const expiry = { expireTime: "2099-01-01T00:00:00Z", currentExpireTime: "2099-01-01T00:00:00Z" };
    const all = { ...inputs, ...expiry, roles: [readerId, writerId] };
    const { id, outs } = await startProcess(emulator).managedApiKey.create(all);
    const key = emulator.store.apiKeys.get(id);
    expect(outs).toEqual({
      ...all,
      apiKeyId: id,
      secretToken: key?.secretToken,
      secretTokenSuffix: key?.secretToken.slice(-4),
      createTime: expect.stringMatching(/^20.*Z$/),
      revoked: false,
      projectId: emulator.store.projectByName("first")?.id,
    });
    expect(rolesOf(id)).toEqual([readerId, writerId]);
    const sent = { organizationId, displayName: markedName("ci", managedBy), expireTime: "2099-01-01T00:00:00Z" };
    expect(writesTo(emulator)).toEqual([
      `POST /v1/api-keys ${JSON.stringify({ apiKey: sent })}`,
      'PATCH /v1/api-keys/{id} {"apiKey":{"displayName":"ci"}}',
      ...[readerId, writerId].map(
        (roleId) =>
          `POST /v1/api-key-role-assignments ${JSON.stringify({ apiKeyRoleAssignment: { apiKeyId: id, roleId } })}`,
      ),
    ]);
  });

  it("removes what a killed process left under the marked name, and no key of anybody else", async () => {
    const { console } = emulator;
    const left = console.createApiKey({ organizationId, displayName: markedName("ci", managedBy) });
    const others = [
      console.createApiKey({ organizationId, displayName: markedName("ci", "organization/tesseral/prod/acme-cd") }),
      console.createApiKey({ organizationId, displayName: markedName("cd", managedBy) }),
    ];
    const { managedApiKey, warnings } = startProcess(emulator);
    const { id } = await managedApiKey.create(inputs);
    expect([...emulator.store.apiKeys.keys()]).toEqual([...others.map((key) => key.id), id]);
    expect(emulator.store.apiKeys.has(left.id)).toBe(false);
    expect(warnings).toEqual([]);
  });

  it("only names a live key of the plain name that the stack does not know: somebody may have made it", async () => {
    const { console } = emulator;
    const own = console.createApiKey({ organizationId, displayName: "ci" });
    const replaced = console.createApiKey({ organizationId, displayName: "ci" });
    const revoked = console.createApiKey({ organizationId, displayName: "ci" });
    console.revokeApiKey(revoked.id);
    const strange = console.createApiKey({ organizationId, displayName: "ci" });
    const said =
      `${organizationId} has an API key "ci" that this stack does not know: ${strange.id} (created ${formatTimestamp(strange.createTime)}), and whoever has ` +
      `its token calls with it. "acme-ci" is a second one. To take over the one that is there, write adopt: ${strange.id} into its entry, or, once the second ` +
      "is made, into an entry of its own";
    const made = {
      ...{ type: resourceTypes.organization, name: "acme", id: organizationId },
      ...{ isProtected: true, isReplaced: false },
    };
    for (const [resources, text] of [
      [[{ ...made, adopt: organizationId }], said],
      [
        [made],
        `${said}. If it was made when an update was killed, nobody has its token, and it can be removed: npx pulumi-tesseral remove ${strange.id}`,
      ],
    ] as const) {
      const state = { ids: new Set([own.id]), resources };
      const { managedApiKey, warnings } = startProcess(emulator, { state });
      await managedApiKey.diff(replaced.id, inputs, inputs);
      const { id } = await managedApiKey.create(inputs);
      expect(emulator.store.apiKeys.size).toBe(5);
      expect(warnings).toEqual([text]);
      emulator.store.apiKeys.delete(id);
    }
  });

  it("says so in the preview already where the organization was, or is being, taken over", async () => {
    const { id } = emulator.console.createApiKey({ organizationId, displayName: "ci" });
    const role = emulator.console.createRole({ organizationId, displayName: "admin" });
    const warned = (text: string) => [expect.stringContaining(text)];
    const taken = startProcess(emulator);
    await taken.organization.check({}, { displayName: "Acme", adopt: organizationId, managedBy: "a/b/c/acme" });
    const planned = { organizationId: unknownValue, managedBy: "a/b/c/acme-ci", displayName: "ci" };
    await taken.managedApiKey.check({}, planned);
    expect(taken.warnings).toEqual(warned(`write adopt: ${id} into its entry`));
    await taken.role.check({}, { ...planned, displayName: "admin", actions: [], managedBy: "a/b/c/acme-admin" });
    expect(taken.warnings.slice(1)).toEqual(warned(`has a role "admin" that this stack does not know: ${role.id}`));
    expect(writesTo(emulator)).toEqual([]);
  });

  it("lists the keys of an organization once for all that it creates there", async () => {
    const { managedApiKey } = startProcess(emulator);
    await Promise.all(
      ["a", "b", "c"].map((name) => managedApiKey.create({ ...inputs, displayName: name, managedBy: `o/p/s/${name}` })),
    );
    expect(emulator.requests.filter(({ route }) => route === "GET /v1/api-keys")).toHaveLength(1);
  });

  it("creates under its own name in an organization that this process made, by a single request", async () => {
    const { organization, managedApiKey } = startProcess(emulator);
    const own = await organization.create({ displayName: "Globex", apiKeysEnabled: true, managedBy: "a/b/c/globex" });
    const before = writesTo(emulator).length;
    await managedApiKey.create({ ...inputs, organizationId: own.id });
    expect(writesTo(emulator).slice(before)).toEqual([
      `POST /v1/api-keys ${JSON.stringify({ apiKey: { organizationId: own.id, displayName: "ci" } })}`,
    ]);
  });

  it("is a partial failure that keeps the token when a role cannot be assigned", async () => {
    const missing = "role_0000000000000000000000001";
    const failure = await startProcess(emulator)
      .managedApiKey.create({ ...inputs, roles: [missing] })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    const [key] = emulator.store.apiKeys.values();
    const { id, properties, reasons } = failure as PartialFailure;
    expect(id).toBe(key?.id);
    expect(properties).toMatchObject({ secretToken: key?.secretToken, displayName: "ci" });
    expect(properties).not.toHaveProperty("roles");
    expect(reasons).toEqual([
      `API key ${id} was created, but is not yet as declared: Tesseral: POST /v1/api-key-role-assignments failed with 404 not_found: role not found (TSL-NOT-FOUND)`,
    ]);
  });

  it("never tells a secret in an error, whatever Tesseral says", async () => {
    const detail = { description: "" };
    emulator.fail({
      path: "/v1/api-key-role-assignments",
      method: "POST",
      do: { status: 400, body: { code: 3, message: "invalid_argument", details: [detail] } },
      meanwhile: () => {
        const [key] = emulator.store.apiKeys.values();
        detail.description = `${emulator.backendApiKey} cannot do this to ${key?.secretToken}`;
      },
    });
    const failure = await startProcess(emulator)
      .managedApiKey.create({ ...inputs, roles: [readerId] })
      .catch((error: unknown) => error);
    const { message, reasons } = failure as PartialFailure;
    expect(reasons).toEqual([
      expect.stringMatching(
        / failed with 400 invalid_argument: \[secret\] cannot do this to \[secret\] \(TSL-REFUSED\)$/,
      ),
    ]);
    expect(message).toBe(reasons[0]);
  });
});

describe("a key that exists", () => {
  async function existing(change: Bag = {}) {
    const { id, outs } = await startProcess(emulator).managedApiKey.create({ ...inputs, ...change });
    const made = writesTo(emulator).length;
    return { id, outs, declared: { ...inputs, ...change }, writes: () => writesTo(emulator).slice(made) };
  }

  it("is read with inputs and outputs, and keeps the token that no answer holds", async () => {
    const { id, outs, declared } = await existing({ roles: [readerId] });
    emulator.console.renameApiKey(id, "renamed");
    emulator.console.assignRole(id, writerId);
    const seen = { displayName: "renamed", roles: [readerId, writerId] };
    expect(await startProcess(emulator).managedApiKey.read(id, outs)).toEqual({
      id,
      props: { ...outs, ...seen },
      inputs: { ...declared, ...seen },
    });
  });

  it("is read as revoked or expired in inputs and outputs", async () => {
    const { id, outs } = await existing();
    emulator.console.revokeApiKey(id);
    const revoked = await startProcess(emulator).managedApiKey.read(id, outs);
    expect(revoked.props).toMatchObject({ status: "revoked", revoked: true, secretToken: outs.secretToken });
    expect(revoked.inputs).toMatchObject({ status: "revoked" });

    const late = emulator.console.createApiKey({
      organizationId,
      displayName: "ci",
      expireTime: "2020-01-01T00:00:00Z",
    });
    const expired = await startProcess(emulator).managedApiKey.read(late.id, {
      ...outs,
      apiKeyId: late.id,
      expireTime: "2020-01-01T00:00:00Z",
    });
    expect(expired.inputs).toMatchObject({ status: "expired", expireTime: "2020-01-01T00:00:00Z" });
  });

  it("has its roles read only where they are managed, or it is looked up", async () => {
    const { id, outs } = await existing();
    emulator.console.assignRole(id, writerId);
    const { managedApiKey } = startProcess(emulator);
    expect((await managedApiKey.read(id, outs)).inputs).not.toHaveProperty("roles");
    expect((await managedApiKey.read(id, {})).props).toMatchObject({ organizationId, roles: [writerId] });
  });

  it("that is gone stays in the stack as such, and is an error for a look-up", async () => {
    const { id, outs, declared } = await existing({ roles: [readerId] });
    emulator.console.deleteApiKey(id);
    const { managedApiKey } = startProcess(emulator);
    const gone = { status: "gone" };
    expect(await managedApiKey.read(id, outs)).toEqual({
      id,
      props: { ...outs, ...gone },
      inputs: { ...declared, ...gone },
    });
    await expect(managedApiKey.read(id, {})).rejects.toThrow(
      `there is no API key ${id} in Tesseral project ${emulator.store.projectByName("first")?.id}`,
    );
  });

  it("is dropped by a refresh when it has gone with its organization", async () => {
    const { id, outs } = await existing();
    emulator.console.deleteOrganization(organizationId);
    expect(await startProcess(emulator).managedApiKey.read(id, outs)).toEqual({});
  });

  it("is given and taken roles as the difference is, looked up anew", async () => {
    const { id, outs, writes } = await existing({ roles: [readerId] });
    emulator.console.assignRole(id, writerId);
    const { outs: updated } = await startProcess(emulator).managedApiKey.update(id, outs, {
      ...inputs,
      roles: [writerId],
    });
    expect(updated).toEqual({ ...outs, roles: [writerId] });
    expect(rolesOf(id)).toEqual([writerId]);
    expect(writes()).toEqual(["DELETE /v1/api-key-role-assignments/{id}"]);
  });

  it("has its roles looked up anew when a change of them failed half-way, also when the old ones are declared again", async () => {
    const { id, outs, declared } = await existing({ roles: [readerId] });
    const taking = emulator.fail({ method: "DELETE", times: "always", do: { status: 400 } });
    const failure = await startProcess(emulator)
      .managedApiKey.update(id, outs, { ...declared, roles: [writerId] })
      .catch((error: unknown) => error);
    taking.remove();
    expect(rolesOf(id)).toEqual([readerId, writerId]);
    const { properties } = failure as PartialFailure;
    const { outs: back } = await startProcess(emulator).managedApiKey.update(id, properties, declared);
    expect(rolesOf(id)).toEqual([readerId]);
    expect(back).toEqual(outs);
  });

  it("keeps its roles when they are declared no longer, and loses all when none are declared", async () => {
    const { id, outs } = await existing({ roles: [readerId] });
    const { outs: unmanaged } = await startProcess(emulator).managedApiKey.update(id, outs, inputs);
    expect(unmanaged).not.toHaveProperty("roles");
    expect(rolesOf(id)).toEqual([readerId]);
    await startProcess(emulator).managedApiKey.update(id, unmanaged, { ...inputs, roles: [] });
    expect(rolesOf(id)).toEqual([]);
  });

  it("is revoked, then deleted; revoked or gone already is as good", async () => {
    const { id, outs, writes } = await existing();
    emulator.console.revokeApiKey(id);
    await startProcess(emulator).managedApiKey.delete(id, outs);
    expect(writes()).toEqual(["POST /v1/api-keys/{id}/revoke", "DELETE /v1/api-keys/{id}"]);
    await startProcess(emulator).managedApiKey.delete(id, outs);
    expect(emulator.store.apiKeys.size).toBe(0);
  });
});
