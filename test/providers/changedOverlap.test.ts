// Proves what becomes of the previous token when the overlap is changed while it works, and of one that ends by itself before its overlap is
// over, by a model of the engine and an emulator whose clock the test moves. The rest of a rotating key's life: rotatedApiKey.test.ts.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { ModelEngine } from "../faults/modelEngine";
import type { Program } from "../faults/program";
import { startProcess } from "./process";

const start = Date.parse("2030-03-01T12:00:00Z");
const managedBy = "organization/tesseral/prod/acme-ci";

let emulator: Emulator;
let now = start;
let organizationId: string;
let engine: ModelEngine;
let warnings: string[];

beforeEach(async () => {
  now = start;
  emulator = await startEmulator({ now: () => new Date(now) });
  organizationId = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  engine = new ModelEngine(async () => {
    const ids = engine.known.flatMap(({ id, outputs }) =>
      [id, outputs.apiKeyId, outputs.previousApiKeyId].filter((one) => typeof one === "string"),
    );
    return startProcess(emulator, { state: { ids: new Set(ids) }, now: () => now, warnings });
  });
});

afterEach(() => emulator.close());

const onDay = (days: number) => {
  now = start + days * 86_400_000;
};

/** An update that succeeds; answers its steps. What it warns of is in `warnings`. */
async function up(life: Bag): Promise<string[]> {
  const inputs = { organizationId, displayName: "ci", managedBy, ...life };
  const program: Program = new Map([["ci", { kind: "managedApiKey", inputs }]]);
  warnings = [];
  const { errors, steps } = await engine.up(program);
  expect(errors).toEqual([]);
  return steps;
}

const outputs = (): Bag => engine.state.get("ci")?.outputs ?? {};
const works = (token: unknown) =>
  [...emulator.store.apiKeys.values()].some((key) => key.secretToken === token && !key.revoked);

describe("a key that comes to be rotated two days before its token ends", () => {
  const rotating = { rotateEvery: "P30D", overlap: "P7D" };

  beforeEach(async () => {
    await up({ expireTime: "2030-03-11T12:00:00Z" });
    onDay(8);
    await up(rotating);
  });

  it("says so at once, and that the next update rotates it", () => {
    expect(outputs().generation).toBe(1);
    expect(warnings).toEqual([
      'API key "acme-ci" has a token that ends by itself at 2030-03-11T12:00:00Z, and gets the next one by the update after this one: run it ' +
        "soon, since less than P7D are left to change over",
    ]);
  });

  it("has a previous token only until that one ends", async () => {
    const { secretToken } = outputs();
    onDay(9);
    expect(await up(rotating)).toEqual(["update ci"]);
    expect(warnings).toEqual([
      'API key "acme-ci" is rotated, but its token in use until now ends by itself at 2030-03-11T12:00:00Z, before the overlap is over at 2030-03-17T12:00:00Z',
    ]);
    expect(outputs()).toMatchObject({ previousSecretToken: secretToken, previousRetireAt: "2030-03-11T12:00:00Z" });
    // A longer overlap does not make it live longer.
    await up({ ...rotating, overlap: "P8D" });
    expect(outputs()).toMatchObject({ previousRetireAt: "2030-03-11T12:00:00Z" });
    onDay(10);
    expect(await up({ ...rotating, overlap: "P8D" })).toEqual(["update ci"]);
    expect(outputs()).not.toHaveProperty("previousSecretToken");
  });
});

it("never lets a longer overlap hold up the rotation of a token that ends by itself", async () => {
  await up({ rotateEvery: "P7D", overlap: "P1D", expireAfter: "P8D" });
  onDay(7);
  await up({ rotateEvery: "P7D", overlap: "P1D", expireAfter: "P8D" });
  const { secretToken } = outputs();
  onDay(7.5);
  const longer = { rotateEvery: "P90D", overlap: "P30D", expireAfter: "P120D" };
  await up(longer);
  expect(outputs()).toMatchObject({ generation: 2, previousRetireAt: "2030-03-09T12:00:00Z" });
  expect(warnings).toEqual([
    'API key "acme-ci" has a token that ends by itself at 2030-03-16T12:00:00Z, and gets the next one only after 2030-03-09T12:00:00Z, when the ' +
      "previous token has ended: less than P30D are left then to change over",
  ]);
  onDay(8);
  await up(longer);
  expect(outputs()).toMatchObject({ generation: 3, previousSecretToken: secretToken });
  expect(works(secretToken)).toBe(true);
});

it("keeps the previous token of a renewed key until it ends by itself, whatever overlap is declared", async () => {
  const renewed = { expireTime: "2030-03-31T12:00:00Z", renewBefore: "P14D" };
  await up(renewed);
  const { secretToken } = outputs();
  onDay(16);
  await up(renewed);
  const end = { previousSecretToken: secretToken, previousRetireAt: "2030-03-31T12:00:00Z" };
  expect(outputs()).toMatchObject(end);
  onDay(20);
  await up({ rotateEvery: "P60D", overlap: "P1D" });
  expect(outputs()).toMatchObject(end);
  await up({ rotateEvery: "P60D", overlap: "P2D" });
  expect(outputs()).toMatchObject(end);
  expect(works(secretToken)).toBe(true);
  // Nothing but this ends it earlier.
  await up({ rotateEvery: "P60D", overlap: "PT0S" });
  expect(works(secretToken)).toBe(false);
});

it("ends a previous token in the update that declares a shorter overlap, and says that it would have worked longer", async () => {
  const rotating = { rotateEvery: "P30D", overlap: "P7D" };
  await up(rotating);
  const { secretToken } = outputs();
  onDay(30);
  await up(rotating);
  onDay(33);
  await up({ ...rotating, overlap: "P2D" });
  expect(works(secretToken)).toBe(false);
  expect(warnings).toEqual([
    'API key "acme-ci" has an overlap of P2D now, so its previous token ends in this update: until now it was to work until 2030-04-07T12:00:00Z',
  ]);
});

it("is rotated beside a previous token that somebody revoked, when the overlap changes with it", async () => {
  const rotating = { rotateEvery: "P30D", overlap: "P7D" };
  await up(rotating);
  const { apiKeyId } = outputs();
  onDay(30);
  await up(rotating);
  const { secretToken } = outputs();
  emulator.console.revokeApiKey(String(apiKeyId));
  await engine.refresh();
  expect(await up({ ...rotating, overlap: "P1D", rotate: "again" })).toEqual(["update ci"]);
  expect(outputs()).toMatchObject({ generation: 3, previousSecretToken: secretToken });
  expect(emulator.store.apiKeys.size).toBe(2);
});
