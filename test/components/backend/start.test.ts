// Proves what was deployed by running it: packages, layers, configuration and secret out of the engine's state, started as Lambda
// starts them, with the real web adapter, asked with a customer's key. Not shown: Amazon Linux, IAM, the front door, arm64.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Backend, type BackendArgs } from "../../../components/backend";
import { type Emulator, startEmulator } from "../../../emulator";
import type { EngineStack } from "../../engine/stack";
import {
  goMissing,
  type Lambda,
  type LambdaOptions,
  LambdaStartError,
  leftOutFor,
  pythonTools,
  pythonToolsMissing,
  type SecretsManager,
  secretsManager,
  startLambda,
  webAdapterMissing,
} from "../../lambda";
import { type Deployed, deployed } from "./deployed";
import { awsStack } from "./echo/awsStack";
import { expressFolder } from "./expressFolder";

const root = join(__dirname, "../../..");
const programs = join(__dirname, "programs");
const work = mkdtempSync(join(tmpdir(), "start-test-"));
const hacked = join(work, "hacked");
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const leftOut = leftOutFor(webAdapterMissing(), goMissing(), pythonToolsMissing());

/** What is deployed: two examples behind the web adapter, and two programs written for Lambda itself. */
const backends: Record<string, Pick<BackendArgs, "code" | "runtime" | "handler" | "adapter">> = {
  express: { code: join(work, "express"), runtime: "nodejs24.x", handler: "run.sh" },
  go: { code: join(work, "go"), runtime: "provided.al2023", handler: "server" },
  node: { code: join(programs, "node"), runtime: "nodejs24.x", handler: "index.handler", adapter: "none" },
  python: { code: join(programs, "python"), runtime: "python3.13", handler: "app.handler", adapter: "none" },
};

let emulator: Emulator;
let stack: EngineStack;
let customerKey: string;
let organizationId: string;
const functions: Record<string, Deployed> = {};

const program = (backendApiKey: string) => async () => {
  for (const [name, args] of Object.entries(backends)) {
    new Backend(name, { ...args, architecture, backendApiKey, environment: { TESSERAL_API_URL: emulator.url } });
  }
};

beforeAll(async () => {
  if (leftOut) {
    return;
  }
  expressFolder(join(work, "express"));
  const goArguments = ["build", "-trimpath", "-ldflags=-s -w", "-o", join(work, "go/server"), "."];
  execFileSync("go", goArguments, {
    cwd: join(root, "examples/go"),
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: "pipe",
  });

  emulator = await startEmulator();
  const organization = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  organizationId = organization.id;
  customerKey = emulator.console.createApiKey({ organizationId }).secretToken;
  stack = await awsStack(program(emulator.backendApiKey));
  await stack.up();
  for (const name of Object.keys(backends)) {
    functions[name] = await deployed(stack, name, join(work, "deployed", name));
  }
}, 300_000);

afterAll(async () => {
  stack?.close();
  await emulator?.close();
  rmSync(work, { recursive: true, force: true });
});

const running: Lambda[] = [];
const open: SecretsManager[] = [];
afterEach(async () => {
  for (const lambda of running.splice(0)) {
    await lambda.stop();
  }
  for (const manager of open.splice(0)) {
    manager.close();
  }
});

function functionOf(name: string): Deployed {
  const found = functions[name];
  if (!found) {
    throw new Error(`${name} is not deployed`);
  }
  return found;
}

async function manage(
  secrets: Deployed["secrets"],
  failure?: { status: number; type: string },
): Promise<SecretsManager> {
  const manager = await secretsManager({ secrets, ...(failure && { failure }) });
  open.push(manager);
  return manager;
}

async function start(
  { configuration: _, secrets: __, ...given }: Deployed,
  manager: SecretsManager,
  more: Partial<LambdaOptions> = {},
) {
  const lambda = await startLambda({ ...given, secretsManager: manager, path: [pythonTools()], ...more });
  running.push(lambda);
  return lambda;
}

const ask = (lambda: Lambda, authorization?: string) =>
  lambda.request({ path: "/whoami", headers: authorization === undefined ? {} : { authorization } });

describe.skipIf(leftOut).each(Object.keys(backends))("%s, as deployed", (name) => {
  it("answers 200 to a customer's key, 401 to a wrong one and to none, with the key read once and shown nowhere", async () => {
    const one = functionOf(name);
    const manager = await manage(one.secrets);
    const lambda = await start(one, manager);
    const good = await ask(lambda, `Bearer ${customerKey}`);
    expect(good.status).toBe(200);
    expect(JSON.parse(good.body).organizationId).toBe(organizationId);
    expect((await ask(lambda, `Bearer ${customerKey.slice(0, -1)}0`)).status).toBe(401);
    expect((await ask(lambda)).status).toBe(401);

    const [[secretArn, versions] = ["", {}]] = Object.entries(one.secrets);
    expect(manager.calls).toEqual([
      {
        SecretId: secretArn,
        VersionId: Object.keys(versions)[0],
        target: "secretsmanager.GetSecretValue",
        problems: [],
      },
    ]);
    expect(one.environment.TESSERAL_BACKEND_API_KEY_SECRET_ARN).toBe(secretArn);
    expect(one.configuration).not.toContain(emulator.backendApiKey);
    expect(lambda.log).not.toContain(emulator.backendApiKey);
    expect(lambda.log).not.toContain(customerKey);
  });
});

describe.skipIf(leftOut)("fails closed, with one line and no secret in it", () => {
  const key = () => emulator.backendApiKey;
  const notThere = (arn: string, version: string) =>
    `GetSecretValue of ${arn}, version ${version}, failed: ResourceNotFoundException`;
  const noKey = (reason: string) => (arn: string) => `${arn} does not hold a Tesseral backend API key: ${reason}`;

  interface Case {
    value: () => string | undefined;
    failure?: { status: number; type: string };
    line: (arn: string, version: string) => string;
  }
  const cases: Record<string, Case> = {
    missing: { value: () => undefined, line: notThere },
    unreadable: {
      value: key,
      failure: { status: 400, type: "AccessDeniedException" },
      line: (arn, version) => `GetSecretValue of ${arn}, version ${version}, failed: AccessDeniedException`,
    },
    empty: { value: () => "", line: noKey("it is empty") },
    "with a blank": { value: () => `${key()} `, line: noKey("there are blanks or line breaks around it") },
    "with shell metacharacters": {
      value: () => `${key()}"; touch ${hacked}; $(touch ${hacked})`,
      line: noKey("it has another form"),
    },
  };

  it.each(Object.keys(backends).flatMap((name) => Object.keys(cases).map((what) => [name, what] as const)))(
    "%s, when the secret is %s",
    async (name, what) => {
      const one = functionOf(name);
      const { value, failure, line } = cases[what] as Case;
      const [[arn, versions] = ["", {}]] = Object.entries(one.secrets);
      const version = Object.keys(versions)[0] ?? "";
      const held = value();
      const manager = await manage(held === undefined ? {} : { [arn]: { [version]: held } }, failure);
      const error = await start(one, manager).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LambdaStartError);
      const { exitCode, log } = error as LambdaStartError;
      expect(exitCode).toBe(1);
      const lines = log.split("\n").filter((text) => text !== "" && !isOfAdapter(text));
      expect(lines).toEqual([`tesseral-exec-wrapper: ${line(arn, version)}`]);
      expect(log).not.toContain(key());
      expect(existsSync(hacked)).toBe(false);
    },
  );
});

/** The web adapter runs beside the program and logs its own start. */
const isOfAdapter = (line: string): boolean => /lambda_web_adapter|lambda-adapter/.test(line);

describe.skipIf(leftOut)("with the layers the other way round", () => {
  it("a program on provided.al2023 gets no key and refuses to start by itself", async () => {
    const one = functionOf("go");
    const error = await start({ ...one, layers: [...one.layers].reverse() }, await manage(one.secrets)).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as LambdaStartError).log).toContain("TESSERAL_BACKEND_API_KEY");
    expect(error).toBeInstanceOf(LambdaStartError);
  });
});

describe.skipIf(leftOut)("after a rotation", () => {
  it("the new version of the function reads the new key, and the old one still reads the old key", async () => {
    const before = functionOf("go");
    const rotated = emulator.console.createBackendApiKey();
    await stack.up(program(rotated));
    const after = await deployed(stack, "go", join(work, "rotated"));
    const [arn = ""] = Object.keys(after.secrets);
    const held = await manage({ [arn]: { ...before.secrets[arn], ...after.secrets[arn] } });

    expect((await ask(await start(after, held), `Bearer ${customerKey}`)).status).toBe(200);
    expect((await ask(await start(before, held), `Bearer ${customerKey}`)).status).toBe(200);
    const asked = held.calls.map(
      ({ VersionId }) => after.secrets[arn]?.[VersionId ?? ""] ?? before.secrets[arn]?.[VersionId ?? ""],
    );
    expect(asked).toEqual([rotated, emulator.backendApiKey]);
  }, 60_000);
});
