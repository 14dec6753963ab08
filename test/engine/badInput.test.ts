// Proves that whatever is wrong with the credentials, the address or a resource's arguments ends an update with one clear
// message, before anything is created. What is wrong with customers.yaml or the stack's config is the matter of test/config.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEmulator } from "../../emulator";
import { uncoded } from "../../errors/coded";
import { ManagedApiKey, type ManagedApiKeyArgs, Organization, type OrganizationArgs } from "../../library";
import { failureOf, openTesseralStack, type TesseralStack } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anOrganization = "org_0000000000000000000000001";

const organization =
  (args: Partial<OrganizationArgs> = {}) =>
  async () =>
    void new Organization("acme", { displayName: "Acme", ...args });

const key = (args: Partial<ManagedApiKeyArgs>) => async () =>
  void new ManagedApiKey("ci", { organizationId: anOrganization, displayName: "ci", ...args });

interface Row {
  /** What is wrong. */
  wrong: string;
  /** What the engine says, behind `resource 'x' has a problem: `. */
  says: () => string;
  /** Settings in the place of the good ones; undefined: not set. */
  config?: () => { backendApiKey?: string | undefined; apiUrl?: string };
  program?: () => Promise<void>;
}

let tesseral: TesseralStack;
let htmlServer: Server;
let htmlUrl: string;
let closedUrl: string;

const projectOf = (name: string) => tesseral.emulator.store.projectByName(name)?.id;
const backendApiKeysPage = "in the Tesseral Console, under Project settings, Backend API Keys";

const rows: Row[] = [
  {
    wrong: "no backend API key",
    config: () => ({ backendApiKey: undefined }),
    says: () =>
      "no Tesseral backend API key: run `pulumi config set --secret tesseral:backendApiKey <key>`, or set TESSERAL_BACKEND_API_KEY. " +
      `Keys are created ${backendApiKeysPage}`,
  },
  {
    wrong: "a backend API key that nobody knows",
    config: () => ({ backendApiKey: "tesseral_secret_key_0000000000000000000000000" }),
    says: () =>
      "Tesseral does not accept the backend API key in tesseral:backendApiKey: it answered 404 backend api key not found. " +
      `Create a key ${backendApiKeysPage}, and run: pulumi config set --secret tesseral:backendApiKey <key>`,
  },
  {
    wrong: "a text that is no backend API key",
    config: () => ({ backendApiKey: "acme_sk_123" }),
    says: () =>
      "tesseral:backendApiKey is not a backend API key: it must be `tesseral_secret_key_` followed by 25 characters from 0-9 and a-z. " +
      "Copy it again from the Tesseral Console, under Project settings, Backend API Keys",
  },
  {
    wrong: "a project with API keys off",
    config: () => ({ backendApiKey: tesseral.emulator.keys["disabled-project-key"] }),
    says: () =>
      `managed API keys are off in Tesseral project ${projectOf("disabled")}. Turn them on in the Tesseral Console under ` +
      "Project settings, API Keys (Managed API Keys: Enabled, and choose a prefix), then try again",
  },
  {
    wrong: "login methods that the project does not have",
    program: organization({ logInWithGoogle: true, logInWithGithub: true, logInWithSaml: true }),
    says: () =>
      `logInWithGoogle, logInWithGithub: not enabled in Tesseral project ${projectOf("first")}. Enable it in the Tesseral Console ` +
      "under Project settings, or leave it out",
  },
  { wrong: "an empty display name", program: organization({ displayName: " " }), says: () => "displayName is empty" },
  {
    wrong: "a role by its name",
    program: key({ roles: ["reader"] }),
    says: () => 'roles: "reader" is not the id of a Role',
  },
  {
    wrong: "an expiry in the past",
    program: key({ expireTime: "2020-01-01T00:00:00Z" }),
    says: () => "expireTime is 2020-01-01T00:00:00Z, which is in the past: a key created with it would never work",
  },
  {
    wrong: "an address that is none",
    config: () => ({ apiUrl: "api.tesseral.com" }),
    says: () => 'the API URL "api.tesseral.com" is not a URL: it must begin with https:// or http://',
  },
  {
    wrong: "an address where nothing listens",
    config: () => ({ apiUrl: closedUrl }),
    says: () =>
      "Tesseral: GET /v1/project was tried N times in N s (N × unreachable) and given up; the last time it got no usable answer: " +
      `ECONNREFUSED: ${closedUrl} cannot be reached. Check tesseral:apiUrl and the network. Run the update again when Tesseral answers`,
  },
  {
    wrong: "an address that answers a web page",
    config: () => ({ apiUrl: htmlUrl }),
    says: () =>
      "Tesseral: GET /v1/project was tried 3 times in N s (3 × unexpected answer) and given up; the last time it got no usable answer: " +
      "200 with a body that is not a JSON object (text/html). Check tesseral:apiUrl. Run the update again when Tesseral answers",
  },
];

describe("an update that is given", () => {
  beforeAll(async () => {
    const closed = await startEmulator();
    closedUrl = closed.url;
    await closed.close();
    htmlServer = createServer((_, response) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end("<p>Log in</p>"),
    );
    await new Promise<void>((resolve) => htmlServer.listen(0, "127.0.0.1", resolve));
    htmlUrl = `http://127.0.0.1:${(htmlServer.address() as AddressInfo).port}`;
    tesseral = await openTesseralStack(organization());
  });

  afterAll(async () => {
    await tesseral.close();
    htmlServer.close();
  });

  const configure = async ({ backendApiKey = "", apiUrl = "" }: ReturnType<NonNullable<Row["config"]>>) => {
    const { automation } = tesseral.stack;
    await automation.setAllConfig({
      "tesseral:backendApiKey": { value: backendApiKey, secret: true },
      "tesseral:apiUrl": { value: apiUrl },
    });
    if (backendApiKey === "") {
      await automation.removeConfig("tesseral:backendApiKey");
    }
  };

  it.each(rows.map((row) => [row.wrong, row] as const))("%s says so once, and creates nothing", async (_, row) => {
    const { config, program, says } = row;
    const good = { backendApiKey: tesseral.emulator.backendApiKey, apiUrl: tesseral.emulator.url };
    if (config) {
      await configure({ ...good, ...config() });
    }
    const { message, outcome } = await failureOf(tesseral.stack.up(program ?? organization()));
    const [, said] = /^pulumi-nodejs:dynamic\/tesseral:\w+ resource '\w+' has a problem: (.*)$/s.exec(message) ?? [];
    // How many tries fit into an operation's time differs, since waits are drawn at random.
    const tried = said?.replace(/ (\d+) times in \d+\.\d s \(\1 × unreachable\)/, " N times in N s (N × unreachable)");
    expect(uncoded(tried?.replace(/in \d+\.\d s/, "in N s") ?? message)).toBe(says());
    expect(message).toMatch(/ \(TSL-[A-Z-]+\)$/);
    expect(outcome.diagnostics).toHaveLength(1);
    expect(outcome.printed).not.toMatch(/undefined|^\s+at |Error:/m);
    expect(tesseral.counts()).toEqual({ organizations: 0, apiKeys: 0, roles: 0, assignments: 0 });
    expect(tesseral.writes()).toEqual([]);
    if (config) {
      await configure(good);
    }
  });

  it("any of this, without a secret in what was said", () => {
    const said = tesseral.stack.everythingSaid();
    expect([...tesseral.secrets(), "acme_sk_123"].filter((secret) => said.includes(secret))).toEqual([]);
  });
});
