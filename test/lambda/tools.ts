import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../components/cacheFolder";

/** Where test tools that take long to build are kept. */
export const toolCache = cacheFolder();

const adapterLayer = join(toolCache, "web-adapter-1.0.0-rc1/layer");
const motoBin = join(toolCache, "moto-5.2.5/bin");
const pythonBin = join(toolCache, "python-tools-1/bin");

/** Why a tool cannot be used, with the command that changes it; undefined when it is there. */
type Missing = string | undefined;

export function webAdapterMissing(): Missing {
  if (existsSync(join(adapterLayer, "bootstrap"))) {
    return undefined;
  }
  return "the Lambda Web Adapter is not built: run scripts/installWebAdapter.sh (needs cargo, about two minutes of CPU, once)";
}

export function pythonToolsMissing(): Missing {
  if (existsSync(join(pythonBin, "../complete"))) {
    return undefined;
  }
  return "the Python tools are not installed: run scripts/installPythonTools.sh (needs Python, about 540 MB, once)";
}

export function motoMissing(): Missing {
  if (existsSync(join(motoBin, "../complete"))) {
    return undefined;
  }
  return "moto is not installed: run scripts/installPythonTools.sh (needs Python, about 540 MB, once)";
}

export function goMissing(): Missing {
  if (spawnSync("go", ["version"]).status === 0) {
    return undefined;
  }
  return "go is not on the PATH: install Go 1.25 or later, https://go.dev/doc/install";
}

/** The folder of the real Lambda Web Adapter, laid out as its layer: `extensions/lambda-adapter` and `bootstrap`. @throws Error when missing */
export const webAdapterLayer = (): string => present(adapterLayer, webAdapterMissing());

/** The folder with `python3` (which has `awslambdaric`), `checkov` and `parliament`. @throws Error when missing */
export const pythonTools = (): string => present(pythonBin, pythonToolsMissing());

/** The folder with `moto_server`. @throws Error when missing */
export const motoTools = (): string => present(motoBin, motoMissing());

function present(path: string, missing: Missing): string {
  if (missing) {
    throw new Error(missing);
  }
  return path;
}

/**
 * Whether tests that need this are left out, for `it.skipIf`. Says why on the console.
 *
 * @throws Error under CI, where nothing may be left out
 */
export function leftOutFor(...missing: Missing[]): boolean {
  const reasons = missing.filter((reason) => reason !== undefined);
  if (reasons.length === 0) {
    return false;
  }
  if (process.env.CI === "true") {
    throw new Error(reasons.join("\n"));
  }
  for (const reason of reasons) {
    console.warn(`Tests are left out: ${reason}`);
  }
  return true;
}
