// Makes the package of an example from a copy of what is committed of it: node scripts/runTypeScript.cjs test/examples/buildPackage.ts NAME FOLDER
// FOLDER gets `source`, `cache`, which is this package's own, and `package.zip`.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import type { asset } from "@pulumi/pulumi";
import { starts } from "../../components/backend/build/codeBuild";
import { functionPackage } from "../../components/backend/functionPackage";
import { packageRules } from "../../components/backend/package/packageRules";
import { deployedByOneLine } from "./packaging";

async function build(name: string, folder: string): Promise<void> {
  const { code, runtime = starts[code.build].runtime, architecture } = deployedByOneLine(name);
  const source = join(folder, "source");
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: code.path,
    encoding: "utf8",
  });
  for (const file of listed.trim().split("\n")) {
    cpSync(join(code.path, file), join(source, file));
  }
  // What Next.js draws its keys from; a team keeps it.
  cpSync(join(__dirname, "seed"), join(source, ".seed"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  const { handler } = starts[code.build];
  const rules = packageRules({ architecture, runtime, handler });
  const archive = functionPackage(name, { ...code, path: source }, rules) as asset.FileArchive;
  copyFileSync(await archive.path, join(folder, "package.zip"));
}

const [name = "", folder = ""] = process.argv.slice(2);
build(name, folder).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
