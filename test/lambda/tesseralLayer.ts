import { join } from "node:path";
import { unpack } from "./unpack";

/** Unpacks the layer that `npm run build` made into a folder, and gives the folder back. */
export function tesseralLayer(folder: string): string {
  return unpack(join(__dirname, "../../dist/components/backend/layer.zip"), folder);
}
