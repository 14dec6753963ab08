// Proves what `pulumi-tesseral inventory` prints and how it ends, as a process of its own, against the emulator. Which findings there are is
// the matter of takeInventory.test.ts; the `pulumi` that it asks is a stand-in, and the real one is met in test/crash.
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import type { Inventory } from "../../../report/inventory";
import { markedName } from "../../../tesseral";
import { problemsBy } from "../../report/publishedSchema";
import { type Ran, StandInPulumi, type StandInStack } from "../standInPulumi";

let emulator: Emulator;
let pulumi: StandInPulumi;

beforeEach(async () => {
  emulator = await startEmulator();
  pulumi = new StandInPulumi();
});

afterEach(async () => {
  pulumi.close();
  await emulator.close();
});

const config = () => ({
  "tesseral:apiUrl": { value: emulator.url },
  "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
  "tesseral:customers": {
    objectValue: { acme: { displayName: "Acme" }, globex: { displayName: "Globex" }, initech: null },
  },
});

const problems = problemsBy("inventory.schema.json");

/** Runs it; the backend API key must not be seen, and JSON must be as the published schema says. */
async function inventory(...args: string[]): Promise<Ran> {
  const ran = await pulumi.type(["inventory", ...args]);
  expect(ran.stdout + ran.stderr).not.toContain(emulator.backendApiKey);
  expect(ran.stdout.startsWith("{") ? problems(JSON.parse(ran.stdout)) : []).toEqual([]);
  return ran;
}

/** Puts words in the place of times. */
const timeless = (text: string) =>
  text
    .replace(/\d+ (second|minute|hour|day)s? ago/g, "N ago")
    .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z| \d\d:\d\d UTC)/g, "TIME");

const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

it.each([
  ["inventory", "--expect-none"],
  ["inventory", "--recover", "--yes"],
  ["inventory", "--json"],
  ["remove", "ID", "--yes"],
])("%s %s refuses the key of another Tesseral project than the stack's", async (...args) => {
  pulumi.answer({
    stack: "prod",
    resources: [{ kind: "Organization", name: "acme", id: "org_x", outputs: { projectId: "project_of_prod" } }],
    interrupted: [{ kind: "Organization", name: "globex" }],
    config: config(),
  });
  const { id } = emulator.console.createOrganization({ displayName: "Somebody's" });
  const { code, stdout, stderr } = await pulumi.type(args.map((arg) => (arg === "ID" ? id : arg)));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(
    "stack prod belongs to Tesseral project project_of_prod, but the backend API key in use is for",
  );
  expect(stderr).toContain("(TSL-PROJECT)");
  expect(pulumi.calls().filter(([, , verb]) => verb === "import")).toEqual([]);
  expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

describe("a stack that knows everything", () => {
  let known: { kind: string; name: string; id: string; inputs?: Record<string, unknown> }[];

  beforeEach(() => {
    const acme = emulator.console.createOrganization({ displayName: "Acme" });
    const key = emulator.console.createApiKey({ organizationId: acme.id, displayName: "ci" });
    known = [
      { kind: "Organization", name: "acme", id: acme.id },
      { kind: "ManagedApiKey", name: "acme-ci", id: key.id, inputs: { organizationId: acme.id } },
    ];
    pulumi.answer({ stack: "prod", resources: known, config: config() });
  });

  const agreed = () => {
    const { id, displayName } = emulator.store.projectByName("first") ?? {};
    return `Stack prod: 2 resources in Tesseral project ${id} (${displayName})\nThe stack and Tesseral agree.\n`;
  };

  it("agrees with Tesseral", async () => {
    expect(await inventory("--expect-none")).toEqual({ code: 0, stdout: agreed(), stderr: "" });
    expect(pulumi.calls()).toEqual([
      [pulumi.project, "config", "--json", "--show-secrets"],
      [pulumi.project, "stack", "--show-name", "--fully-qualify-stack-names"],
      [pulumi.project, "stack", "export"],
      [pulumi.project, "stack", "ls", "--json"],
    ]);
  });

  it("is looked at from elsewhere, and by its name", async () => {
    const ran = await pulumi.type(["inventory", "--cwd", pulumi.project, "--stack", "prod"], { cwd: tmpdir() });
    expect(ran).toEqual({ code: 0, stdout: agreed(), stderr: "" });
    expect(pulumi.calls()).toEqual([
      [pulumi.project, "config", "--json", "--show-secrets", "--stack", "prod"],
      [pulumi.project, "stack", "--show-name", "--fully-qualify-stack-names", "--stack", "prod"],
      [pulumi.project, "stack", "export", "--stack", "prod"],
      [pulumi.project, "stack", "ls", "--json"],
    ]);
  });

  it("is looked at with a key of the environment, for which nothing is decrypted", async () => {
    pulumi.answer({
      stack: "prod",
      resources: known,
      config: { ...config(), "tesseral:backendApiKey": { value: "tesseral_secret_key_of_before", secret: true } },
    });
    const env = { TESSERAL_BACKEND_API_KEY: emulator.backendApiKey };
    expect(await pulumi.type(["inventory"], { env })).toEqual({ code: 0, stdout: agreed(), stderr: "" });
    expect(pulumi.calls()[0]).toEqual([pulumi.project, "config", "--json"]);
  });

  it("is a picture in every format", async () => {
    const { code, stdout } = await inventory("--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      tenants: [
        {
          stacks: ["prod"],
          totals: { customers: 1, keys: 1, undeclared: 0, suspended: 1 },
          customers: [{ name: "acme", stack: "prod", keys: [{ name: "ci", state: "suspended", ageInDays: 0 }] }],
          findings: [],
        },
      ],
    });
    const terminal = await inventory("--format", "terminal");
    expect(terminal.stdout).toMatch(/^1 customer, 1 key · 1 suspended {8}stack prod, Tesseral project project_/);
    expect(terminal.stdout).toMatch(/\n {2}acme +suspended +ci +suspended, token not known +0 days/);
    expect(terminal.stdout.endsWith(agreed())).toBe(true);
    const files = ["inventory.html", "inventory.md"].map((name) => join(pulumi.project, name));
    expect(await inventory(...files.flatMap((file) => ["--out", file]))).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(files[0] ?? "", "utf8")).toContain("<title>Customers of prod</title>");
    expect(readFileSync(files[1] ?? "", "utf8")).toMatch(/^### Customers of stack prod\n/);
  });

  it("has keys that are too old, for who asks", async () => {
    const { code, stdout } = await inventory("--max-age", "PT0S", "--expect-none");
    expect(code).toBe(3);
    expect(timeless(stdout).split("\n").slice(1)).toEqual([
      ...["", "Keys that are older than --max-age:", expect.stringMatching(/ {2}acme-ci was made N ago \(TIME\)$/)],
      "    to rotate: give acme-ci an overlap such as P7D and another text for rotate, then pulumi up --stack prod",
      "",
    ]);
    expect((await inventory("--max-age", "P1D", "--expect-none")).code).toBe(0);
    expect(await inventory("--max-age", "soon")).toMatchObject({ code: 2 });
  });

  it("has keys whose age is counted from this machine's clock, whatever Tesseral's says", async () => {
    emulator.clock.set("2020-01-01T00:00:00Z");
    const acme = emulator.console.createOrganization({ displayName: "Acme" });
    const key = emulator.console.createApiKey({ organizationId: acme.id, displayName: "ci" });
    const resources = [
      { kind: "Organization", name: "acme", id: acme.id },
      { kind: "ManagedApiKey", name: "acme-ci", id: key.id, inputs: { organizationId: acme.id } },
    ];
    pulumi.answer({ stack: "prod", resources, config: config() });
    const { stdout } = await inventory("--json", "--max-age", "P1Y");
    const { tenants }: Inventory = JSON.parse(stdout);
    expect(tenants[0]?.customers.find(({ stack }) => stack === "prod")?.keys).toMatchObject([
      {
        created: expect.stringMatching(/^2020-01-01T/),
        ageInDays: expect.closeTo((Date.now() - Date.UTC(2020, 0)) / 86_400_000, -1),
        old: true,
      },
    ]);
  });

  it("is shown in part", async () => {
    const shown = async (...args: string[]) =>
      (await inventory(...args)).stdout.split("\n").filter((line) => / acme /.test(line));
    expect(await shown("--customer", "acme")).toHaveLength(1);
    expect(await inventory("--customer", "acmee")).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: 'pulumi-tesseral: there is no customer "acmee" in stack prod, did you mean "acme"? (TSL-CUSTOMER)\n',
    });
    expect((await inventory("--customer", "globex")).stderr).toBe(
      'pulumi-tesseral: customer "globex" is declared but not deployed yet: run pulumi up --stack prod (TSL-CUSTOMER)\n',
    );
    expect(await shown("--state", "suspended,expired")).toHaveLength(1);
    expect(await shown("--state", "revoked")).toEqual([]);
    expect((await inventory("--state", "revoked")).stdout).toContain("\n  Nothing matches --customer and --state.\n");
    expect((await inventory("--state", "odd")).stderr).toBe(
      'pulumi-tesseral inventory: --state is "odd", but must be of works, suspended, rotating, expiring, expired, revoked, gone (TSL-USAGE)\n',
    );
  });

  it("says of some customers what concerns them, and counts the rest", async () => {
    const { console } = emulator;
    const globex = console.createOrganization({ displayName: "Globex" }).id;
    const end = (organizationId: string) =>
      console.createApiKey({ organizationId, displayName: "soon", expireTime: days(5) }).id;
    const [own, other] = [end(known[0]?.id ?? ""), end(globex)];
    const resources = [
      ...known,
      { kind: "Organization", name: "globex", id: globex },
      { kind: "ManagedApiKey", name: "globex-soon", id: other, inputs: { organizationId: globex } },
    ];
    pulumi.answer({ stack: "prod", resources, config: config() });
    const { code, stdout } = await inventory("--customer", "acme", "--expect-none");
    expect(code).toBe(3);
    expect(stdout).toMatch(/^2 customers, 2 keys · 2 suspended · shown: 1 customer, 1 key {8}stack prod/);
    expect(stdout).toContain(own);
    expect(stdout).not.toMatch(new RegExp(`globex|${other}`));
    expect(stdout.endsWith("\nNot shown: 1 finding that --customer and --state leave out.\n")).toBe(true);
    const { tenants } = JSON.parse((await inventory("--json", "--customer", "acme")).stdout) as Inventory;
    expect(tenants[0]?.findings.map(({ id }) => id)).toEqual([own]);
    expect(tenants[0]?.totals.customers).toBe(2);
    const { stdout: ofOther } = await inventory("--customer", "globex");
    expect([ofOther.includes(other), ofOther.includes(own)]).toEqual([true, false]);
  });

  it("has two organizations of which the same is to be done, each with what is to be done", async () => {
    const ids = [" Blank ends ", "Line\nbreak"].map(
      (displayName) => emulator.console.createOrganization({ displayName }).id,
    );
    const lines = (await inventory()).stdout.split("\n");
    for (const id of ids) {
      const row = lines.findIndex((line) => line.startsWith(`  Organization  ${id}  `));
      expect(lines.slice(row + 1, row + 3)).toEqual([
        expect.stringMatching(/^ {4}to adopt: rename it in the Tesseral Console first: /),
        `    to remove: npx pulumi-tesseral remove ${id} --stack prod`,
      ]);
    }
  });

  it("has a finding, but nothing to do, when a key ends soon", async () => {
    const [organization] = known;
    const soon = emulator.console.createApiKey({
      organizationId: organization?.id ?? "",
      displayName: "soon",
      expireTime: days(5),
    });
    const resources = [...known, { kind: "ManagedApiKey", name: "acme-soon", id: soon.id }];
    pulumi.answer({ stack: "prod", resources, config: config() });
    const { code, stdout } = await inventory("--expect-none");
    expect(code).toBe(0);
    expect(timeless(stdout).split("\n").slice(1)).toEqual([
      "",
      "Keys that end soon:",
      `  ManagedApiKey  ${soon.id}  acme-soon ends TIME`,
      "    to replace: give acme-soon another expireTime, then pulumi up",
      "",
    ]);
    expect((await inventory("--expiring", "4")).stdout).toContain("The stack and Tesseral agree.");
  });
});

describe("a stack that differs in everything", () => {
  let ids: Record<"acme" | "left" | "stranger" | "live" | "revoked" | "role" | "expired", string>;
  const gone = `org_${"0".repeat(24)}1`;

  beforeEach(() => {
    const { console } = emulator;
    const acme = console.createOrganization({ displayName: "Acme" }).id;
    const left = console.createOrganization({ displayName: markedName("Globex", "organization/shop/prod/globex") }).id;
    const stranger = console.createOrganization({ displayName: "Bob's" }).id;
    const live = console.createApiKey({ organizationId: acme, displayName: "by hand" }).id;
    const revoked = console.createApiKey({ organizationId: acme, displayName: "old" }).id;
    console.revokeApiKey(revoked);
    const role = console.createRole({ organizationId: acme, displayName: "admin" }).id;
    const expired = console.createApiKey({ organizationId: acme, displayName: "ci", expireTime: days(-1) }).id;
    ids = { acme, left, stranger, live, revoked, role, expired };
    pulumi.answer({
      stack: "prod",
      resources: [
        {
          kind: "Organization",
          name: "acme",
          id: acme,
          outputs: { projectId: emulator.store.projectByName("first")?.id },
        },
        { kind: "ManagedApiKey", name: "acme-ci", id: expired },
        { kind: "Organization", name: "initech", id: gone },
        { kind: "ManagedApiKey", name: "acme-new", id: "unresolved-1", outputs: { unresolved: {} } },
        { kind: "Organization", name: "elsewhere", id: "org_x", outputs: { projectId: "project_of_another_provider" } },
      ],
      interrupted: [
        { kind: "Organization", name: "globex" },
        { kind: "ManagedApiKey", name: "acme-cd" },
      ],
      config: config(),
    });
  });

  it("is told of it, each with the way out, and with exit code 3 where none was expected", async () => {
    const { code, stdout, stderr } = await inventory("--expect-none");
    expect(code).toBe(3);
    expect(stderr).toBe("");
    const project = emulator.store.projectByName("first");
    const remove = (id: string) => `    to remove: npx pulumi-tesseral remove ${id} --stack prod`;
    const adopt = "pulumi config set --path tesseral:customers";
    const lines = timeless(stdout).split("\n");
    expect(lines.slice(0, 10)).toEqual([
      `Stack prod: 4 resources in Tesseral project ${project?.id} (${project?.displayName})`,
      "",
      "Creations that were interrupted:",
      "  Organization   globex: its creation was interrupted; if it exists, it is listed here as unknown",
      "  ManagedApiKey  acme-cd: its creation was interrupted; if it exists, it is listed here as unknown",
      "    to recover: npx pulumi-tesseral inventory --recover --stack prod",
      "  ManagedApiKey  acme-new: its creation had no clear answer",
      "    to find or create it: pulumi up --stack prod",
      "",
      "In Tesseral, unknown to the stack:",
    ]);
    const end = lines.indexOf("In the stack, gone from Tesseral:");
    const under = (id: string) => lines.slice(lines.findIndex((line) => line.includes(`  ${id}  `)) + 1);
    expect(under(ids.revoked)[0]).toBe(remove(ids.revoked));
    expect(under(ids.stranger)[1]).toBe(remove(ids.stranger));
    // Tesseral lists in the order of ids, which are random.
    expect(lines.slice(10, end).sort()).toEqual(
      [
        "",
        `  Organization   ${ids.left}      ${JSON.stringify(markedName("Globex", "organization/shop/prod/globex"))}, created N ago (TIME), left by a creation that was interrupted`,
        `    to adopt: ${adopt}.globex.adopt ${ids.left} --stack prod`,
        remove(ids.left),
        `  Organization   ${ids.stranger}      "Bob's", created N ago (TIME)`,
        `    to adopt: pulumi config set --path --type string --stack prod tesseral:customers.bobs.displayName 'Bob'\\''s' && ${adopt}.bobs.adopt ${ids.stranger} --stack prod && ${adopt}.bobs.apiAccess suspended --stack prod`,
        `    to adopt: pulumi config set --path --type string --stack prod tesseral:customers.acme.apiKeys.by-hand.displayName 'by hand' && ${adopt}.acme.apiKeys.by-hand.adopt ${ids.live} --stack prod && ${adopt}.acme.apiKeys.by-hand.roles unmanaged --stack prod`,
        remove(ids.stranger),
        `  ManagedApiKey  ${ids.live}  "by hand" of ${ids.acme} ("Acme"), created N ago (TIME)`,
        remove(ids.live),
        `  ManagedApiKey  ${ids.revoked}  "old" of ${ids.acme} ("Acme"), created N ago (TIME), revoked`,
        remove(ids.revoked),
        `  Role           ${ids.role}     "admin" of ${ids.acme} ("Acme"), created N ago (TIME)`,
        "    to adopt: give it an action in the Tesseral Console first: it allows nothing, and an entry's role has to allow something",
        remove(ids.role),
      ].sort(),
    );
    expect(lines.slice(end)).toEqual([
      "In the stack, gone from Tesseral:",
      `  Organization  ${gone}  initech: in the stack, gone from Tesseral`,
      "    to create again: pulumi refresh --yes --stack prod && pulumi up --stack prod",
      "",
      "Keys that end soon:",
      `  ManagedApiKey  ${ids.expired}  acme-ci ended TIME`,
      "    to replace: give acme-ci another expireTime, then pulumi up",
      "",
    ]);
  });

  it("is told of it as JSON", async () => {
    const { code, stdout } = await inventory("--json");
    expect(code).toBe(0);
    const picture: { tenants: { findings: { finding: string; id?: string; commands: object[] }[] }[] } =
      JSON.parse(stdout);
    const found = picture.tenants[0]?.findings ?? [];
    expect(found.map(({ finding, id = "" }) => `${finding} ${id}`).sort()).toEqual(
      [
        "interrupted ",
        "interrupted ",
        "interrupted ",
        ...[ids.left, ids.stranger, ids.live, ids.revoked, ids.role].map((id) => `unknown ${id}`),
        `gone ${gone}`,
        `expiring ${ids.expired}`,
      ].sort(),
    );
    expect(found.find(({ id }) => id === ids.live)).toMatchObject({
      finding: "unknown",
      kind: "ManagedApiKey",
      text: expect.stringMatching(/^"by hand" of org_\w+ \("Acme"\), created /),
      commands: [{ to: "adopt" }, { to: "remove", run: `npx pulumi-tesseral remove ${ids.live} --stack prod` }],
    });
  });

  it("is told where to write, when the customers are in a file", async () => {
    writeFileSync(join(pulumi.project, "ours.yaml"), "customers: {}\n");
    const { "tesseral:customers": _, ...rest } = config();
    pulumi.answer({
      stack: "prod",
      resources: [{ kind: "Organization", name: "acme", id: ids.acme }],
      config: { ...rest, "tesseral:customersFile": { value: "ours.yaml" } },
    });
    expect((await inventory()).stdout).toContain(
      `to adopt: write bobs: { displayName: "Bob's", adopt: ${ids.stranger}, apiAccess: suspended } under customers in ours.yaml\n`,
    );
  });
});

it("recovers without removing what an entry adopts, and says so", async () => {
  const { console: tesseral } = emulator;
  const acme = tesseral.createOrganization({ displayName: "Acme" }).id;
  const left = (name: string) =>
    tesseral.createApiKey({
      organizationId: acme,
      displayName: markedName(name, `organization/shop/prod/acme-${name}`),
    });
  const [kept, lost] = [left("ci"), left("cd")];
  const customers = { acme: { displayName: "Acme", apiKeys: { ci: {}, "ci-2": { adopt: kept.id } } } };
  const creation = (name: string) => ({ kind: "ManagedApiKey", name: `acme-${name}` });
  pulumi.answer({
    stack: "prod",
    resources: [{ kind: "Organization", name: "acme", id: acme }],
    interrupted: [creation("ci"), creation("cd")],
    config: { ...config(), "tesseral:customers": { objectValue: customers } },
  });
  const { code, stdout, stderr } = await inventory("--recover", "--yes");
  expect([code, stderr]).toEqual([0, ""]);
  const text = ({ id, displayName }: { id: string; displayName: string }) =>
    `${id} ${JSON.stringify(displayName)}, created N ago (TIME)`;
  expect(timeless(stdout).split("\n").slice(1)).toEqual([
    "",
    "Remove for good what nobody can use, since its creation was not recorded:",
    `  ManagedApiKey  ${text(lost)}`,
    "",
    "Keep what these entries adopt. If nobody has the token of such a key, answer no, remove its adopt line, and run this again:",
    `  acme.apiKeys.ci-2  ${text(kept)}`,
    "",
    "Let Pulumi forget these interrupted creations:",
    "  ManagedApiKey acme-ci",
    "  ManagedApiKey acme-cd",
    "",
    `removed ManagedApiKey ${lost.id}`,
    "Pulumi has forgotten 2 interrupted creations",
    "",
    "Now run: pulumi up --stack prod",
    "",
  ]);
  expect([...emulator.store.apiKeys.keys()]).toEqual([kept.id]);
});

it.each<[string, Parameters<StandInPulumi["answer"]>[0], string]>([
  [
    "the stack has no key",
    { stack: "prod", config: { "tesseral:backendApiKey": { value: "" } } },
    "stack prod has no tesseral:backendApiKey. Run: pulumi config set --secret tesseral:backendApiKey <key>, or set TESSERAL_BACKEND_API_KEY (TSL-NO-KEY)",
  ],
  [
    "no stack is selected",
    { stack: null },
    "no stack is selected: name one with --stack, or run `pulumi stack select` (TSL-STACK)",
  ],
  [
    "the key is none",
    { stack: "prod", config: { "tesseral:backendApiKey": { value: "secret", secret: true } } },
    "the backend API key is malformed: it must be `tesseral_secret_key_` followed by 25 characters from 0-9 and a-z. Copy it again from the Tesseral Console (TSL-KEY-FORM)",
  ],
])("says in one line what to do when %s", async (_, answers, message) => {
  pulumi.answer(answers);
  expect(await inventory()).toEqual({ code: 1, stdout: "", stderr: `pulumi-tesseral: ${message}\n` });
});

it("says in one line what to do when the key is unknown to Tesseral", async () => {
  const backendApiKey = `tesseral_secret_key_${"0".repeat(25)}`;
  pulumi.answer({
    stack: "prod",
    config: { ...config(), "tesseral:backendApiKey": { value: backendApiKey, secret: true } },
  });
  const { code, stdout, stderr } = await inventory();
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).not.toContain(backendApiKey);
  expect(stderr).toBe(
    "pulumi-tesseral: Tesseral: GET /v1/project failed with 404 not_found: backend api key not found. " +
      "The backend API key is unknown or revoked: check tesseral:backendApiKey (or TESSERAL_BACKEND_API_KEY) against the Tesseral Console (TSL-KEY-REFUSED)\n",
  );
});

describe("several stacks of one Tesseral project", () => {
  let acme: string;
  let globex: string;

  beforeEach(() => {
    acme = emulator.console.createOrganization({ displayName: "Acme" }).id;
    globex = emulator.console.createOrganization({ displayName: "Globex" }).id;
  });

  const organization = (name: string, id: string) => ({ kind: "Organization", name, id });

  it.each([["--all-stacks"], ["--stack", "eu", "--stack", "us"]])(
    "know each other's customers, and are told which organization two of them manage: %s %s %s %s",
    async (...args) => {
      pulumi.answer(
        { stack: "eu", resources: [organization("acme", acme)], config: config() },
        { stack: "us", resources: [organization("acme-corp", acme), organization("globex", globex)], config: config() },
        ...(args.length === 1 ? [{ stack: "website", config: {} }] : []),
      );
      const project = emulator.store.projectByName("first");
      const of = `in Tesseral project ${project?.id} (${project?.displayName})`;
      const urn = (name: string) =>
        `urn:pulumi:prod::shop::tesseral:index:Customer$pulumi-nodejs:dynamic/tesseral:Organization::${name}`;
      const away = (stack: string, name: string) =>
        `    to take it from stack ${stack}, without a request to Tesseral, when "${name}" is no longer declared there: ` +
        `pulumi state delete '${urn(name)}' --target-dependents --force --yes --stack ${stack}`;
      expect(await inventory("--expect-none", ...args)).toEqual({
        code: 3,
        stderr: "",
        stdout: [
          `Stack eu: 1 resource ${of}`,
          `Stack us: 2 resources ${of}`,
          "",
          "Managed twice:",
          `  Organization  ${acme}  is managed by stack eu as "acme" and by stack us as "acme-corp"`,
          away("eu", "acme"),
          away("us", "acme-corp"),
          "",
        ].join("\n"),
      });
    },
  );

  it("propose nothing for what one that was not named has, and name it", async () => {
    const acmeKey = emulator.console.createApiKey({ organizationId: acme, displayName: "ci" }).id;
    const shared = emulator.console.createRole({ organizationId: globex, displayName: "reader" }).id;
    pulumi.answer(
      { stack: "eu", resources: [organization("globex", globex)], config: config() },
      {
        stack: "us",
        resources: [
          organization("acme", acme),
          { kind: "ManagedApiKey", name: "acme-ci", id: acmeKey },
          { kind: "Role", name: "reader", id: shared },
        ],
      },
      { stack: "website" },
    );
    const { id, displayName } = emulator.store.projectByName("first") ?? {};
    expect(await inventory("--stack", "eu", "--expect-none")).toEqual({
      code: 0,
      stderr: "",
      stdout:
        `Stack eu: 1 resource in Tesseral project ${id} (${displayName})\n` +
        "Known from their states, and not shown: stack us, 3 resources\nThe stack and Tesseral agree.\n",
    });
  });

  it("are told that one of them and another that was not named manage the same", async () => {
    pulumi.answer(
      { stack: "eu", resources: [organization("acme", acme)], config: config() },
      { stack: "us", resources: [organization("acme-corp", acme), organization("globex", globex)] },
    );
    const { stdout } = await inventory("--stack", "eu");
    expect((await inventory("--stack", "eu", "--customer", "globex")).stderr).toBe(
      'pulumi-tesseral: customer "globex" is in stack us: npx pulumi-tesseral inventory --stack us --customer globex (TSL-CUSTOMER)\n',
    );
    expect(stdout).toContain(`${acme}  is managed by stack eu as "acme" and by stack us as "acme-corp"\n`);
    expect(stdout).not.toContain("remove");
  });

  it("leave what another one was creating to it", async () => {
    const left = markedName("Initech", "organization/shop/us/initech");
    const { id } = emulator.console.createOrganization({ displayName: left });
    const resources = [organization("acme", acme), organization("globex", globex)];
    pulumi.answer(
      { stack: "eu", resources, config: config() },
      { stack: "us", interrupted: [{ kind: "Organization", name: "initech" }] },
    );
    const { stdout } = await inventory("--stack", "eu");
    expect(stdout).toContain(id);
    expect(stdout.split("\n").filter((line) => line.startsWith("    to "))).toEqual([
      "    to recover what stack us was creating: npx pulumi-tesseral inventory --recover --stack us",
    ]);
  });

  it("propose nothing for what looks unknown while one cannot be read, unless somebody answers for it", async () => {
    pulumi.answer(
      { stack: "eu", resources: [organization("acme", acme)], config: config() },
      { stack: "old", unreadable: "error: no passphrase" },
    );
    const { code, stdout } = await inventory("--stack", "eu", "--expect-none");
    expect(code).toBe(3);
    expect(stdout).toContain(
      "Not looked at: stack old: pulumi ended with 255: error: no passphrase. What it manages looks unknown here, so nothing is proposed for what is unknown. " +
        "If nothing of this Tesseral project is in it, pass --unread-stack old\n",
    );
    expect(stdout).toContain(globex);
    expect(stdout).not.toContain("  to ");
    expect((await inventory("--stack", "eu", "--unread-stack", "old")).stdout).toContain(
      `  to remove: npx pulumi-tesseral remove ${globex} --stack eu\n`,
    );
    const all = await inventory("--all-stacks", "--expect-none");
    expect(all.code).toBe(3);
    expect(all.stdout).toContain(
      "Not opened: stack old: pulumi ended with 255: error: no passphrase (TSL-PULUMI-FAILED)\n",
    );
  });

  it("are told of a stranger by the stack that waits for it", async () => {
    pulumi.answer(
      {
        stack: "eu",
        resources: [organization("acme", acme)],
        config: { ...config(), "tesseral:customers": { objectValue: { acme: { displayName: "Acme" } } } },
      },
      {
        stack: "us",
        config: { ...config(), "tesseral:customers": { objectValue: { g: { displayName: "Globex" } } } },
      },
    );
    const { stdout } = await inventory("--all-stacks");
    expect(stdout).toContain(`to adopt: pulumi config set --path tesseral:customers.g.adopt ${globex} --stack us\n`);
    expect(stdout).not.toContain(acme);
  });
});

describe("parts, over which customers are divided", () => {
  let ids: Record<"acme" | "globex" | "initech", string>;

  beforeEach(() => {
    const made = (displayName: string) => emulator.console.createOrganization({ displayName }).id;
    ids = { acme: made("Acme"), globex: made("Globex"), initech: made("Initech") };
    const write = (file: string, text: string) => writeFileSync(join(pulumi.project, file), text);
    write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    write(
      "customers.yaml",
      "customers:\n  acme: { displayName: Acme, part: 1 }\n  globex: { displayName: Globex, part: 2 }\n  corp: { displayName: Globex, part: 2 }\n  new: { displayName: New, part: 2 }\n",
    );
    for (const part of [1, 2]) {
      write(`Pulumi.prod-${part}.yaml`, `config:\n  tesseral:part: ${part}/2\n`);
    }
    const { "tesseral:customers": _, ...settings } = config();
    const has = (part: number, name: "acme" | "globex"): StandInStack => ({
      stack: `prod-${part}`,
      resources: [{ kind: "Organization", name, id: ids[name] }],
      config: settings,
    });
    pulumi.answer(has(1, "acme"), has(2, "globex"));
  });

  it("know each other's customers, call them by their part, and propose nothing for them", async () => {
    const { stdout } = await inventory("--stack", "prod-1", "--format", "terminal");
    expect(stdout).toMatch(
      /^1 customer, 0 keys · 1 suspended · 1 customer of other stacks · 1 organization that no stack knows /,
    );
    expect(stdout).toContain("Known from their states, and not shown: stack prod-2 (part 2), 1 resource\n");
    expect(stdout).not.toContain(ids.globex);
    expect(stdout).toContain(
      `write initech: { displayName: "Initech", adopt: ${ids.initech}, apiAccess: suspended } under customers in customers.yaml`,
    );
    const { tenants } = JSON.parse((await inventory("--stack", "prod-1", "--json")).stdout);
    expect(tenants[0]).toMatchObject({
      totals: { customers: 1, undeclared: 1 },
      others: [{ stack: "prod-2", part: 2, customers: 1 }],
    });
  });

  it("say which of them has a customer, or will have", async () => {
    const asked = async (name: string) => (await inventory("--stack", "prod-1", "--customer", name)).stderr;
    expect(await asked("globex")).toBe(
      'pulumi-tesseral: customer "globex" is in stack prod-2 (part 2): npx pulumi-tesseral inventory --stack prod-2 --customer globex (TSL-CUSTOMER)\n',
    );
    expect(await asked("new")).toBe(
      'pulumi-tesseral: customer "new" is declared but not deployed yet: run pulumi up --stack prod-2 (TSL-CUSTOMER)\n',
    );
  });

  it("are all looked at by what their names begin with, and an entry that one of them has waits for nothing", async () => {
    const second = emulator.console.createOrganization({ displayName: "Globex" }).id;
    const { stdout } = await inventory("--stack", "prod", "--format", "terminal");
    expect(stdout).toMatch(/^2 customers, 0 keys · 2 suspended · 2 organizations that no stack knows /);
    expect(stdout).toContain(`write adopt: ${second} into customers.corp in customers.yaml`);
  });
});

it("refuses a backend of the layout of before projects, in one line", async () => {
  pulumi.fail(
    "error: \n====\nLegacy DIY state is deprecated, please upgrade your state to project mode using:\n'pulumi state upgrade'\n",
  );
  expect(await inventory()).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "pulumi-tesseral: the stack lies in a backend of the old layout, in which stacks belong to no project, and this package cannot read its state there. Run `pulumi state upgrade`, then try again (TSL-STATE)\n",
  });
});
