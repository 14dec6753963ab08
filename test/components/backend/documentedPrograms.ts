import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";

const root = join(__dirname, "../../..");

/** The TypeScript programs of a page of the documentation, by the heading that each stands under. */
export function documentedPrograms(page: string): Map<string, string> {
  const found = new Map<string, string>();
  let heading = "";
  const text = readFileSync(join(root, "docs", page), "utf8");
  for (const [, title, program] of text.matchAll(/^#+ (.+)$|^```ts\n([\s\S]*?)^```$/gm)) {
    heading = title ?? heading;
    if (program?.includes("import ")) {
      found.set(heading, program);
    }
  }
  return found;
}

/** Type-checks a program strictly, in a folder that is like a user's project, and gives what runs it anew. @throws Error with tsc's findings */
export function userProgram(project: string, program: string): PulumiFn {
  mkdirSync(join(project, "node_modules/@pulumi"), { recursive: true });
  for (const name of ["@pulumi/pulumi", "@pulumi/aws"]) {
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  }
  symlinkSync(root, join(project, "node_modules/pulumi-tesseral"));
  writeFileSync(join(project, "index.ts"), program);
  const compilerOptions = { strict: true, module: "node16", target: "es2022", skipLibCheck: true, types: [] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), { cwd: project, stdio: "pipe" });
  } catch (error) {
    throw new Error(String((error as { stdout?: Buffer }).stdout));
  }
  const compiled = join(project, "index.js");
  const load = createRequire(compiled);
  return async () => {
    delete load.cache[compiled]; // a program is loaded anew for every run
    const before = process.cwd();
    process.chdir(project);
    try {
      return load(compiled);
    } finally {
      process.chdir(before);
    }
  };
}
