import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * `namespace`: /opt and /var/task hold the layers and the package, read-only, in a mount namespace of the function's own.
 * `path`: where no namespace can be made, the function sees other folders in their place.
 */
export type Isolation = "namespace" | "path";

/** The file system of one execution environment. */
export interface Sandbox {
  isolation: Isolation;
  /** What stands for /opt and /var/task inside. */
  opt: string;
  taskRoot: string;
  /** Looks up a path of the running function (`/opt/bootstrap`) where it can be read from outside. */
  exists(path: string): boolean;
  /** The command line that starts extensions and then becomes `entry`. */
  command(entry: readonly string[]): [string, ...string[]];
  remove(): void;
}

// Only binds, so that nothing is copied but the layers; the package is bound first, as /var may hide where it is.
const mounts = `
mount --bind "$2" "$1/var/task" && mount -o remount,ro,bind "$1/var/task" &&
mount --rbind "$1/var" /var && mount --bind "$1/opt" /opt && mount -o remount,ro,bind /opt || exit 99
shift 2`;

// Extensions start before the runtime, with the environment of the function, as in Lambda.
const start = `
cd "$LAMBDA_TASK_ROOT"
for extension in "$1"/extensions/*; do [[ -x $extension ]] && "$extension" & done
shift
exec "$@"`;

const unshare = ["unshare", ...(process.getuid?.() === 0 ? [] : ["-r"]), "-m", "--propagation", "private"] as const;

let namespacesWork: boolean | undefined;

function canMakeNamespaces(stage: string, task: string): boolean {
  if (namespacesWork === undefined) {
    const [command, ...options] = unshare;
    const probe = spawnSync(command, [...options, "/bin/bash", "-p", "-c", mounts, "probe", stage, task], {
      stdio: "ignore",
    });
    namespacesWork = probe.status === 0;
  }
  return namespacesWork;
}

/**
 * Lays out layers and package.
 *
 * @param needed Paths the function needs from the machine (its interpreter); below /opt or /var they rule out a namespace.
 */
export function sandbox(
  task: string,
  layers: readonly string[],
  needed: readonly string[],
  wanted?: Isolation,
): Sandbox {
  const stage = mkdtempSync(join(tmpdir(), "lambda-"));
  const packageFolder = resolve(task);
  mkdirSync(join(stage, "var/task"), { recursive: true });
  mkdirSync(join(stage, "opt"));
  for (const layer of layers) {
    cpSync(layer, join(stage, "opt"), { recursive: true, verbatimSymlinks: true });
  }

  const hidden = needed.some((path) => /^\/(opt|var)\//.test(path));
  const isolation = wanted ?? (!hidden && canMakeNamespaces(stage, packageFolder) ? "namespace" : "path");
  const opt = isolation === "namespace" ? "/opt" : join(stage, "opt");
  const taskRoot = isolation === "namespace" ? "/var/task" : packageFolder;
  const outside = (path: string) => path.replace(opt, join(stage, "opt")).replace(taskRoot, packageFolder);
  const shell = ["/bin/bash", "-p", "-c"] as const;
  return {
    isolation,
    opt,
    taskRoot,
    exists: (path) => existsSync(outside(path)),
    command: (entry) =>
      isolation === "namespace"
        ? [...unshare, ...shell, mounts + start, "lambda", stage, packageFolder, opt, ...entry]
        : [...shell, start, "lambda", opt, ...entry],
    remove: () => rmSync(stage, { recursive: true, force: true }),
  };
}
