import { coded } from "../../errors/coded";
import { refusal } from "../../providers/refusal";
import { deliverBy } from "./deliverer";

/**
 * Loads what delivers, and AWS's SDK with it.
 * @throws pulumi.RunError if `@pulumi/aws` is not installed
 */
export async function loadDeliverer(): Promise<void> {
  try {
    deliverBy((await import("./secretsManager.js")).deliverToSecretsManager);
  } catch (error) {
    if (error instanceof Error && error.message.includes("@pulumi/aws")) {
      throw refusal(
        coded(
          "TSL-NOT-BUILT",
          "deliverTo: awsSecretsManager needs the package @pulumi/aws, which is not installed. Run: npm install @pulumi/aws",
        ),
      );
    }
    throw error;
  }
}
