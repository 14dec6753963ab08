// Proves what `pulumi-tesseral import` reads, writes and prints, as a process of its own, against the emulator. The `pulumi` that it asks is
// a stand-in; the real one takes over what it writes in test/commandLine/import.test.ts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import { type Ran, StandInPulumi, type StandInStack } from "../standInPulumi";

let emulator: Emulator;
let pulumi: StandInPulumi;
let acme: string;
let globex: string;

beforeEach(async () => {
  emulator = await startEmulator();
  pulumi = new StandInPulumi();
  const { console } = emulator;
  acme = console.createOrganization({ displayName: "Acme Corp", apiKeysEnabled: true }).id;
  globex = console.createOrganization({ displayName: "Globex" }).id;
  const reader = console.createRole({ organizationId: acme, displayName: "reader", actions: ["widgets.read"] }).id;
  const ci = console.createApiKey({ organizationId: acme, displayName: "ci" }).id;
  console.assignRole(ci, reader);
  console.revokeApiKey(console.createApiKey({ organizationId: acme, displayName: "old" }).id);
});

afterEach(async () => {
  pulumi.close();
  await emulator.close();
});

const stack = (more: Partial<StandInStack> & { settings?: Record<string, string> } = {}): StandInStack => ({
  stack: "prod",
  config: {
    "tesseral:apiUrl": { value: emulator.url },
    "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
    ...Object.fromEntries(Object.entries(more.settings ?? {}).map(([name, value]) => [`tesseral:${name}`, { value }])),
    ...more.config,
  },
  ...(more.resources && { resources: more.resources }),
});

const path = (file: string) => join(pulumi.project, file);
const read = (file: string) => readFileSync(path(file), "utf8");

/** Runs it; the backend API key must not be seen, nor anything be written to Tesseral. */
async function run(...args: string[]): Promise<Ran> {
  const ran = await pulumi.type(["import", ...args]);
  expect(ran.stdout + ran.stderr).not.toContain(emulator.backendApiKey);
  expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  return ran;
}

/** Ids that the emulator made up, as words. */
const named = (text: string) =>
  text
    .replaceAll(acme, "ACME")
    .replaceAll(globex, "GLOBEX")
    .replaceAll(emulator.store.projectByName("first")?.id ?? "", "PROJECT")
    .replaceAll(/(role|api_key)_[0-9a-z]{25}/g, "$1_ID");

const entries = `  acme-corp:
    displayName: Acme Corp
    adopt: ACME
    roles:
      reader: { adopt: role_ID, actions: [ widgets.read ] }
    apiKeys:
      ci: { adopt: api_key_ID, roles: [ reader ] }
    # key api_key_ID "old" is left alone: it was revoked
  globex:
    displayName: Globex
    adopt: GLOBEX
    apiAccess: suspended
`;

describe("a stack without customers", () => {
  beforeEach(() => pulumi.answer(stack()));

  it("gets a file with an entry for each organization, and reads nothing twice", async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stderr, named(stdout)]).toEqual([
      0,
      "",
      `Stack prod, Tesseral project PROJECT (${emulator.store.projectByName("first")?.displayName}): 2 organizations.
Wrote 2 customers with 1 role and 1 API key into customers.yaml.

Left alone, as comments in the entries say:
  acme-corp: key api_key_ID "old" is left alone: it was revoked

Names of entries can be changed freely until the first update. Then:
  pulumi preview --stack prod
  pulumi up --stack prod
`,
    ]);
    expect(named(read("customers.yaml"))).toBe(`customers:\n${entries}`);
    expect(emulator.requests.map(({ route }) => route).sort()).toEqual([
      "GET /v1/api-key-role-assignments",
      "GET /v1/api-keys",
      "GET /v1/api-keys",
      "GET /v1/organizations",
      "GET /v1/project",
      "GET /v1/roles",
    ]);
  });

  it("gets a file for each customer where a folder is named", async () => {
    const { stdout } = await run("--out", "customers/");
    expect(stdout).toContain("into customers/.");
    expect(stdout).toContain("pulumi config set tesseral:customersFile customers --stack prod");
    expect(readdirSync(path("customers"))).toEqual(["acme-corp.yaml", "globex.yaml"]);
    expect(named(read("customers/globex.yaml"))).toBe("displayName: Globex\nadopt: GLOBEX\napiAccess: suspended\n");
  });

  it("is only shown what would be written with --dry-run, and gets nothing", async () => {
    const { stdout } = await run("--dry-run");
    expect(named(stdout)).toContain("Would write 2 customers with 1 role and 1 API key into customers.yaml.");
    expect(named(stdout)).toContain(`customers.yaml\ncustomers:\n${entries.trimEnd()}\n`);
    expect(existsSync(path("customers.yaml"))).toBe(false);
  });

  it("gets what was chosen alone, and without keys where they are not asked for", async () => {
    const { stdout } = await run("--match", "acme*", "--match", globex, "--exclude", "Glo?ex", "--no-keys", "--json");
    expect(JSON.parse(stdout)).toEqual({
      ...{ stack: "prod", project: expect.any(String), organizations: 2, managed: 0, chosen: 1, written: true },
      files: [path("customers.yaml")],
      customers: [{ name: "acme-corp", displayName: "Acme Corp", adopt: acme, leftAlone: [] }],
      ...{ adoptions: [], leftOut: [] },
    });
    expect(emulator.requests.map(({ route }) => route)).toEqual(["GET /v1/project", "GET /v1/organizations"]);
  });

  it("gets nothing where a request fails, and no request more is made than are under way", async () => {
    emulator.fail({ path: "/v1/api-keys", times: "always", do: { status: 400 } });
    for (let number = 0; number < 200; number += 1) {
      emulator.console.createOrganization({ displayName: `More ${number}` });
    }
    const { code, stderr } = await run();
    expect([code, existsSync(path("customers.yaml"))]).toEqual([1, false]);
    expect(stderr).toContain("GET /v1/api-keys");
    expect(emulator.requests.filter(({ route }) => route === "GET /v1/api-keys").length).toBeLessThan(70);
  });

  it("gets the roles of organizations without keys where they are asked for", async () => {
    emulator.console.createRole({ organizationId: globex, displayName: "writer", actions: ["widgets.write"] });
    await run();
    expect(read("customers.yaml")).not.toContain("writer");
    writeFileSync(path("customers.yaml"), "");
    await run("--all-roles");
    expect(read("customers.yaml")).toContain("writer");
  });
});

describe("a stack with customers", () => {
  it("keeps them, with their comments, and gets the others", async () => {
    const before = `# ours\ncustomers:\n  acme: # the first\n    displayName: Acme Corp\n    adopt: ${acme}\n`;
    writeFileSync(path("customers.yaml"), before);
    pulumi.answer(stack());
    expect((await run()).stdout).toContain("2 organizations, 1 declared already.");
    expect(named(read("customers.yaml"))).toBe(
      `${named(before)}  globex:\n    displayName: Globex\n    adopt: GLOBEX\n    apiAccess: suspended\n`,
    );
    expect((await run()).stdout).toContain("There is nothing to import.");
  });

  it("has an organization adopted by the entry that waits for it", async () => {
    writeFileSync(path("customers.yaml"), "customers:\n  hooli: { displayName: Globex }\n");
    pulumi.answer(stack());
    expect(named((await run("--match", "Globex")).stdout)).toContain(
      "Wrote adopt into an entry of customers.yaml:\n" +
        "  hooli: GLOBEX; its API keys are off now, and this update turns them on: apiAccess: suspended keeps them off\n",
    );
    expect(named(read("customers.yaml"))).toBe("customers:\n  hooli: { displayName: Globex, adopt: GLOBEX }\n");
  });

  it("has the roles and keys that such an entry declares adopted with it, and counts both sorts of writing", async () => {
    const acmeEntry =
      "  acme:\n    displayName: Acme Corp\n    roles: { reader: { actions: [widgets.read] } }\n    apiKeys:\n      ci:\n";
    writeFileSync(path("customers.yaml"), `customers:\n${acmeEntry}`);
    pulumi.answer(stack());
    const { stdout } = await run();
    expect(named(stdout).split("\n").slice(1, 7)).toEqual([
      "Wrote 1 customer with 0 roles and 0 API keys into customers.yaml.",
      "Wrote adopt into an entry of customers.yaml:",
      "  acme: ACME, role reader, key ci",
      "What these entries declare is what the next update sets.",
      "",
      "Names of entries can be changed freely until the first update. Then:",
    ]);
    expect(named(read("customers.yaml"))).toBe(
      "customers:\n  acme:\n    displayName: Acme Corp\n    adopt: ACME\n    roles: { reader: { adopt: role_ID, actions: [widgets.read] } }\n" +
        "    apiKeys:\n      ci: { adopt: api_key_ID }\n  globex:\n    displayName: Globex\n    adopt: GLOBEX\n    apiAccess: suspended\n",
    );
    expect((await run()).stdout).toContain("2 organizations, 2 declared already.\nThere is nothing to import.");
  });

  it("is not given what it manages, nor what another stack does", async () => {
    const managing = (name: string, id: string) => ({ resources: [{ kind: "Organization", name, id }] });
    writeFileSync(path("customers.yaml"), "customers: {}\n");
    pulumi.answer(stack(managing("acme", acme)), { ...stack(managing("globex", globex)), stack: "other" });
    for (const stacks of [
      ["--stack", "prod", "--stack", "other"],
      ["--stack", "prod"],
    ]) {
      expect((await run(...stacks, "--dry-run")).stdout).toContain("There is nothing to import.");
    }
  });

  it("is given nothing while a stack cannot be read, unless somebody answers for it", async () => {
    writeFileSync(path("customers.yaml"), "customers: {}\n");
    pulumi.answer(stack(), { stack: "old", unreadable: "error: no passphrase" });
    const { code, stderr } = await run("--dry-run");
    expect([code, stderr]).toEqual([
      1,
      "pulumi-tesseral: stack old cannot be read (pulumi ended with 255: error: no passphrase), so what it manages is not known. Nothing was written. " +
        "Make it readable, or, if nothing of this Tesseral project is in it, pass --unread-stack old (TSL-UNREAD-STACK)\n",
    ]);
    expect((await run("--dry-run", "--unread-stack", "old")).stdout).toContain("Would write 2 customers");
  });

  it("has them in its own file where it declares them there", async () => {
    writeFileSync(path("Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(path("Pulumi.prod.yaml"), "config:\n  tesseral:customers:\n    zz: { displayName: Zz } # kept\n");
    pulumi.answer(stack({ config: { "tesseral:customers": { objectValue: { zz: { displayName: "Zz" } } } } }));
    await run("--match", "Globex");
    expect(named(read("Pulumi.prod.yaml"))).toBe(
      "config:\n  tesseral:customers:\n    zz: { displayName: Zz } # kept\n    globex:\n      displayName: Globex\n      adopt: GLOBEX\n      apiAccess: suspended\n",
    );
  });

  it("has them in a folder where the setting names files in one", async () => {
    pulumi.answer(stack({ settings: { customersFile: "customers/*.yaml" } }));
    await run();
    expect(readdirSync(path("customers"))).toEqual(["acme-corp.yaml", "globex.yaml"]);
    pulumi.answer(stack({ settings: { customersFile: "{a,b}/*.yaml" } }));
    expect((await run()).code).toBe(2);
  });

  it("has to say where, when its program declares them", async () => {
    pulumi.answer(stack({ resources: [{ kind: "Organization", name: "acme", id: acme }] }));
    expect((await run()).stderr).toContain("the customers of this stack are declared by its program");
  });
});

it("is quiet about its progress where nobody looks", async () => {
  pulumi.answer(stack());
  for (const ci of ["true", "false"]) {
    // The first line in CI comes after ten seconds.
    expect((await pulumi.type(["import", "--dry-run"], { env: { CI: ci } })).stderr).toBe("");
  }
});

it("says at Ctrl-C that nothing was written", async () => {
  pulumi.answer(stack());
  emulator.fail({ method: "GET", path: "/v1/api-keys", do: "hang", times: "always" });
  const interruptAfter = emulator.waitFor(({ status }) => status === "hang");
  const before = readdirSync(pulumi.project).sort();
  const { stdout, stderr } = await pulumi.type(["import"], { interruptAfter });
  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "Interrupted: nothing was written.\n" });
  expect(readdirSync(pulumi.project).sort()).toEqual(before);
});
