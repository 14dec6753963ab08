/**
 * Seconds, requests and memory of `pulumi-tesseral inventory` and `import` for a tenant of 5,000 organizations with a role and a key each,
 * beside the seconds that its requests take at least at the server's pace:
 * `npm run build && npm run bench:tenant`.
 *
 * `--organizations N`, `--rate N` (requests a second; 0: no limit). The `pulumi` that is asked for the stack is a stand-in, whose state has the
 * bytes of a real one; the emulator runs in a process of its own.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator } from "../emulator";
import { watchMemory } from "./provision/peakMemory";
import { table } from "./table";

interface Held {
  organizationId: string;
  roleId: string;
  apiKeyId: string;
}

interface Started {
  url: string;
  backendApiKey: string;
  projectId: string;
  held: Held[];
}

interface Measured {
  command: string;
  seconds: number;
  requests: number;
  bytes: number;
}

const { values } = parseArgs({
  options: {
    organizations: { type: "string", default: "5000" },
    rate: { type: "string", default: "100" },
    serve: { type: "boolean", default: false },
  },
});
const [organizations, rate] = [Number(values.organizations), Number(values.rate)];

/** In the process of the server. */
async function serve(): Promise<void> {
  const seeded = Array.from({ length: organizations }, (_, index) => ({
    displayName: `Customer ${index}`,
    apiKeysEnabled: true,
    roles: [{ displayName: "reader", actions: ["widgets.read"] }],
    apiKeys: [{ displayName: "production", roles: ["reader"] }],
  }));
  const emulator = await startEmulator({
    seed: { projects: [{ name: "first", organizations: seeded }] },
    ...(rate > 0 && { requestsPerSecond: rate }),
  });
  const { store } = emulator;
  const roles = new Map([...store.roles.values()].map(({ id, organizationId }) => [organizationId, id]));
  const held = [...store.apiKeys.values()].map(({ id, organizationId }) => ({
    organizationId,
    roleId: roles.get(organizationId) ?? "",
    apiKeyId: id,
  }));
  let told = 0;
  process.on("message", () => {
    const accepted = emulator.requests.slice(told).filter(({ status }) => status !== 429).length;
    told = emulator.requests.length;
    process.send?.(accepted);
  });
  process.on("disconnect", () => process.exit());
  const { url, backendApiKey } = emulator;
  process.send?.({ url, backendApiKey, projectId: store.projectByName("first")?.id, held });
}

/** A customer's resources as the engine stores them: the component, the organization, the role and the key. */
function resourcesOf({ organizationId, roleId, apiKeyId }: Held, index: number, projectId: string): object[] {
  const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
  const customer = `customer-${index}`;
  const component = urn("tesseral:index:Customer", customer);
  const provider =
    "urn:pulumi:prod::shop::pulumi:providers:pulumi-nodejs::default::d98956f9-4d32-4556-84f6-d80488a6379a";
  const createTime = "2026-01-02T03:04:05.678901Z";
  const one = (kind: string, name: string, id: string, inputs: Record<string, unknown>, outputs: object) => {
    const type = `pulumi-nodejs:dynamic/tesseral:${kind}`;
    const code = `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").${kind}`;
    const given = { __provider: code, managedBy: `organization/shop/prod/${name}`, ...inputs };
    const owner = urn("tesseral:index:Customer$pulumi-nodejs:dynamic/tesseral:Organization", customer);
    return {
      ...{ urn: urn(`tesseral:index:Customer$${type}`, name), custom: true, id, type, inputs: given },
      outputs: { ...given, createTime, projectId, ...outputs },
      ...{ parent: component, protect: kind === "Organization", provider },
      dependencies: kind === "Organization" ? [] : [owner],
      propertyDependencies: Object.fromEntries(
        Object.keys(given).map((field) => [field, field === "organizationId" ? [owner] : []]),
      ),
      ...{ created: createTime, modified: createTime },
    };
  };
  const ciphertext =
    "AAABADcY8SEbcy8SqyR3TYLAXbbLdPRfCdGd0Lgh0zcEXAMPLEv1Hn6QAbFm0Zc0w8J6kq1hPZ1yTBd7yK3q2vXo8WJ0b5r9YQ==";
  const secretToken = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext };
  const rotation = { generation: 1, retiredGeneration: 0, rotatedAt: createTime, status: "active" };
  return [
    {
      ...{ urn: component, custom: false, type: "tesseral:index:Customer" },
      outputs: { organizationId, protect: true },
      parent: urn("pulumi:pulumi:Stack", "shop-prod"),
      sourcePosition: "project:///index.ts#40,13",
      stackTrace: [{ sourcePosition: "project:///index.ts#40,13" }],
      ...{ created: createTime, modified: createTime },
    },
    one("Organization", customer, organizationId, { displayName: `Customer ${index}`, apiKeysEnabled: true }, {}),
    one("Role", `${customer}-reader`, roleId, { organizationId, displayName: "reader", actions: ["widgets.read"] }, {}),
    one(
      "ManagedApiKey",
      `${customer}-production`,
      apiKeyId,
      { organizationId, displayName: "production", roles: [roleId], ...rotation },
      { apiKeyId, revoked: false, secretToken, secretTokenSuffix: "a0kn" },
    ),
  ];
}

/** A project, and the `pulumi` that answers for its stack: `prod`, which manages everything, or `new`, which manages nothing. */
function standIn(folder: string, { url, backendApiKey, held, projectId }: Started): void {
  const write = (name: string, text: string, mode = 0o644) => writeFileSync(join(folder, name), text, { mode });
  const stack = { urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", type: "pulumi:pulumi:Stack" };
  const exported = (resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } }, null, 4);
  write("prod.json", exported([stack, ...held.flatMap((one, index) => resourcesOf(one, index, projectId))]));
  write("new.json", exported([stack]));
  const config = {
    "tesseral:apiUrl": { value: url },
    "tesseral:backendApiKey": { value: backendApiKey, secret: true },
  };
  write("config.json", JSON.stringify(config));
  write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
  const script = `#!/bin/sh
for last; do :; done
case "$1 $2" in
  "stack export") exec cat "${folder}/$last.json" ;;
  "stack ls") echo "$STACKS" ;;
  "config --json") exec cat "${folder}/config.json" ;;
  *) echo "organization/shop/$last" ;;
esac
`;
  write("pulumi", script, 0o755);
}

async function measure(folder: string, args: string[], requests: () => Promise<number>): Promise<Measured> {
  await requests();
  const began = performance.now();
  const stacks = JSON.stringify([{ name: args.at(-1) }]);
  const env = { ...process.env, STACKS: stacks, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, [...process.execArgv, resolve(__dirname, "../dist/cli/main.js"), ...args], {
    ...{ cwd: folder, env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const peaks = watchMemory(child.pid ?? 0, "command");
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    throw new Error(`pulumi-tesseral ${args.join(" ")} ended with ${code}`);
  }
  const seconds = (performance.now() - began) / 1000;
  return { command: args.join(" "), seconds, requests: await requests(), bytes: peaks().command ?? 0 };
}

async function main(): Promise<void> {
  const server = fork(resolve(__dirname, "../scripts/runTypeScript.cjs"), [
    ...[__filename, "--serve", "--organizations", `${organizations}`, "--rate", `${rate}`],
  ]);
  const folder = mkdtempSync(join(tmpdir(), "bench-tenant-"));
  try {
    const [started] = (await once(server, "message")) as [Started];
    standIn(folder, started);
    const requests = async () => {
      server.send("requests");
      return ((await once(server, "message")) as [number])[0];
    };
    const measured: Measured[] = [];
    for (const args of [
      ["inventory", "--stack", "prod"],
      ["inventory", "--json", "--stack", "prod"],
      ["import", "--dry-run", "--no-keys", "--stack", "new"],
      ["import", "--dry-run", "--stack", "new"],
    ]) {
      measured.push(await measure(folder, args, requests));
    }
    console.log(
      table(
        ["", "requests", `s at ${rate} a second, at least`, "s", "MB"],
        measured.map((one) => [
          one.command,
          `${one.requests}`,
          rate > 0 ? (one.requests / rate).toFixed(0) : "-",
          one.seconds.toFixed(0),
          (one.bytes / 1e6).toFixed(0),
        ]),
      ),
    );
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

void (values.serve ? serve() : main());
