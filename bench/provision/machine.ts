import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { PulumiCli } from "../../cli/pulumi/findPulumi";

/** On what something was measured, and what of. */
export function machineOf(cli: PulumiCli): string {
  return `Pulumi ${cli.version}, Node ${process.versions.node}, ${systemOf()}, commit ${commit()}`;
}

function systemOf(): string {
  const all = cpus();
  return `${process.platform} ${process.arch}, ${all.length} cores (${all[0]?.model.trim() ?? "unknown"})`;
}

function commit(): string {
  return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
}
