// Proves on the real engine, with the built program, that the customers of every page can be previewed: what pages declare, Pulumi would do. The emulator has what
// they adopt. Customers of the tasks' pages are deployed by sessions.test.ts; those that deliver to AWS Secrets Manager need a plugin, and are declared in
// test/components/delivery.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openProgram, type ProgramStack } from "../config/programStack";
import { blocksOf, declaredIn, workflows, writtenPages } from "./blocks";
import { sessionPages } from "./session";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const declaring = writtenPages
  .filter((page) => !sessionPages().includes(page))
  .flatMap(blocksOf)
  .filter(({ checked, unchecked }) => checked === undefined && unchecked === undefined)
  .filter(
    ({ language, text }) => language === "yaml" && !workflows.includes(text) && !text.includes("awsSecretsManager"),
  )
  .filter(({ text }) => declaredIn(text) !== undefined)
  .map((block) => [`${block.page}:${block.line}`, block.text] as const);

let opened: ProgramStack;

beforeAll(async () => {
  opened = await openProgram();
});

afterAll(() => opened.close());

/** The same with ids of what there is, in the place of those that a page makes up. */
function withIds(text: string): string {
  const { console } = opened.emulator;
  const organizationId = console.createOrganization({ displayName: "Adopted", apiKeysEnabled: true }).id;
  const role = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] });
  const key = console.createApiKey({ organizationId, displayName: "ci" });
  console.assignRole(key.id, role.id);
  return text
    .replaceAll(/\borg_\w+/g, organizationId)
    .replaceAll(/\brole_\w+/g, role.id)
    .replaceAll(/\bapi_key_\w+/g, key.id);
}

it.each(declaring)("previews the customers of %s", async (_, text) => {
  const declared = withIds(JSON.stringify(declaredIn(text)));
  await opened.configure(JSON.parse(declared));
  const { changes } = await opened.stack.preview();
  expect(changes.create).toBeGreaterThanOrEqual(2);
  expect(opened.changes()).toEqual([]);
});

it("is all of them", () => {
  expect(declaring.length).toBeGreaterThan(12);
});
