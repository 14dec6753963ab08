// Proves that organizations, roles and keys that exist are imported by a file with inputs and outputs, below components and
// with explicit providers, so that nothing differs afterwards and a known token is a secret. Says nothing of the command that
// writes such a file.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { ImportResource } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findPulumi } from "../../cli/pulumi/findPulumi";
import { formatTimestamp } from "../../emulator";
import { ManagedApiKey, Organization, Provider, Role } from "../../library";
import { bootstrap } from "../../providers/dynamicHost";
import { type LanguageHost, languageHost } from "./languageHost";
import { openTesseralStack, type TesseralStack, textOf } from "./tesseralStack";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A customer in one piece. */
class Tenant extends pulumi.ComponentResource {
  readonly token: pulumi.Output<string | undefined>;

  constructor(name: string, displayName: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Tenant", name, {}, opts);
    const parent = { parent: this };
    const { id: organizationId } = new Organization(`${name}-organization`, { displayName, domains: [] }, parent);
    const args = { organizationId, displayName: "reader", actions: ["widgets.read"] };
    const role = new Role(`${name}-reader`, args, parent);
    const key = new ManagedApiKey(`${name}-key`, { organizationId, displayName: "ci", roles: [role.id] }, parent);
    this.token = key.secretToken;
    this.registerOutputs();
  }
}

const asSecret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});

describe("customers that exist already", () => {
  let tesseral: TesseralStack;
  let host: LanguageHost;
  const tokens: Record<string, string> = {};

  const program =
    (keyName = "ci") =>
    async () => {
      const staging = new Provider("staging", {
        backendApiKey: tesseral.emulator.keys["second-project-key"] ?? "",
        apiUrl: tesseral.emulator.url,
      });
      if (keyName === "none") {
        return {};
      }
      return {
        acme: new Tenant("acme", "Acme Corp").token,
        beta: new Tenant("beta", "Beta", { providers: [staging] }).token,
      };
    };

  /** Makes a customer in the console, and what an import file has to say of it. */
  function existing(name: string, displayName: string, project: string, provider?: string): ImportResource[] {
    const { console, store } = tesseral.emulator;
    const organization = console.createOrganization({ displayName, project, apiKeysEnabled: true });
    const organizationId = organization.id;
    const role = console.createRole({ organizationId, displayName: "reader", actions: ["widgets.read"] });
    const key = console.createApiKey({ organizationId, displayName: "ci" });
    console.assignRole(key.id, role.id);
    tokens[name] = key.secretToken;
    const projectId = store.projectByName(project)?.id;
    const resource = (
      kind: string,
      handler: Parameters<typeof bootstrap>[0],
      part: string,
      record: { id: string; createTime: bigint },
      inputs: Record<string, unknown>,
      outputs: Record<string, unknown> = {},
    ) => {
      const all = {
        ...inputs,
        managedBy: `organization/tesseral/test/${name}-${part}`,
        __provider: bootstrap(handler),
      };
      return {
        type: `pulumi-nodejs:dynamic/tesseral:${kind}`,
        name: `${name}-${part}`,
        id: record.id,
        parent: name,
        ...(provider && { provider }),
        inputs: all,
        outputs: { ...all, ...outputs, projectId, createTime: formatTimestamp(record.createTime) },
      };
    };
    return [
      { type: "test:index:Tenant", name, component: true },
      resource("Organization", "organization", "organization", organization, {
        displayName,
        apiKeysEnabled: true,
        domains: [],
      }),
      resource("Role", "role", "reader", role, { organizationId, displayName: "reader", actions: ["widgets.read"] }),
      resource(
        "ManagedApiKey",
        "managedApiKey",
        "key",
        key,
        {
          organizationId,
          displayName: "ci",
          roles: [role.id],
          status: "active",
          generation: 1,
          rotatedAt: formatTimestamp(key.createTime),
          retiredGeneration: 0,
        },
        { secretToken: asSecret(key.secretToken), secretTokenSuffix: key.secretToken.slice(-4), revoked: false },
      ),
    ];
  }

  beforeAll(async () => {
    host = languageHost(await findPulumi());
    tesseral = await openTesseralStack(async () => {}, { env: { PATH: host.path } });
    await tesseral.stack.up(program("none"));
  });

  afterAll(async () => {
    await tesseral.close();
    host.remove();
  });

  it("are imported without a single change in Tesseral", async () => {
    const resources = [...existing("acme", "Acme Corp", "first"), ...existing("beta", "Beta", "second", "staging")];
    tesseral.requests();
    const urn = tesseral.stack.resources().find(({ urn }) => String(urn).endsWith("::staging"))?.urn;
    await tesseral.stack.automation.import({
      resources,
      nameTable: { staging: String(urn) },
      generateCode: false,
      protect: false,
    });
    expect(tesseral.writes()).toEqual([]);
  });

  it("differ in nothing from their declaration afterwards, nor from Tesseral", async () => {
    expect((await tesseral.stack.preview(program())).changes).toEqual({ same: 10 });
    expect((await tesseral.stack.refresh()).changes).toEqual({ same: 10 });
    const up = await tesseral.stack.up();
    expect(up.changes).toEqual({ same: 10 });
    expect(textOf(up.outputs, "acme")).toBe(tokens.acme);
    expect(up.outputs.beta).toEqual({ value: tokens.beta, secret: true });
    expect(tesseral.writes()).toEqual([]);
  });

  it("are not imported by the id alone, in the words that docs/import.md quotes, and nothing changes", async () => {
    const { id } = tesseral.emulator.console.createOrganization({ displayName: "Gamma" });
    const before = tesseral.stack.resources();
    tesseral.requests();
    const type = "pulumi-nodejs:dynamic/tesseral:Organization";
    const { pulumiCommand, workDir, envVars } = tesseral.stack.automation.workspace;
    const args = [
      "import",
      type,
      "gamma",
      id,
      "--yes",
      "--non-interactive",
      "--stack",
      "test",
      "--generate-code=false",
    ];
    const env = { ...process.env, ...envVars };
    const run = promisify(execFile)(pulumiCommand.command, args, { cwd: workDir, env });
    const said: unknown = await run.catch(({ stdout, stderr }) => `${stdout}${stderr}`);
    const quoted = /^> (error: Preview failed: .*)$/m.exec(readFileSync("docs/import.md", "utf8"))?.[1];
    expect(quoted).toBeDefined();
    expect(said).toContain(quoted);
    expect(tesseral.writes()).toEqual([]);
    expect(tesseral.stack.resources().map(({ urn }) => urn)).toEqual(before.map(({ urn }) => urn));
  });

  it("have their tokens nowhere in plain text", () => {
    const said = tesseral.stack.everythingSaid();
    expect(tesseral.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  });
});
