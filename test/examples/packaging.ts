import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CodeBuild } from "../../components/backend/build/codeBuild";
import type { Architecture } from "../../components/backend/package/elf";
import { type Backend, toolCaches } from "./backends";
import { run } from "./build";

const root = join(__dirname, "../..");

/** The architecture that packages are made for here: they are started on this machine. */
export const architecture: Architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/** The package of an example, as two builds made it. */
export interface Packaged {
  zip: Buffer;
  /** What was `XDG_CACHE_HOME` for one of the builds: who builds the same with it takes what is there. */
  cache: string;
}

/**
 * Builds an example as `Backend` does from `code: { build }`: twice, in two processes at the same time, in two folders, and neither with what the
 * other one left behind.
 *
 * @param folder Where both builds are, new.
 * @throws Error when the zips differ.
 */
export async function packaged({ name }: Backend, folder: string): Promise<Packaged> {
  const places = [join(folder, "first"), join(folder, "second/deeper")];
  const builder = ["scripts/runTypeScript.cjs", "test/examples/buildPackage.ts"];
  const [first, second] = await Promise.all(
    places.map(async (place) => {
      await run([process.execPath, ...builder, name, place], root, toolCaches);
      return readFileSync(join(place, "package.zip"));
    }),
  );
  if (!first || !second?.equals(first)) {
    throw new Error(`${name}: two builds gave ${digest(first)}, ${digest(second)}`);
  }
  return { zip: first, cache: join(folder, "first/cache") };
}

const digest = (zip = Buffer.alloc(0)) => createHash("sha256").update(zip).digest("hex");

/** What `Pulumi.dev.yaml` says in the line that deploys an example, and what of the function must be as on this machine. */
export function deployedByOneLine(name: string): { code: CodeBuild; architecture: Architecture; runtime?: string } {
  const text = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
  const [, path] = new RegExp(
    `^  # tesseral:backend: \\{ code: \\{ build: ${name}, path: (\\./examples/${name}) \\} \\}$`,
    "m",
  ).exec(text) ?? [undefined, ""];
  if (!path) {
    throw new Error(`Pulumi.dev.yaml has no line for ${name}`);
  }
  // This machine's Python stands in for Lambda's.
  const runtime = isPython(name) ? { runtime: pythonRuntime() } : {};
  return { code: { build: name as CodeBuild["build"], path: join(root, path) }, architecture, ...runtime };
}

const isPython = (name: string) => ["flask", "fastapi", "django"].includes(name);

/** Lambda's name for this machine's `python3`. */
export const pythonRuntime = () =>
  pythonSays("import sys; print(f'python{sys.version_info.major}.{sys.version_info.minor}')");

/** The folder with this machine's `python3`. */
export const pythonFolder = () => dirname(pythonSays("import sys; print(sys.executable)"));

const pythonSays = (program: string) => execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim();
