import { type ChildProcess, spawn } from "node:child_process";
import { codedOr } from "../../errors/coded";

/** How `run` starts a command. */
export interface RunOptions {
  /** Working directory. @default the current one */
  cwd?: string;
  /** The whole environment of the command. @default the current one */
  env?: NodeJS.ProcessEnv;
  /** Stops the command when aborted. */
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the command is stopped. */
  timeout: number;
  /** What the command reads on standard input. @default nothing */
  input?: string;
  /** Whether standard output holds secrets: no error shows it then. */
  secret?: boolean;
  /**
   * Whether the command may end in an orderly way when this process is interrupted, and is waited for: it has processes of its own, which would be
   * left behind. It runs in a process group of its own, as a terminal sends Ctrl-C to every process of a group, and a second one means "at once".
   */
  endsInOrder?: boolean;
  /** Takes what the command prints on standard output, piece by piece; it is neither kept nor returned then. If it throws, the command is stopped. */
  onOutput?: (text: string) => void;
  /** Called with each line the command prints on standard error. */
  onLine?: (line: string) => void;
}

/** A command that exited with another code than 0. */
export class CommandFailed extends Error {
  /** What it printed on standard output. */
  readonly stdout: string;

  constructor(message: string, stdout: string) {
    super(message);
    this.stdout = stdout;
  }
}

/** How many of its last lines an error shows of what the command printed. */
const shownLines = 8;

/**
 * Runs a command and returns what it printed on standard output, trimmed.
 * Throws when it cannot be started, is stopped, or exits with another code than 0 ({@link CommandFailed}); the error ends with its last
 * lines.
 */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
  const limit = AbortSignal.timeout(options.timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    signal,
    // On Windows, a process group of its own would open a window.
    detached: options.endsInOrder === true && process.platform !== "win32",
  });
  const interruption = options.endsInOrder === true ? passedOnTo(child) : undefined;
  // A command that ends without reading says why by its exit code.
  child.stdin.on("error", () => {}).end(options.input ?? "");
  let stdout = "";
  const lines: string[] = [];
  let rest = "";
  let refused: unknown;
  const { onOutput } = options;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (onOutput === undefined) {
      stdout += text;
    } else if (refused === undefined) {
      try {
        onOutput(text);
      } catch (error) {
        refused = error;
        child.kill();
      }
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      lines.push(line);
      options.onLine?.(line);
    }
  });
  const code = await new Promise<number | string>((resolve, reject) => {
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = limit.aborted
        ? new Error(codedOr("TSL-PULUMI-FAILED", `${command} did not end within ${options.timeout / 1000} seconds`))
        : error;
      // A command that is being stopped may still write files: what follows has to wait for its end.
      if (child.pid === undefined) {
        reject(failure);
      }
    });
    child.on("close", (exitCode, killedBy) =>
      failure ? reject(failure) : resolve(exitCode ?? killedBy ?? "an unknown signal"),
    );
  }).finally(() => interruption?.over());
  if (refused !== undefined) {
    throw refused;
  }
  if (code === 0) {
    return stdout.trim();
  }
  const said = [...lines, rest, ...(options.secret ? [] : stdout.split("\n"))]
    .filter((line) => line.trim() !== "")
    .slice(-shownLines);
  throw new CommandFailed(
    codedOr("TSL-PULUMI-FAILED", `${command} ended with ${code}${said.length > 0 ? `: ${said.join(" | ")}` : ""}`),
    stdout,
  );
}

/** Passes signals on to a command, each as often as it comes. When the command is over, this process ends by the first of them. */
function passedOnTo(child: ChildProcess): { over(): void } {
  let first: NodeJS.Signals | undefined;
  const passOn = (signal: NodeJS.Signals) => {
    if (first === undefined) {
      process.stderr.write(
        "pulumi-tesseral: interrupted; waiting until Pulumi has ended (interrupt again to stop at once)\n",
      );
    }
    first ??= signal;
    // Pulumi knows no hang-up: it would leave its plugins behind.
    child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  };
  for (const signal of interruptions) {
    process.on(signal, passOn);
  }
  return {
    over() {
      for (const signal of interruptions) {
        process.off(signal, passOn);
      }
      if (first !== undefined) {
        process.kill(process.pid, first);
      }
    },
  };
}

const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
