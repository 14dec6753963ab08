import { spawn } from "node:child_process";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";

/** A server under test: where it is and how it is started. */
export interface Startable {
  folder: string;
  start: readonly [string, ...string[]];
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Running {
  /** On 127.0.0.1. */
  port: number;
  /** Sends a GET with exactly these header values. @throws Error when the server ends the connection without an answer. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Everything written to stdout and stderr so far. */
  output: string;
  isAlive: boolean;
  /** Ends every process of it. */
  stop(): Promise<void>;
}

/** The program ended by itself, or never served. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";

  constructor(
    /** Null when it was still running when patience ran out. */
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(
      exitCode === null ? `does not serve; output: ${output}` : `the process ended with ${exitCode}; output: ${output}`,
    );
  }
}

/**
 * Starts a server as a user would: its own command, on a free port, with these variables, and waits until `/healthz` answers.
 *
 * @param patience Milliseconds until a server that neither serves nor ends is given up.
 * @throws NotStarted
 */
export async function launch(
  server: Startable,
  environment: Record<string, string>,
  patience = 25_000,
): Promise<Running> {
  const port = await freePort();
  const [command, ...options] = server.start;
  const child = spawn(command, options, {
    cwd: server.folder,
    // Nothing but what a shell has: variables of this process must not decide how an example behaves.
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", PORT: String(port), ...environment },
    detached: true, // a process group of its own, so that npm's and gunicorn's children end with it
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const running: Running = {
    port,
    get: (path, headers = {}) => get(port, path, headers),
    get output() {
      return output;
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    stop: async () => {
      killGroup(child.pid);
      await closed;
    },
  };
  const ended = closed.then((code) => {
    throw new NotStarted(code, output);
  });
  const deadline = Date.now() + patience;
  try {
    await Promise.race([ended, serves(port, deadline)]);
  } catch (error) {
    await running.stop();
    throw error instanceof NotStarted ? error : new NotStarted(null, output);
  }
  ended.catch(() => undefined); // from here on, the end of the process is nobody's surprise but `isAlive`'s
  return running;
}

/** Settles when `/healthz` answers 200. */
async function serves(port: number, deadline: number): Promise<void> {
  while (true) {
    try {
      if ((await get(port, "/healthz", {})).status === 200) {
        return;
      }
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    if (Date.now() > deadline) {
      throw new Error("/healthz does not answer with 200");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function get(port: number, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // A connection for each request: what is tested is never which of two sides closed an idle one first.
    const sent = request({ host: "127.0.0.1", port, path, headers, agent: false, timeout: 15_000 }, (response) => {
      let body = "";
      response
        .setEncoding("utf8")
        .on("data", (text: string) => {
          body += text;
        })
        .on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
        .on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 15 s"))).on("error", reject);
    sent.end();
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error; // all of them have ended
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
