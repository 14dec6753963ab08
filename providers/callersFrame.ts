import { join } from "node:path";

/** The folder of the package's own resources and components, compiled or not. */
const [resourcesFolder, componentsFolder] = [join(__dirname, "/"), join(__dirname, "..", "components", "/")];

/** How many frames the SDK leaves out before the one that it takes for the place of a resource. Source: `Resource.stackTrace(4)`. */
const framesOfSdk = 5;

/**
 * Until the returned function is called, a resource that is constructed gets one stack frame: where the program, not this package,
 * makes it. A resource that a component of this package makes gets none: its component's says where that is. Nothing else that is created
 * meanwhile has a stack.
 *
 * The SDK asks for every frame there is and the engine stores them with every resource: a quarter of the state, for which ts-node
 * looks each of them up in a source map. It also notes a stack for each promise of each output. Source: `Resource.callsites` and
 * `debuggablePromise` of `@pulumi/pulumi`.
 */
export function keepCallersFrame(of: "resource" | "component"): () => void {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  Error.prepareStackTrace = (error, frames) => {
    if (frames.length === 0) {
      return "";
    }
    const outside = frames.slice(framesOfSdk).filter((frame) => isOutside(resourcesFolder, frame.getFileName()));
    const isOfComponent = !isOutside(componentsFolder, outside[0]?.getFileName());
    const caller =
      of === "resource" && isOfComponent
        ? undefined
        : outside.find((frame) => isOutside(componentsFolder, frame.getFileName()));
    const shown = caller === undefined ? "" : positionOf(caller, error, prepareStackTrace);
    return `Error${"\n    at -".repeat(framesOfSdk)}${shown === "" ? "" : `\n    at - (${shown})`}`;
  };
  return () => {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  };
}

function isOutside(folder: string, file: string | null | undefined): boolean {
  return file != null && !file.startsWith("node:") && !file.startsWith(folder);
}

/** `file:line:column`, in the source where something maps frames to it, as ts-node does. */
function positionOf(frame: NodeJS.CallSite, error: Error, prepare: typeof Error.prepareStackTrace): string {
  const mapped: unknown = prepare?.(error, [frame]);
  const text = typeof mapped === "string" ? mapped : `\n    at ${frame}`;
  return /\n +at (?:.*\()?(.*:\d+:\d+)\)?$/.exec(text)?.[1]?.replace(/^async /, "") ?? "";
}
