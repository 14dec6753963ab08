// Proves what the inventory finds and which commands it names, against the emulator. That the commands do what they say, and how
// the stack's state is read, is shown by test/crash.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DeclaredCustomers } from "../../../cli/declaredCustomers";
import { takeInventory } from "../../../cli/inventory/takeInventory";
import { type Emulator, startEmulator } from "../../../emulator";
import { type InterruptedCreation, parseStack, type StoredResource } from "../../../providers/stackState";
import type { Finding } from "../../../report/inventory";
import { markedName, TesseralClient } from "../../../tesseral";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

/** An inventory of a stack that knows these resources; ages are left out of the texts. */
async function inventory(
  resources: StoredResource[],
  interrupted: (Omit<InterruptedCreation, "inputs"> & Partial<InterruptedCreation>)[] = [],
  customers: DeclaredCustomers = { entries: {} },
  maxAge?: string,
): Promise<Finding[]> {
  const tesseral = new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl: emulator.url });
  const stack = {
    resources,
    interrupted: interrupted.map((one) => ({ inputs: {}, ...one })),
    otherInterrupted: [],
    customers,
    tesseral,
    stack: "prod",
    home: "organization/tesseral/prod",
  };
  // A moment later, so that every key is older than no time at all.
  const period = { now: Date.now() + (maxAge === undefined ? 0 : 1000), expiringDays: 30, ...(maxAge && { maxAge }) };
  const found = await takeInventory([stack], period);
  return found.map((finding) => ({ ...finding, text: finding.text.replace(/, created .*? ago \([^)]*\)/, "") }));
}

const place = { file: "Pulumi.prod.yaml", path: "Pulumi.prod.yaml", at: [] };

const inStackFile = (displayNames: Record<string, string>): DeclaredCustomers => ({
  entries: Object.fromEntries(
    Object.entries(displayNames).map(([name, displayName]) => [name, { displayName, place }]),
  ),
  source: { kind: "stack file", name: "Pulumi.prod.yaml" },
});

const resource = (
  kind: StoredResource["kind"],
  name: string,
  id: string,
  outputs: Record<string, unknown> = {},
): StoredResource => ({
  kind,
  name,
  urn: `urn:pulumi:prod::tesseral::${kind}::${name}`,
  id,
  outputs: { managedBy: `organization/tesseral/prod/${name}`, ...outputs },
});

it("finds nothing where the stack knows everything", async () => {
  const { id } = emulator.console.createOrganization({ displayName: "Acme" });
  const key = emulator.console.createApiKey({ organizationId: id, displayName: "ci" });
  expect(await inventory([resource("Organization", "acme", id), resource("ManagedApiKey", "acme-ci", key.id)])).toEqual(
    [],
  );
});

it("names what the stack does not know, with the commands that adopt or remove it", async () => {
  const acme = emulator.console.createOrganization({ displayName: "Acme" });
  const stranger = emulator.console.createOrganization({ displayName: "Über Corp & Co." });
  const key = emulator.console.createApiKey({ organizationId: acme.id, displayName: "by hand" });
  const revoked = emulator.console.createApiKey({ organizationId: acme.id, displayName: "old" });
  emulator.console.revokeApiKey(revoked.id);
  const role = emulator.console.createRole({ organizationId: acme.id, displayName: "admin" });
  emulator.console.createRole({ displayName: "a role of the project, made in the Console" });
  const found = await inventory([resource("Organization", "acme", acme.id)], [], inStackFile({ acme: "Acme" }));
  const remove = (id: string) => ({ to: "remove", run: `npx pulumi-tesseral remove ${id} --stack prod` });
  expect(new Map(found.map((finding) => [finding.id, finding]))).toEqual(
    new Map<string | undefined, Finding>([
      [
        stranger.id,
        {
          finding: "unknown",
          kind: "Organization",
          id: stranger.id,
          text: '"Über Corp & Co."',
          commands: [
            {
              to: "adopt",
              run:
                "pulumi config set --path --type string --stack prod tesseral:customers.uber-corp-co.displayName 'Über Corp & Co.' && " +
                `pulumi config set --path tesseral:customers.uber-corp-co.adopt ${stranger.id} --stack prod && ` +
                "pulumi config set --path tesseral:customers.uber-corp-co.apiAccess suspended --stack prod",
            },
            remove(stranger.id),
          ],
        },
      ],
      [
        key.id,
        {
          finding: "unknown",
          kind: "ManagedApiKey",
          id: key.id,
          text: `"by hand" of ${acme.id} ("Acme")`,
          commands: [
            {
              to: "adopt",
              run:
                "pulumi config set --path --type string --stack prod tesseral:customers.acme.apiKeys.by-hand.displayName 'by hand' && " +
                `pulumi config set --path tesseral:customers.acme.apiKeys.by-hand.adopt ${key.id} --stack prod && ` +
                "pulumi config set --path tesseral:customers.acme.apiKeys.by-hand.roles unmanaged --stack prod",
            },
            remove(key.id),
          ],
        },
      ],
      [
        revoked.id,
        {
          finding: "unknown",
          kind: "ManagedApiKey",
          id: revoked.id,
          text: `"old" of ${acme.id} ("Acme"), revoked`,
          commands: [remove(revoked.id)],
        },
      ],
      [
        role.id,
        {
          finding: "unknown",
          kind: "Role",
          id: role.id,
          text: `"admin" of ${acme.id} ("Acme")`,
          commands: [
            {
              to: "adopt",
              run: "give it an action in the Tesseral Console first: it allows nothing, and an entry's role has to allow something",
            },
            remove(role.id),
          ],
        },
      ],
    ]),
  );
});

it("proposes to adopt what is in an organization that was taken over, and to remove of it only what has ended", async () => {
  const { id } = emulator.console.createOrganization({ displayName: "Acme" });
  const [live = "", second = "", revoked = ""] = ["ci", "ci", "old"].map(
    (displayName) => emulator.console.createApiKey({ organizationId: id, displayName }).id,
  );
  emulator.console.revokeApiKey(revoked);
  const role = emulator.console.createRole({ organizationId: id, displayName: "reader", actions: ["widgets.read"] }).id;
  const customers: DeclaredCustomers = {
    entries: { acme: { displayName: "Acme", apiKeys: { ci: {} }, place: { ...place, file: "customers.yaml" } } },
    source: { kind: "customers file", name: "customers.yaml" },
  };
  const found = await inventory([resource("Organization", "acme", id, { adopt: id })], [], customers);
  const runs = Object.fromEntries(found.map((one) => [one.id, one.commands.map(({ run }) => run)]));
  // Tesseral lists in the order of ids, which are random.
  const names = [live, second].sort();
  expect(runs).toEqual({
    [names[0] ?? ""]: [
      `write ci-2: { displayName: "ci", adopt: ${names[0]}, roles: unmanaged } under apiKeys of acme in customers.yaml`,
    ],
    [names[1] ?? ""]: [
      `write ci-3: { displayName: "ci", adopt: ${names[1]}, roles: unmanaged } under apiKeys of acme in customers.yaml`,
    ],
    [revoked]: [`npx pulumi-tesseral remove ${revoked} --stack prod`],
    [role]: [`write reader: { adopt: ${role}, actions: ["widgets.read"] } under roles of acme in customers.yaml`],
  });
});

it("proposes nothing but the recovery for what an interrupted creation may have made or was to take over", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const other = emulator.console.createOrganization({ displayName: "Globex" }).id;
  const actions = ["widgets.read"];
  const key = (displayName: string, of = organizationId) =>
    emulator.console.createApiKey({ organizationId: of, displayName }).id;
  const role = (displayName: string) => emulator.console.createRole({ organizationId, displayName, actions }).id;
  const home = "organization/tesseral/prod";
  const revoked = key("ci");
  emulator.console.revokeApiKey(revoked);
  const left = [
    ...[key("ci"), revoked, key(markedName("ci", `${home}/acme-ci`)), key("old name")],
    ...[role("reader"), role(markedName("reader", `${home}/acme-reader`))],
  ];
  const strangers = [key("by hand"), key("reader"), key("cd"), key("ci", other), role("admin")];
  const creation = (kind: "ManagedApiKey" | "Role", name: string, displayName: string, adopt?: string) => ({
    ...{ kind, name: `acme-${name}` },
    inputs: { organizationId, displayName, ...(adopt !== undefined && { adopt }) },
  });
  const interrupted = [
    creation("ManagedApiKey", "ci", "ci"),
    creation("ManagedApiKey", "cd", "cd", left[3]),
    creation("Role", "reader", "reader"),
  ];
  const resources = [
    resource("Organization", "acme", organizationId),
    resource("Organization", "globex", other, { adopt: other }),
  ];
  const ways = async (creations: typeof interrupted) => {
    const found = await inventory(resources, creations, inStackFile({ acme: "Acme", globex: "Globex" }));
    return new Map(found.map(({ id, commands }) => [id, commands.map(({ run }) => run)]));
  };
  const pending = await ways(interrupted);
  for (const id of left) {
    expect(pending.get(id)).toEqual(["npx pulumi-tesseral inventory --recover --stack prod"]);
  }
  const settled = await ways([]);
  for (const id of strangers) {
    expect(settled.get(id)?.[0]).toMatch(new RegExp(`adopt:? ${id}`));
    expect(pending.get(id)).toEqual(settled.get(id));
  }
});

it("knows which keys and roles an entry adopts with the next update", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const key = emulator.console.createApiKey({ organizationId, displayName: "ci" }).id;
  const role = emulator.console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] }).id;
  const acme = { roles: { viewer: { adopt: role } }, apiKeys: { ci: {}, "ci-2": { adopt: key } }, place };
  const customers: DeclaredCustomers = { entries: { acme } };
  const found = await inventory([resource("Organization", "acme", organizationId)], [], customers);
  const adopts = (id: string, displayName: string, entry: string) => ({
    ...{ id, text: `"${displayName}" of ${organizationId} ("Acme"); entry ${entry} adopts it` },
    commands: [{ to: `take it over as ${entry}`, run: "pulumi up --stack prod" }],
  });
  expect(found).toMatchObject([adopts(role, "reader", "acme.roles.viewer"), adopts(key, "ci", "acme.apiKeys.ci-2")]);
});

it("says of keys and roles that no entry can declare what comes first, and of keys which have ended", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const nameless = emulator.console.createApiKey({ organizationId, displayName: "" }).id;
  const ended = new Date(Date.now() - 1000).toISOString();
  const expired = emulator.console.createApiKey({ organizationId, displayName: "b", expireTime: ended }).id;
  const role = emulator.console.createRole({ organizationId, displayName: "nothing" }).id;
  const stack = [resource("Organization", "acme", organizationId, { adopt: organizationId })];
  const found = await inventory(stack, [], inStackFile({ acme: "Acme" }));
  expect(
    Object.fromEntries(found.map(({ id, text, commands }) => [id, [text, commands.map(({ run }) => run)]])),
  ).toEqual({
    [nameless]: [
      `"" of ${organizationId} ("Acme")`,
      ["rename it in the Tesseral Console first: its name must not be empty"],
    ],
    [expired]: [`"b" of ${organizationId} ("Acme"), expired`, [`npx pulumi-tesseral remove ${expired} --stack prod`]],
    [role]: [
      `"nothing" of ${organizationId} ("Acme")`,
      [
        "give it an action in the Tesseral Console first: it allows nothing, and an entry's role has to allow something",
      ],
    ],
  });
});

it("says how a token that is too old is rotated, and while the one before works, when", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const [previous, current] = [1, 2].map(() => emulator.console.createApiKey({ organizationId, displayName: "ci" }));
  const ways = async (life: Record<string, unknown>) => {
    const resources = rotated({ apiKeyId: current?.id, previousApiKeyId: previous?.id, ...life });
    const found = await inventory(
      [resource("Organization", "acme", organizationId), ...resources],
      [],
      undefined,
      "PT0S",
    );
    return found.map(({ id, commands }) => [id, commands.map(({ run }) => run)]);
  };
  const run = "then pulumi up --stack prod";
  expect(await ways({})).toEqual([
    [current?.id, [`give acme-ci an overlap such as P7D and another text for rotate, ${run}`]],
  ]);
  expect(await ways({ overlap: "P7D", previousRetireAt: "2020-01-01T00:00:00Z" })).toEqual([
    [current?.id, [`give acme-ci another text for rotate, ${run}`]],
  ]);
  expect(await ways({ overlap: "P7D", previousRetireAt: "2090-01-01T00:00:00Z" })).toEqual([
    [
      current?.id,
      [`wait until its previous token ends at 2090-01-01T00:00:00Z, then give acme-ci another text for rotate, ${run}`],
    ],
  ]);
});

it("knows by its marked name to which interrupted creation an organization belongs", async () => {
  const left = emulator.console.createOrganization({
    displayName: markedName("Acme", "organization/tesseral/prod/acme"),
  });
  const found = await inventory(
    [],
    [
      { kind: "Organization", name: "initech" },
      { kind: "Organization", name: "acme" },
    ],
    inStackFile({ initech: "Initech", acme: "Another Name By Now", globex: "Globex" }),
  );
  expect(found.filter(({ finding }) => finding === "interrupted").map(({ text }) => text)).toEqual([
    "initech: its creation was interrupted; if it exists, it is listed here as unknown",
    "acme: its creation was interrupted; if it exists, it is listed here as unknown",
  ]);
  expect(found.find(({ id }) => id === left.id)).toMatchObject({
    text: expect.stringMatching(/^"Acme \(being created, [0-9a-f]{12}\)", left by a creation that was interrupted$/),
    commands: [
      { to: "adopt", run: `pulumi config set --path tesseral:customers.acme.adopt ${left.id} --stack prod` },
      { to: "remove", run: `npx pulumi-tesseral remove ${left.id} --stack prod` },
    ],
  });
});

it("names what is gone, what is unresolved, and what ends soon", async () => {
  const { id } = emulator.console.createOrganization({ displayName: "Acme" });
  const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const key = emulator.console.createApiKey({ organizationId: id, displayName: "ci", expireTime: soon });
  const later = emulator.console.createApiKey({
    organizationId: id,
    displayName: "later",
    expireTime: "2090-01-01T00:00:00Z",
  });
  const gone = `api_key_${"0".repeat(24)}1`;
  const found = await inventory([
    resource("Organization", "acme", id),
    resource("ManagedApiKey", "acme-ci", key.id),
    resource("ManagedApiKey", "acme-later", later.id),
    resource("ManagedApiKey", "acme-old", gone),
    resource("ManagedApiKey", "acme-new", `unresolved-${id}-1`, { unresolved: { displayName: "new" } }),
  ]);
  expect(found).toEqual([
    {
      finding: "expiring",
      kind: "ManagedApiKey",
      id: key.id,
      text: `acme-ci ends ${soon}`,
      commands: [{ to: "replace", run: "give acme-ci another expireTime, then pulumi up" }],
    },
    {
      finding: "gone",
      kind: "ManagedApiKey",
      id: gone,
      text: "acme-old: in the stack, gone from Tesseral",
      commands: [{ to: "create again", run: "pulumi refresh --yes --stack prod && pulumi up --stack prod" }],
    },
    {
      finding: "interrupted",
      kind: "ManagedApiKey",
      text: "acme-new: its creation had no clear answer",
      commands: [{ to: "find or create it", run: "pulumi up --stack prod" }],
    },
  ]);
});

/** A stack with one key, as `pulumi stack export` prints it. */
const rotated = (outputs: Record<string, unknown>) =>
  parseStack(
    JSON.stringify({
      deployment: {
        resources: [
          {
            urn: "urn:pulumi:prod::tesseral::pulumi-nodejs:dynamic/tesseral:ManagedApiKey::acme-ci",
            type: "pulumi-nodejs:dynamic/tesseral:ManagedApiKey",
            id: "api_key_0000000000000000000000001",
            outputs,
          },
        ],
      },
    }),
  ).resources;

it("knows both keys of one that was rotated, and says of the one before when it is gone", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const [previous, current] = [1, 2].map(() => emulator.console.createApiKey({ organizationId, displayName: "ci" }));
  const resources = [
    resource("Organization", "acme", organizationId),
    ...rotated({ apiKeyId: current?.id, previousApiKeyId: previous?.id }),
  ];
  expect(await inventory(resources)).toEqual([]);
  emulator.console.deleteApiKey(previous?.id ?? "");
  expect((await inventory(resources)).map(({ finding, id, text }) => [finding, id, text])).toEqual([
    ["gone", previous?.id, "acme-ci (previous): in the stack, gone from Tesseral"],
  ]);
});

it("says of a key that ends soon only if nothing will take its place in time", async () => {
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme" });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const ending = () => emulator.console.createApiKey({ organizationId, displayName: "ci", expireTime: inDays(20) });
  const [previous, current] = [ending(), ending()];
  const found = async (life: Record<string, unknown>) => {
    const resources = rotated({ apiKeyId: current.id, previousApiKeyId: previous.id, ...life });
    const findings = await inventory([resource("Organization", "acme", organizationId), ...resources]);
    return findings.map(({ id, commands }) => [id, commands.map(({ run }) => run)]);
  };
  const rotating = { rotateEvery: "P30D", overlap: "P1D", expireAfter: "P45D" };
  expect(await found({ ...rotating, rotateAt: inDays(5) })).toEqual([]);
  expect(await found({ ...rotating, rotateAt: inDays(-5) })).toEqual([[current.id, ["pulumi up --stack prod"]]]);
  expect(await found({ expireTime: inDays(20), renewBefore: "P14D" })).toEqual([]);
  expect(await found({ expireTime: inDays(20), renewBefore: "P21D" })).toEqual([
    [current.id, ["pulumi up --stack prod"]],
  ]);
  expect(await found({ expireTime: inDays(20) })).toEqual([
    [current.id, ["give acme-ci another expireTime, then pulumi up"]],
  ]);
});
