/** The most memory that each process of a command has held, as Linux knows it. */
import { readdirSync, readFileSync } from "node:fs";

/** What the processes below a Pulumi CLI or a Terraform are. The engine is the CLI itself. */
const roles = [
  { name: "provider", is: /pulumi-resource-pulumi-nodejs|dynamic-provider|terraform-provider-/ },
  { name: "program", is: /@pulumi\/pulumi\/cmd\/run/ },
  { name: "language host", is: /pulumi-language-nodejs/ },
] as const;

/** Bytes by what the process is: `engine`, `provider`, `program`, `language host`, or the name of the program. */
export type Peaks = Record<string, number>;

/** Milliseconds between two looks. A process's own peak is kept by the kernel, so only processes that live shorter are missed. */
const interval = 200;

/** Looks at a process and its descendants until `stop` is called, which answers the peaks; empty where there is no `/proc`. */
export function watchMemory(pid: number, own: string): () => Peaks {
  const peaks: Peaks = {};
  const look = () => {
    for (const one of descendantsOf(pid)) {
      const name = one === pid ? own : roleOf(one);
      peaks[name] = Math.max(peaks[name] ?? 0, peakOf(one));
    }
  };
  const timer = process.platform === "linux" ? setInterval(look, interval) : undefined;
  return () => {
    clearInterval(timer);
    return peaks;
  };
}

function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    // After the name in parentheses come the state and the parent.
    const parent = /^\d+$/.test(entry) ? /\) \S (\d+)/.exec(textOf(`/proc/${entry}/stat`))?.[1] : undefined;
    if (parent !== undefined) {
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(entry)]);
    }
  }
  const found = [root];
  for (const pid of found) {
    found.push(...(children.get(pid) ?? []));
  }
  return found;
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function roleOf(pid: number): string {
  const command = textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  return roles.find(({ is }) => is.test(command))?.name ?? (command.split(" ")[0]?.split("/").at(-1) || "ended");
}

/** Nothing of a process that has just ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
