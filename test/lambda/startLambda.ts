import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { type HttpAnswer, type HttpRequest, httpAnswer, httpEvent } from "./httpEvent";
import { type OnPart, startRuntimeApi } from "./runtimeApi";
import { type Isolation, sandbox } from "./sandbox";
import type { SecretsManager } from "./secretsManager";

export interface LambdaOptions {
  /** The unpacked package; what is /var/task in Lambda. */
  taskRoot: string;
  /** Unpacked layers, in the order of the function's configuration: a later one wins. */
  layers?: readonly string[];
  /** As in the function's configuration: `run.sh`, `server`, `index.handler`. */
  handler: string;
  /** As in the function's configuration: `nodejs22.x`, `python3.13`, `provided.al2023`. The machine's interpreters stand in. */
  runtime: string;
  /** The function's environment. `PORT` is replaced by a free one: boxes share the machine's loopback. */
  environment?: Readonly<Record<string, string>>;
  /** Reached as Secrets Manager, with these credentials. Without it, the function has credentials and nobody to ask. */
  secretsManager?: Pick<SecretsManager, "url" | "credentials">;
  /** The command of a managed runtime. @default for Node a stand-in, for Python `python3 -m awslambdaric <handler>`. */
  interpreter?: readonly string[];
  /** Folders searched for programs before the machine's own, such as a virtual environment's `bin`. */
  path?: readonly string[];
  /** MB. @default 512 */
  memorySize?: number;
  /** Seconds. @default 29 */
  timeout?: number;
  /** Milliseconds for the init phase. @default 10000, Lambda's own limit */
  initTimeout?: number;
  /** @default a namespace where one can be made */
  isolation?: Isolation;
}

export interface Lambda {
  /** Runs one event and gives the function's answer, parsed. @throws Error when the function reports one or its process ends. */
  invoke(event: unknown): Promise<unknown>;
  /** Sends an HTTP request as a function URL does; `onPart` gets the parts of a streamed answer as they come. */
  request(request: HttpRequest, onPart?: OnPart): Promise<HttpAnswer>;
  /** Everything written to stdout and stderr so far. */
  log: string;
  /** Milliseconds from the start of the process until the runtime asked for its first event. */
  initMilliseconds: number;
  isolation: Isolation;
  /** Ends every process of it. */
  stop(): Promise<void>;
}

/** The program ended, or was not ready in time, before it asked for an event. */
export class LambdaStartError extends Error {
  override readonly name = "LambdaStartError";

  constructor(
    message: string,
    readonly exitCode: number | null,
    readonly log: string,
  ) {
    super(`${message}; log: ${log.trim() || "(empty)"}`);
  }
}

/**
 * Starts a function as Lambda does at a cold start and waits for the end of its init phase: layers and package in their places,
 * extensions, exec wrapper or bootstrap, Runtime API, a clean environment.
 *
 * @throws LambdaStartError
 */
export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  const { runtime, handler, timeout = 29, initTimeout = 10_000 } = options;
  const path = [...(options.path ?? []), dirname(process.execPath)];
  const needed = [process.execPath, __dirname, ...path, ...(options.interpreter ?? [])];
  const box = sandbox(options.taskRoot, options.layers ?? [], needed, options.isolation);
  const api = await startRuntimeApi("arn:aws:lambda:us-east-1:123456789012:function:function:live", timeout);
  const environment = {
    ...lambdaEnvironment(options, box.opt, box.taskRoot, path),
    ...placed(options.environment ?? {}, box.opt, box.taskRoot),
    PORT: String(await freePort()),
    AWS_LAMBDA_RUNTIME_API: api.address,
  };

  const [command, ...rest] = box.command(entryOf(runtime, handler, environment, options.interpreter, box));
  let log = "";
  const began = performance.now();
  const child = spawn(command, rest, { env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const killAll = () => {
    try {
      if (child.pid !== undefined) {
        process.kill(-child.pid, "SIGKILL");
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
        throw error; // all of them have ended
      }
    }
  };
  child.on("exit", killAll); // extensions hold the streams open: without them, `close` never comes
  const closed = new Promise<void>((resolve) => {
    child.on("close", (code) => {
      api.close(new LambdaStartError(`the process ended with ${code}`, code, log));
      box.remove();
      resolve();
    });
  });

  const timer = setTimeout(() => {
    api.close(new LambdaStartError(`not ready after ${initTimeout} ms`, null, log));
    killAll();
  }, initTimeout);
  try {
    await api.ready;
  } catch (error) {
    killAll();
    await closed;
    throw error instanceof LambdaStartError ? error : new LambdaStartError(String(error), child.exitCode, log);
  } finally {
    clearTimeout(timer);
  }
  const initMilliseconds = performance.now() - began;

  return {
    invoke: api.invoke,
    request: async (request, onPart) => httpAnswer(await api.invoke(httpEvent(request), onPart)),
    get log() {
      return log;
    },
    initMilliseconds,
    isolation: box.isolation,
    stop: async () => {
      killAll();
      await closed;
    },
  };
}

/** What Lambda starts: for `provided.*` the package's bootstrap, else the layers'; for managed runtimes the client, in its wrapper. */
function entryOf(
  runtime: string,
  handler: string,
  environment: Record<string, string>,
  interpreter: readonly string[] | undefined,
  box: { opt: string; taskRoot: string; exists(path: string): boolean },
): string[] {
  if (runtime.startsWith("provided")) {
    const own = join(box.taskRoot, "bootstrap");
    return [box.exists(own) ? own : join(box.opt, "bootstrap")];
  }
  const clients: Record<string, string[]> = {
    nodejs: [process.execPath, join(__dirname, "nodeRuntimeClient.mjs")],
    python: ["python3", "-m", "awslambdaric", handler],
  };
  const client = interpreter ?? clients[/^[a-z]+/.exec(runtime)?.[0] ?? ""];
  if (!client) {
    throw new Error(`no interpreter is known for ${runtime}: give one`);
  }
  const wrapper = environment.AWS_LAMBDA_EXEC_WRAPPER;
  return [...(wrapper ? [wrapper] : []), ...client];
}

/** The variables that Lambda sets itself. */
function lambdaEnvironment(
  { handler, runtime, memorySize = 512, secretsManager }: LambdaOptions,
  opt: string,
  taskRoot: string,
  path: readonly string[],
): Record<string, string> {
  const credentials = secretsManager?.credentials;
  return {
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? "ASIANOBODY",
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? "nobody",
    AWS_SESSION_TOKEN: credentials?.sessionToken ?? "nobody",
    ...(secretsManager ? { AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url } : {}),
    AWS_LAMBDA_FUNCTION_NAME: "function",
    AWS_LAMBDA_FUNCTION_VERSION: "1",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "group",
    AWS_LAMBDA_LOG_STREAM_NAME: "stream",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: [...path, "/usr/local/bin", "/usr/bin", "/bin", join(opt, "bin")].join(":"),
    LD_LIBRARY_PATH: [taskRoot, join(taskRoot, "lib"), join(opt, "lib")].join(":"),
  };
}

/** Puts paths below /opt and /var/task where the sandbox has them. */
function placed(environment: Readonly<Record<string, string>>, opt: string, taskRoot: string): Record<string, string> {
  const moved = (value: string) => value.replace(/^\/opt(?=\/)/, opt).replace(/^\/var\/task(?=\/|$)/, taskRoot);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, moved(value)]));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
