import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LayerVersion } from "@pulumi/aws/lambda/layerVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { CodedError } from "../../errors/coded";
import type { Architecture } from "./package/elf";

/** Where the layer's script is once the layer is attached. */
export const execWrapper = "/opt/tesseral/exec-wrapper";

/**
 * The layer that puts the key into the process, as `npm run build` made it.
 *
 * @throws Error when the package is not built.
 */
function backendKeyLayer(): pulumi.asset.FileArchive {
  const root = dirname(require.resolve("pulumi-tesseral/package.json"));
  const path = join(root, "dist/components/backend/layer.zip");
  if (!existsSync(path)) {
    throw new CodedError("TSL-NOT-BUILT", `pulumi-tesseral is not built in ${root}: run npm run build there`);
  }
  return new pulumi.asset.FileArchive(path);
}

/** The layer as a resource. @throws Error when the package is not built */
export const keyLayer = (name: string, opts: pulumi.CustomResourceOptions): LayerVersion =>
  new LayerVersion(
    name,
    {
      layerName: `${name}-tesseral`,
      code: backendKeyLayer(),
      compatibleArchitectures: ["arm64", "x86_64"],
      description: "Puts the Tesseral backend API key into TESSERAL_BACKEND_API_KEY",
      licenseInfo: "Apache-2.0",
    },
    opts,
  );

/** Account of the Lambda Web Adapter's makers at AWS, and their layers' version: 30 is release 1.1.0. */
const adapterAccount = "753240598075";
const adapterVersion = 30;
const adapterNames: Readonly<Record<Architecture, string>> = {
  arm64: "LambdaAdapterLayerArm64",
  x86_64: "LambdaAdapterLayerX86",
};

/**
 * The public layer of the Lambda Web Adapter in a region, pinned to a version: a layer version never changes.
 *
 * @throws Error for the regions of China and of the US government, where that account publishes none.
 */
export function publicAdapterLayer(region: string, architecture: Architecture): string {
  if (/^(?:cn|us-gov|us-iso|eu-isoe)/.test(region)) {
    throw new CodedError(
      "TSL-ADAPTER",
      `adapterLayerArn is needed in ${region}: the Lambda Web Adapter has no public layer there`,
    );
  }
  return `arn:aws:lambda:${region}:${adapterAccount}:layer:${adapterNames[architecture]}:${adapterVersion}`;
}
