// Proves what stays in Tesseral although the engine wants it deleted, and what is refused: by the handlers of one provider process, with
// what the stack's stored state says. That the engine calls them so is shown by test/engine/identity.test.ts.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../providers/lifecycle";
import { resourceTypes } from "../../providers/resourceTypes";
import type { KnownResource } from "../../providers/stackState";
import { startProcess, writesTo } from "./process";

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
      "protect: false, and `pulumi up`",
  );
  expect(writes).toEqual([]);
  const run = (role: Handler) =>
    role.check({}, { displayName: "other", actions: ["widgets.read"], managedBy: `${managedBy}-other` });
  expect((await deleteRole({}, stored, run)).writes).toEqual(removed);
});
