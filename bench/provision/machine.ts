import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { findPulumi, type PulumiCli, putOnPath } from "../../cli/pulumi/findPulumi";
import { hasLanguageHost } from "../../test/engine/languageHost";

/** The Pulumi that runs programs as people run them; undefined, with the reason on the console, where it cannot. */
export async function findWholePulumi(): Promise<PulumiCli | undefined> {
  if (!hasLanguageHost()) {
    console.log(
      "Nothing is measured: there is no pulumi-language-nodejs on PATH. A full installation of Pulumi has it: https://www.pulumi.com/docs/install/",
    );
    return undefined;
  }
  const cli = await findPulumi({ progress: (line) => console.log(line) });
  putOnPath(cli);
  return cli;
}

/** @throws if an option is not a positive whole number */
export function positive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${option}: ${text} is not a positive number`);
  }
  return number;
}

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
