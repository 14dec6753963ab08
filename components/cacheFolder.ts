import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where this package keeps what it packs, and its own Pulumi CLI: the operating system's folder for caches, outside every project.
 * `XDG_CACHE_HOME` decides on every system when it is an absolute path; the XDG base directory rules ignore a relative one.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) {
    return join(env.XDG_CACHE_HOME, "pulumi-tesseral");
  }
  if (platform === "darwin") {
    return join(home, "Library", "Caches", "pulumi-tesseral");
  }
  if (platform === "win32") {
    return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "pulumi-tesseral", "Cache");
  }
  return join(home, ".cache", "pulumi-tesseral");
}
