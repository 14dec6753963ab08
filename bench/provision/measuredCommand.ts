import { spawn } from "node:child_process";
import { type Peaks, watchMemory } from "./peakMemory";

export interface Measured {
  /** On the clock, from the start of the command to its end. */
  seconds: number;
  peaks: Peaks;
}

/** Runs a command, whose own memory counts under `name`. What it prints is the answer; throws with all that it said when it fails. */
export async function measureCommand(
  program: string,
  args: readonly string[],
  { name, ...options }: { name: string; cwd: string; env: NodeJS.ProcessEnv },
): Promise<Measured & { stdout: string }> {
  const started = performance.now();
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const stop = watchMemory(child.pid ?? 0, name);
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  const exitCode = await new Promise<number | null>((done, reject) => {
    child.on("error", reject);
    child.on("close", done);
  });
  const peaks = stop();
  if (exitCode !== 0) {
    throw new Error(`${[program, ...args].join(" ")} ended with ${exitCode}:\n${said.stdout}${said.stderr}`);
  }
  return { seconds: (performance.now() - started) / 1000, peaks, stdout: said.stdout };
}
