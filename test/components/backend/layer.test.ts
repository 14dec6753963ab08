// Proves what the layer does at a cold start: the key reaches the process, and whatever is wrong stops it with one line.
// It runs the script of the layer under this machine's bash and curl; it does not show Amazon Linux, IAM or freeze and thaw.
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type Isolation,
  type Lambda,
  type LambdaOptions,
  LambdaStartError,
  type SecretFailure,
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
  const { answer, rest, status, field_value } = process.env;
  return { key: TESSERAL_BACKEND_API_KEY, AWS_LAMBDA_EXEC_WRAPPER, TESSERAL_NEXT_EXEC_WRAPPER, WRAPPED, arguments: process.argv.slice(2), answer, rest, status, field_value };
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

async function withSecret(value: string | Buffer, failure?: SecretFailure): Promise<SecretsManager> {
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

  // Each holds the key in its field "apiKey", and something else that looks like it.
  it.each<[string, string]>([
    ["with blanks and other fields", `{\n  "other": "tesseral_secret_key_wrong",\n\t"apiKey" : "${key}"\r\n}`],
    ["after the same field of an object in it", `{"old":{"apiKey":"tesseral_secret_key_wrong"},"apiKey":"${key}"}`],
    [
      "before the same field of an object in it",
      `{"apiKey":"${key}","old":[1,{"apiKey":"tesseral_secret_key_wrong"}]}`,
    ],
    ["after a text that reads like it", JSON.stringify({ note: '"apiKey":"tesseral_secret_key_wrong"', apiKey: key })],
    ["as the last of two, as every JSON parser has it", `{"apiKey":"tesseral_secret_key_wrong","apiKey":"${key}"}`],
    [
      "beside every kind of value",
      `{"a":[],"b":{},"c":[true,false,null,-1.5e+3,"]"],"d":{"e":[[{}]]},"apiKey":"${key}"}`,
    ],
    ["in escapes", `{"x":"\\u00e9\\\\\\"\\/\\b\\\\","\\u0061piKey":"\\u0074${key.slice(1)}"}`],
    ["beside other alphabets", `{"größe":"ключ 鍵 🔑","apiKey":"${key}"}`],
    ["with a line break at the end", JSON.stringify({ apiKey: `${key}\r\n` })],
  ])("takes the key from a field of a JSON secret, %s", async (_, value) => {
    expect(JSON.parse(value)).toMatchObject({ apiKey: expect.stringContaining(key) });
    const lambda = await start(await withSecret(value), {
      environment: { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "apiKey" },
    });
    expect(await lambda.invoke({})).toMatchObject({ key });
  });

  it("reads a JSON secret of the largest size within the time of a start", async () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`field-${index}`, "x".repeat(25)]));
    const value = JSON.stringify({ ...many, apiKey: key });
    expect(value.length).toBeGreaterThan(60_000);
    const lambda = await start(await withSecret(value), {
      environment: { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "apiKey" },
    });
    expect(await lambda.invoke({})).toMatchObject({ key });
    expect(lambda.initMilliseconds).toBeLessThan(6000);
  });

  it.each([
    ["LF", "\n"],
    ["CR LF", "\r\n"],
    ["several", "\n\n"],
  ])("takes a secret that ends in a line break: %s", async (_, end) => {
    const lambda = await start(await withSecret(`${key}${end}`));
    expect(await lambda.invoke({})).toMatchObject({ key });
  });

  it.each<[number, string]>([
    [400, "ThrottlingException"],
    [500, "InternalServiceError"],
    [503, "ServiceUnavailable"],
    [429, "com.amazonaws.secretsmanager#TooManyRequestsException"],
  ])("asks again after %s %s, within the time of a start", async (status, type) => {
    const manager = await withSecret(key, { status, type, times: 2 });
    const lambda = await start(manager);
    expect(await lambda.invoke({})).toMatchObject({ key });
    expect(manager.calls.map(({ problems }) => problems)).toEqual([[], [], []]);
    expect(lambda.initMilliseconds).toBeLessThan(4000);
  });

  it("leaves the program's own variables alone, whatever they are called", async () => {
    const environment = { answer: "a", rest: "b", status: "c", field_value: "d" };
    const lambda = await start(await withSecret(key), { environment });
    expect(await lambda.invoke({})).toMatchObject({ key, ...environment });
  });

  it("starts a handler that is in a layer", async () => {
    const own = join(folder, "own-layer");
    cpSync(join(task, "server"), join(own, "bin/server"));
    const lambda = await start(await withSecret(key), {
      isolation: "path",
      layers: [layer, own],
      handler: join(own, "bin/server"),
      environment: { TESSERAL_EXEC_MODE: "web" },
    });
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
    ["is empty", "", "it is empty"],
    ["begins with a blank", ` ${key}`, "there are blanks or line breaks around it"],
    ["ends with a blank before its line break", `${key} \n`, "there are blanks or line breaks around it"],
    ["has two lines", `${key}\n${key}`, "it has another form"],
    [
      "has shell metacharacters",
      `${key}"; touch ${hacked}; $(touch ${hacked}) \`touch ${hacked}\``,
      "it has another form",
    ],
    ["is a bare command substitution", `tesseral_secret_key_$(touch ${hacked})`, "it has another form"],
    ["holds capitals", "tesseral_secret_key_ABC", "it has another form"],
    ["is another kind of key", "acme_sk_0123456789", "it has another form"],
    [
      "is a JSON object and no field is named",
      JSON.stringify({ key }),
      "it is a JSON object; name its field by backendApiKeySecretJsonKey",
    ],
    ["is binary", Buffer.from(key), "it has no SecretString, so its value is binary"],
  ])("when the secret %s", async (_, value, reason) => {
    const log = await failure(await withSecret(value));
    expect(log).toBe(`${prefix} ${arn} does not hold a Tesseral backend API key: ${reason}\n`);
  });

  it.each([
    ["is missing", JSON.stringify({ key }), "there is no such field"],
    ["is only in an object in it", JSON.stringify({ a: { absent: key } }), "there is no such field"],
    ["is only in a text of it", JSON.stringify({ a: `"absent":"${key}"` }), "there is no such field"],
    ["is a number", JSON.stringify({ absent: 5 }), "the field is not a string"],
    ["is an object", JSON.stringify({ absent: { key } }), "the field is not a string"],
    ["is another text", JSON.stringify({ absent: `x${key}` }), "it has another form"],
    ["is empty", JSON.stringify({ absent: "" }), "it is empty"],
    ["is of a list", JSON.stringify([{ absent: key }]), "the secret is not a JSON object"],
    ["is of no JSON", key, "the secret is not a JSON object"],
    ["is of broken JSON", `{"absent":"${key}"`, "the secret is not a JSON object"],
    ["is of JSON with more behind it", `{"absent":"${key}"} x`, "the secret is not a JSON object"],
    ["is of JSON with a text behind it", `{"absent":"${key}"} "x" `, "the secret is not a JSON object"],
    ["is of JSON with a comma too many", `{"absent":"${key}",}`, "the secret is not a JSON object"],
  ])("when the JSON field %s", async (_, value, reason) => {
    const environment = { TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY: "absent" };
    const log = await failure(await withSecret(value), { environment });
    expect(log).toBe(`${prefix} ${arn} does not hold a Tesseral backend API key in its field absent: ${reason}\n`);
  });

  it("when Secrets Manager does not come round in time", async () => {
    const manager = await withSecret(key, { status: 400, type: "ThrottlingException" });
    const log = await failure(manager);
    const times = manager.calls.length;
    expect(times).toBeGreaterThan(2);
    expect(log).toBe(`${prefix} GetSecretValue of ${arn} failed: ThrottlingException, ${times} times\n`);
  });

  it("when nothing of a hostile secret ran", async () => {
    await failure(await withSecret(`tesseral_secret_key_$(touch ${hacked})`));
    expect(() => chmodSync(hacked, 0o644)).toThrow("ENOENT");
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
    const manager = await withSecret(key, { status: 400, type: "AccessDeniedException" });
    const log = await failure(manager);
    expect(manager.calls).toHaveLength(1);
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
    expect(log.replace(/\d+ times/, "N times")).toBe(
      `${prefix} Secrets Manager is not reachable at ${manager.url} (curl ended with 7, N times)\n`,
    );
  });

  it("when the handler is no executable file", async () => {
    const options = { runtime: "provided.al2023", handler: "plain.sh" };
    const log = await failure(await withSecret(key), options);
    expect(log).toBe(`${prefix} the handler plain.sh is not an executable file of the function's package\n`);
  });
});
