import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cargoBuildFolder, cargoFlags } from "../../components/backend/build/compiled";
import { cacheFolder } from "../../components/cacheFolder";

/** One step of a build. Runs again only when a file of `inputs` has changed or `output` is not there. */
export interface BuildStep {
  command: readonly [string, ...string[]];
  inputs: readonly string[];
  output: string;
  /** Variables for the command. */
  environment?: Readonly<Record<string, string>>;
}

/** How an example is built and started: the commands of its README. */
export interface Backend {
  name: string;
  folder: string;
  tools: readonly Tool[];
  build: readonly BuildStep[];
  start: readonly [string, ...string[]];
  /** What `Backend` is told of it in the README. */
  lambda: { runtime: string; handler: string };
}

/** A program that has to be on the machine. */
export interface Tool {
  name: string;
  command: readonly [string, ...string[]];
  /** Lowest version that will do. */
  atLeast: readonly [major: number, minor: number];
}

export const tools = {
  node: { name: "Node.js", command: ["node", "--version"], atLeast: [20, 19] },
  python: { name: "Python", command: ["python3", "--version"], atLeast: [3, 11] },
  go: { name: "Go", command: ["go", "version"], atLeast: [1, 25] },
  rust: { name: "Rust", command: ["cargo", "--version"], atLeast: [1, 88] },
} satisfies Record<string, Tool>;

const npmInstall: BuildStep = { command: ["npm", "ci"], inputs: ["package-lock.json"], output: "node_modules" };

const virtualEnvironment: BuildStep = {
  command: [
    "sh",
    "-c",
    "python3 -m venv --clear .venv && .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt",
  ],
  inputs: ["requirements.txt"],
  output: ".venv",
};

const folderOf = (name: string) => join(__dirname, "../../examples", name);

/** What tools download and compile is kept outside of the repository, since a fresh checkout has the same dependencies. */
export const toolCaches: Readonly<Record<string, string>> = {
  CARGO_BUILD_BUILD_DIR: cargoBuildFolder(),
  GOCACHE: join(cacheFolder(), "go-build"),
  PIP_CACHE_DIR: join(cacheFolder(), "pip"),
  npm_config_prefer_offline: "true",
};

export const backends: readonly Backend[] = [
  {
    name: "express",
    folder: folderOf("express"),
    tools: [tools.node],
    build: [npmInstall],
    start: ["npm", "start"],
    lambda: { runtime: "nodejs24.x", handler: "run.sh" },
  },
  {
    name: "nextjs",
    folder: folderOf("nextjs"),
    tools: [tools.node],
    build: [
      npmInstall,
      {
        command: ["npm", "run", "build"],
        inputs: ["package-lock.json", "next.config.ts", "tsconfig.json", "instrumentation.ts", "app", "lib"],
        output: ".next/standalone",
      },
    ],
    start: ["npm", "start"],
    lambda: { runtime: "nodejs24.x", handler: "run.sh" },
  },
  {
    name: "flask",
    folder: folderOf("flask"),
    tools: [tools.python],
    build: [virtualEnvironment],
    start: [".venv/bin/gunicorn", "app:app"],
    lambda: { runtime: "python3.13", handler: "run.sh" },
  },
  {
    name: "fastapi",
    folder: folderOf("fastapi"),
    tools: [tools.python],
    build: [virtualEnvironment],
    start: [".venv/bin/python", "app.py"],
    lambda: { runtime: "python3.13", handler: "run.sh" },
  },
  {
    name: "django",
    folder: folderOf("django"),
    tools: [tools.python],
    build: [virtualEnvironment],
    start: [".venv/bin/gunicorn", "backend.wsgi"],
    lambda: { runtime: "python3.13", handler: "run.sh" },
  },
  {
    name: "go",
    folder: folderOf("go"),
    tools: [tools.go],
    build: [
      {
        command: ["go", "build", "-o", "dist/server", "."],
        inputs: ["go.mod", "main.go", "apikeyauth.go", "apikeycache.go"],
        output: "dist/server",
      },
    ],
    start: ["dist/server"],
    lambda: { runtime: "provided.al2023", handler: "server" },
  },
  {
    name: "axum",
    folder: folderOf("axum"),
    tools: [tools.rust],
    build: [
      {
        command: ["cargo", "build", "--release", "--locked"],
        inputs: ["Cargo.lock", "Cargo.toml", "src"],
        output: "target/release/server",
        // As its package is built, so that nothing is compiled twice.
        environment: { RUSTFLAGS: cargoFlags() },
      },
    ],
    start: ["target/release/server"],
    lambda: { runtime: "provided.al2023", handler: "server" },
  },
];

/** Which of the tools is not here, or is too old; undefined when all of them will do. */
export function missingTool(needed: readonly Tool[]): string | undefined {
  for (const { name, command, atLeast } of needed) {
    const [program, ...options] = command;
    let answer: string;
    try {
      answer = execFileSync(program, options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch (error) {
      return `${name} ${atLeast.join(".")} or later is not on the PATH (${program}: ${(error as Error).message})`;
    }
    const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(answer) ?? [];
    const enough = Number(major) > atLeast[0] || (Number(major) === atLeast[0] && Number(minor) >= atLeast[1]);
    if (!enough) {
      return `${name} ${atLeast.join(".")} or later is needed, ${program} is ${answer.trim()}`;
    }
  }
  return undefined;
}
