import type * as pulumi from "@pulumi/pulumi";
import { coded } from "../../errors/coded";
import { refusal } from "../../providers/refusal";
import type { DeliveredKey } from "./deliveredValue";
import type { SecretsManagerDelivery } from "./deliverTo";

/** One key whose token is to be handed over. */
export interface Delivery {
  /** The name of the resources: that of the key's resource. */
  name: string;
  /** The key in messages: `Customer "acme": apiKeys.production`. */
  place: string;
  key: DeliveredKey;
  /** The name of the secret. */
  secretName: string;
  settings: SecretsManagerDelivery;
  options: pulumi.CustomResourceOptions;
  /** Whether the secret stays in AWS once it is no longer declared. */
  isReleased: boolean;
}

/** Declares what a delivery consists of, and returns the ARN of the secret. */
export type Deliver = (delivery: Delivery) => pulumi.Output<string>;

let loaded: Deliver | undefined;

/** Sets what delivers keys. A component cannot load AWS's SDK itself, since constructors do not wait. */
export function deliverBy(deliver: Deliver): void {
  loaded = deliver;
}

/** @throws pulumi.RunError if `pulumi-tesseral/delivery` was not loaded */
export function deliver(delivery: Delivery): pulumi.Output<string> {
  if (loaded === undefined) {
    throw refusal(
      coded(
        "TSL-NOT-BUILT",
        `${delivery.place}.deliverTo: what delivers it is not loaded. Write \`import "pulumi-tesseral/delivery"\` at the top of the program`,
      ),
    );
  }
  return loaded(delivery);
}
