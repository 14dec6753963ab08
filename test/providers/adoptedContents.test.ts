// Proves how keys and roles that exist are taken over, and what becomes of them then: by a model of the engine and an emulator whose
// clock the test moves. The same on the real engine: test/commandLine/import.test.ts.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { type ResourceType, resourceTypes } from "../../providers/resourceTypes";
import { type KnownResource, summarize } from "../../providers/stackState";
import { ModelEngine } from "../faults/modelEngine";
import type { Program } from "../faults/program";
import { startProcess, writesTo } from "./process";

const start = Date.parse("2030-03-01T12:00:00Z");
const day = 24 * 3_600_000;
const rotating = { overlap: "P7D", rotate: "first token" };

let emulator: Emulator;
let now: number;
let organizationId: string;
let readerId: string;
/** The key that somebody made long before. */
let adopt: string;
let token: string;
let engine: ModelEngine;
let warnings: string[];
let told: number;

/** What `pulumi stack export` says of what the engine knows. */
function stored(): KnownResource[] {
  const resources = engine.known.map((one) => ({
    urn: `urn:pulumi:prod::tesseral::type::${one.name}`,
    type: resourceTypes[one.kind].token,
    id: one.id,
    inputs: one.inputs,
    outputs: one.outputs,
    delete: engine.isReplaced(one),
  }));
  return [...summarize({ deployment: { resources } }).resources];
}

beforeEach(async () => {
  now = start;
  emulator = await startEmulator({ now: () => new Date(now) });
  const { console } = emulator;
  organizationId = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  readerId = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] }).id;
  const key = console.createApiKey({ organizationId, displayName: "ci" });
  console.assignRole(key.id, readerId);
  adopt = key.id;
  token = key.secretToken;
  now = start + 200 * day;
  warnings = [];
  told = 0;
  engine = new ModelEngine(async () =>
    startProcess(emulator, { state: { resources: stored() }, now: () => now, warnings }),
  );
});

afterEach(() => emulator.close());

const resource = (kind: "managedApiKey" | "role", name: string, inputs: Bag): Program =>
  new Map([[name, { kind, inputs: { organizationId, managedBy: `organization/tesseral/prod/${name}`, ...inputs } }]]);
const key = (inputs: Bag = {}, name = "acme-ci") =>
  resource("managedApiKey", name, { displayName: "ci", adopt, ...inputs });
const role = (inputs: Bag = {}) =>
  resource("role", "acme-reader", { displayName: "reader", actions: ["widgets.read"], adopt: readerId, ...inputs });

const up = (...programs: Program[]) => engine.up(new Map(programs.flatMap((one) => [...one])));

async function steps(...programs: Program[]): Promise<string[]> {
  const { errors, steps } = await up(...programs);
  expect(errors).toEqual([]);
  return steps;
}

const outputs = (name = "acme-ci") => engine.state.get(name)?.outputs;
const works = (secret: unknown) =>
  [...emulator.store.apiKeys.values()].some((one) => one.secretToken === secret && !one.revoked);

/** What was written since the last call. */
function writes(): string[] {
  const all = writesTo(emulator).map((text) => text.split(" {")[0] ?? "");
  const fresh = all.slice(told);
  told = all.length;
  return fresh;
}

describe("a key that is taken over", () => {
  it("is recorded as it is, without a write and without a token, and shows no difference then", async () => {
    expect(await steps(key({ roles: [readerId] }))).toEqual(["create acme-ci"]);
    expect(writes()).toEqual([]);
    expect(outputs()).toMatchObject({ apiKeyId: adopt, adopt, generation: 1, roles: [readerId], status: "active" });
    expect(outputs()).not.toHaveProperty("secretToken");
    const before = structuredClone(engine.state.get("acme-ci"));
    expect((await engine.refresh()).errors).toEqual([]);
    expect(engine.state.get("acme-ci")).toEqual(before);
    expect(await steps(key({ roles: [readerId] }))).toEqual([]);
    expect(await steps(key({ roles: [readerId], adopt: undefined }))).toEqual([]);
    expect(writes()).toEqual([]);
  });

  it("is brought to the name and the roles that are declared; roles that are not stay", async () => {
    await steps(key({ displayName: "deploy" }));
    expect(writes()).toEqual(["PATCH /v1/api-keys/{id}"]);
    expect(emulator.store.apiKeyRoleAssignments.size).toBe(1);
    await steps(key({ displayName: "deploy", roles: [] }));
    expect(writes()).toEqual(["DELETE /v1/api-key-role-assignments/{id}"]);
    expect(works(token)).toBe(true);
  });

  it("gets its first known token by a later rotation, and the old one works for the overlap", async () => {
    await steps(key());
    expect(await steps(key(rotating))).toEqual(["update acme-ci"]);
    expect(outputs()).toMatchObject({ generation: 2, previousApiKeyId: adopt });
    expect(outputs()).not.toHaveProperty("previousSecretToken");
    const { secretToken } = outputs() ?? {};
    expect([works(secretToken), works(token)]).toEqual([true, true]);
    now += 8 * day;
    await steps(key(rotating));
    expect([works(secretToken), works(token)]).toEqual([true, false]);
  });

  it("is rotated at once where that is declared along with it", async () => {
    expect(await steps(key(rotating))).toEqual(["create acme-ci"]);
    expect(outputs()).toMatchObject({ generation: 2, previousApiKeyId: adopt, previousRetireAt: expect.anything() });
    expect([works(outputs()?.secretToken), works(token)]).toEqual([true, true]);
    expect(engine.state.get("acme-ci")?.id).toBe(adopt);
    expect(await steps(key(rotating))).toEqual([]);
  });

  it("is rotated by a schedule no earlier than at the next update, counted from when it was made", async () => {
    const schedule = { rotateEvery: "P90D", overlap: "P7D" };
    await steps(key(schedule));
    expect(writes()).toEqual([]);
    expect(outputs()).toMatchObject({ generation: 1, rotateAt: "2030-05-30T12:00:00Z" });
    expect(await steps(key(schedule))).toEqual(["update acme-ci"]);
    expect(works(token)).toBe(true);
  });

  it("continues after a failed rotation with what exists, and cuts nobody off", async () => {
    emulator.fail({ method: "POST", path: "/v1/api-keys", do: { status: 400 } });
    expect((await up(key(rotating))).errors).toHaveLength(1);
    expect(works(token)).toBe(true);
    expect(await steps(key(rotating))).toEqual(["update acme-ci"]);
    expect([works(outputs()?.secretToken), works(token)]).toEqual([true, true]);
    expect(emulator.store.apiKeys.size).toBe(2);
  });

  it("has the end that it has: another one is refused, and no end is a warning", async () => {
    const expireTime = "2031-01-01T00:00:00Z";
    const ending = emulator.console.createApiKey({ organizationId, displayName: "ending", expireTime }).id;
    const declared = (inputs: Bag) => key({ adopt: ending, displayName: "ending", ...inputs });
    const { id } = emulator.store.projectByName("first") ?? {};
    expect((await up(declared({ expireTime: "2032-01-01T00:00:00Z" }))).errors).toEqual([
      `settle acme-ci: API key ${ending} cannot be taken over from Tesseral project ${id}: it ends at ${expireTime}, and Tesseral cannot change that: ` +
        `declare expireTime: ${expireTime}, or remove adopt to make a new key (TSL-ADOPT)`,
    ]);
    expect(await steps(declared({ expireTime }))).toEqual(["create acme-ci"]);
    expect(outputs()).toMatchObject({ expireTime, currentExpireTime: expireTime });
    expect(warnings).toEqual([]);
    engine.state.clear();
    await steps(declared({}));
    expect(warnings[0]).toContain(`has a token that ends at ${expireTime}, as was declared when it was made`);
    expect(outputs()).toMatchObject({ currentExpireTime: expireTime });
    expect(await steps(declared({}))).toEqual([]);
    expect(writes()).toEqual([]);
  });

  it("is replaced by a new key where its end changes, although adopt still names it", async () => {
    const expireTime = "2031-01-01T00:00:00Z";
    const ending = emulator.console.createApiKey({ organizationId, displayName: "ci", expireTime });
    await steps(key({ adopt: ending.id, expireTime }));
    await steps(key({ adopt: ending.id, expireTime: "2032-01-01T00:00:00Z" }));
    expect(outputs()).toMatchObject({ expireTime: "2032-01-01T00:00:00Z", secretToken: expect.any(String) });
    expect(works(ending.secretToken)).toBe(false);
    expect(await steps(key({ adopt: ending.id, expireTime: "2032-01-01T00:00:00Z" }))).toEqual([]);
  });

  it("is deleted when it is declared no more, and only forgotten where it is to be released", async () => {
    await steps(key({ onRemoval: "release" }));
    await steps();
    expect(engine.state.size).toBe(0);
    expect(works(token)).toBe(true);
    await steps(key());
    await steps();
    expect(emulator.store.apiKeys.size).toBe(0);
  });
});

describe("what is refused", () => {
  const refusals: [string, () => Bag, (id: string) => string][] = [
    ["is not there", () => ({ adopt: "api_key_0000000000000000000000000" }), () => "failed with 404 not_found"],
    [
      "is revoked",
      () => {
        emulator.console.revokeApiKey(adopt);
        return {};
      },
      () => "it is revoked, and no update makes it work again: remove adopt, and it is a new key (TSL-ADOPT)",
    ],
    [
      "has ended",
      () => ({
        adopt: emulator.console.createApiKey({ organizationId, expireTime: "2030-04-01T00:00:00Z" }).id,
      }),
      () => "it ended at 2030-04-01T00:00:00Z, and no update makes it work again",
    ],
    [
      "is of another organization",
      () => {
        const other = emulator.console.createOrganization({ displayName: "Globex", apiKeysEnabled: true }).id;
        return { adopt: emulator.console.createApiKey({ organizationId: other }).id };
      },
      () => `not of ${organizationId}`,
    ],
    [
      "never ends",
      () => ({ expireTime: "2032-01-01T00:00:00Z" }),
      () => "it never ends, and Tesseral cannot change that",
    ],
    ["is no id", () => ({ adopt: "ci" }), () => 'adopt: "ci" is not the id of a ManagedApiKey (TSL-ARGUMENT)'],
  ];

  it.each(refusals)("is a key that %s", async (_, prepare, message) => {
    const { errors } = await up(key(prepare()));
    expect(errors.join()).toContain(message(adopt));
    expect([writes(), engine.state.size]).toEqual([[], 0]);
  });

  it("is a key that another resource has or takes over, by its id or after a rotation", async () => {
    await steps(key());
    expect((await up(key(), key({}, "acme-other"))).errors.join()).toContain(
      `adopt: ${adopt} is managed by this stack already, as "acme-ci": an API key belongs to one resource. If that is the old name of "acme-other", ` +
        'use the option aliases: [{ name: "acme-ci" }] (in an entry: renamedFrom). Otherwise remove one of the two (TSL-ADOPT-TWICE)',
    );
    await steps(key(rotating));
    const { apiKeyId } = outputs() ?? {};
    expect((await up(key(rotating), key({ adopt: apiKeyId }, "acme-other"))).errors.join()).toContain('as "acme-ci"');
    now += 8 * day;
    await steps(key(rotating));
    engine.state.clear();
    const { errors } = await up(key({ adopt: apiKeyId }), key({ adopt: apiKeyId }, "acme-other"));
    expect(errors.join()).toContain("as well: an API key belongs to one resource (TSL-ADOPT-TWICE)");
  });

  it("is an adoption that changes; one that names what the resource has is none", async () => {
    const other = emulator.console.createApiKey({ organizationId, displayName: "other" }).id;
    await steps(key());
    expect((await up(key({ adopt: other }))).errors.join()).toContain(
      `adopt: "acme-ci" manages ${adopt}, and a resource keeps its API key. Remove adopt, or adopt ${other} in a resource of its own.`,
    );
    await steps(key(rotating));
    expect(await steps(key({ ...rotating, adopt: outputs()?.apiKeyId }))).toEqual([]);
  });

  it("is to delete what another resource took over in the same update", async () => {
    await steps(key({ adopt: undefined }, "made"));
    const made = engine.state.get("made");
    const { managedApiKey } = startProcess(emulator, { now: () => now, warnings });
    const { inputs } = await managedApiKey.check(
      {},
      { ...made?.inputs, adopt: made?.id, managedBy: "organization/tesseral/prod/new" },
    );
    await managedApiKey.create(inputs);
    writes();
    await managedApiKey.delete(made?.id ?? "", made?.outputs ?? {});
    expect(writes()).toEqual([]);
    expect(warnings.at(-1)).toBe(
      `API key ${made?.id} belongs to another resource of this stack now and was not deleted: the old resource is only forgotten. ` +
        "To give a resource another name, use the option `aliases`",
    );
  });
});

describe("a role that is taken over", () => {
  it("is recorded as it is, without a write, and shows no difference then", async () => {
    expect(await steps(role())).toEqual(["create acme-reader"]);
    expect(engine.state.get("acme-reader")?.id).toBe(readerId);
    expect((await engine.refresh()).errors).toEqual([]);
    expect(await steps(role())).toEqual([]);
    expect(writes()).toEqual([]);
  });

  it("is brought to what is declared by one request", async () => {
    await steps(role({ actions: ["widgets.write"], description: "Writes" }));
    expect(writes()).toEqual(["PATCH /v1/roles/{id}"]);
    expect(emulator.store.roles.get(readerId)).toMatchObject({ actions: ["widgets.write"], description: "Writes" });
  });

  it("is made anew, and not taken over again, where Tesseral cannot change it", async () => {
    await steps(role({ description: "Reads" }));
    await steps(role());
    expect(engine.state.get("acme-reader")?.id).not.toBe(readerId);
    expect(await steps(role())).toEqual([]);
  });

  it.each<[string, () => Bag, string]>([
    [
      "a description that is not declared",
      () => {
        emulator.console.updateRole(readerId, { description: "Reads" });
        return {};
      },
      'declare description: "Reads" (TSL-ADOPT)',
    ],
    ["actions that are not declared", () => ({ actions: [] }), "declare one at least (TSL-ADOPT)"],
    ["no organization", () => ({ organizationId: undefined }), "it is a role of org_"],
    ["another id", () => ({ adopt: "reader" }), 'adopt: "reader" is not the id of a Role (TSL-ARGUMENT)'],
  ])("is refused with %s", async (_, prepare, message) => {
    const { errors } = await up(role(prepare()));
    expect(errors.join()).toContain(message);
    expect([writes(), engine.state.size]).toEqual([[], 0]);
  });
});

it("knows of a stored resource which keys it has", () => {
  const type: ResourceType = resourceTypes.managedApiKey;
  const one = (outputs: Bag) =>
    summarize({ deployment: { resources: [{ urn: "a::b::c::d", type: type.token, id: "first", outputs }] } })
      .resources[0];
  expect(one({ apiKeyId: "first" })).not.toHaveProperty("keyIds");
  expect(one({ apiKeyId: "second", previousApiKeyId: "first" })?.keyIds).toEqual(["second", "first"]);
  expect(one({ apiKeyId: "second" })?.keyIds).toEqual(["second"]);
});
