import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";

/** Copies the Express example and installs what it needs, as its users do before they deploy it. Gives the folder back. */
export function expressFolder(folder: string): string {
  const source = join(__dirname, "../../../examples/express");
  cpSync(source, folder, { recursive: true, filter: (path) => !path.startsWith(join(source, "node_modules")) });
  const options = ["--omit=dev", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", ["ci", ...options], { cwd: folder, stdio: "pipe" });
  return folder;
}
