// Proves on the real engine that an organization belongs to one resource of a plain program, that what is released stays in Tesseral, and that
// nothing of a protected organization goes without the program. The entries of customers are judged before: test/config/identity.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { parseTimestamp } from "../../emulator/protojson/timestamp";
import { Customer, type CustomerArgs, ManagedApiKey, Organization, Provider, Role } from "../../library";
import { failureOf, openTesseralStack, stepsOf, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 240_000 });

let tesseral: TesseralStack;

afterEach(() => tesseral.close());

type Settings = ConstructorParameters<typeof Organization>[1];

/** A program of organizations without anything in them. */
const organizations =
  (all: Record<string, Partial<Settings>>, opts: Record<string, pulumi.CustomResourceOptions> = {}) =>
  async () => {
    const made = Object.entries(all).map(([name, args]) => [
      name,
      new Organization(name, { displayName: name, ...args }, opts[name]).id,
    ]);
    return Object.fromEntries(made);
  };

const open = async (program: pulumi.automation.PulumiFn = async () => {}) => {
  tesseral = await openTesseralStack(program);
  return tesseral;
};

/** The lines of a failure, each once. */
const linesOf = async (operation: Parameters<typeof failureOf>[0]) => [
  ...new Set((await failureOf(operation)).message.split("\n").filter((line) => line !== "update failed")),
];

it("refuses a second resource for an organization, in preview and update, and takes an alias for a rename", async () => {
  const { stack, emulator } = await open(organizations({ acme: {} }));
  await stack.up();
  tesseral.requests();
  const { id } = tesseral.organization("acme");
  const second = organizations({ acme: {}, globex: { adopt: id } });
  const renamed = organizations({ globex: { displayName: "acme", adopt: id } });
  const refusal =
    `adopt: ${id} is managed by this stack already, as "acme": an organization belongs to one resource. ` +
    'If that is the old name of "globex", use the option aliases: [{ name: "acme" }] (in an entry: renamedFrom: acme). Otherwise remove one of the two';
  for (const program of [second, renamed]) {
    for (const operate of [() => stack.preview(program), () => stack.up(program)]) {
      expect((await linesOf(operate())).join("\n")).toContain(refusal);
    }
  }
  const aliased = organizations(
    { globex: { displayName: "acme", adopt: id } },
    { globex: { aliases: [{ name: "acme" }] } },
  );
  const elsewhere = async () => {
    await organizations({ acme: {} })();
    const provider = new Provider("other", { backendApiKey: emulator.backendApiKey, apiUrl: emulator.url });
    new Organization("globex", { displayName: "globex", adopt: id }, { provider });
  };
  expect((await linesOf(stack.preview(elsewhere))).join("\n")).toContain(refusal);
  expect((await stack.up(aliased)).changes).toEqual({ same: 2 });
  expect((await stack.up(renamed)).changes).toEqual({ same: 2 });
  expect(tesseral.writes()).toEqual([]);
});

it("refuses two new resources for an organization, also of two providers, and an adoption that changes", async () => {
  const { stack, emulator } = await open();
  const one = emulator.console.createOrganization({ displayName: "one" }).id;
  const two = emulator.console.createOrganization({ displayName: "two" }).id;
  const twice = `Organization b: adopt: ${one} is taken over by "a" as well: an organization belongs to one resource`;
  expect((await linesOf(stack.preview(organizations({ a: { adopt: one }, b: { adopt: one } })))).join()).toContain(
    twice,
  );
  const withProviders = async () => {
    const provider = (name: string) =>
      new Provider(name, { backendApiKey: emulator.backendApiKey, apiUrl: emulator.url });
    new Organization("a", { displayName: "a", adopt: one }, { provider: provider("first") });
    new Organization("b", { displayName: "b", adopt: pulumi.output(one) }, { provider: provider("second") });
  };
  expect((await linesOf(stack.preview(withProviders))).join()).toContain(twice);

  const adopting = (adopt: string) => organizations({ a: { displayName: "one", adopt } });
  expect((await stack.up(adopting(one))).changes).toEqual({ create: 2 });
  tesseral.requests();
  expect((await stack.up(adopting(one))).changes).toEqual({ same: 2 });
  expect((await linesOf(stack.preview(adopting(two)))).join("\n")).toContain(
    `adopt: "a" manages ${one}, and a resource keeps its organization. Remove adopt, or adopt ${two} in a resource of its own. ` +
      `To give ${one} up without deleting it, set onRemoval: "release", run \`pulumi up\`, and remove the resource`,
  );
  expect(tesseral.writes()).toEqual([]);
});

it.each(["the same provider", "another provider"])(
  "refuses to take over what the same update makes, by %s",
  async (by) => {
    const { stack, emulator } = await open();
    const program = async () => {
      const opts =
        by === "another provider"
          ? { provider: new Provider("other", { backendApiKey: emulator.backendApiKey, apiUrl: emulator.url }) }
          : {};
      const a = new Organization("a", { displayName: "one" });
      new Organization("b", { displayName: "two", adopt: a.id }, opts);
    };
    const lines = await linesOf(stack.up(program));
    const { id } = tesseral.organization("one");
    expect(lines.join("\n")).toContain(
      `adopt: ${id} is what "a" has: an organization belongs to one resource. Remove one of the two`,
    );
    expect([...emulator.store.organizations.keys()]).toEqual([id]);
    expect((await linesOf(stack.preview(program))).join("\n")).toContain(`adopt: ${id} is `);
  },
);

it("lets a created organization name itself in adopt, and no other", async () => {
  const { stack, emulator } = await open(organizations({ a: {} }));
  await stack.up();
  const { id } = tesseral.organization("a");
  tesseral.requests();
  expect((await stack.up(organizations({ a: { adopt: id } }))).changes).toEqual({ same: 2 });
  const other = emulator.console.createOrganization({ displayName: "other" }).id;
  expect((await linesOf(stack.up(organizations({ a: { adopt: other } })))).join("\n")).toContain(
    `adopt: "a" manages ${id}, and a resource keeps its organization.`,
  );
  expect(tesseral.writes()).toEqual([]);
});

/** An organization with a role and a key, each of which is released or not. */
const whole =
  (onRemoval: "delete" | "release" | undefined, expireTime?: string, names = ["organization", "role", "key"]) =>
  async () => {
    const released = onRemoval === undefined ? {} : { onRemoval };
    const organization = new Organization("acme", { displayName: "Acme", ...released });
    const within = { organizationId: organization.id, ...released };
    if (names.includes("role")) {
      new Role("reader", { ...within, displayName: "reader", actions: ["widgets.read"] });
    }
    if (names.includes("key")) {
      new ManagedApiKey("ci", { ...within, displayName: "ci", ...(expireTime !== undefined && { expireTime }) });
    }
  };

it("forgets what is released, and nothing but that changes in Tesseral", async () => {
  const { stack } = await open(whole(undefined));
  await stack.up();
  tesseral.requests();
  const released = await stack.up(whole("release"));
  expect(stepsOf(released).sort()).toEqual([
    "update acme: onRemoval",
    "update ci: onRemoval",
    "update reader: onRemoval",
  ]);
  expect((await stack.refresh()).changes).toEqual({ same: 4 });
  expect((await stack.up(whole("release"))).changes).toEqual({ same: 4 });
  expect(stepsOf(await stack.up(whole("release", undefined, ["organization"]))).sort()).toEqual([
    "delete ci",
    "delete reader",
  ]);
  expect(stepsOf(await stack.up(async () => {}))).toEqual(["delete acme"]);
  expect(tesseral.writes()).toEqual([]);
  expect(tesseral.counts()).toEqual({ organizations: 1, apiKeys: 1, roles: 1, assignments: 0 });
});

it("deletes the old half of a released key that is replaced, also after an interruption", async () => {
  const { stack, emulator } = await open(whole("release", "2090-01-01T00:00:00Z"));
  await stack.up();
  const first = tesseral.apiKey("ci").id;
  expect(stepsOf(await stack.up(whole("release", "2091-01-01T00:00:00Z")))).toContain("delete-replaced ci");
  const second = tesseral.apiKey("ci").id;
  expect(second).not.toBe(first);

  emulator.fail({ method: "POST", path: "/v1/api-keys/{id}/revoke", times: 1, do: { status: 400 } });
  await failureOf(stack.up(whole("release", "2092-01-01T00:00:00Z")));
  expect([...emulator.store.apiKeys.keys()]).toContain(second);
  await stack.up(whole("release", "2092-01-01T00:00:00Z"));
  expect([...emulator.store.apiKeys.keys()]).toEqual([tesseral.apiKey("ci").id]);
  expect(tesseral.apiKey("ci").id).not.toBe(second);
});

const acme = { displayName: "Acme", roles: { reader: { actions: ["widgets.read"] } }, apiKeys: { ci: {} } };
const customers =
  (...all: (CustomerArgs & { name?: string })[]) =>
  async () => {
    for (const { name = "acme", ...args } of all) {
      new Customer(name, args);
    }
  };

it("releases a customer with all that is in it, also when an update with a target has prepared it", async () => {
  const { stack } = await open(customers(acme));
  await stack.up();
  tesseral.requests();
  const target = stack
    .resources()
    .flatMap(({ urn }) => (String(urn).endsWith("Organization::acme") ? [String(urn)] : []));
  const released = customers({ ...acme, onRemoval: "release" });
  expect(stepsOf(await stack.up(released, { target }))).toEqual(["update acme: onRemoval"]);
  await stack.unprotectAll();
  expect(stepsOf(await stack.up(async () => {})).sort()).toEqual([
    "delete acme",
    "delete acme",
    "delete acme-ci",
    "delete acme-reader",
  ]);
  expect(tesseral.writes()).toEqual([]);
  expect(tesseral.counts()).toMatchObject({ organizations: 1, apiKeys: 1, roles: 1 });
});

it("deletes a key of a customer that would be released, when the key alone is removed", async () => {
  const { stack } = await open(customers({ ...acme, onRemoval: "release" }));
  await stack.up();
  tesseral.requests();
  await stack.up(customers({ displayName: "Acme", onRemoval: "release" }));
  expect(tesseral.writes().sort()).toEqual([
    "DELETE /v1/api-keys/{id}",
    "DELETE /v1/roles/{id}",
    "POST /v1/api-keys/{id}/revoke",
  ]);
});

it("keeps what is in a protected organization when the others are destroyed", async () => {
  const program = customers(acme, { name: "globex", displayName: "Globex", protect: false, apiKeys: { ci: {} } });
  const { stack } = await open(program);
  await stack.up();
  tesseral.requests();
  const message = (await linesOf(stack.destroy({ excludeProtected: true }))).join("\n");
  const key = [...tesseral.emulator.store.apiKeys.values()].find(
    ({ organizationId }) => organizationId === tesseral.organization("Acme").id,
  );
  expect(message).toMatch(
    /(API key|role) \S+ is in organization acme, which is protected: without the program nothing in it is deleted\. To delete it alone, remove it from the program and run `pulumi up`\. To delete the organization, lift its protection first: protect: false, and `pulumi up`/,
  );
  expect(key?.revoked).toBe(false);
  expect(tesseral.role("reader").organizationId).toBe(tesseral.organization("Acme").id);
});

it("lets a key end that was declared to, and replaces it only by one that lives", async () => {
  const program = (expireTime: string) => whole(undefined, expireTime);
  const [future, past, later] = ["2090-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2091-01-01T00:00:00Z"];
  const { stack } = await open(program(future));
  await stack.up();
  // As if the time had passed.
  const state = await stack.automation.exportStack();
  const text = JSON.stringify(state.deployment).replaceAll(future, past);
  await stack.automation.importStack({ ...state, deployment: JSON.parse(text) });
  tesseral.apiKey("ci").expireTime = parseTimestamp(past);
  tesseral.requests();

  const ended = await stack.up(program(past));
  expect(stepsOf(ended)).toEqual(["update ci: status"]);
  expect(ended.printed).toContain(
    `API key "ci" has ended at ${past}, and Tesseral refuses it. A later expireTime makes a new key; or remove it`,
  );
  expect((await stack.up(program(past))).changes).toEqual({ same: 4 });
  expect((await stack.refresh({ runProgram: true })).changes).toEqual({ same: 4 });
  expect(tesseral.writes()).toEqual([]);
  expect(stepsOf(await stack.preview(program(later)))).toContain("replace ci: expireTime");
  // One that was never deployed is born dead in an update alone.
  const organizationId = tesseral.organization("Acme").id;
  const withNew = async () => {
    await program(past)();
    new ManagedApiKey("late", { organizationId, displayName: "late", expireTime: past });
  };
  expect((await linesOf(stack.preview(withNew))).join("\n")).toContain(`expireTime is ${past}, which is in the past`);
  stack.automation.workspace.program = withNew;
  await stack.refresh({ runProgram: true });
  await stack.destroy({ runProgram: true });
  expect(tesseral.counts()).toMatchObject({ organizations: 0, apiKeys: 0 });
});

it.each([
  [
    "ManagedApiKey::ci",
    "organizationId: the organization is not there yet. If this update has a --target, name that organization by another --target; if an --exclude, exclude this one, too",
  ],
  // Pulumi's own refusal: without it this would be a role of the whole project.
  ["Role::reader", "which was was not specified in --target"],
])("makes nothing of a target %s whose organization is not there yet", async (end, refused) => {
  const { stack, emulator } = await open(whole(undefined));
  const target = [`urn:pulumi:test::tesseral::pulumi-nodejs:dynamic/tesseral:${end}`];
  expect((await linesOf(stack.up(undefined, { target }))).join("\n")).toContain(refused);
  expect([emulator.store.roles.size, emulator.store.apiKeys.size]).toEqual([0, 0]);
});

it.each(["default", "explicit"] as const)(
  "names each way out of a replaced key of the %s provider, and each works",
  async (kind) => {
    const { stack, emulator } = await open();
    const isExplicit = kind === "explicit";
    let current = emulator.backendApiKey;
    const program = (names: string[]) => async () => {
      const opts = isExplicit ? { provider: new Provider("p", { backendApiKey: current, apiUrl: emulator.url }) } : {};
      for (const name of names) {
        new Organization(name, { displayName: name }, opts);
      }
    };
    await stack.up(program(["a", "b"]));
    const old = current;
    const fresh = emulator.console.createBackendApiKey("first");
    emulator.console.revokeBackendApiKey(old);

    const source = isExplicit ? "the Provider's backendApiKey" : "tesseral:backendApiKey";
    const refused = `Tesseral does not accept the backend API key in ${source}: it answered 404 backend api key not found. Create a key in the Tesseral Console, under Project settings, Backend API Keys`;
    const whileRunning = isExplicit
      ? ", and give it to the Provider in the program"
      : ", and run: pulumi config set --secret tesseral:backendApiKey <key>";
    expect((await linesOf(stack.preview())).join("\n")).toContain(refused + whileRunning);

    current = fresh;
    await stack.automation.setConfig("tesseral:backendApiKey", { value: fresh, secret: true });
    const without = isExplicit
      ? ". If the program gives the Provider a new one already: `pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. " +
        "Add --run-program to `pulumi refresh` and `pulumi destroy`; for `pulumi up`, leave the Provider in the program until what it manages is deleted"
      : ". If tesseral:backendApiKey holds a new one already: `pulumi refresh`, `pulumi destroy` and an update that leaves nothing declared work with the key of the last `pulumi up`. " +
        "Set TESSERAL_BACKEND_API_KEY to the new key for it, or, for `pulumi refresh` and `pulumi destroy`, add --run-program";
    const none = isExplicit ? async () => {} : program([]);
    for (const operate of [() => stack.refresh(), () => stack.destroy(), () => stack.up(none)]) {
      expect((await linesOf(operate())).join("\n")).toContain(refused + without);
    }
    expect(emulator.store.organizations.size).toBe(2);

    stack.automation.workspace.program = program(["a", "b"]);
    await stack.refresh({ runProgram: true });
    if (isExplicit) {
      await stack.up(program([]));
    } else {
      stack.automation.workspace.envVars.TESSERAL_BACKEND_API_KEY = fresh;
      await stack.up(program([]));
    }
    expect(emulator.store.organizations.size).toBe(0);
  },
);
