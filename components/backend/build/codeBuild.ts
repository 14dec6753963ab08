import type { Architecture } from "../package/elf";

/** Source code that is built here, so that no command has to run before `pulumi up`. */
export interface CodeBuild {
  /** What the program is written with; it decides how it is built, and what `runtime` and `handler` are by default. */
  build: Framework;
  /** The folder of the source, relative to the Pulumi project. */
  path: string;
}

/** What a program is written with. */
export type Framework = "express" | "nextjs" | "flask" | "fastapi" | "django" | "go" | "axum";

interface Start {
  runtime: string;
  handler: string;
}

const node: Start = { runtime: "nodejs24.x", handler: "run.sh" };
const python: Start = { runtime: "python3.13", handler: "run.sh" };
const compiled: Start = { runtime: "provided.al2023", handler: "server" };

/** How the built program is started by default. */
export const starts: Readonly<Record<Framework, Start>> = {
  express: node,
  nextjs: node,
  flask: python,
  fastapi: python,
  django: python,
  go: compiled,
  axum: compiled,
};

/** True for source code to be built; false for a path, an archive, or what is known only later. */
export const isCodeBuild = (code: unknown): code is CodeBuild =>
  typeof code === "object" && code !== null && "build" in code;

/** One build: from a copy of the source to the folder that is zipped. */
export interface BuildStep extends Start {
  /** The user's folder. */
  path: string;
  /** A copy of the source, which the build may change. */
  source: string;
  /** The folder to fill; empty. */
  target: string;
  architecture: Architecture;
}

export interface Builder {
  /** The versions of tools that decide what is built, besides the source. @throws Error when a tool is missing */
  toolVersions(runtime: string): string;
  /** @throws Error naming the tool that failed, with the end of what it wrote */
  build(step: BuildStep): void;
}
