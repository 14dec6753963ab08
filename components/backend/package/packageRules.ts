import { posix } from "node:path";
import { CodedError } from "../../../errors/coded";
import { isOsOnly } from "../runtimes";
import { type Architecture, elfArchitecture } from "./elf";
import { type HandlerModule, handlerModule } from "./handlerModule";
import { foreignFile, type NativeFile, nativeFile } from "./nativeFiles";

/** What a package needs so that Lambda takes and starts it. */
export interface PackageRules {
  runtime: string;
  handler: string;
  /** The file that the layer or the runtime executes; undefined when a runtime's own client loads a module, or it is in a layer. */
  executable: string | undefined;
  /** The module that a runtime's own client loads; undefined where we do not know. */
  module: HandlerModule | undefined;
  hasLayers: boolean;
  /** True when Lambda runs `bootstrap` and the layer brings it. */
  osOnly: boolean;
  architecture: Architecture;
  throughS3: boolean;
  /** What of a folder is not packed, in the syntax of `.gitignore`. */
  excludes: readonly string[];
}

/** The arguments of a backend that say how its program is started. */
export interface Program {
  code?: unknown;
  runtime: string;
  handler: string;
  /** @default "web" */
  adapter?: "web" | "none";
  /** @default "arm64" */
  architecture?: Architecture;
  /** Whether the user's own layers may hold what the handler names. @default false */
  hasLayers?: boolean;
  /** What of a folder is not packed, in the syntax of `.gitignore`. @default [] */
  excludes?: readonly string[];
  /** Whether the package is handed over in S3, which has no limit of its own. @default false */
  throughS3?: boolean;
}

/** How the program is started, and so what its package must hold. */
export function packageRules(program: Program): PackageRules {
  const { runtime, handler, adapter = "web", architecture = "arm64", hasLayers = false, throughS3 = false } = program;
  const { excludes = [] } = program;
  const osOnly = isOsOnly(runtime);
  const isExecuted = osOnly || adapter === "web";
  return {
    runtime,
    handler,
    executable: isExecuted && !handler.startsWith("/opt/") ? posix.normalize(handler) : undefined,
    module: isExecuted ? undefined : handlerModule(runtime, handler),
    hasLayers,
    osOnly,
    architecture,
    throughS3,
    excludes,
  };
}

/** A file of a package, from a folder or from a zip. */
export interface PackageFile {
  name: string;
  mode: number;
  /** Bytes, unpacked. */
  size: number;
  /** True for a symbolic link; its content is the target. */
  isLink: boolean;
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
  const byName = new Map(files.map((file) => [file.name, file]));
  const problem =
    sizeProblem(files, zipped, rules) ??
    bootstrapProblem(byName, rules) ??
    executableProblem(byName, rules) ??
    moduleProblem(byName, rules) ??
    contentProblem(files, rules);
  if (problem) {
    throw new CodedError("TSL-PACKAGE", `code: ${path}${problem}`);
  }
}

/** Files by their names in the package. */
type Files = ReadonlyMap<string, PackageFile>;

/** The file that a path leads to, over links inside the package. */
function fileAt(files: Files, path: string, linksLeft = 40): PackageFile | undefined {
  const parts = posix.normalize(path).split("/");
  for (const [index] of parts.entries()) {
    const file = files.get(parts.slice(0, index + 1).join("/"));
    if (file?.isLink && linksLeft > 0) {
      const target = Buffer.from(file.read()).toString();
      return fileAt(files, posix.join(...parts.slice(0, index), target, ...parts.slice(index + 1)), linksLeft - 1);
    }
  }
  return files.get(parts.join("/"));
}

/** Where the file is instead, for people who zipped on a file system that ignores case, or zipped the folder instead of its contents. */
function elsewhere(files: Files, path: string): string {
  const names = [...files.keys()];
  const otherCase = names.find((name) => name.toLowerCase() === path.toLowerCase());
  const deeper = names.find((name) => name.split("/").slice(1).join("/") === path);
  return otherCase
    ? ` (it has ${otherCase}, which is another name on Linux)`
    : deeper
      ? ` (it has ${deeper}, one folder too deep)`
      : "";
}

function sizeProblem(files: readonly PackageFile[], zipped: number, { throughS3 }: PackageRules): string | undefined {
  const unpacked = files.reduce((sum, { size }) => sum + size, 0);
  const inMegabytes = (bytes: number) => `${Math.ceil(bytes / megabyte)} MB`;
  if (unpacked > largestUnpacked) {
    return ` is ${inMegabytes(unpacked)} unpacked; Lambda takes 250 MB, layers included`;
  }
  if (zipped > largestUpload && !throughS3) {
    return ` is ${inMegabytes(zipped)} zipped; Lambda takes 50 MB in a request. Set codeBucket to an S3 bucket in the function's region`;
  }
  return undefined;
}

function bootstrapProblem(files: Files, { osOnly }: PackageRules): string | undefined {
  if (!osOnly || !files.has("bootstrap")) {
    return undefined;
  }
  return ' has a bootstrap at its root, which Lambda would run instead of the layer that sets TESSERAL_BACKEND_API_KEY. Rename it, for example to server, and set handler: "server"';
}

function executableProblem(files: Files, { executable, architecture }: PackageRules): string | undefined {
  if (executable === undefined) {
    return undefined;
  }
  const file = fileAt(files, executable);
  if (!file) {
    return ` has no ${executable}, which is the handler${elsewhere(files, executable)}`;
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
  if ((file.mode & 0o111) === 0) {
    return `: the handler ${executable} is not executable in the zip. Run chmod +x ${executable} and zip it again, or pass the folder`;
  }
  if (firstLine.endsWith("\r")) {
    return `: the handler ${executable} has Windows line endings; save it with Unix ones`;
  }
  return undefined;
}

function moduleProblem(files: Files, { handler, module, hasLayers }: PackageRules): string | undefined {
  if (module && !/[^.]\.[^.]/.test(posix.basename(handler))) {
    return `: the handler ${handler} is not a module and a function of it with a dot between them, such as index.handler`;
  }
  if (!module || module.files.some((name) => fileAt(files, name))) {
    return undefined;
  }
  const { orLayer } = module;
  const isHere = [...files.keys()].some((name) => name.startsWith(`${orLayer}/`));
  if (hasLayers && orLayer !== undefined && !isHere) {
    return undefined; // a layer may bring it
  }
  const [first = ""] = module.files;
  return ` has no ${module.files.join(" or ")}, which the handler names${elsewhere(files, first)}`;
}

/** Reads every file once, for what must not be in it. */
function contentProblem(files: readonly PackageFile[], { architecture }: PackageRules): string | undefined {
  const native: NativeFile[] = [];
  for (const file of files) {
    const content = file.isLink ? Buffer.alloc(0) : Buffer.from(file.read());
    if (content.includes("tesseral_secret_key_") && keyPattern.test(content.toString("latin1"))) {
      return `: ${file.name} holds a Tesseral backend API key. Take it out of the package; the function gets its key from Secrets Manager`;
    }
    const found = nativeFile(file.name, content);
    if (found) {
      native.push(found);
    }
  }
  const foreign = foreignFile(native, architecture);
  if (!foreign) {
    return undefined;
  }
  const way = foreign.builtFor === "macOS or Windows" ? "" : `, set architecture: "${foreign.builtFor}"`;
  return `: ${foreign.name} is built for ${foreign.builtFor} and the function is Linux on ${architecture}. Install it for that (${installed[architecture]})${way}, or take it out if nothing loads it`;
}

const installed: Readonly<Record<Architecture, string>> = {
  arm64: "npm ci --os=linux --cpu=arm64, pip --platform manylinux2014_aarch64",
  x86_64: "npm ci --os=linux --cpu=x64, pip --platform manylinux2014_x86_64",
};
