/**
 * What `import "pulumi-tesseral/delivery"` loads: keys with `deliverTo` can be declared from then on. Loads `@pulumi/aws`; the rest of the
 * package does not. `matchCustomers` loads it where it is needed.
 */
import { deliverBy } from "./deliverer";
import { deliverToSecretsManager } from "./secretsManager";

deliverBy(deliverToSecretsManager);

export type { DeliveredKey } from "./deliveredValue";
export type { Deliver, Delivery } from "./deliverer";
export type { DeliverTo, SecretsManagerDelivery } from "./deliverTo";
export { deliverToSecretsManager };
