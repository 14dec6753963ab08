import type { BackendArgs } from "../backendArgs";
import { isOsOnly } from "../runtimes";
import { type Architecture, elfArchitecture } from "./elf";

/** What a package must have to start. */
export interface PackageRules {
  /** The file that the layer or the runtime executes; undefined when a runtime's own client loads a module. */
  executable: string | undefined;
  /** The module that a runtime's own client loads, in the ways it may be named; undefined where we do not know them. */
  modules: readonly string[] | undefined;
  /** True when Lambda runs `bootstrap` and the layer brings it. */
  osOnly: boolean;
  architecture: Architecture;
}

/** How the program is started, as far as its package must fit. */
export function packageRules({ runtime, handler, adapter = "web", architecture = "arm64" }: BackendArgs): PackageRules {
  const osOnly = isOsOnly(runtime);
  if (osOnly || adapter === "web") {
    return { executable: handler, modules: undefined, osOnly, architecture };
  }
  const file = handler.split(".").slice(0, -1).join(".");
  const modules: Readonly<Record<string, string[]>> = {
    nodejs: [".js", ".mjs", ".cjs"].map((extension) => file + extension),
    python: [".py", "/__init__.py"].map((extension) => file.replaceAll(".", "/") + extension),
  };
  return { executable: undefined, modules: modules[/^[a-z]+/.exec(runtime)?.[0] ?? ""], osOnly, architecture };
}

/** A file of a package, from a folder or from a zip. */
export interface PackageFile {
  name: string;
  mode: number;
  /** Bytes, unpacked. */
  size: number;
  read(): Uint8Array;
}

// AWS Lambda quotas: 250 MB unzipped, layers included; 50 MB zipped when it is uploaded with the request.
const megabyte = 1024 * 1024;
const largestUnpacked = 250 * megabyte;
const largestUpload = 50 * megabyte;

/** Begins every backend API key; followed by at least this many characters it is one and no mere mention of the prefix. */
const keyPattern = /tesseral_secret_key_[0-9a-z]{20}/;

/** @throws Error naming the first thing that would keep the function from starting, or that must not be shipped. */
export function checkPackage(path: string, files: readonly PackageFile[], zipped: number, rules: PackageRules): void {
  const problem =
    sizeProblem(files, zipped) ??
    bootstrapProblem(files, rules) ??
    executableProblem(files, rules) ??
    moduleProblem(files, rules) ??
    keyProblem(files);
  if (problem) {
    throw new Error(`code: ${path}${problem}`);
  }
}

function sizeProblem(files: readonly PackageFile[], zipped: number): string | undefined {
  const unpacked = files.reduce((sum, { size }) => sum + size, 0);
  const inMegabytes = (bytes: number) => `${Math.ceil(bytes / megabyte)} MB`;
  if (unpacked > largestUnpacked) {
    return ` is ${inMegabytes(unpacked)} unpacked; Lambda takes 250 MB, layers included`;
  }
  if (zipped > largestUpload) {
    return ` is ${inMegabytes(zipped)} zipped; Lambda takes 50 MB in a request. Put it into S3 and set s3Bucket and s3Key in transform.function`;
  }
  return undefined;
}

function bootstrapProblem(files: readonly PackageFile[], { osOnly }: PackageRules): string | undefined {
  if (!osOnly || !files.some(({ name }) => name === "bootstrap")) {
    return undefined;
  }
  return ' has a bootstrap at its root, which Lambda would run instead of the layer that sets TESSERAL_BACKEND_API_KEY. Rename it, for example to server, and set handler: "server"';
}

function executableProblem(files: readonly PackageFile[], rules: PackageRules): string | undefined {
  const { executable, architecture } = rules;
  if (executable === undefined) {
    return undefined;
  }
  const file = files.find(({ name }) => name === executable);
  if (!file) {
    return ` has no ${executable}, which is the handler`;
  }
  if ((file.mode & 0o111) === 0) {
    return `: the handler ${executable} is not executable in the zip. Run chmod +x ${executable} and zip it again, or give the folder`;
  }
  const content = Buffer.from(file.read());
  const built = elfArchitecture(content);
  if (built && built !== architecture) {
    return `: the handler ${executable} is built for ${built === "other" ? "another processor" : built} and the function is ${architecture}`;
  }
  const firstLine = content.subarray(0, 256).toString("latin1").split("\n", 1)[0] ?? "";
  if (!built && !firstLine.startsWith("#!")) {
    return `: the handler ${executable} is neither a Linux executable nor a script that begins with #!`;
  }
  if (firstLine.endsWith("\r")) {
    return `: the handler ${executable} has Windows line ends; save it with Unix ones`;
  }
  return undefined;
}

function moduleProblem(files: readonly PackageFile[], { modules }: PackageRules): string | undefined {
  if (!modules || files.some(({ name }) => modules.includes(name))) {
    return undefined;
  }
  return ` has no ${modules.join(" or ")}, which the handler names`;
}

function keyProblem(files: readonly PackageFile[]): string | undefined {
  for (const file of files) {
    const content = Buffer.from(file.read());
    if (!content.includes("tesseral_secret_key_")) {
      continue;
    }
    if (keyPattern.test(content.toString("latin1"))) {
      return `: ${file.name} holds a Tesseral backend API key. Take it out of the package; the function gets its key from Secrets Manager`;
    }
  }
  return undefined;
}
