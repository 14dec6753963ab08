// Which processes have started which, as the system tells.
import { execFileSync } from "node:child_process";

export interface Process {
  pid: number;
  parent: number;
  command: string;
  args: string;
}

function processes(): Process[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command: args.split(" ")[0] ?? "", args }];
  });
}

/** The processes that a process has started. */
export function children(pid: number): Process[] {
  return processes().filter(({ parent }) => parent === pid);
}

/** The processes that a process has started, and those that these have. */
export function descendants(pid: number): Process[] {
  return children(pid).flatMap((child) => [child, ...descendants(child.pid)]);
}
