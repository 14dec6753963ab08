// Proves that the text stored with every resource never changes, and that what the classes register is on the wire what the
// installed SDK's own dynamic.Resource registers. Says nothing of what the provider then does.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { Customer, ManagedApiKey, Organization, Provider, Role } from "../../library";
import { bootstrap } from "../../providers/dynamicHost";

describe("the bootstrap text", () => {
  it.each([
    [
      "organization",
      `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").organization`,
    ],
    [
      "managedApiKey",
      `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").managedApiKey`,
    ],
    ["role", `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").role`],
  ] as const)("of %s is what it has always been: a changed byte would be an update of every resource", (kind, text) => {
    expect(bootstrap(kind)).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(112);
  });
});

/** The requests that reach the engine, by resource name, and by type and name. */
const registered = new Map<string, Record<string, unknown>>();

interface Request {
  getName(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  toObject(): Record<string, unknown>;
}
interface Monitor {
  registerResource(request: Request, callback: unknown): unknown;
}

/** One of the SDK's own dynamic resources, under the same token. */
class Reference extends pulumi.dynamic.Resource {
  constructor(kind: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super({ create: async () => ({ id: "made" }) }, name, props, opts, "tesseral", kind);
  }
}

describe("a resource", () => {
  beforeAll(async () => {
    await pulumi.runtime.setMocks(
      { newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }), call: () => ({}) },
      "shop",
      "prod",
      false,
      "organization",
    );
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const original = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      const all = { ...request.toObject(), object: request.getObject()?.toJavaScript() };
      registered.set(request.getName(), all);
      registered.set(`${request.toObject().type} ${request.getName()}`, all);
      return original(request, callback);
    };
  });

  /** Registers both and answers what went over the wire; where in the sources the resources stand is left out. */
  async function requestsFor(ours: pulumi.CustomResource, reference: Reference) {
    const urns = [ours, reference].map(({ urn }) => new Promise<string>((resolve) => urn.apply(resolve)));
    const names = (await Promise.all(urns)).map((urn) => urn.split("::").at(-1) ?? "");
    return names.map((name) => {
      const { sourceposition, stacktrace, ...request } = registered.get(name) ?? {};
      return request;
    });
  }

  const kinds: [string, (name: string) => pulumi.CustomResource, (name: string) => Reference][] = [
    [
      "Organization",
      (name) => new Organization(name, { displayName: "Acme", domains: ["b.example", "a.example"] }, { protect: true }),
      (name) =>
        new Reference(
          "Organization",
          name,
          { displayName: "Acme", domains: ["b.example", "a.example"], managedBy: "" },
          { protect: true },
        ),
    ],
    [
      "ManagedApiKey",
      (name) => new ManagedApiKey(name, { organizationId: "org_1", displayName: "ci", roles: [] }),
      (name) =>
        new Reference(
          "ManagedApiKey",
          name,
          { organizationId: "org_1", displayName: "ci", roles: [], managedBy: "" },
          { additionalSecretOutputs: ["secretToken", "previousSecretToken"] },
        ),
    ],
    [
      "Role",
      (name) => new Role(name, { displayName: "reader", actions: ["widgets.read"] }),
      (name) => new Reference("Role", name, { displayName: "reader", actions: ["widgets.read"], managedBy: "" }),
    ],
  ];

  it("has an output for every argument, undefined where it is left out, also in a preview", async () => {
    const acme = new Organization("given", { displayName: "Acme", domains: ["acme.example"], scimEnabled: true });
    const reader = new Role("given-reader", { displayName: "reader", actions: [] });
    const ci = new ManagedApiKey("given-ci", { organizationId: "org_1", displayName: "ci", roles: ["role_1"] });
    const outputs = pulumi.all([
      [acme.domains, acme.googleHostedDomains, acme.scimEnabled, acme.requireMfa, acme.adopt],
      [reader.organizationId, reader.description, reader.actions],
      [ci.roles, ci.expireTime],
    ]);
    expect(await new Promise((resolve) => outputs.apply(resolve))).toEqual([
      [["acme.example"], undefined, true, undefined, undefined],
      [undefined, undefined, []],
      [["role_1"], undefined],
    ]);
  });

  it("that is an explicit provider is registered with texts, and its key as a secret", async () => {
    const provider = new Provider("staging", { backendApiKey: "key-of-staging", maxConcurrentRequests: 4 });
    await new Promise((resolve) => provider.urn.apply(resolve));
    expect(registered.get("staging")).toMatchObject({
      type: "pulumi:providers:pulumi-nodejs",
      object: {
        "tesseral:explicit": "true",
        "tesseral:maxConcurrentRequests": "4",
        "tesseral:backendApiKey": {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          value: "key-of-staging",
        },
      },
    });
  });

  it("is stored with the place where the program makes it, and what a customer is made of with none of its own", async () => {
    const customer = new Customer("whole", {
      displayName: "Whole",
      roles: { reader: { actions: [] } },
      apiKeys: { ci: {} },
    });
    const alone = new Organization("alone", { displayName: "Alone" });
    const settled = pulumi.all([customer.secretTokens, alone.urn]);
    await new Promise((resolve) => settled.apply(resolve));
    const placed = ["tesseral:index:Customer whole", "whole", "alone", "whole-reader", "whole-ci"].map((name) => {
      const { sourceposition, stacktrace } = registered.get(name) as Record<string, { uri?: string; framesList?: [] }>;
      return [name, sourceposition?.uri?.split("/").at(-1), stacktrace?.framesList?.length];
    });
    expect(placed).toEqual([
      ["tesseral:index:Customer whole", "registration.test.ts", 1],
      ["whole", undefined, 0],
      ["alone", "registration.test.ts", 1],
      ["whole-reader", undefined, 0],
      ["whole-ci", undefined, 0],
    ]);
  });

  it.each(kinds)("of kind %s is registered as a dynamic resource is", async (kind, make, makeReference) => {
    const [ours, reference] = await requestsFor(make(`ours-${kind}`), makeReference(`reference-${kind}`));
    expect(ours?.type).toBe(`pulumi-nodejs:dynamic/tesseral:${kind}`);
    const inputs = ours?.object as Record<string, unknown>;
    const referenceInputs = reference?.object as Record<string, unknown>;
    expect(inputs.managedBy).toBe(`organization/shop/prod/ours-${kind}`);
    expect(typeof referenceInputs.__provider).toBe(typeof inputs.__provider);
    expect(inputs.__provider).toMatch(/^exports\.handler=/);
    expect(String(referenceInputs.__provider)).toMatch(/^exports\.handler = /);
    const { __provider, managedBy } = inputs;
    expect(ours).toEqual({ ...reference, name: ours?.name, object: { ...referenceInputs, __provider, managedBy } });
  });
});
