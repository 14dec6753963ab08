// Proves that the program of docs/backend-cloudfront.md type-checks, deploys, changes nothing on a second run and takes a new value for its header;
// and that the function lets in what has the header and a key. The AWS plugin is a stand-in: CloudFront and WAF themselves are not there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import { blocksOf } from "../../docs/blocks";
import type { EngineStack } from "../../engine/stack";
import { leftOutFor, secretsManager, startLambda, webAdapterMissing } from "../../lambda";
import { deployed } from "./deployed";
import { documentedPrograms, userProgram } from "./documentedPrograms";
import { awsStack } from "./echo/awsStack";
import { expressFolder } from "./expressFolder";

const project = mkdtempSync(join(tmpdir(), "cloud-front-test-"));
const first = "first-secret-of-the-front";
const second = "second-secret-of-the-front";
let emulator: Emulator | undefined;
let stack: EngineStack | undefined;
afterAll(async () => {
  stack?.close();
  await emulator?.close();
  rmSync(project, { recursive: true, force: true });
});

/** The Express example with the page's middleware before everything else. */
function frontedFolder(): string {
  const folder = expressFolder(join(project, "express"));
  const middleware = blocksOf("docs/backend-cloudfront.md").find(({ language }) => language === "js")?.text ?? "";
  writeFileSync(join(folder, "throughFront.js"), middleware);
  const app = readFileSync(join(folder, "app.js"), "utf8");
  const fronted = app.replace("const app = express();", "const app = express();\napp.use(throughFront);");
  expect(fronted).not.toBe(app);
  writeFileSync(join(folder, "app.js"), `import { throughFront } from "./throughFront.js";\n${fronted}`);
  return folder;
}

it.skipIf(leftOutFor(webAdapterMissing()))(
  "deploys, and answers through the front alone",
  { timeout: 240_000 },
  async () => {
    frontedFolder();
    emulator = await startEmulator();
    const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const { secretToken } = emulator.console.createApiKey({ organizationId });
    const [program = ""] = documentedPrograms("backend-cloudfront.md").values();
    const secret = (value: string) => ({ value, secret: true });
    const config = { apiBackendKey: secret(emulator.backendApiKey), frontSecret: secret(first) };
    stack = await awsStack(userProgram(project, program), { config, programFolder: project });
    const preview = await stack.preview();
    const up = await stack.up();
    expect(up.changes).toEqual(preview.changes);
    expect((await stack.up()).changes).toEqual({ same: up.changes.create });

    const resources = stack.resources() as unknown as { type: string; inputs: Record<string, unknown> }[];
    const inputs = (type: string) => resources.find((one) => one.type === type)?.inputs ?? {};
    const { origins, webAclId } = inputs("aws:cloudfront/distribution:Distribution");
    expect(origins).toMatchObject([{ domainName: "api.lambda-url.us-east-1.on.aws" }]);
    expect(webAclId).toMatch(/^arn:aws:wafv2:/);
    expect(inputs("aws:wafv2/webAcl:WebAcl")).toMatchObject({ region: "us-east-1", scope: "CLOUDFRONT" });

    await stack.automation.setConfig("frontSecret", secret(second));
    const renewed = await stack.up();
    expect(renewed.steps.map(({ op, type }) => `${op} ${type}`).sort()).toEqual([
      "update Alias",
      "update Distribution",
      "update Function",
    ]);
    for (const value of [first, second, emulator.backendApiKey]) {
      expect(stack.everythingSaid()).not.toContain(value);
    }

    const {
      secrets,
      configuration: _,
      ...one
    } = await deployed(stack, "api", join(project, "deployed"), {
      programFolder: project,
    });
    const manager = await secretsManager({ secrets });
    const environment = { ...one.environment, TESSERAL_API_URL: emulator.url };
    const lambda = await startLambda({ ...one, environment, secretsManager: manager });
    try {
      const authorization = `Bearer ${secretToken}`;
      const status = async (headers: Record<string, string>) =>
        (await lambda.request({ path: "/whoami", headers })).status;
      expect(await status({ authorization, "x-front-secret": second })).toBe(200);
      expect(await status({ "x-front-secret": second })).toBe(401);
      expect(await status({ authorization })).toBe(403);
      expect(await status({ authorization, "x-front-secret": first })).toBe(403);
    } finally {
      await lambda.stop();
      manager.close();
    }
  },
);
