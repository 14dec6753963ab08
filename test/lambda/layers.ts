import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { unpack } from "./unpack";

const root = join(__dirname, "../..");

/** Where test tools that take long to build are kept. */
export const toolCache = process.env.PULUMI_TESSERAL_CACHE ?? join(homedir(), ".cache/pulumi-tesseral");

/** Unpacks the layer that `npm run build` made into a folder, and gives the folder back. */
export function tesseralLayer(folder: string): string {
  return unpack(join(root, "dist/components/backend/layer.zip"), folder);
}

const adapterLayer = join(toolCache, "web-adapter-1.0.0-rc1/layer");

/** Why the real Lambda Web Adapter cannot be used, with the command that changes it; undefined when it is there. */
export function webAdapterMissing(): string | undefined {
  if (existsSync(join(adapterLayer, "extensions/lambda-adapter"))) return undefined;
  return "the Lambda Web Adapter is not built: run scripts/installWebAdapter.sh (needs cargo, about two minutes of CPU, once)";
}

/** The folder of the real Lambda Web Adapter, laid out as its layer: `extensions/lambda-adapter`. */
export function webAdapterLayer(): string {
  const missing = webAdapterMissing();
  if (missing) throw new Error(missing);
  return adapterLayer;
}
