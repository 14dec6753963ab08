import { join } from "node:path";
import { run } from "../../cli/pulumi/run";

/** A Node that programs can be run by. */
export interface NodeVersion {
  /** Its full version, such as `22.23.3`. */
  version: string;
  /** Its program. */
  path: string;
}

/** The Node that runs this script. */
export const currentNode: NodeVersion = { version: process.versions.node, path: process.execPath };

/** Gets the newest Node of a line, such as `20.19` or `22`, from the npm package `node`; it stays in `folder`. */
export async function getNode(line: string, folder: string): Promise<NodeVersion> {
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, `node@${line}`], {
    timeout: 10 * 60_000,
  });
  const path = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  const version = (await run(path, ["--version"], { timeout: 30_000 })).replace(/^v/, "");
  return { version, path };
}
