// Proves what each method of the Organization provider checks, sends and answers, without the engine. What the engine makes of
// the answers: test/engine. Failures on the way: test/faults.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, formatTimestamp, startEmulator } from "../../emulator";
import { unknownText } from "../../providers/dynamicHost";
import { PartialFailure } from "../../providers/lifecycle";
import { keysTurned, saysKeysTurned } from "../../report/changes/keysTurned";
import { markedName } from "../../tesseral";
import { reasonsOf, startProcess, writesTo } from "./process";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => emulator.reset());

afterAll(() => emulator.close());

const managedBy = "organization/tesseral/prod/acme";
const acme = { displayName: "Acme", apiKeysEnabled: true, managedBy };
const projectId = () => emulator.store.projectByName("first")?.id;

describe("check", () => {
  it("fills in and normalizes, so that equal meanings are equal inputs", async () => {
    const { organization } = startProcess(emulator);
    const news = {
      displayName: "Acme",
      domains: ["b.example", "a.example", "b.example"],
      scimEnabled: undefined,
      managedBy,
    };
    expect(await organization.check({}, news)).toEqual({
      inputs: { ...acme, domains: ["a.example", "b.example"] },
      failures: [],
    });
  });

  it("lets pass what is not known yet", async () => {
    const { organization } = startProcess(emulator);
    const news = {
      displayName: unknownText,
      apiKeysEnabled: unknownText,
      domains: unknownText,
      adopt: unknownText,
      managedBy,
    };
    expect(await organization.check({}, news)).toEqual({ inputs: news, failures: [] });
  });

  it("names everything that is wrong at once", async () => {
    const { organization } = startProcess(emulator);
    const news = { displayName: "", scimEnabled: "yes", domains: "a.example", microsoftTenantIds: [""], adopt: "acme" };
    expect(await reasonsOf(organization, {}, { ...news, managedBy })).toEqual([
      "displayName is empty (TSL-ARGUMENT)",
      "scimEnabled must be true or false (TSL-ARGUMENT)",
      "domains must be a list (TSL-ARGUMENT)",
      "microsoftTenantIds is empty (TSL-ARGUMENT)",
      'adopt: "acme" is not the id of an Organization (TSL-ARGUMENT)',
    ]);
    expect(emulator.requests.map(({ route }) => route)).not.toContain("GET /v1/organizations");
  });

  it("keeps what was read at creation only, so that it can leave the program", async () => {
    const { organization } = startProcess(emulator);
    const olds = { ...acme, adopt: "org_0000000000000000000000000", managedBy: "organization/old/prod/acme" };
    const news = { displayName: "Acme", allowDuplicateName: true, managedBy };
    expect((await organization.check(olds, news)).inputs).toEqual(olds);
  });

  it("asks for a second factor where one is required of a new organization", async () => {
    const { organization } = startProcess(emulator);
    const refusal = "requireMfa needs logInWithAuthenticatorApp: true or logInWithPasskey: true as well (TSL-MFA)";
    expect(await reasonsOf(organization, {}, { ...acme, requireMfa: true })).toEqual([refusal]);
    expect(await reasonsOf(organization, {}, { ...acme, requireMfa: true, logInWithPasskey: true })).toEqual([]);
    expect(await reasonsOf(organization, {}, { ...acme, requireMfa: true, logInWithPasskey: unknownText })).toEqual([]);
    // One that exists may have its second factor without its being declared.
    expect(await reasonsOf(organization, acme, { ...acme, requireMfa: true })).toEqual([]);
  });

  it("stops where an earlier update was interrupted while it created this very organization", async () => {
    const interruptedCreates = new Set(["pulumi-nodejs:dynamic/tesseral:Organization::acme"]);
    const { organization, stacksAsked } = startProcess(emulator, { state: { interruptedCreates } });
    expect(await reasonsOf(organization, {}, acme)).toEqual([
      'an earlier update was interrupted while it created Organization "acme", so Tesseral may have it without this stack knowing. ' +
        "Nothing was created. Run `npx pulumi-tesseral inventory --recover`, and the update again (TSL-INTERRUPTED)",
    ]);
    expect(await reasonsOf(organization, {}, { ...acme, managedBy: "organization/tesseral/prod/globex" })).toEqual([]);
    expect(await reasonsOf(organization, acme, acme)).toEqual([]);
    expect(stacksAsked).toEqual(["organization/tesseral/prod"]);
  });
});

describe("create", () => {
  it("creates under a marked name, then sends one request with everything that differs, then the lists", async () => {
    const { organization } = startProcess(emulator);
    const inputs = {
      ...acme,
      logInWithSaml: true,
      logInWithEmail: false,
      domains: ["a.example"],
      googleHostedDomains: [],
    };
    const { id, outs } = await organization.create(inputs);
    expect(outs).toEqual({ ...inputs, projectId: projectId(), createTime: expect.stringMatching(/^20.*Z$/) });
    expect(emulator.store.organizations.get(id)).toMatchObject({ displayName: "Acme", domains: ["a.example"] });
    expect(writesTo(emulator)).toEqual([
      `POST /v1/organizations {"displayName":"${markedName("Acme", managedBy)}"}`,
      'PATCH /v1/organizations/{id} {"displayName":"Acme","logInWithSaml":true,"apiKeysEnabled":true}',
      'PATCH /v1/organizations/{organizationId}/domains {"domains":["a.example"]}',
      'PATCH /v1/organizations/{organizationId}/google-hosted-domains {"googleHostedDomains":[]}',
    ]);
  });

  it("goes on with the one that an interrupted creation left under the marked name", async () => {
    const left = emulator.console.createOrganization({ displayName: markedName("Acme", managedBy) });
    const { id } = await startProcess(emulator).organization.create(acme);
    expect(id).toBe(left.id);
    expect(emulator.store.organizations.size).toBe(1);
    expect(left).toMatchObject({ displayName: "Acme", apiKeysEnabled: true });
  });

  it("touches none of two that were left, and names them", async () => {
    const displayName = markedName("Acme", managedBy);
    const left = [1, 2].map(() => emulator.console.createOrganization({ displayName }));
    const failure = await startProcess(emulator)
      .organization.create(acme)
      .catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^the answer to an earlier creation of organization "Acme" was lost, and 2 objects fit: org_\w+ \(created \S+Z\), org_\w+ \(created \S+Z\)\. None was touched\./,
    );
    for (const { id, createTime } of left) {
      expect(failure).toContain(`${id} (created ${formatTimestamp(createTime)})`);
    }
    expect(writesTo(emulator)).toEqual([]);
  });

  it("says in the preview that taking an organization over turns on keys in it, nothing where it has none, and refuses one that is not there", async () => {
    const { id: adopt } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: false });
    const { organization, warnings } = startProcess(emulator);
    const news = { displayName: "Acme", adopt, managedBy };
    const createApiKey = (displayName: string) => emulator.console.createApiKey({ organizationId: adopt, displayName });
    emulator.console.revokeApiKey(createApiKey("revoked").id);
    await organization.check({}, news);
    createApiKey("one");
    await organization.check({}, { ...news, apiKeysEnabled: false });
    expect(warnings).toEqual([]);
    await organization.check({}, news);
    createApiKey("two");
    await organization.check({}, news);
    const said = (keys: string) =>
      `organization "acme": API keys are off in ${adopt}, and this update turns them on: Tesseral accepts the ${keys} in it again. ` +
      "To keep them off, write apiAccess: suspended into its entry (apiKeysEnabled: false)";
    expect(warnings).toEqual([said("key"), said("2 keys")]);
    const read = warnings.map((message) => keysTurned([{ severity: "info", message }]).get("acme")?.keys);
    expect(read).toEqual([1, 2]);
    expect(saysKeysTurned(warnings[0] ?? "")).toBe(true);
    const gone = `org_${"0".repeat(25)}`;
    expect(await reasonsOf(organization, {}, { ...news, adopt: gone })).toEqual([
      expect.stringContaining(`organization ${gone} cannot be taken over from Tesseral project`),
    ]);
    expect(writesTo(emulator)).toEqual([]);
  });

  it("says in the preview that taking an organization over turns off keys that work in it, and nothing where none does", async () => {
    const { id: adopt } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const { organization, warnings } = startProcess(emulator);
    const suspended = { displayName: "Acme", adopt, managedBy, apiKeysEnabled: false };
    const createApiKey = (displayName: string) => emulator.console.createApiKey({ organizationId: adopt, displayName });
    emulator.console.revokeApiKey(createApiKey("revoked").id);
    await organization.check({}, suspended);
    expect(warnings).toEqual([]);
    createApiKey("one");
    await organization.check({}, suspended);
    createApiKey("two");
    await organization.check({}, suspended);
    await organization.check({}, { ...suspended, apiKeysEnabled: true });
    const said = (keys: string) =>
      `organization "acme": API keys are on in ${adopt}, and this update turns them off: Tesseral refuses the ${keys} in it. ` +
      "To keep them on, write apiAccess: enabled into its entry (apiKeysEnabled: true)";
    expect(warnings).toEqual([said("key that works"), said("2 keys that work")]);
    const read = warnings.map((message) => keysTurned([{ severity: "info", message }]).get("acme")?.keys);
    expect(read).toEqual([1, 2]);
    expect(writesTo(emulator)).toEqual([]);
  });

  it("looks into the stack that declares it, also when it was moved here from another one, or the stack was renamed", async () => {
    const { organization, stacksAsked } = startProcess(emulator);
    const { id } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const olds = { displayName: "Acme", apiKeysEnabled: true, managedBy: "organization/tesseral/old/acme" };
    const { inputs } = await organization.check(olds, { displayName: "Acme", managedBy });
    expect(inputs).toEqual(olds);
    await organization.delete(id, inputs);
    expect(stacksAsked).toEqual(["organization/tesseral/prod"]);
    // Where no program runs, what is recorded is all there is.
    const destroying = startProcess(emulator);
    await destroying.organization.delete(id, olds);
    expect(destroying.stacksAsked).toEqual(["organization/tesseral/old"]);
  });

  it("takes over an organization that exists, and sends it only what differs", async () => {
    const { id: adopt } = emulator.console.createOrganization({ displayName: "Acme", domains: ["a.example"] });
    const inputs = { ...acme, adopt, domains: ["a.example"] };
    expect((await startProcess(emulator).organization.create(inputs)).id).toBe(adopt);
    expect(writesTo(emulator)).toEqual([
      'PATCH /v1/organizations/{id} {"apiKeysEnabled":true}',
      'PATCH /v1/organizations/{organizationId}/domains {"domains":["a.example"]}',
    ]);
  });
});

it("is not taken over by another resource in the update that made it", async () => {
  const { organization } = startProcess(emulator);
  const made = await organization.create({ ...acme, managedBy: "organization/shop/prod/acme" });
  const other = { displayName: "Other", adopt: made.id, managedBy: "organization/shop/prod/other" };
  const { failures } = await organization.check({}, other);
  expect(failures.map(({ reason }) => reason)).toEqual([
    `adopt: ${made.id} is what "acme" has: an organization belongs to one resource. Remove one of the two (TSL-ADOPT-TWICE)`,
  ]);
});

describe("an organization that exists", () => {
  /** Creates one and forgets the requests that it took. */
  async function existing(inputs: Record<string, unknown> = acme) {
    const { id, outs } = await startProcess(emulator).organization.create(inputs);
    const made = writesTo(emulator).length;
    return { id, outs, writes: () => writesTo(emulator).slice(made) };
  }

  it("is read with inputs and outputs, of which the inputs hold only what is declared", async () => {
    const { id, outs } = await existing({ ...acme, domains: ["a.example"] });
    const { console: web } = emulator;
    web.updateOrganization(id, { displayName: "Renamed", scimEnabled: true, domains: ["c.example", "b.example"] });
    const seen = { displayName: "Renamed", domains: ["b.example", "c.example"] };
    expect(await startProcess(emulator).organization.read(id, outs)).toEqual({
      id,
      props: { ...outs, ...seen },
      inputs: { ...acme, ...seen },
    });
  });

  it("is read whole where it is only looked up", async () => {
    const { id } = await existing();
    const { props } = await startProcess(emulator).organization.read(id, {});
    expect(props).toMatchObject({
      displayName: "Acme",
      apiKeysEnabled: true,
      scimEnabled: false,
      domains: [],
      projectId: projectId(),
    });
  });

  it("that is gone is dropped by a refresh, and an error for a look-up", async () => {
    const { id, outs } = await existing();
    emulator.console.deleteOrganization(id);
    const { organization } = startProcess(emulator);
    expect(await organization.read(id, outs)).toEqual({});
    await expect(organization.read(id, {})).rejects.toThrow(
      `there is no organization ${id} in Tesseral project ${projectId()}`,
    );
  });

  it("is not taken for gone when the backend API key is", async () => {
    const { id, outs } = await existing();
    const { organization, provider } = startProcess(emulator);
    await provider.connection();
    emulator.console.revokeBackendApiKey(emulator.backendApiKey);
    await expect(organization.read(id, outs)).rejects.toThrow("backend api key not found");
    await expect(organization.delete(id, outs)).rejects.toThrow("backend api key not found");
  });

  it("is sent only what changed, since restating requireMfa can be refused", async () => {
    const inputs = { ...acme, requireMfa: true, logInWithPasskey: true };
    const { id, outs, writes } = await existing(inputs);
    // The last second factor is gone; a request with requireMfa: true would be refused from now on.
    emulator.console.updateOrganization(id, { logInWithPasskey: false });
    const news = { ...inputs, displayName: "Acme Ltd" };
    const update = await startProcess(emulator).organization.update(id, outs, news);
    // What the answer tells beside is recorded.
    expect(update.outs).toEqual({ ...outs, displayName: "Acme Ltd", logInWithPasskey: false });
    expect(writes()).toEqual(['PATCH /v1/organizations/{id} {"displayName":"Acme Ltd"}']);
  });

  it("keeps in Tesseral what is declared no longer, and lists that are equal as sets are not sent", async () => {
    const { id, outs, writes } = await existing({ ...acme, scimEnabled: true, domains: ["a.example"] });
    const update = startProcess(emulator).organization.update(id, outs, { ...acme });
    expect((await update).outs).toEqual({ ...acme, projectId: projectId(), createTime: outs.createTime });
    expect(writes()).toEqual([]);
    expect(emulator.store.organizations.get(id)).toMatchObject({ scimEnabled: true, domains: ["a.example"] });
  });

  it("is created again after a lost answer, however long the list of a large tenant took before", async () => {
    for (let count = 0; count < 30; count += 1) {
      emulator.console.createOrganization({ displayName: `other ${count}` });
    }
    const fault = emulator.fail({ method: "POST", path: "/v1/organizations", do: { status: 503 } });
    // A minute each: the list takes three, more than an operation may.
    const now = () => Date.now() + emulator.requests.length * 60_000;
    const { organization } = startProcess(emulator, { now });
    await organization.create({ ...acme, allowDuplicateName: true });
    fault.remove();
    expect(emulator.requests.filter(({ route }) => route === "POST /v1/organizations")).toHaveLength(2);
    expect([...emulator.store.organizations.values()].filter(({ displayName }) => displayName === "Acme")).toHaveLength(
      1,
    );
  });

  it("is not believed to be as before when the answer to a change was lost, and goes back when that is declared", async () => {
    const { id, outs, writes } = await existing();
    const renaming = emulator.fail({
      method: "PATCH",
      path: `/v1/organizations/${id}`,
      times: "always",
      when: "after",
      do: "reset",
    });
    const looking = emulator.fail({
      method: "GET",
      path: `/v1/organizations/${id}`,
      times: "always",
      do: { status: 503 },
    });
    const failure = await startProcess(emulator, { config: { retries: "1" } })
      .organization.update(id, outs, { ...acme, displayName: "Globex" })
      .catch((error: unknown) => error);
    renaming.remove();
    looking.remove();
    expect(failure).toBeInstanceOf(PartialFailure);
    const { properties } = failure as PartialFailure;
    expect(emulator.store.organizations.get(id)?.displayName).toBe("Globex");
    expect(properties).not.toHaveProperty("displayName");
    const before = writes().length;
    const { outs: back } = await startProcess(emulator).organization.update(id, properties, acme);
    expect(writes().slice(before)).toEqual(['PATCH /v1/organizations/{id} {"displayName":"Acme"}']);
    expect(back).toEqual(outs);
  });

  it("is replaced by no difference at all", async () => {
    const { id, outs } = await existing();
    expect(await startProcess(emulator).organization.diff(id, outs, { ...acme, displayName: "X" })).toEqual({});
  });

  it("is deleted, and being gone already is as good", async () => {
    const { id, outs } = await existing();
    await startProcess(emulator).organization.delete(id, outs);
    expect(emulator.store.organizations.size).toBe(0);
    await startProcess(emulator).organization.delete(id, outs);
  });

  it("is not touched with a key of another project, by any method", async () => {
    const { id, outs, writes } = await existing();
    const { organization } = startProcess(emulator, { config: { backendApiKey: emulator.keys["second-project-key"] } });
    const refusal =
      `${id} belongs to Tesseral project ${projectId()}, but the backend API key in use is for project ${emulator.store.projectByName("second")?.id}. ` +
      "Nothing was touched: set tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) to a key of the project that the stack was deployed to (TSL-PROJECT)";
    for (const method of [
      () => organization.diff(id, outs, acme),
      () => organization.read(id, outs),
      () => organization.update(id, outs, { ...acme, displayName: "X" }),
      () => organization.delete(id, outs),
    ]) {
      await expect(method()).rejects.toThrow(refusal);
    }
    expect(writes()).toEqual([]);
  });
});
