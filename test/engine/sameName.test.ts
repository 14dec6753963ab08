// Proves that an organization that exists outside the stack is not created a second time unawares, and that it can be taken
// over instead. Says nothing of objects that an interrupted update left behind.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Organization as EmulatedOrganization, formatTimestamp } from "../../emulator";
import { ManagedApiKey, Organization, type OrganizationArgs } from "../../library";
import { failureOf, openTesseralStack, stepsOf, type TesseralStack, textOf } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Known = Pick<EmulatedOrganization, "id" | "createTime">;

describe("a customer that somebody made in the console", () => {
  let tesseral: TesseralStack;
  let known: Known;
  let knownKey: { id: string };

  const program =
    (args: Partial<OrganizationArgs> = {}, copy?: Partial<OrganizationArgs>) =>
    async () => {
      const acme = new Organization("acme", { displayName: "Acme", domains: ["acme.example"], ...args });
      new ManagedApiKey("ci", { organizationId: acme.id, displayName: "ci" });
      if (copy) {
        new Organization("copy", { displayName: "Acme", ...copy });
      }
      return { id: acme.id };
    };

  const refusalOf = (name: string, { id, createTime }: Known) =>
    `pulumi-nodejs:dynamic/tesseral:Organization resource '${name}' has a problem: Tesseral has an organization named "Acme" ` +
    `that this stack does not manage: ${id} (created ${formatTimestamp(createTime)}). Nothing was created. ` +
    `To take it over, write adopt: ${id} into its entry (in the stack's configuration: pulumi config set --path tesseral:customers.${name}.adopt ${id}). ` +
    "To have two of that name, write allowDuplicateName: true (TSL-SAME-NAME)";

  beforeAll(async () => {
    tesseral = await openTesseralStack(program());
    const { console } = tesseral.emulator;
    known = console.createOrganization({ displayName: "Acme", logInWithSaml: true, domains: ["old.example"] });
    knownKey = console.createApiKey({ organizationId: known.id, displayName: "made by hand" });
    tesseral.requests();
  });

  afterAll(() => tesseral.close());

  it("stops the preview, which names it and the two ways on", async () => {
    const { message } = await failureOf(tesseral.stack.preview());
    expect(message).toBe(refusalOf("acme", known));
    expect(tesseral.requests().sort()).toEqual(["GET /v1/organizations", "GET /v1/project"]);
  });

  it("cannot be taken over by an id that is nobody's", async () => {
    const { message } = await failureOf(tesseral.stack.up(program({ adopt: "org_0000000000000000000000000" })));
    expect(message.split("\n")[0]).toBe(
      `pulumi-nodejs:dynamic/tesseral:Organization resource 'acme' has a problem: organization org_0000000000000000000000000 cannot be taken over from Tesseral project ${tesseral.emulator.store.projectByName("first")?.id}: ` +
        "Tesseral: GET /v1/organizations/org_0000000000000000000000000 failed with 404 not_found: organization not found. " +
        "If the organization was deleted, remove adopt, and a new one is made (TSL-ADOPT)",
    );
    expect(tesseral.writes()).toEqual([]);
    expect(
      tesseral.stack
        .resources()
        .map(({ id }) => id)
        .filter((id) => String(id).startsWith("org_")),
    ).toEqual([]);
  });

  it("is taken over with its keys, and given what is declared", async () => {
    const up = await tesseral.stack.up(program({ adopt: known.id }));
    expect(textOf(up.outputs, "id")).toBe(known.id);
    expect(tesseral.writes().sort()).toEqual([
      "PATCH /v1/api-keys/{id}",
      "PATCH /v1/organizations/{id}",
      "PATCH /v1/organizations/{organizationId}/domains",
      "POST /v1/api-keys",
    ]);
    expect(tesseral.organization("Acme")).toMatchObject({
      id: known.id,
      apiKeysEnabled: true,
      logInWithSaml: true,
      domains: ["acme.example"],
    });
    expect(tesseral.emulator.store.apiKeys.has(knownKey.id)).toBe(true);
  });

  it("shows no difference when adopt leaves the program, and refuses another organization in it", async () => {
    expect((await tesseral.stack.preview(program())).changes).toEqual({ same: 3 });
    const { message } = await failureOf(tesseral.stack.preview(program({ adopt: "org_0000000000000000000000000" })));
    expect(message).toContain(`adopt: "acme" manages ${known.id}, and a resource keeps its organization.`);
  });

  it("is no stranger to the stack that manages it, but a second of its name has to be wanted", async () => {
    const preview = await tesseral.stack.preview(program({}, {}));
    expect(stepsOf(preview)).toEqual(["create copy"]);
    const stranger = tesseral.emulator.console.createOrganization({ displayName: "Acme" });
    const { message } = await failureOf(tesseral.stack.preview());
    expect(message).toBe(refusalOf("copy", stranger));
    const up = await tesseral.stack.up(program({}, { allowDuplicateName: true }));
    expect(up.changes).toEqual({ create: 1, same: 3 });
    expect(tesseral.counts()).toMatchObject({ organizations: 3 });
  });
});
