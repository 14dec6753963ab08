import { type Architecture, elfArchitecture } from "./elf";

/** Checks what the compiled code of a package was built for. */
export interface NativeFile {
  name: string;
  builtFor: Architecture | "macOS or Windows";
}

/** What a file was built for, when it matters: Linux code for a processor of Lambda's, or a module of Node for another system. */
export function nativeFile(name: string, content: Uint8Array): NativeFile | undefined {
  const architecture = elfArchitecture(content);
  if (architecture === "other") {
    return undefined; // packages bring many of these along; nobody builds for them by mistake
  }
  if (architecture) {
    return { name, builtFor: architecture };
  }
  // fsevents is for macOS alone, and installed there with whatever watches files.
  const isModule = name.endsWith(".node") && content.length > 0 && !/(?:^|\/)fsevents\//.test(name);
  return isModule ? { name, builtFor: "macOS or Windows" } : undefined;
}

// How packages name what they bring for one system: prebuilds/linux-x64, @img/sharp-linuxmusl-arm64, x.cpython-313-aarch64-linux-gnu.so.
const systems =
  /x86[-_]?64|x64|amd64|aarch64|arm64(?:v8|ec)?|ia32|i[36]86|arm(?:v[5-8][a-z]*)?|musl|gnu(?:eabihf)?|eabihf|glibc|linux|darwin|macos|win(?:32|dows)|msvc/gi;

/**
 * The first file that was built for another system and has no counterpart that the function can load. Packages with files for
 * several systems are fine when one is right.
 */
export function foreignFile(files: readonly NativeFile[], architecture: Architecture): NativeFile | undefined {
  const placeOf = ({ name }: NativeFile) => name.replaceAll(systems, "").replaceAll(/[-_.]+/g, "-");
  const served = new Set(files.filter(({ builtFor }) => builtFor === architecture).map(placeOf));
  return files.find((file) => !served.has(placeOf(file)));
}
