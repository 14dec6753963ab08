// Proves what `pulumi-tesseral verify` asks of a backend and how it ends, as a process of its own. Tesseral is the emulator, the backend the
// demo's, and `pulumi` a stand-in; the seven examples are verified in test/examples, a stack of the real engine in test/commandLine.
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GuardedApi, startGuardedApi } from "../../../cli/demo/guardedApi";
import { type Emulator, startEmulator } from "../../../emulator";
import type { Verification } from "../../../report/verification";
import { problemsBy } from "../../report/publishedSchema";
import { StandInPulumi } from "../standInPulumi";

let emulator: Emulator;
let api: GuardedApi;
let pulumi: StandInPulumi;
let opened: Server[] = [];

interface Key {
  id: string;
  secretToken: string;
}

let keys: Record<"production" | "previous" | "ci" | "suspended", Key>;

beforeAll(async () => {
  emulator = await startEmulator();
  api = await startGuardedApi({ tesseralUrl: emulator.url, backendApiKey: emulator.backendApiKey });
});

afterAll(async () => {
  api.close();
  await emulator.close();
});

beforeEach(() => {
  pulumi = new StandInPulumi();
  const { console } = emulator;
  const acme = console.createOrganization({ displayName: "Acme", apiKeysEnabled: true }).id;
  const globex = console.createOrganization({ displayName: "Globex", apiKeysEnabled: true }).id;
  const key = (organizationId: string) => console.createApiKey({ organizationId });
  keys = { production: key(acme), previous: key(acme), ci: key(acme), suspended: key(globex) };
  console.updateOrganization(globex, { apiKeysEnabled: false });
  answer({ url: api.url });
});

afterEach(() => {
  pulumi.close();
  for (const server of opened) {
    server.closeAllConnections();
    server.close();
  }
  opened = [];
});

/** As `--show-secrets` prints it. */
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

const organization = (name: string, apiKeysEnabled: boolean) => ({
  ...{ kind: "Organization", name, id: `org_${name}`, customer: name },
  inputs: { displayName: name === "acme" ? "Acme" : "Globex", apiKeysEnabled },
});
const key = (customer: string, name: string, outputs: object) => ({
  ...{ kind: "ManagedApiKey", name: `${customer}-${name}`, id: `api_key_${name}`, customer },
  inputs: { status: "active" },
  outputs: { apiKeyId: `api_key_${name}`, ...outputs },
});
const config = () => ({
  "tesseral:backendApiKey": { value: emulator.backendApiKey, secret: true },
  "tesseral:apiUrl": { value: emulator.url },
});

/** The stack: two keys of Acme and one that it adopted, and Globex, which is suspended. */
function answer({ url }: { url?: string }): void {
  pulumi.answer(
    {
      stack: "prod",
      outputs: { backendUrl: url ?? null },
      resources: [
        organization("acme", true),
        key("acme", "production", {
          secretToken: secret(keys.production.secretToken),
          ...{ previousApiKeyId: "api_key_0", previousSecretToken: secret(keys.previous.secretToken) },
          previousRetireAt: inAnHour,
        }),
        key("acme", "ci", { secretToken: secret(keys.ci.secretToken) }),
        key("acme", "old", {}),
        organization("globex", false),
        key("globex", "live", { secretToken: secret(keys.suspended.secretToken) }),
      ],
      config: config(),
    },
    { stack: "eu", resources: [organization("hooli", true)] },
  );
}

/** Runs the command, and looks for every secret in what it printed. */
async function verify(...args: string[]) {
  const ran = await pulumi.type(["verify", "--rate", "1000", ...args]);
  const secrets = [emulator.backendApiKey, ...Object.values(keys).map(({ secretToken }) => secretToken)];
  expect(secrets.filter((one) => `${ran.stdout}${ran.stderr}`.includes(one))).toEqual([]);
  return ran;
}

const problems = problemsBy("verify.schema.json");

/** The same as JSON, which must be as the published schema says. */
async function verified(...args: string[]): Promise<{ code: number; result: Verification }> {
  const { code, stdout } = await verify("--json", ...args);
  const result: Verification = JSON.parse(stdout);
  expect(problems(result)).toEqual([]);
  return { code, result };
}

/** A server on this machine, and what it was sent. */
async function serve(listener: RequestListener): Promise<{ url: string; tokens: (string | undefined)[] }> {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    listener(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  opened.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}

const results = ({ keys: all }: Verification) =>
  Object.fromEntries(all.map((one) => [`${one.customer}/${one.key}`, one.result]));

it("finds that every key does what it should, the one before during its overlap too", async () => {
  const { code, result } = await verified();
  expect(code).toBe(0);
  expect(results(result)).toEqual({
    ...{ "acme/ci": "right", "acme/old": "skipped", "acme/production": "right", "globex/live": "right" },
  });
  expect(result).toMatchObject({
    stack: "organization/shop/prod",
    url: `${api.url}/`,
    totals: { keys: 3, customers: 2, right: 3, refused: 0, letIn: 0, unknown: 0, skipped: 1 },
    remarks: [],
  });
  const calls = result.keys.flatMap(({ key, checks }) =>
    checks.map(({ token, status }) => `${key} ${token} ${status}`),
  );
  expect(calls).toEqual([
    ...["ci current 200", "ci altered 401"],
    ...["production current 200", "production previous 200", "production altered 401"],
    ...["live current 401", "live altered 401"],
  ]);
  expect(result.strangers.map(({ token, status }) => `${token} ${status}`)).toEqual(["none 401", "garbage 401"]);
  const { keys: all } = result;
  expect(all.find(({ key }) => key === "old")?.note).toBe(
    "its token is not known: Tesseral shows a token once, and this key was not made here",
  );
});

it("takes the keys of all parts for those of one stack, and reads only what it needs for one customer", async () => {
  const files = { "Pulumi.yaml": "name: shop\n", "Pulumi.prod.yaml": "config: {}\n" };
  const parts = {
    "Pulumi.prod-1.yaml": "config: { tesseral:part: 1/2 }",
    "Pulumi.prod-2.yaml": "config: { tesseral:part: 2/2 }",
  };
  const customers = "customers: { acme: { displayName: Acme, part: 1 }, globex: { displayName: Globex, part: 2 } }\n";
  for (const [name, text] of Object.entries({ ...files, ...parts, "customers.yaml": customers })) {
    writeFileSync(join(pulumi.project, name), text);
  }
  const { production, suspended } = keys;
  pulumi.answer(
    { stack: "prod", outputs: { backendUrl: api.url } },
    {
      ...{ stack: "prod-1", config: config() },
      resources: [organization("acme", true), key("acme", "live", { secretToken: secret(production.secretToken) })],
    },
    {
      ...{ stack: "prod-2", config: config() },
      resources: [organization("globex", false), key("globex", "live", { secretToken: secret(suspended.secretToken) })],
    },
  );
  const { code, result } = await verified("--stack", "prod");
  expect({ code, stack: result.stack, url: result.url }).toEqual({ code: 0, stack: "prod", url: `${api.url}/` });
  expect(results(result)).toEqual({ "acme/live": "right", "globex/live": "right" });

  emulator.console.revokeApiKey(production.id);
  const before = pulumi.calls().length;
  const one = await verified("--stack", "prod", "--customer", "acme", "--url", api.url);
  expect(results(one.result)).toEqual({ "acme/live": "refused" });
  expect(one.result.keys[0]?.note).toContain("pulumi refresh --stack prod-1");
  const exported = pulumi.calls().flatMap(([, ...args]) => (args[1] === "export" ? [args.at(-1)] : []));
  expect(exported.sort()).toEqual(["prod", "prod-1", "prod-1", "prod-2"]);
  expect(before).toBe(3);

  const missing = await verify("--stack", "prod", "--customer", "hooli");
  expect(missing.stderr).toContain('has no customer "hooli" with API keys');
});

it("prints a table, and the end of it in one line", async () => {
  const { code, stdout, stderr } = await verify();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/\n {2}acme\/production {2}work +200 \d+ ms +200 \d+ ms +401 \d+ ms\n/);
  expect(stdout).toMatch(/\nacme\/old was skipped: its token is not known/);
  expect(stdout).toMatch(
    /\n3 of 3 keys of 2 customers do what they should · 1 skipped · strangers are refused · \d+ ms median/,
  );
});

it("tells a customer's key that is at fault from a backend that is", async () => {
  emulator.console.revokeApiKey(keys.ci.id);
  const { code, result } = await verified();
  expect(code).toBe(3);
  expect(results(result)).toMatchObject({ "acme/ci": "refused", "acme/production": "right" });
  expect(result.keys[0]?.note).toBe(
    "Tesseral refuses this token, too; see what became of the key: pulumi refresh --stack organization/shop/prod",
  );
});

it("says that it is the backend's own key where Tesseral accepts the customer's", async () => {
  const { url } = await serve((_, response) => response.writeHead(401).end());
  const { code, result } = await verified("--url", url, "--customer", "acme");
  expect(code).toBe(3);
  expect(result.keys[0]?.note).toBe(
    "Tesseral itself accepts this token, so the backend's own key is at fault: it may be one of another Tesseral project",
  );
});

it("says that the backend is at fault where it answers 503, and blames no key", async () => {
  const wrong = await startGuardedApi({ tesseralUrl: emulator.url, backendApiKey: "tesseral_secret_key_0" });
  opened.push({ closeAllConnections: () => {}, close: () => wrong.close() } as unknown as Server);
  emulator.fail({ path: "/v1/api-keys/authenticate", times: 1000, do: { status: 500 } });
  const { code, stdout } = await verify("--url", wrong.url);
  emulator.reset();
  expect(code).toBe(1);
  expect(stdout).toContain(
    "acme/ci, acme/production and globex/live are unknown: 503: the backend cannot ask Tesseral: its own TESSERAL_BACKEND_API_KEY is wrong, or",
  );
  expect(stdout).toContain("No answer says anything about a customer's key");
});

it("finds a backend that lets everybody in", async () => {
  const { url } = await serve((_, response) => response.end("hello"));
  const { code, result } = await verified("--url", url);
  expect(code).toBe(3);
  expect(result.remarks).toEqual([
    "The backend lets in a call without a key and a key that nobody has: nothing at this path asks for a key.",
  ]);
  expect(results(result)).toMatchObject({ "acme/ci": "let in", "globex/live": "let in" });
});

it("follows no redirect: the token would go with it", async () => {
  const other = await serve((_, response) => response.end());
  const { url } = await serve((_, response) => response.writeHead(302, { location: other.url }).end());
  const { code, stdout } = await verify("--url", url);
  expect(code).toBe(1);
  expect(stdout).toContain("302: a redirect, which was not followed since the token would have gone with it");
  expect(other.tokens).toEqual([]);
});

it("sends no token where nothing answers, or nothing is at the path", async () => {
  const { url, tokens } = await serve((_, response) => response.writeHead(404).end());
  expect(await verify("--url", url, "--path", "/nothing")).toEqual({
    ...{ code: 1, stdout: "" },
    stderr: `pulumi-tesseral: no key was sent to ${url}/nothing: 404: nothing is at this path; name one that asks for a key with --path (TSL-VERIFY)\n`,
  });
  expect(tokens).toEqual([undefined, "Bearer garbage_0123456789abcdefghijklmnopqrstuvwxyz"]);
  const [server] = opened;
  server?.closeAllConnections();
  await new Promise((closed) => server?.close(closed));
  const { stderr } = await verify("--url", url);
  expect(stderr).toBe(
    `pulumi-tesseral: no key was sent to ${url}/: nothing listens at ${url.replace("http://", "")} (TSL-VERIFY)\n`,
  );
});

it("repeats what the backend has no time for", async () => {
  let refused = 0;
  const { url } = await serve((_, response) => {
    if (refused < 2) {
      refused += 1;
      response.writeHead(429, { "retry-after": "0" }).end();
    } else {
      response.writeHead(401).end();
    }
  });
  const { result } = await verified("--url", url, "--customer", "globex");
  expect(results(result)).toEqual({ "globex/live": "right" });
});

it("waits for no backend that asks for more patience than a call has time", async () => {
  const { url, tokens } = await serve((_, response) => response.writeHead(429, { "retry-after": "3600" }).end());
  const { code, stdout } = await verify("--url", url, "--customer", "globex", "--timeout", "2");
  expect(code).toBe(1);
  expect(stdout).toContain("globex/live is unknown: 429: the backend answers no more requests; lower --rate\n");
  expect(tokens).toHaveLength(2 + 2);
});

it("gives a backend up that says nothing of ten keys in a row", async () => {
  const resources = Array.from({ length: 40 }, (_, index) => ({
    ...{ kind: "ManagedApiKey", name: `c${index}-ci`, id: `api_key_${index}`, customer: `c${index}` },
    outputs: { apiKeyId: `api_key_${index}`, secretToken: secret(`acme_sk_${index}`) },
  }));
  const { url, tokens } = await serve((_, response) => response.writeHead(500).end());
  pulumi.answer({ stack: "prod", resources, outputs: { backendUrl: url } });
  const { code, result } = await verified("--concurrency", "1");
  expect(code).toBe(1);
  expect(result.totals).toMatchObject({ keys: 10, unknown: 10, skipped: 30 });
  expect(tokens).toHaveLength(2 + 2 * 10);
});

it("has a schema that refuses a member which it does not know, and a token above all", async () => {
  const { result } = await verified();
  const [first, ...others] = result.keys;
  expect(problems({ ...result, keys: [{ ...first, secretToken: "acme_sk_0" }, ...others] })).toMatchObject([
    { instancePath: "/keys/0", keyword: "additionalProperties" },
  ]);
});

describe("which keys", () => {
  it("are one customer's", async () => {
    const { result } = await verified("--customer", "globex");
    expect(Object.keys(results(result))).toEqual(["globex/live"]);
    const { code, stderr } = await verify("--customer", "globx");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'pulumi-tesseral: the stack has no customer "globx" with API keys, did you mean "globex"? (TSL-CUSTOMER)\n',
    });
    const { stderr: elsewhere } = await verify("--customer", "hooli");
    expect(elsewhere).toBe(
      'pulumi-tesseral: the stack has no customer "hooli" with API keys; it is in stack eu: npx pulumi-tesseral verify --customer hooli --stack eu (TSL-CUSTOMER)\n',
    );
  });

  it("are none that could be tried: nothing is verified, which is no success", async () => {
    const resources = ["old", "older"].map((name) => ({
      ...{ kind: "ManagedApiKey", name: `acme-${name}`, id: `api_key_${name}`, customer: "acme" },
      ...{ inputs: { status: "active" }, outputs: { apiKeyId: `api_key_${name}` } },
    }));
    pulumi.answer({ stack: "prod", outputs: { backendUrl: api.url }, resources });
    const { code, stdout, stderr } = await verify();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "pulumi-tesseral: nothing was verified: all 2 keys were skipped, since there is no token of theirs to try (TSL-VERIFY)\n",
    });
    expect(stdout).toContain("\nnothing was verified · 2 skipped · strangers are refused\n");
    const { code: ofJson, result } = await verified();
    expect([ofJson, result.totals]).toMatchObject([1, { keys: 0, skipped: 2 }]);
  });

  it("are some by chance", async () => {
    const { result } = await verified("--sample", "2");
    expect(result.keys).toHaveLength(2);
  });
});

it("is told where the backend is by the stack, or else by the command line", async () => {
  answer({});
  const { code, stderr } = await verify();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      "pulumi-tesseral: stack organization/shop/prod has no output backendUrl: say where the backend answers with --url https://… (TSL-VERIFY)\n",
  });
});

it.each([
  [
    ["--url", "http://api.example.com"],
    /^pulumi-tesseral verify: http:\/\/api\.example\.com is plain http: every token would cross/,
  ],
  [["--expect", "401"], /^pulumi-tesseral verify: --expect is "401", but must be a status such as 200/],
  [["--rate", "0"], /^pulumi-tesseral verify: --rate: expected a whole number from 1 to 1000, got "0"/],
  [["--sample", "all"], /^pulumi-tesseral verify: --sample: expected a whole number of at least 1, got "all"/],
])("refuses %j with exit code 2, before any call", async (args, message) => {
  const before = emulator.requests.length;
  const { code, stderr } = await verify(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(emulator.requests.length).toBe(before);
});

it("calls no more than so many at once", async () => {
  let [now, most] = [0, 0];
  const { url } = await serve((_, response) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      response.writeHead(401).end();
    }, 30);
  });
  await verify("--url", url, "--concurrency", "2");
  expect(most).toBe(2);
});

it("begins no more calls in a second than it is allowed", async () => {
  const begun: number[] = [];
  const { url } = await serve((_, response) => {
    begun.push(performance.now());
    response.writeHead(401).end();
  });
  // The later --rate counts. Nine calls at five in a second: the last begins 1.6 s after the first, or later.
  await verify("--url", url, "--rate", "5");
  expect(begun).toHaveLength(9);
  expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(1400);
});
