// Proves what each method of the Role provider checks, sends and answers, without the engine. What the engine makes of the
// answers: test/engine. Failures on the way: test/faults.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { unknownText } from "../../providers/dynamicHost";
import type { Bag } from "../../providers/lifecycle";
import { markedName } from "../../tesseral";
import { reasonsOf, startProcess, writesTo } from "./process";

let emulator: Emulator;
let organizationId: string;

const managedBy = "organization/tesseral/prod/reader";
const inputs = { displayName: "reader", actions: ["widgets.read"], managedBy };

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => {
  emulator.reset();
  organizationId = emulator.console.createOrganization({ displayName: "Acme" }).id;
});

afterAll(() => emulator.close());

describe("check", () => {
  it("takes actions for a set, and an empty description for none", async () => {
    const { role } = startProcess(emulator);
    const news = {
      displayName: "reader",
      description: "",
      actions: ["widgets.write", "widgets.read", "widgets.read"],
      managedBy,
    };
    expect(await role.check({}, news)).toEqual({
      inputs: { ...inputs, actions: ["widgets.read", "widgets.write"] },
      failures: [],
    });
  });

  it("lets pass what is not known yet", async () => {
    const news = { organizationId: unknownText, displayName: unknownText, actions: [unknownText], managedBy };
    expect(await startProcess(emulator).role.check({}, news)).toEqual({ inputs: news, failures: [] });
  });

  it("names everything that is wrong at once", async () => {
    const { role } = startProcess(emulator);
    expect(await reasonsOf(role, {}, { organizationId: "acme", displayName: "", actions: [""], managedBy })).toEqual([
      'organizationId: "acme" is not the id of an Organization (TSL-ARGUMENT)',
      "displayName is empty (TSL-ARGUMENT)",
      "actions is empty (TSL-ARGUMENT)",
    ]);
    expect(await reasonsOf(role, {}, { displayName: "reader", actions: "widgets.read", managedBy })).toEqual([
      "actions must be a list (TSL-ARGUMENT)",
    ]);
  });
});

describe("diff", () => {
  it.each([
    ["another name, description and actions", { displayName: "x", description: "x", actions: ["widgets.write"] }, []],
    ["another organization", { organizationId: unknownText }, ["organizationId"]],
    ["no description any more", { description: undefined }, ["description"]],
    ["no actions any more", { actions: [] }, ["actions"]],
  ])("replaces for %s only what Tesseral cannot change", async (_, change, replaces) => {
    const olds = { ...inputs, description: "Reads" };
    expect(await startProcess(emulator).role.diff("role_1", olds, { ...olds, ...change })).toEqual({ replaces });
  });
});

describe("create", () => {
  it("creates under a marked name, then gives the declared one", async () => {
    const all = { ...inputs, organizationId, description: "Reads" };
    const { id, outs } = await startProcess(emulator).role.create(all);
    expect(outs).toEqual({
      ...all,
      projectId: emulator.store.projectByName("first")?.id,
      createTime: expect.stringMatching(/^20.*Z$/),
    });
    const { managedBy: _, ...sent } = all;
    expect(emulator.store.roles.get(id)).toMatchObject(sent);
    expect(emulator.requests.find(({ route }) => route === "POST /v1/roles")?.body).toEqual({
      ...sent,
      displayName: markedName("reader", managedBy),
    });
    expect(writesTo(emulator).slice(1)).toEqual(['PATCH /v1/roles/{id} {"displayName":"reader"}']);
  });

  it("creates a role of the project where no organization is named, and goes on with one that was left", async () => {
    const left = emulator.console.createRole({ displayName: markedName("reader", managedBy) });
    const { id } = await startProcess(emulator).role.create(inputs);
    expect(id).toBe(left.id);
    expect(left).toMatchObject({ displayName: "reader", actions: ["widgets.read"], organizationId: undefined });
  });

  it("fails plainly for an action that the project does not define", async () => {
    const creation = startProcess(emulator).role.create({ ...inputs, actions: ["widgets.fly"] });
    await expect(creation).rejects.toThrow(
      'Tesseral: POST /v1/roles failed with 400 invalid_argument: invalid action "widgets.fly" (TSL-REFUSED)',
    );
    expect(emulator.store.roles.size).toBe(0);
  });
});

describe("a role that exists", () => {
  async function existing(change: Bag = {}) {
    const { id, outs } = await startProcess(emulator).role.create({ ...inputs, ...change });
    const made = writesTo(emulator).length;
    return { id, outs, declared: { ...inputs, ...change }, writes: () => writesTo(emulator).slice(made) };
  }

  it("is read with inputs and outputs", async () => {
    const { id, outs, declared } = await existing();
    emulator.console.updateRole(id, { displayName: "x", description: "y", actions: ["widgets.write", "widgets.read"] });
    const seen = { displayName: "x", description: "y", actions: ["widgets.read", "widgets.write"] };
    expect(await startProcess(emulator).role.read(id, outs)).toEqual({
      id,
      props: { ...outs, ...seen },
      inputs: { ...declared, ...seen },
    });
  });

  it("is read without the description that somebody cleared", async () => {
    const { id, outs } = await existing({ description: "Reads" });
    emulator.console.updateRole(id, { description: "" });
    const { props, inputs: seen } = await startProcess(emulator).role.read(id, outs);
    expect(props).not.toHaveProperty("description");
    expect(seen).not.toHaveProperty("description");
  });

  it("that is gone is dropped by a refresh, and an error for a look-up", async () => {
    const { id, outs } = await existing();
    emulator.console.deleteRole(id);
    const { role } = startProcess(emulator);
    expect(await role.read(id, outs)).toEqual({});
    await expect(role.read(id, {})).rejects.toThrow(
      `there is no role ${id} in Tesseral project ${emulator.store.projectByName("first")?.id}`,
    );
  });

  it("is sent only what changed", async () => {
    const { id, outs, declared, writes } = await existing();
    const news = { ...declared, description: "Reads" };
    expect((await startProcess(emulator).role.update(id, outs, news)).outs).toEqual({ ...outs, description: "Reads" });
    expect(writes()).toEqual(['PATCH /v1/roles/{id} {"description":"Reads"}']);
  });

  it("is deleted, and being gone already is as good", async () => {
    const { id, outs } = await existing();
    await startProcess(emulator).role.delete(id, outs);
    await startProcess(emulator).role.delete(id, outs);
    expect(emulator.store.roles.size).toBe(0);
  });
});
