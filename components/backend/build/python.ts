import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Architecture } from "../package/elf";
import type { Builder, BuildStep } from "./codeBuild";
import { runTool, type Tool } from "./tool";

const machines: Readonly<Record<Architecture, string>> = { arm64: "aarch64", x86_64: "x86_64" };

/** Wheels for Lambda's Linux, and the source; compiled, since Lambda's disk is read-only and every cold start would compile again. */
export const python: Builder = {
  toolVersions: (runtime) => runTool({ ...interpreter(runtime), args: ["-VV"] }).trim(),
  build(step) {
    const { source, target, runtime } = step;
    install(step);
    for (const path of readdirSync(target, { recursive: true, encoding: "utf8" }).filter(namesThisMachine)) {
      rmSync(join(target, path), { recursive: true, force: true });
    }
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    const options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", target, "-p", "/var/task"];
    runTool({
      ...interpreter(runtime),
      args: ["-m", "compileall", ...options, target],
      // Sets are written in the order of their hashes.
      env: { PYTHONHASHSEED: "0" },
    });
  },
};

/** Commands, which are scripts of this machine's interpreter, and the notes of installers. */
function namesThisMachine(path: string): boolean {
  const [name, folder] = [basename(path), dirname(path)];
  const isNote =
    folder.endsWith(".dist-info") && ["RECORD", "INSTALLER", "REQUESTED", "direct_url.json"].includes(name);
  return path === "bin" || path === ".lock" || name === "__pycache__" || isNote;
}

/** The interpreter that the function has. */
function interpreter(runtime: string): Pick<Tool, "command" | "args" | "install"> {
  return {
    command: runtime,
    args: [],
    install: `A package for ${runtime} needs it, to install and to compile: https://www.python.org/downloads, or uv python install`,
  };
}

function install(step: BuildStep): void {
  if (existsSync(join(step.source, "uv.lock"))) {
    installByUv(step);
  } else {
    installByPip(step);
  }
}

function installByPip({ source, target, runtime, architecture }: BuildStep): void {
  const requirements = join(source, "requirements.txt");
  if (!existsSync(requirements)) {
    throw new Error("it has neither uv.lock nor requirements.txt");
  }
  if (!/--hash=/.test(readFileSync(requirements, "utf8"))) {
    throw new Error(
      "requirements.txt has no hashes, so two builds could differ. Run: uv pip compile --generate-hashes requirements.in -o requirements.txt",
    );
  }
  const platforms = ["manylinux_2_28", "manylinux2014"].flatMap((name) => [
    "--platform",
    `${name}_${machines[architecture]}`,
  ]);
  const wheels = [
    "--only-binary",
    ":all:",
    "--implementation",
    "cp",
    "--python-version",
    runtime.slice("python".length),
  ];
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"];
  runTool({
    ...interpreter(runtime),
    args: [
      "-m",
      "pip",
      "install",
      ...quiet,
      "--require-hashes",
      "-r",
      requirements,
      "--target",
      target,
      ...wheels,
      ...platforms,
    ],
  });
}

const uv = { command: "uv", install: "Install uv: https://docs.astral.sh/uv" };

function installByUv({ source, target, runtime, architecture }: BuildStep): void {
  const requirements = join(source, ".requirements.txt");
  const only = ["--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", requirements];
  runTool({ ...uv, args: ["export", ...only], folder: source });
  const platform = [
    "--python-platform",
    `${machines[architecture]}-manylinux_2_28`,
    "--python-version",
    runtime.slice("python".length),
  ];
  const wheels = ["--only-binary", ":all:", "--require-hashes", "--quiet", "--link-mode", "copy"];
  runTool({
    ...uv,
    args: ["pip", "install", ...wheels, ...platform, "--target", target, "-r", requirements],
    folder: source,
  });
  rmSync(requirements);
}
