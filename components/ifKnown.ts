import type * as pulumi from "@pulumi/pulumi";
import { CodedError } from "../errors/coded";

/**
 * The value of an output; undefined if a preview does not know it. Pulumi takes outputs that a resource does not have for unknown in previews,
 * and all that is made of them, so that an unchanged key without a previous token would seem to change. Its types do not say what an output
 * knows of itself.
 */
export async function ifKnown<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  if (!("isKnown" in output && "promise" in output && typeof output.promise === "function")) {
    throw new CodedError(
      "TSL-NOT-BUILT",
      "pulumi-tesseral does not know the outputs of this release of @pulumi/pulumi: install one of its peer range (npm ls @pulumi/pulumi)",
    );
  }
  return (await output.isKnown) === true ? output.promise() : undefined;
}
