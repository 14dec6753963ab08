// Proves that nothing of the public surface answers a missing or wrong argument with an exception of JavaScript's own: what is refused is named. What a value
// has to be is the business of the tests of each class; those of Backend: test/components/backend/backend.test.ts.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../emulator";
import * as library from "../../library";
import { TesseralClient } from "../../tesseral";
import { emulator, environment } from "../../testing";

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: ({ inputs }) => inputs,
  });
});

type Untyped = (...args: readonly unknown[]) => unknown;

/** What TypeScript would not let through. */
const untyped = (work: unknown): Untyped => work as Untyped;
const make =
  (type: unknown): Untyped =>
  (...args) =>
    Reflect.construct(type as new () => object, args);
const { Customer, ManagedApiKey, Organization, Provider, Role } = library;
const classes = Object.entries({ Customer, ManagedApiKey, Organization, Provider, Role });

describe.each(classes)("%s", (type, of) => {
  it.each<[string, readonly unknown[], string]>([
    ["no name", [], `${type}: its first argument, the name, must be a string, not nothing (TSL-ARGUMENT)`],
    ["an empty name", [""], `${type}: its first argument, the name, must be a string, not an empty one (TSL-ARGUMENT)`],
    [
      "a number as name",
      [5, {}],
      `${type}: its first argument, the name, must be a string, not a number (TSL-ARGUMENT)`,
    ],
    [
      "no arguments",
      ["x"],
      `${type} "x": its second argument, the arguments, must be an object, not nothing (TSL-ARGUMENT)`,
    ],
    [
      "null",
      ["x", null],
      `${type} "x": its second argument, the arguments, must be an object, not null (TSL-ARGUMENT)`,
    ],
    [
      "a text",
      ["x", "acme"],
      `${type} "x": its second argument, the arguments, must be an object, not a string (TSL-ARGUMENT)`,
    ],
    [
      "a list",
      ["x", []],
      `${type} "x": its second argument, the arguments, must be an object, not a list (TSL-ARGUMENT)`,
    ],
    [
      "an output (TSL-ARGUMENT)",
      ["x", pulumi.output({})],
      `${type} "x": its second argument, the arguments, must be an object, not an output (TSL-ARGUMENT)`,
    ],
  ])("refuses %s", (_, args, message) => {
    expect(() => make(of)(...args)).toThrow(new pulumi.RunError(message));
  });
});

it.each(Object.entries({ ManagedApiKey, Organization, Role }))(
  "%s refuses what it does not take, and looks nothing up without an id",
  (name, type) => {
    expect(() => make(type)("x", { displayname: "X" })).toThrow(
      `${name} "x": unknown argument displayname; there are: `,
    );
    for (const [id, found] of [
      [undefined, "nothing"],
      [null, "null"],
      [5, "a number"],
      ["", "an empty one"],
    ]) {
      expect(() => untyped(type.get)("x", id)).toThrow(
        new pulumi.RunError(
          `${name} "x": get takes the id of what exists as its second argument, a string, not ${found} (TSL-ARGUMENT)`,
        ),
      );
    }
  },
);

it("says once what is wrong with a customer, all of it", () => {
  const customer = (args: unknown) => () => make(Customer)("acme", { displayName: "Acme", ...(args as object) });
  expect(
    customer({ roles: null, apiKeys: null, protect: "yes", apiAccess: "on", onRemoval: null, deliverTo: 5 }),
  ).toThrow(
    [
      'Customer "acme":',
      '  onRemoval: null is none of "delete", "release" (TSL-ARGUMENT)',
      '  apiAccess: "on" is none of "enabled", "suspended", "offboarding" (TSL-ARGUMENT)',
      "  roles: expected an object, not null (TSL-ARGUMENT)",
      "  apiKeys: expected an object, not null (TSL-ARGUMENT)",
      '  protect: expected true or false, not "yes" (TSL-ARGUMENT)',
      "  deliverTo: expected an object, not a number (TSL-ARGUMENT)",
    ].join("\n"),
  );
  expect(customer({ displayname: "Acme" })).toThrow(
    'Customer "acme": displayname: unknown argument, did you mean "displayName"?',
  );
});

it.each([
  [{ roles: { reader: null } }, "roles.reader: expected an object, not null (TSL-ARGUMENT)"],
  [
    { roles: { reader: { action: [] } } },
    'roles.reader.action: unknown argument, did you mean "actions"? (TSL-ARGUMENT)',
  ],
  [{ apiKeys: ["ci"] }, "apiKeys: expected an object, not a list (TSL-ARGUMENT)"],
  [{ apiKeys: { ci: undefined } }, "apiKeys.ci: expected an object, not nothing (TSL-ARGUMENT)"],
  [{ apiKeys: { ci: { roles: "reader" } } }, "apiKeys.ci.roles: expected a list, not a string (TSL-ARGUMENT)"],
  [{ apiKeys: { ci: { roles: [5] } } }, "apiKeys.ci.roles[0]: expected a string, not a number (TSL-ARGUMENT)"],
  [{ apiKeys: { ci: { renamedFrom: 5 } } }, "apiKeys.ci.renamedFrom: expected a list, not a number (TSL-ARGUMENT)"],
  [
    { apiKeys: { ci: { rotateevery: "P1D" } } },
    'apiKeys.ci.rotateevery: unknown argument, did you mean "rotateEvery"? (TSL-ARGUMENT)',
  ],
  [{ apiKeys: { ci: { deliverTo: {} } } }, "apiKeys.ci.deliverTo.awsSecretsManager: is required (TSL-ARGUMENT)"],
  [
    { deliverTo: { awsSecretsManager: { sharedWith: "1234" } } },
    "deliverTo.awsSecretsManager.sharedWith: expected a list, not a string (TSL-ARGUMENT)",
  ],
])("names the place in a customer: %j", (args, message) => {
  expect(() => make(Customer)("acme", { displayName: "Acme", ...args })).toThrow(
    new pulumi.RunError(`Customer "acme": ${message}`),
  );
});

it.each<[string, Untyped, readonly unknown[], string]>([
  [
    "matchCustomers",
    untyped(library.matchCustomers),
    [null],
    "matchCustomers: the customers, by name, must be an object, not null (TSL-ARGUMENT)",
  ],
  [
    "matchCustomers",
    untyped(library.matchCustomers),
    [{ acme: null }],
    "matchCustomers: acme must be an object, not null (TSL-ARGUMENT)",
  ],
  [
    "matchCustomers",
    untyped(library.matchCustomers),
    [{ acme: { apiKeys: { ci: null } } }],
    "matchCustomers: ci of acme must be an object, not null (TSL-ARGUMENT)",
  ],
  [
    "loadCustomers",
    untyped(library.loadCustomers),
    [null],
    "loadCustomers: the options must be an object, not null (TSL-ARGUMENT)",
  ],
  [
    "getProject",
    untyped(library.getProject),
    [null],
    "getProject(options) or getOrganization(id, options), must be an object, not null (TSL-ARGUMENT)",
  ],
  ["getOrganizations", untyped(library.getOrganizations), [5], "must be an object, not a number (TSL-ARGUMENT)"],
  ["startEmulator", untyped(startEmulator), [null], "startEmulator takes its options as an object, or none"],
  ["emulator", untyped(emulator), [], "emulator takes the customers, or their file"],
  ["emulator", untyped(emulator), [{}], "emulator takes the customers, or their file"],
  ["environment", untyped(environment), [], "environment takes a running emulator"],
  ["TesseralClient", make(TesseralClient), [], "TesseralClient takes an object with a backendApiKey"],
])("%s says what it takes", async (_, call, args, message) => {
  await expect(Promise.resolve().then(() => call(...args))).rejects.toThrow(message);
});
