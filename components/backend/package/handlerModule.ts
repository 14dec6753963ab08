import { posix } from "node:path";

/** Where the module that a handler names may be in the package. */
export interface HandlerModule {
  /** Files, one of which must be there. */
  files: readonly string[];
  /** The module or folder that a layer could bring instead; undefined when the package alone can have it. */
  orLayer: string | undefined;
}

/** A module of Node's runtime: all of a path, and its name up to the first dot; what follows are exports in one another. */
function nodeModule(handler: string): HandlerModule | undefined {
  const { dir, base } = posix.parse(handler);
  const file = posix.relative("/var/task", posix.resolve("/var/task", dir, base.split(".", 1)[0] ?? ""));
  if (file.startsWith("../../opt/")) {
    return undefined; // in a layer
  }
  const extensions = ["js", "mjs", "cjs"].map((extension) => `${file}.${extension}`);
  // A name without a path is also looked for among the packages, of the function and of its layers.
  return dir === ""
    ? { files: [...extensions, `node_modules/${file}/package.json`], orLayer: file }
    : { files: extensions, orLayer: undefined };
}

/** A module of Python's runtime: all up to the last dot, with dots or slashes between packages. */
function pythonModule(handler: string): HandlerModule | undefined {
  const module = handler.split(".").slice(0, -1).join("/");
  if (module.startsWith("/opt/")) {
    return undefined;
  }
  return { files: [`${module}.py`, `${module}/__init__.py`], orLayer: module.split("/", 1)[0] };
}

const runtimes: Readonly<Record<string, (handler: string) => HandlerModule | undefined>> = {
  nodejs: nodeModule,
  python: pythonModule,
};

/** What a runtime's own client loads; undefined when it is in a layer, or the runtime's way is not known here. */
export function handlerModule(runtime: string, handler: string): HandlerModule | undefined {
  return runtimes[/^[a-z]+/.exec(runtime)?.[0] ?? ""]?.(handler);
}
