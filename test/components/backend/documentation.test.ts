// Proves that the program in docs/backend.md type-checks against the built package and deploys an Express folder that then answers
// with its key. The AWS plugin is a stand-in; the program runs inline, not under Pulumi's language host.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { afterAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator";
import type { EngineStack } from "../../engine/stack";
import { leftOutFor, secretsManager, startLambda, webAdapterMissing } from "../../lambda";
import { deployed } from "./deployed";
import { documentedPrograms, userProgram } from "./documentedPrograms";
import { awsStack } from "./echo/awsStack";
import { expressFolder } from "./expressFolder";

const project = mkdtempSync(join(tmpdir(), "documentation-test-"));
let emulator: Emulator;
let stack: EngineStack;

afterAll(async () => {
  stack?.close();
  await emulator?.close();
  rmSync(project, { recursive: true, force: true });
});

/** The first program of the page. */
function documentedProgram(): string {
  const [program] = documentedPrograms("backend.md").values();
  if (!program) {
    throw new Error("there is no program in docs/backend.md");
  }
  return program;
}

it("is a program of at most 15 lines", () => {
  expect(documentedProgram().trimEnd().split("\n").length).toBeLessThanOrEqual(15);
});

let program: PulumiFn;
it("type-checks as a user's project, strictly", () => {
  program = userProgram(project, documentedProgram());
}, 60_000);

describe.skipIf(leftOutFor(webAdapterMissing()))("deployed", () => {
  it("makes everything at once, nothing on a second run, and a function that knows its customers", async () => {
    emulator = await startEmulator();
    const { id } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
    const { secretToken } = emulator.console.createApiKey({ organizationId: id });
    expressFolder(join(project, "express"));

    stack = await awsStack(program, { config: { apiBackendKey: { value: emulator.backendApiKey, secret: true } } });
    const up = await stack.up();
    expect(up.changes).toEqual({ create: 17 });
    expect(up.outputs.url?.value).toBe("https://api.lambda-url.us-east-1.on.aws");
    expect((await stack.up()).changes).toEqual({ same: 17 });
    expect(stack.everythingSaid()).not.toContain(emulator.backendApiKey);

    const { secrets, configuration: _, ...one } = await deployed(stack, "api", join(project, "deployed"));
    const manager = await secretsManager({ secrets });
    // The stand-in for Tesseral instead of the hosted one, which is where the program asks by default.
    const lambda = await startLambda({
      ...one,
      environment: { ...one.environment, TESSERAL_API_URL: emulator.url },
      secretsManager: manager,
    });
    try {
      const answer = await lambda.request({ path: "/whoami", headers: { authorization: `Bearer ${secretToken}` } });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ organizationId: id });
    } finally {
      await lambda.stop();
      manager.close();
    }
  }, 120_000);
});
