import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { asset } from "@pulumi/pulumi";
import type { Framework } from "../../components/backend/build/codeBuild";
import type { Architecture } from "../../components/backend/package/elf";
import { functionPackage } from "../../components/backend/package/functionPackage";
import { packageRules } from "../../components/backend/package/packageRules";
import { cacheFolder } from "../../components/cacheFolder";
import { axumTarget, type Backend } from "./backends";

/** The architecture that packages are made for here: they are started on this machine. */
export const architecture: Architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/**
 * Builds an example as `Backend` does from `code: { build }`, twice, in two folders and without what the first build left behind.
 *
 * @throws Error when the second zip is another one.
 */
export async function packaged(backend: Backend): Promise<Buffer> {
  const root = mkdtempSync(join(tmpdir(), "example-"));
  const before = { ...process.env };
  Object.assign(process.env, toolCaches());
  try {
    const [first, second] = [
      await built(backend, join(root, "first")),
      await built(backend, join(root, "second/deeper")),
    ];
    if (!first.equals(second)) {
      throw new Error(`${backend.name}: two builds gave ${digest(first)}, ${digest(second)}`);
    }
    return second;
  } finally {
    process.env = before;
    rmSync(root, { recursive: true, force: true });
  }
}

async function built({ name, folder, lambda }: Backend, root: string): Promise<Buffer> {
  const path = join(root, "source");
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: folder,
    encoding: "utf8",
  });
  for (const file of files.trim().split("\n")) {
    cpSync(join(folder, file), join(path, file));
  }
  // What Next.js draws its keys from; a team keeps it.
  cpSync(join(__dirname, "seed"), join(path, ".seed"));
  process.env.XDG_CACHE_HOME = join(root, "cache");
  const archive = functionPackage(
    name,
    { build: name as Framework, path },
    packageRules({ architecture, ...started(lambda) }),
  );
  return readFileSync(await (archive as asset.FileArchive).path);
}

/** This machine's Python stands in for Lambda's. */
const started = (lambda: Backend["lambda"]): Backend["lambda"] =>
  lambda.runtime.startsWith("python") ? { ...lambda, runtime: `python${pythonVersion()}` } : lambda;

/** What the tools keep themselves stays, though this package's cache is new for each build: without it the suite would take minutes more. */
const toolCaches = () => ({
  CARGO_TARGET_DIR: axumTarget,
  GOCACHE: join(cacheFolder(), "go-build"),
  PIP_CACHE_DIR: join(cacheFolder(), "pip"),
});

const digest = (zip: Buffer) => createHash("sha256").update(zip).digest("hex");

const pythonVersion = () => pythonSays("import sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')");

/** The folder with this machine's `python3`. */
export const pythonFolder = () => dirname(pythonSays("import sys; print(sys.executable)"));

const pythonSays = (program: string) => execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim();
