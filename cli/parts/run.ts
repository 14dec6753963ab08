/** Runs Pulumi on several stacks at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workOnEach } from "../workOnEach";
import type { PartStack } from "./partStacks";

export const operations = ["preview", "up", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** The outcome for one stack. */
interface PartRun {
  part: number;
  stack: string;
  /** Pulumi's exit code; absent where it was not begun, or ended by a signal. */
  exitCode?: number;
  result: "done" | "failed" | "interrupted" | "not begun" | "done before";
  seconds?: number;
  /** Pulumi's own count, such as `{ "created": 4 }`. */
  resources?: Record<string, number>;
  /** The file with all that it printed. */
  log?: string;
}

export interface RunOptions {
  operation: Operation;
  /** More arguments for Pulumi. */
  args: readonly string[];
  jobs: number;
  /** Whether to leave out the stacks that the last such run has done. */
  resume: boolean;
  /** The folder of Pulumi.yaml. */
  root: string;
  /** Told of each stack when it is over. */
  onEnd(run: PartRun): void;
}

/** The folder for what was printed and done. */
const keptIn = ".pulumi-tesseral";

/** Signals that are passed on to every Pulumi, once each: it ends in an orderly way at the first, and at once at the second. */
const passedOn = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs an operation on each of the stacks, side by side. A stack that fails stops no other; after a signal no more are begun. What is done is
 * kept in `.pulumi-tesseral`, so that a run that was stopped can be resumed.
 */
export async function runParts(stacks: readonly PartStack[], options: RunOptions): Promise<PartRun[]> {
  const { operation, jobs, resume, root, onEnd } = options;
  const folder = join(root, keptIn, operation);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, keptIn, ".gitignore"), "*\n");
  const record = join(folder, "done.json");
  const done = new Set<string>(resume && existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : []);
  const keep = () => writeFileSync(record, JSON.stringify([...done]));
  keep();
  const running = new Set<ChildProcess>();
  let isStopped = false;
  const passOn = (signal: NodeJS.Signals) => {
    isStopped = true;
    for (const child of running) {
      child.kill(signal); // false, not an error, if it has just ended
    }
  };
  for (const signal of passedOn) {
    process.on(signal, passOn);
  }
  const runs = new Map<string, PartRun>();
  try {
    await workOnEach(stacks, jobs, async ({ stack, part }) => {
      const one = { part: part.number, stack };
      if (done.has(stack)) {
        runs.set(stack, { ...one, result: "done before" });
      } else if (isStopped) {
        runs.set(stack, { ...one, result: "not begun" });
      } else {
        const run = { ...one, ...(await runOne(stack, join(folder, `${stack}.log`), options, running)) };
        runs.set(stack, run);
        if (run.result === "done") {
          done.add(stack);
          keep();
        }
        onEnd(run);
      }
    });
  } finally {
    for (const signal of passedOn) {
      process.off(signal, passOn);
    }
  }
  return stacks.flatMap(({ stack }) => runs.get(stack) ?? []);
}

async function runOne(
  stack: string,
  log: string,
  { operation, args, root }: RunOptions,
  running: Set<ChildProcess>,
): Promise<Omit<PartRun, "part" | "stack">> {
  const began = performance.now();
  const agreed = operation === "preview" ? [] : ["--yes"];
  const all = [operation, "--stack", stack, "--non-interactive", "--color", "never", ...agreed, ...args];
  // In a process group of its own: a terminal sends Ctrl-C to every process of a group, and to Pulumi a second one means "at once".
  const child = spawn("pulumi", all, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const written = createWriteStream(log);
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-10_000);
  });
  child.stdout.pipe(written, { end: false });
  child.stderr.pipe(written, { end: false });
  running.add(child);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((ended, failed) => {
    child.on("error", failed);
    child.on("close", (exitCode, killedBy) => ended([exitCode, killedBy]));
  }).finally(() => {
    running.delete(child);
    written.end();
  });
  return {
    ...(code !== null && { exitCode: code }),
    result:
      code === 0 ? "done" : signal !== null || /update canceled|cancell?ed/iu.test(printed) ? "interrupted" : "failed",
    seconds: Math.round((performance.now() - began) / 100) / 10,
    resources: countsIn(printed),
    log,
  };
}

/** The counts at the end of what Pulumi prints: `+ 4 created`, `~ 1 to update`, `8 unchanged`. */
function countsIn(printed: string): Record<string, number> {
  const end = printed.slice(Math.max(0, printed.lastIndexOf("Resources:")));
  const counts = end.matchAll(
    /^\s*(?:\S+ )?(\d+) (created|updated|deleted|replaced|unchanged|to create|to update|to delete|to replace)\b/gmu,
  );
  return end.startsWith("Resources:")
    ? Object.fromEntries([...counts].map(([, count, what]) => [String(what).replace("to ", ""), Number(count)]))
    : {};
}

const words: Record<PartRun["result"], string> = {
  done: "done",
  failed: "FAILED",
  interrupted: "interrupted",
  "not begun": "not begun",
  "done before": "done before",
};

/** One stack's outcome as a line. */
export function runLine({ stack, result, exitCode, seconds, resources = {}, log }: PartRun): string {
  const counts = Object.entries(resources).map(([what, count]) => `${count} ${what}`);
  const code = exitCode === undefined || exitCode === 0 ? "" : ` (exit code ${exitCode}), see ${log}`;
  const time = seconds === undefined ? "" : `, ${seconds} s`;
  return `${stack}: ${words[result]}${code}${time}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** The outcome of a run, in one line or two. */
export function runSummary(runs: readonly PartRun[], operation: Operation): string {
  const ofResult = (result: PartRun["result"]) => runs.filter((run) => run.result === result);
  const counted = (Object.keys(words) as PartRun["result"][]).flatMap((result) => {
    const count = ofResult(result).length;
    return count === 0 ? [] : [`${count} ${result}`];
  });
  const sums: Record<string, number> = {};
  for (const { resources = {} } of runs) {
    for (const [what, count] of Object.entries(resources)) {
      sums[what] = (sums[what] ?? 0) + count;
    }
  }
  const resources = Object.entries(sums).map(([what, count]) => `${count} ${what}`);
  const bad = runs.filter(({ result }) => result === "failed" || result === "interrupted");
  return [
    `${operation} of ${runs.length} parts: ${counted.join(", ")}${resources.length === 0 ? "" : `; resources: ${resources.join(", ")}`}`,
    ...(bad.length === 0
      ? []
      : [`Not done: ${bad.map(({ stack }) => stack).join(", ")}. To run only these again, add --resume`]),
    "",
  ].join("\n");
}
