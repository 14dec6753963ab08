// Proves what stays in Tesseral although the engine wants it deleted, and what is refused: by the handlers of one provider process, with
// what the stack's stored state says. That the engine calls them so is shown by test/engine/identity.test.ts.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { resourceTypes } from "../../providers/resourceTypes";
import type { KnownResource } from "../../providers/stackState";
import { reasonsOf, startProcess, writesTo } from "./process";

let emulator: Emulator;
let organization: string;
let projectId: string;

beforeEach(async () => {
  emulator = await startEmulator();
  const made = emulator.console.createOrganization({ displayName: "Acme" });
  organization = made.id;
  projectId = made.projectId;
});

afterEach(() => emulator.close());

const managedBy = "umbrella/shop/prod/acme";
const recorded = (more: Bag = {}) => ({
  displayName: "Acme",
  apiKeysEnabled: true,
  managedBy,
  projectId,
  createTime: "",
  ...more,
});
const storedOrganization = (more: Partial<KnownResource> = {}): KnownResource => ({
  type: resourceTypes.organization,
  name: "acme",
  id: organization,
  managedBy,
  isProtected: false,
  isReplaced: false,
  ...more,
});

const forgotten = () =>
  `organization ${organization} belongs to another resource of this stack now and was not deleted: the old resource is only forgotten. ` +
  "To give a resource another name, use the option `aliases`";

it("forgets an organization that this process took over", async () => {
  const { organization: handler, warnings } = startProcess(emulator);
  const inputs = {
    displayName: "Acme",
    apiKeysEnabled: false,
    adopt: organization,
    managedBy: "umbrella/shop/prod/corp",
  };
  await handler.create(inputs);
  await handler.delete(organization, recorded());
  expect(warnings).toEqual([forgotten()]);
  expect(writesTo(emulator)).toEqual([]);
});

it("forgets an organization that another process took over, as the state says at the first deletion", async () => {
  const resources = [storedOrganization(), storedOrganization({ name: "corp" })];
  const { organization: handler, warnings } = startProcess(emulator, { state: { resources } });
  await handler.delete(organization, recorded());
  expect(warnings).toEqual([forgotten()]);
  expect(writesTo(emulator)).toEqual([]);
});

it("deletes an organization that is nobody else's", async () => {
  const { organization: handler, warnings } = startProcess(emulator, { state: { resources: [storedOrganization()] } });
  await handler.delete(organization, recorded());
  expect(warnings).toEqual([]);
  expect(writesTo(emulator)).toEqual(["DELETE /v1/organizations/{id}"]);
});

/** A role in the organization, as it is stored, and the handler's deletion of it. */
async function deleteRole(
  recordedMore: Bag,
  stored: (id: string) => KnownResource[],
  before?: (role: Handler, id: string) => Promise<unknown>,
) {
  const role = startProcess(emulator).role;
  const inputs = {
    organizationId: organization,
    displayName: "reader",
    actions: ["widgets.read"],
    managedBy: `${managedBy}-reader`,
  };
  const { id, outs } = await role.create(inputs);
  const writesBefore = writesTo(emulator).length;
  const later = startProcess(emulator, { state: { resources: stored(id) } });
  await before?.(later.role, id);
  const outcome = await later.role.delete(id, { ...outs, ...recordedMore }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { id, outcome, writes: writesTo(emulator).slice(writesBefore) };
}
type Handler = ReturnType<typeof startProcess>["role"];

const removed = ["DELETE /v1/roles/{id}"];

it("keeps a released role, and deletes the old half of one that is replaced", async () => {
  const release = { onRemoval: "release" };
  const own = (isReplaced: boolean) => (id: string) => [
    storedOrganization({ type: resourceTypes.role, id, isReplaced }),
  ];
  expect((await deleteRole(release, own(false))).writes).toEqual([]);
  expect((await deleteRole(release, own(true))).writes).toEqual(removed);
  const replacing = async (role: Handler, id: string) => {
    const news = { organizationId: organization, displayName: "r", actions: ["widgets.read"], managedBy, ...release };
    await role.check(news, news);
    await role.diff(id, { ...news, organizationId: "another", projectId }, news);
  };
  expect((await deleteRole(release, own(false), replacing)).writes).toEqual(removed);
});

it("lets a role stay with an organization that is released", async () => {
  const stored = () => [storedOrganization({ onRemoval: "release" })];
  expect((await deleteRole({}, stored)).writes).toEqual([]);
  expect((await deleteRole({}, () => [storedOrganization()])).writes).toEqual(removed);
});

it("refuses to delete what is in a protected organization, unless a program runs", async () => {
  const stored = () => [storedOrganization({ isProtected: true })];
  const { id, outcome, writes } = await deleteRole({}, stored);
  expect(outcome).toBe(
    `role ${id} is in organization acme, which is protected: without the program nothing in it is deleted. ` +
      "To delete it alone, remove it from the program and run `pulumi up`. To delete the organization, lift its protection first: " +
      "protect: false, and `pulumi up` (TSL-IN-PROTECTED)",
  );
  expect(writes).toEqual([]);
  const run = (role: Handler) =>
    role.check({}, { displayName: "other", actions: ["widgets.read"], managedBy: `${managedBy}-other` });
  expect((await deleteRole({}, stored, run)).writes).toEqual(removed);
});

it("refuses to delete an organization that is to be kept, and what is in it, by the server's clock", async () => {
  const now = Date.UTC(2026, 11, 31);
  const kept = { keepUntil: "2026-12-31" };
  await emulator.close();
  emulator = await startEmulator({ now: () => new Date(now) });
  const made = emulator.console.createOrganization({ displayName: "Acme" });
  [organization, projectId] = [made.id, made.projectId];
  const stored = () => [storedOrganization(kept)];
  const handlers = startProcess(emulator, { state: { resources: stored() } });
  await expect(handlers.organization.delete(organization, recorded(kept))).rejects.toThrow(
    `organization ${organization} is kept until 2026-12-31, and can be deleted from 2027-01-01T00:00:00Z on. ` +
      "Declare it until then, or, if it must go earlier, remove keepUntil, run `pulumi up`, and only then delete it (TSL-KEEP-UNTIL)",
  );
  const { id, outcome, writes } = await deleteRole({}, stored);
  expect(outcome).toBe(
    `role ${id} is in organization acme, which is kept until 2026-12-31, and can be deleted from 2027-01-01T00:00:00Z on: what is in it stays until then. ` +
      "To delete it alone, remove it from the program and run `pulumi up` without --target (TSL-KEEP-UNTIL)",
  );
  expect(writes).toEqual([]);
  // Ours may be an hour ahead.
  const ahead = startProcess(emulator, { state: { resources: stored() }, now: () => Date.UTC(2027, 0, 1, 1) });
  await expect(ahead.organization.delete(organization, recorded(kept))).rejects.toThrow("is kept until 2026-12-31");
  const due = startProcess(emulator, { state: { resources: [storedOrganization({ keepUntil: "2026-12-30" })] } });
  await due.organization.delete(organization, recorded({ keepUntil: "2026-12-30" }));
  expect(writesTo(emulator).slice(-1)).toEqual(["DELETE /v1/organizations/{id}"]);
});

it("records until when an organization is kept in one form, without a request, and refuses what is neither day nor time", async () => {
  const { organization: handler } = startProcess(emulator);
  const news = { displayName: "Globex", managedBy, keepUntil: "2030-12-31T01:00:00+01:00" };
  const { inputs } = await handler.check({}, news);
  expect(inputs.keepUntil).toBe("2030-12-31");
  expect(await reasonsOf(handler, {}, { ...news, keepUntil: "31.12.2030" })).toEqual([
    "keepUntil must be a day, such as 2030-12-31, or a time in RFC 3339, with its offset, such as 2030-12-31T12:00:00Z (TSL-ARGUMENT)",
  ]);
  const before = writesTo(emulator).length;
  const { outs } = await handler.update(organization, recorded(), { ...recorded(), keepUntil: "2030-12-31" });
  expect(outs.keepUntil).toBe("2030-12-31");
  expect(writesTo(emulator).length).toBe(before);
  expect((await handler.read(organization, outs)).inputs?.keepUntil).toBe("2030-12-31");
});
