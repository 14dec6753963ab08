import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Backend, toolCaches } from "./backends";

/** Builds an example; a step whose inputs have not changed since it last ran is left out. */
export async function build(backend: Pick<Backend, "folder" | "build">): Promise<void> {
  for (const [index, step] of backend.build.entries()) {
    const stamp = join(backend.folder, "dist", `.built-${index}`);
    const inputs = `${step.command.join(" ")} ${digest(backend.folder, step.inputs)}`;
    const isBuilt = existsSync(join(backend.folder, step.output)) && existsSync(stamp);
    if (isBuilt && readFileSync(stamp, "utf8") === inputs) {
      continue;
    }
    await run(step.command, backend.folder, { ...toolCaches, ...step.environment });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, inputs);
  }
}

/** Runs a command at low priority. @throws Error with the end of its output when it fails. */
export async function run(
  command: readonly [string, ...string[]],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn("nice", ["-n", "10", ...command], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`${command.join(" ")} in ${folder} ended with ${code}:\n${output.slice(-4000)}`);
  }
  return output;
}

function digest(folder: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((path) => filesBelow(join(folder, path)))) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
