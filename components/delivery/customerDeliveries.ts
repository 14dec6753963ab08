import * as pulumi from "@pulumi/pulumi";
import { coded } from "../../errors/coded";
import { refusal } from "../../providers/refusal";
import { type DeliverTo, deliveryOf, type SecretsManagerDelivery } from "./deliverTo";
import { deliveryProblems } from "./deliveryProblems";
import { defaultSecretName, type NamedKey, sameSecretName, secretName } from "./secretName";

/** The arguments of a customer that say where its tokens go. */
interface DeliveringCustomer {
  deliverTo?: DeliverTo | undefined;
  apiKeys?: Readonly<Record<string, { deliverTo?: DeliverTo | undefined }>> | undefined;
}

/** A key whose token is delivered. */
export interface PlannedDelivery {
  named: NamedKey;
  settings: SecretsManagerDelivery;
}

/** The keys of a customer whose tokens are delivered. */
export function plannedDeliveries(
  customer: string,
  { deliverTo, apiKeys = {} }: DeliveringCustomer,
  stackLevel?: DeliverTo,
): PlannedDelivery[] {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  return Object.entries(apiKeys).flatMap(([key, entry]) => {
    const settings = deliveryOf(stackLevel, deliverTo, entry.deliverTo);
    return settings === undefined ? [] : [{ named: { project, stack, customer, key }, settings }];
  });
}

/** The name of the secret for a key that has none yet. */
export function plannedName({ named, settings }: PlannedDelivery): string {
  return secretName(settings.name ?? defaultSecretName, named);
}

/** The deliveries of a customer by key. @throws pulumi.RunError if one cannot be made */
export function checkedDeliveries(
  customer: string,
  args: DeliveringCustomer,
): Map<string, { place: string; secretName: string; settings: SecretsManagerDelivery }> {
  const keys = new Map<string, string>();
  const checked = plannedDeliveries(customer, args).map((planned) => {
    const { named, settings } = planned;
    const place = `Customer ${JSON.stringify(customer)}: apiKeys.${named.key}`;
    const refuse = (field: string, message: string) =>
      refusal(coded("TSL-DELIVERY", `${place}.deliverTo.awsSecretsManager.${field}: ${message}`));
    const [problem] = deliveryProblems(settings, named);
    if (problem !== undefined) {
      throw refuse(problem.field, problem.message);
    }
    const given = plannedName(planned);
    const other = keys.get(given);
    if (other !== undefined) {
      throw refuse("name", `gives ${given}, as it does for ${other}: ${sameSecretName}`);
    }
    keys.set(given, named.key);
    return [named.key, { place, secretName: given, settings }] as const;
  });
  return new Map(checked);
}
