// Proves on the real engine, with the built program, that what can happen to a customer happens to both tokens of a key that was rotated: renames, a refresh, an
// inventory, a release, a removal. The customers share one stack, as people have them. The life of the key itself: test/engine/rotation.test.ts.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parseStack } from "../../providers/stackState";
import { failureOf, stepsOf } from "../engine/tesseralStack";
import { openProgram, type ProgramStack } from "./programStack";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const rotating = { rotateEvery: "P30D", overlap: "P7D" };
const names = ["renamed", "revoked", "deleted", "released", "keyless", "removed"] as const;
type Name = (typeof names)[number];

let opened: ProgramStack;
let ids: Record<Name, string>;
let declared: Record<string, Record<string, unknown>>;
/** The ids of each customer's keys: the one before, and the current one. */
let before: Record<Name, string[]>;

/** The keys of a customer that work, the oldest first. */
const working = (name: Name) =>
  [...opened.emulator.store.apiKeys.values()].flatMap(({ id, organizationId, revoked }) =>
    organizationId === ids[name] && !revoked ? [id] : [],
  );
const ofEach = <Held>(held: (name: Name) => Held) =>
  Object.fromEntries(names.map((name) => [name, held(name)])) as Record<Name, Held>;

beforeAll(async () => {
  opened = await openProgram();
  ids = ofEach((name) => opened.emulator.console.createOrganization({ displayName: name, apiKeysEnabled: true }).id);
  declared = ofEach((name) => ({ displayName: name, adopt: ids[name], apiKeys: { ci: rotating } }));
  Object.assign(declared.removed ?? {}, { protect: false });
  await opened.configure(declared);
  await opened.stack.up();
  opened.emulator.clock.advance("P31D");
  await opened.stack.up();
  opened.changes();
  before = ofEach(working);
});

afterAll(() => opened.close());

it("has two tokens of each customer, which keep both until the one before has ended", async () => {
  expect(names.map((name) => before[name].length)).toEqual(names.map(() => 2));
  const asked = { ...declared.renamed, apiKeys: { ci: { ...rotating, rotate: "now" } } };
  await opened.configure({ ...declared, renamed: asked });
  expect((await failureOf(opened.stack.preview())).message).toContain("a key has no more than two");
  expect(opened.changes()).toEqual([]);
});

it("renames customer and key with both tokens, prepares a release, and ends both when a key's entry is removed", async () => {
  const { renamed, released, keyless, ...others } = declared;
  const { adopt: _, ...rest } = renamed ?? {};
  declared = {
    ...others,
    corp: { ...rest, renamedFrom: "renamed", apiKeys: { build: { ...rotating, renamedFrom: "ci" } } },
    released: { ...released, onRemoval: "release" },
    keyless: { ...keyless, apiKeys: {} },
  };
  await opened.configure(declared);
  expect(stepsOf(await opened.stack.up())).toEqual(["update released: onRemoval", "delete keyless-ci"]);
  expect(opened.changes()).toEqual(
    ["DELETE /v1/api-keys/{id}", "POST /v1/api-keys/{id}/revoke"].flatMap((route) => [route, route]),
  );
  expect(working("keyless")).toEqual([]);
  expect(ofEach(working)).toEqual({ ...before, keyless: [] });
  // The inventory knows both.
  const { resources } = parseStack(JSON.stringify(await opened.stack.automation.exportStack()));
  const known = resources.flatMap(({ kind, id, name }) =>
    kind === "ManagedApiKey" && name.startsWith("corp-") ? [[name, id]] : [],
  );
  expect(Object.fromEntries(known)).toEqual({
    "corp-build (previous)": before.renamed[0],
    "corp-build": before.renamed[1],
  });
});

it("finds in a refresh what somebody did to either token, and makes good what is to be", async () => {
  const [previous = "", current = ""] = [before.revoked[0], before.deleted[1]];
  opened.emulator.console.revokeApiKey(previous);
  opened.emulator.console.deleteApiKey(current);
  await opened.stack.refresh();
  // Releases one customer and removes another: with one request.
  const { released: _, removed: __, ...others } = declared;
  await opened.configure(others);
  await opened.stack.up();
  expect(opened.changes().filter((route) => route.includes("organizations"))).toEqual([
    "DELETE /v1/organizations/{id}",
  ]);
  expect(working("revoked")).toEqual([before.revoked[1]]);
  // Beside the new one, the token before works on.
  expect(working("deleted")).toEqual([before.deleted[0], expect.not.stringContaining(current)]);
  expect(working("renamed")).toEqual(before.renamed);
  expect([...opened.emulator.store.apiKeys.values()].every(({ revoked }) => !revoked)).toBe(true);
});

it("released both tokens with their customer, and ended both of the one that was removed", () => {
  expect(working("released")).toEqual(before.released);
  expect(working("removed")).toEqual([]);
  expect(opened.emulator.store.organizations.has(ids.released)).toBe(true);
  expect(opened.emulator.store.organizations.has(ids.removed)).toBe(false);
});

it("shows no difference in the end", async () => {
  await opened.stack.preview(undefined, { expectNoChanges: true });
});
