import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/pulumi/run";
import { npm } from "./packageManager";

/** What programs can be run by: a Node, or Bun under Node's name. */
export interface NodeVersion {
  /** What it calls itself, such as `22.23.3`. */
  version: string;
  /** Its program, which is called `node`. */
  path: string;
}

/** Gets the newest Node of a line, such as `20.19` or `22`, from the npm package `node`; it stays in `folder`. */
export async function getNode(line: string, folder: string): Promise<NodeVersion> {
  await npm(["install", "--no-audit", "--no-fund", "--prefix", folder, `node@${line}`]);
  const path = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  const version = (await run(path, ["--version"], { timeout: 30_000 })).replace(/^v/, "");
  return { version, path };
}

/** Gets Bun, which takes itself for Node when it is called so: the engine starts programs and plugins by `node`. */
export async function getBun(folder: string): Promise<NodeVersion> {
  await npm(["install", "--no-audit", "--no-fund", "--prefix", folder, "bun@1"]);
  const program = join(folder, "node_modules/bun/bin/bun.exe");
  const version = `Bun ${await run(program, ["--version"], { timeout: 30_000 })}`;
  const path = join(folder, "named", process.platform === "win32" ? "node.exe" : "node");
  mkdirSync(join(folder, "named"));
  symlinkSync(program, path);
  return { version, path };
}
