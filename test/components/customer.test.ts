// Proves which resources a Customer declares, with which inputs and options, and what it gives out. Pulumi is mocked: what the
// engine and Tesseral make of them is not shown here.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, it } from "vitest";
import { Customer } from "../../components/customer";
import type { CustomerArgs } from "../../components/customerArgs";
import { Organization, type OrganizationArgs } from "../../providers";

interface Declared {
  type: string;
  name: string;
  props: Record<string, unknown>;
  opts: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
  resource: pulumi.Resource;
}

beforeAll(async () => {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: type.endsWith(":ManagedApiKey")
        ? { ...inputs, apiKeyId: `${name}-id`, secretToken: `${name}-token` }
        : inputs,
    }),
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");
});

/** Declares a customer and records every resource as its constructor is called. */
function declare(name: string, args: CustomerArgs, opts: pulumi.ComponentResourceOptions = {}) {
  const declared: Declared[] = [];
  const record: pulumi.ResourceTransformation = ({ type, name, props, opts, resource }) => {
    declared.push({ type, name, props: props as Record<string, unknown>, opts, resource });
    return undefined;
  };
  const customer = new Customer(name, args, { ...opts, transformations: [record] });
  const find = (kind: string, name: string) => {
    const found = declared.find((each) => each.type.endsWith(`:${kind}`) && each.name === name);
    if (found === undefined) {
      throw new Error(`No ${kind} ${name} was declared`);
    }
    return found;
  };
  return { customer, declared, find };
}

/** The inputs that a user can give, without what every resource of this package adds for itself. */
async function inputsOf({ props }: Declared): Promise<Record<string, unknown>> {
  const resolved = await resolve(pulumi.output(props));
  const added = ["__provider", "managedBy"];
  return Object.fromEntries(
    Object.entries(resolved).filter(([name, value]) => value !== undefined && !added.includes(name)),
  );
}

function resolve<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return (output as unknown as { promise(): Promise<pulumi.Unwrap<T>> }).promise();
}

const acme: CustomerArgs = {
  displayName: "Acme Corp",
  roles: {
    reader: { actions: ["widgets.read"] },
    writer: { displayName: "Writer", description: "Writes", actions: ["widgets.read", "widgets.write"] },
  },
  apiKeys: {
    production: { displayName: "Production", roles: ["writer", "reader"] },
    ci: { roles: ["reader"], expireTime: "2035-01-01T00:00:00Z" },
    bare: {},
  },
};

it("takes over keys and roles that are there, and leaves alone the roles of a key that are not managed", async () => {
  const adopt = "api_key_0000000000000000000000001";
  const role = { adopt: "role_0000000000000000000000001", actions: ["widgets.read"] };
  const { find } = declare("taken", {
    displayName: "Taken",
    roles: { reader: role },
    apiKeys: { ci: { adopt, roles: "unmanaged" } },
  });
  expect(await inputsOf(find("Role", "taken-reader"))).toEqual({
    ...role,
    displayName: "reader",
    organizationId: "taken-id",
  });
  expect(await inputsOf(find("ManagedApiKey", "taken-ci"))).toEqual({
    adopt,
    displayName: "ci",
    organizationId: "taken-id",
  });
});

it("declares an organization, a role for each role and a key for each key, named after the customer", () => {
  expect(declare("acme", acme).declared.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "tesseral:index:Customer acme",
    "pulumi-nodejs:dynamic/tesseral:Organization acme",
    "pulumi-nodejs:dynamic/tesseral:Role acme-reader",
    "pulumi-nodejs:dynamic/tesseral:Role acme-writer",
    "pulumi-nodejs:dynamic/tesseral:ManagedApiKey acme-production",
    "pulumi-nodejs:dynamic/tesseral:ManagedApiKey acme-ci",
    "pulumi-nodejs:dynamic/tesseral:ManagedApiKey acme-bare",
  ]);
});

it("gives each child the inputs that were declared, names where none were, and roles by their ids", async () => {
  const { find } = declare("acme", acme);
  expect(await inputsOf(find("Organization", "acme"))).toEqual({ displayName: "Acme Corp", apiKeysEnabled: true });
  expect(await inputsOf(find("Role", "acme-reader"))).toEqual({
    organizationId: "acme-id",
    displayName: "reader",
    actions: ["widgets.read"],
  });
  expect(await inputsOf(find("Role", "acme-writer"))).toEqual({
    organizationId: "acme-id",
    displayName: "Writer",
    description: "Writes",
    actions: ["widgets.read", "widgets.write"],
  });
  expect(await inputsOf(find("ManagedApiKey", "acme-production"))).toEqual({
    organizationId: "acme-id",
    displayName: "Production",
    roles: ["acme-writer-id", "acme-reader-id"],
  });
  expect(await inputsOf(find("ManagedApiKey", "acme-ci"))).toEqual({
    organizationId: "acme-id",
    displayName: "ci",
    roles: ["acme-reader-id"],
    expireTime: "2035-01-01T00:00:00Z",
  });
  expect(await inputsOf(find("ManagedApiKey", "acme-bare"))).toEqual({
    organizationId: "acme-id",
    displayName: "bare",
    roles: [],
  });
});

it("hands every setting of the organization on, and keeps what is its own", async () => {
  const settings: Required<Omit<OrganizationArgs, "apiKeysEnabled" | "onRemoval">> & { onRemoval: "delete" } = {
    displayName: "Globex",
    logInWithGoogle: true,
    logInWithMicrosoft: false,
    logInWithGithub: true,
    logInWithEmail: true,
    logInWithPassword: false,
    logInWithSaml: true,
    logInWithOidc: false,
    logInWithAuthenticatorApp: true,
    logInWithPasskey: true,
    requireMfa: true,
    scimEnabled: true,
    customRolesEnabled: false,
    domains: ["globex.example"],
    googleHostedDomains: [],
    microsoftTenantIds: ["tenant"],
    adopt: "org_0000000000000000000000001",
    allowDuplicateName: true,
    onRemoval: "delete",
    keepUntil: "2030-12-31",
  };
  const { find } = declare("globex", { ...settings, apiAccess: "enabled", protect: false, roles: {}, apiKeys: {} });
  expect(await inputsOf(find("Organization", "globex"))).toEqual({ ...settings, apiKeysEnabled: true });
});

it("turns API keys off for the organization of a suspended customer, and keeps its keys", async () => {
  const { find, declared } = declare("acme", { ...acme, apiAccess: "suspended" });
  expect(await inputsOf(find("Organization", "acme"))).toEqual({ displayName: "Acme Corp", apiKeysEnabled: false });
  expect(declared.map(({ type, name }) => `${type} ${name}`)).toEqual(
    declare("acme", acme).declared.map(({ type, name }) => `${type} ${name}`),
  );
});

it("turns API keys off and lifts the protection of a customer that leaves, and refuses to protect it", async () => {
  const { find, declared } = declare("acme", { ...acme, apiAccess: "offboarding" });
  expect(await inputsOf(find("Organization", "acme"))).toEqual({ displayName: "Acme Corp", apiKeysEnabled: false });
  expect(find("Organization", "acme").opts.protect).toBe(false);
  const organization = find("Organization", "acme").resource;
  expect(declared.slice(2).map(({ opts }) => opts.deletedWith === organization)).toEqual(new Array(5).fill(true));
  const contradiction =
    'Customer "acme": protect: true contradicts apiAccess: offboarding, which prepares the deletion of the customer: remove one of the two, or suspend it (TSL-ARGUMENT)';
  expect(() => declare("acme", { ...acme, apiAccess: "offboarding", protect: true })).toThrow(contradiction);
});

it("does not let anything be forgotten with an organization whose deletion may be refused", async () => {
  const { find, declared } = declare("acme", { ...acme, apiAccess: "offboarding", keepUntil: "2030-12-31" });
  expect((await inputsOf(find("Organization", "acme"))).keepUntil).toBe("2030-12-31");
  expect(declared.slice(2).map(({ opts }) => "deletedWith" in opts)).toEqual(new Array(5).fill(false));
});

it("protects the organization and nothing in it, which is never taken to be gone with a protected organization", () => {
  const { customer, declared } = declare("acme", acme);
  for (const { type, opts } of declared.slice(1)) {
    const { parent, protect } = opts;
    expect({ type, protect, deletedWith: "deletedWith" in opts }).toEqual({
      type,
      protect: type.endsWith(":Organization"),
      deletedWith: false,
    });
    expect(parent).toBe(customer);
  }
});

it("lets everything go with an organization that may be deleted, without a request of its own", () => {
  const { declared, find } = declare("acme", { ...acme, protect: false });
  const organization = find("Organization", "acme").resource;
  expect(organization).toBeInstanceOf(Organization);
  const goingWith = declared
    .slice(1)
    .map(({ opts: { protect, deletedWith } }) => [protect, deletedWith === organization]);
  expect(goingWith).toEqual([[false, false], ...new Array(5).fill([false, true])]);
});

it.each<[string, boolean | undefined, boolean | undefined, boolean]>([
  ["neither says so", undefined, undefined, true],
  ["the arguments lift it", false, undefined, false],
  ["the option of the component lifts it", undefined, false, false],
  ["the arguments and the option disagree: the arguments count", true, false, true],
  ["the option asks for it", undefined, true, true],
])("decides on protection when %s", (_, argument, option, expected) => {
  const { find } = declare(
    "acme",
    { ...acme, ...(argument !== undefined && { protect: argument }) },
    option === undefined ? {} : { protect: option },
  );
  expect(find("Organization", "acme").opts.protect).toBe(expected);
  expect(find("Role", "acme-reader").opts.protect).toBe(false);
  expect(find("ManagedApiKey", "acme-ci").opts.protect).toBe(false);
});

it("passes the provider it is given on to its children", async () => {
  const provider = new (class extends pulumi.ProviderResource {})("pulumi-nodejs", "other", {});
  const { declared } = declare("acme", acme, { providers: [provider] });
  const used = declared
    .slice(1)
    .map(({ resource }) => (resource as unknown as { __prov?: pulumi.ProviderResource }).__prov);
  expect(used).toEqual(new Array(6).fill(provider));
});

it("puts itself into the type part of its children's names", async () => {
  const { find } = declare("acme", acme);
  expect(await resolve(find("ManagedApiKey", "acme-ci").resource.urn)).toBe(
    "urn:pulumi:stack::project::tesseral:index:Customer$pulumi-nodejs:dynamic/tesseral:ManagedApiKey::acme-ci",
  );
});

it("gives out the ids by name, and the tokens as a secret", async () => {
  const { customer } = declare("acme", acme);
  expect(await resolve(customer.organizationId)).toBe("acme-id");
  expect(await resolve(customer.apiKeyIds)).toEqual({
    production: "acme-production-id",
    ci: "acme-ci-id",
    bare: "acme-bare-id",
  });
  expect(await resolve(customer.secretTokens)).toEqual({
    production: "acme-production-token",
    ci: "acme-ci-token",
    bare: "acme-bare-token",
  });
  expect(await pulumi.isSecret(customer.secretTokens)).toBe(true);
  expect(await pulumi.isSecret(customer.apiKeyIds)).toBe(false);
});

it("keeps the tokens of a customer without keys a secret too", async () => {
  const { customer } = declare("initech", { displayName: "Initech" });
  expect(await resolve(customer.secretTokens)).toEqual({});
  expect(await pulumi.isSecret(customer.secretTokens)).toBe(true);
});

it("refuses a key with a role that the customer does not have, before anything else is declared", () => {
  const wrong = { ...acme, apiKeys: { ci: { roles: ["raeder"] } } };
  expect(() => declare("acme", wrong)).toThrow(
    new pulumi.RunError(
      'Customer "acme": apiKeys.ci.roles names "raeder", which is not one of its roles (reader, writer) (TSL-ARGUMENT)',
    ),
  );
  const none = { displayName: "Acme", apiKeys: { ci: { roles: ["toString"] } } };
  expect(() => declare("acme", none)).toThrow(
    new pulumi.RunError(
      'Customer "acme": apiKeys.ci.roles names "toString", which is not one of its roles (none) (TSL-ARGUMENT)',
    ),
  );
});

it("takes names that every JavaScript object has for ordinary names", async () => {
  const { find } = declare("constructor", {
    displayName: "C",
    roles: { constructor: { actions: ["a"] } },
    apiKeys: { constructor: { roles: ["constructor"] } },
  });
  expect((await inputsOf(find("ManagedApiKey", "constructor-constructor"))).roles).toEqual([
    "constructor-constructor-id",
  ]);
});

it("gives every child the names that it can have in the state after a rename, and no name that is in use", () => {
  const { find } = declare(
    "corp",
    {
      displayName: "Acme",
      roles: { viewer: { actions: ["a"], renamedFrom: "reader" } },
      apiKeys: { live: { renamedFrom: ["prod", "production"] }, prod: {}, ci: {} },
    },
    { aliases: [{ name: "acme" }] },
  );
  const aliases = (kind: string, name: string) => find(kind, name).opts.aliases;
  expect(aliases("Organization", "corp")).toEqual([{ name: "acme" }]);
  expect(aliases("Role", "corp-viewer")).toEqual([
    { name: "corp-reader" },
    { name: "acme-viewer" },
    { name: "acme-reader" },
  ]);
  expect(aliases("ManagedApiKey", "corp-live")).toEqual([
    { name: "corp-production" },
    { name: "acme-live" },
    { name: "acme-production" },
  ]);
  expect(aliases("ManagedApiKey", "corp-ci")).toEqual([{ name: "acme-ci" }]);
});

it("shows a renamed role and key by the name that they have in Tesseral, unless another is declared", async () => {
  const { find } = declare("acme", {
    displayName: "Acme",
    apiKeys: { live: { renamedFrom: ["prod", "production"] }, ci: { displayName: "CI", renamedFrom: "build" } },
  });
  expect((await inputsOf(find("ManagedApiKey", "acme-live"))).displayName).toBe("production");
  expect((await inputsOf(find("ManagedApiKey", "acme-ci"))).displayName).toBe("CI");
});

it("releases the organization alone, with which the rest goes, and refuses to protect what is released", async () => {
  const { find, declared } = declare("acme", { ...acme, onRemoval: "release" });
  expect((await inputsOf(find("Organization", "acme"))).onRemoval).toBe("release");
  expect(find("Organization", "acme").opts.protect).toBe(false);
  const organization = find("Organization", "acme").resource;
  expect(declared.slice(2).map(({ opts }) => opts.deletedWith === organization)).toEqual(new Array(5).fill(true));
  const contradiction =
    'Customer "acme": protect: true contradicts onRemoval: release, with which nothing of the customer is ever deleted: remove one of the two (TSL-ARGUMENT)';
  expect(() => declare("acme", { ...acme, onRemoval: "release", protect: true })).toThrow(contradiction);
  expect(() => declare("acme", { ...acme, onRemoval: "release" }, { protect: true })).toThrow(contradiction);
});
