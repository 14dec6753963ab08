// Proves what the layer does at a cold start: the key reaches the process, and whatever is wrong stops it with one line.
// It runs the script of the layer under this machine's bash and curl; it does not show Amazon Linux, IAM or freeze and thaw.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type Isolation,
  type Lambda,
  type LambdaOptions,
  LambdaStartError,
  type SecretsManager,
  secretsManager,
  startLambda,
  tesseralLayer,
} from "../../lambda";

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf";
const key = "tesseral_secret_key_0123456789abcdefghijklmno";
const folder = mkdtempSync(join(tmpdir(), "layer-test-"));
const layer = tesseralLayer(join(folder, "layer"));
const task = join(folder, "task");
const hacked = join(folder, "hacked");

// Programs that answer with what they see of the environment and of their own command line.
const handlerSource = `
exports.handler = async () => {
  const { TESSERAL_BACKEND_API_KEY, AWS_LAMBDA_EXEC_WRAPPER, TESSERAL_NEXT_EXEC_WRAPPER, WRAPPED } = process.env;
  return { key: TESSERAL_BACKEND_API_KEY, AWS_LAMBDA_EXEC_WRAPPER, TESSERAL_NEXT_EXEC_WRAPPER, WRAPPED, arguments: process.argv.slice(2) };
};`;

beforeAll(() => {
  const write = (name: string, text: string) => {
    writeFileSync(join(task, name), text);
    chmodSync(join(task, name), 0o755);
  };
  tesseralLayer(task); // makes the folder; what is in it is replaced below
  rmSync(join(task, "bootstrap"));
  write("index.js", handlerSource);
  write(
    "server",
    `#!/bin/bash\n_HANDLER=index.handler exec node ${join(__dirname, "../../lambda/nodeRuntimeClient.mjs")}\n`,
  );
  write("wrapper", '#!/bin/bash\nexport WRAPPED=yes\nexec "$@"\n');
  write("noisy", "echo read by bash >&2; set -x\n");
  writeFileSync(join(task, "plain.sh"), "#!/bin/bash\n", { mode: 0o644 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running: Pick<Lambda, "stop">[] = [];
const open: SecretsManager[] = [];
afterEach(async () => {
  for (const lambda of running.splice(0)) {
    await lambda.stop();
  }
  for (const server of open.splice(0)) {
    server.close();
  }
});

async function withSecret(value: string, failure?: { status: number; type: string }): Promise<SecretsManager> {
  const manager = await secretsManager({
    secrets: { [arn]: { v1: "tesseral_secret_key_old", v2: value } },
    ...(failure && { failure }),
  });
  open.push(manager);
  return manager;
}

async function start(manager: SecretsManager, options: Partial<LambdaOptions> = {}): Promise<Lambda> {
  const lambda = await startLambda({
    taskRoot: task,
    layers: [layer],
    runtime: "nodejs22.x",
    handler: "index.handler",
    secretsManager: manager,
    ...options,
    environment: {
      AWS_LAMBDA_EXEC_WRAPPER: "/opt/tesseral/exec-wrapper",
      TESSERAL_BACKEND_API_KEY_SECRET_ARN: arn,
      ...options.environment,
    },
  });
  running.push(lambda);
  return lambda;
}

/** The log of a start that must fail. */
async function failure(manager: SecretsManager, options: Partial<LambdaOptions> = {}): Promise<string> {
  const error = await start(manager, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof LambdaStartError)) {
    throw new Error(`it started: ${String(error)}`);
  }
  expect(error.exitCode).toBe(1);
  return error.log;
}

describe.each<Isolation | undefined>([undefined, "path"])("with isolation %s", (isolation) => {
  const given = isolation ? { isolation } : {};

  it("gives the key to a managed runtime and leaves its command line alone", async () => {
    const manager = await withSecret(key);
    const lambda = await start(manager, given);
    expect(await lambda.invoke({})).toEqual({ key, arguments: [] });
    expect(manager.calls).toEqual([{ SecretId: arn, target: "secretsmanager.GetSecretValue", problems: [] }]);
    expect(lambda.log).toBe("");
  });

  it("gives the key to an executable on provided.al2023, as bootstrap", async () => {
    const lambda = await start(await withSecret(key), { ...given, runtime: "provided.al2023", handler: "server" });
    expect(await lambda.invoke({})).toMatchObject({ key });
  });

  it("starts the handler instead of the runtime's client in web mode", async () => {
    const environment = { TESSERAL_EXEC_MODE: "web" };
    const lambda = await start(await withSecret(key), {
      ...given,
      handler: "server",
      interpreter: ["/bin/false"],
      environment,
    });
    expect(await lambda.invoke({})).toMatchObject({ key });
  });

  it("hands over to the user's own wrapper, and nothing wraps twice", async () => {
    const environment = { TESSERAL_NEXT_EXEC_WRAPPER: "/var/task/wrapper" };
    const lambda = await start(await withSecret(key), { ...given, environment });
    expect(await lambda.invoke({})).toEqual({ key, WRAPPED: "yes", arguments: [] });
  });
});

describe("what it reads", () => {
  it("asks for the pinned version", async () => {
    const manager = await withSecret(key);
    const environment = { TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "v1" };
    const lambda = await start(manager, { environment });
    expect(await lambda.invoke({})).toMatchObject({ key: "tesseral_secret_key_old" });
    expect(manager.calls).toMatchObject([{ VersionId: "v1", problems: [] }]);
  });

  it("takes the key from a field of a JSON secret", async () => {
    const manager = await withSecret(`{\n  "other": "tesseral_secret_key_wrong",\n  "backend-key": "${key}"\n}`);
    const lambda = await start(manager, { environment: { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "backend-key" } });
    expect(await lambda.invoke({})).toMatchObject({ key });
  });

  it("does not trace the key into the log when the function's environment asks bash to", async () => {
    const { url, credentials } = await withSecret(key);
    // Started without the harness, whose own shell would swallow these settings.
    const child = spawn(join(layer, "tesseral/exec-wrapper"), ["/usr/bin/printenv", "TESSERAL_BACKEND_API_KEY"], {
      env: {
        PATH: "/usr/bin:/bin",
        SHELLOPTS: "xtrace",
        BASH_ENV: join(task, "noisy"),
        TESSERAL_BACKEND_API_KEY_SECRET_ARN: arn,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
      },
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect({ output, errors }).toEqual({ output: `${key}\n`, errors: "" });
  });
});

describe("fails closed with one line", () => {
  const prefix = "tesseral-exec-wrapper:";

  it.each([
    ["is empty", ""],
    ["ends with a line break", `${key}\n`],
    ["begins with a blank", ` ${key}`],
    ["has shell metacharacters", `${key}"; touch ${hacked}; $(touch ${hacked}) \`touch ${hacked}\``],
    ["is a bare command substitution", `tesseral_secret_key_$(touch ${hacked})`],
    ["holds capitals", "tesseral_secret_key_ABC"],
    ["is another kind of key", "acme_sk_0123456789"],
    ["is a JSON object and no field is named", JSON.stringify({ key })],
  ])("when the secret %s", async (_, value) => {
    expect(await failure(await withSecret(value))).toBe(`${prefix} ${arn} does not hold a Tesseral backend API key\n`);
  });

  it("when nothing of a hostile secret ran", async () => {
    await failure(await withSecret(`tesseral_secret_key_$(touch ${hacked})`));
    expect(() => chmodSync(hacked, 0o644)).toThrow("ENOENT");
  });

  it("when the JSON field is missing", async () => {
    const environment = { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "absent" };
    const log = await failure(await withSecret(JSON.stringify({ key })), { environment });
    expect(log).toBe(`${prefix} ${arn} does not hold a Tesseral backend API key in its field absent\n`);
  });

  it("when the secret is not there", async () => {
    const other = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf";
    const log = await failure(await withSecret(key), { environment: { TESSERAL_BACKEND_API_KEY_SECRET_ARN: other } });
    expect(log).toBe(`${prefix} GetSecretValue of ${other} failed: ResourceNotFoundException\n`);
  });

  it("when the version is not there", async () => {
    const log = await failure(await withSecret(key), {
      environment: { TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID: "v9" },
    });
    expect(log).toBe(`${prefix} GetSecretValue of ${arn}, version v9, failed: ResourceNotFoundException\n`);
  });

  it("when the role may not read it", async () => {
    const log = await failure(await withSecret(key, { status: 400, type: "AccessDeniedException" }));
    expect(log).toBe(`${prefix} GetSecretValue of ${arn} failed: AccessDeniedException\n`);
  });

  it("when the session token is another one", async () => {
    const manager = await withSecret(key);
    const credentials = { ...manager.credentials, sessionToken: "another" };
    const log = await failure({ ...manager, credentials });
    expect(log).toBe(`${prefix} GetSecretValue of ${arn} failed: InvalidSignatureException\n`);
    expect(manager.calls).toMatchObject([{ problems: ["the session token is missing or not signed"] }]);
  });

  it.each([
    ["missing", ""],
    ["a name", "api"],
    ["hostile", `${arn}","x":"`],
    ["of a partition without a public endpoint", arn.replace("arn:aws:", "arn:aws-iso:")],
  ])("when the ARN is %s", async (_, value) => {
    const log = await failure(await withSecret(key), { environment: { TESSERAL_BACKEND_API_KEY_SECRET_ARN: value } });
    expect(log).toBe(`${prefix} TESSERAL_BACKEND_API_KEY_SECRET_ARN is missing or not the ARN of a secret\n`);
  });

  it("when Secrets Manager is not reachable", async () => {
    const manager = await withSecret(key);
    manager.close();
    const log = await failure(manager);
    expect(log).toBe(`${prefix} Secrets Manager is not reachable at ${manager.url} (curl ended with 7)\n`);
  });

  it("when the handler is no executable file", async () => {
    const options = { runtime: "provided.al2023", handler: "plain.sh" };
    const log = await failure(await withSecret(key), options);
    expect(log).toBe(`${prefix} the handler plain.sh is not an executable file of the function's package\n`);
  });
});
