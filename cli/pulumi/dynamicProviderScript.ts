import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The program that the engine starts for every resource of a Node dynamic provider. */
const plugin = "pulumi-resource-pulumi-nodejs";

const resolve = "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')";

const scripts = {
  // `exec`, so that the signals of the engine reach Node itself.
  posix: {
    name: plugin,
    // Without the plugin's code `node` would wait for a program on standard input, and the engine for it, forever.
    text: `#!/bin/sh\nplugin=$(node -p "${resolve}") || exit 1\nexec node "$plugin" "$@"\n`,
  },
  windows: {
    name: `${plugin}.cmd`,
    text: [
      "@echo off",
      `for /f "delims=" %%i in ('node -p "${resolve}"') do set DYNAMIC_PROVIDER=%%i`,
      'node "%DYNAMIC_PROVIDER%" %*',
      "",
    ].join("\r\n"),
  },
};

function scriptFor(platform: NodeJS.Platform) {
  return platform === "win32" ? scripts.windows : scripts.posix;
}

/** Whether the plugin's start script lies in one of these folders. */
export function hasDynamicProviderScript(folders: string[], platform: NodeJS.Platform = process.platform): boolean {
  return folders.some((folder) => existsSync(join(folder, scriptFor(platform).name)));
}

/**
 * Writes the plugin's start script into a folder, unless it is there already as it is now. A full Pulumi installation brings it along; a
 * CLI built from source does not. It starts the plugin of the `@pulumi/pulumi` that the program itself uses.
 */
export async function writeDynamicProviderScript(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const { name, text } = scriptFor(platform);
  if (existsSync(join(folder, name)) && readFileSync(join(folder, name), "utf8") === text) {
    return;
  }
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${name}.${process.pid}`);
  await writeFile(unfinished, text, { mode: 0o755 });
  await rename(unfinished, join(folder, name));
}

/** The folders of a `PATH`. */
export function foldersOf(path: string | undefined): string[] {
  return (path ?? "").split(delimiter).filter((folder) => folder !== "");
}
