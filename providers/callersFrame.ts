import { join } from "node:path";

/** Where the package's own resources and components are, compiled or not. */
const ownFolders = [__dirname, join(__dirname, "..", "components")];

/** How many frames the SDK leaves out before the one that it takes for the place of a resource. Source: `Resource.stackTrace(4)`. */
const framesOfSdk = 5;

/**
 * Until the returned function is called, a resource that is constructed gets one stack frame: where the program, not this package,
 * makes it. Nothing else that is created meanwhile has a stack.
 *
 * The SDK asks for every frame there is and the engine stores them with every resource: a quarter of the state, for which ts-node
 * looks each of them up in a source map. It also notes a stack for each promise of each output. Source: `Resource.callsites` and
 * `debuggablePromise` of `@pulumi/pulumi`.
 */
export function keepCallersFrame(): () => void {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  Error.prepareStackTrace = (error, frames) => {
    const caller = frames.slice(framesOfSdk).find((frame) => isOfCaller(frame.getFileName()));
    const shown = caller === undefined ? "" : positionOf(caller, error, prepareStackTrace);
    return `Error${"\n    at -".repeat(framesOfSdk)}${shown === "" ? "" : `\n    at - (${shown})`}`;
  };
  return () => {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  };
}

function isOfCaller(file: string | null | undefined): boolean {
  return file != null && !file.startsWith("node:") && !ownFolders.some((folder) => file.startsWith(folder));
}

/** `file:line:column`, in the source where something maps frames to it, as ts-node does. */
function positionOf(frame: NodeJS.CallSite, error: Error, prepare: typeof Error.prepareStackTrace): string {
  const mapped: unknown = prepare?.(error, [frame]);
  const text = typeof mapped === "string" ? mapped : `\n    at ${frame}`;
  return /\n +at (?:.*\()?(.*:\d+:\d+)\)?$/.exec(text)?.[1]?.replace(/^async /, "") ?? "";
}
