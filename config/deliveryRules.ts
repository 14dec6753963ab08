import * as pulumi from "@pulumi/pulumi";
import { type PlannedDelivery, plannedDeliveries, plannedName } from "../components/delivery/customerDeliveries";
import { type DeliverTo, deliveryOf } from "../components/delivery/deliverTo";
import { deliveryProblems } from "../components/delivery/deliveryProblems";
import { sameSecretName } from "../components/delivery/secretName";
import { checkShape } from "./checkShape";
import type { CustomerEntries } from "./customerShape";
import { deliverToShape } from "./deliverToShape";
import type { Locate, Path, Problem } from "./problem";
import { parseSetting, type StackFile } from "./stackFile";

const setting = "tesseral:deliverTo";

/** The stack's own declaration of the deliveries of all its customers. */
export interface StackDelivery {
  deliverTo?: DeliverTo;
  problems: readonly Problem[];
  locate: Locate;
}

/** Reads and checks the setting `tesseral:deliverTo`. */
export function stackDelivery(stackFile: StackFile | undefined): StackDelivery {
  const configured = new pulumi.Config("tesseral").get("deliverTo");
  const problems: Problem[] = [];
  const locate: Locate = (path, at) => stackFile?.locate(path, at);
  // An empty map is what Pulumi.yaml gives when the stack says nothing.
  if (configured === undefined || ["", "{}", "null"].includes(configured)) {
    return { problems, locate };
  }
  const deliverTo = checkShape(deliverToShape, parseSetting(configured), [setting], { problems, inStack: true });
  // Without a problem it has the type of the shape.
  return problems.length > 0 ? { problems, locate } : { deliverTo: deliverTo as DeliverTo, problems, locate };
}

/** What is wrong with the deliveries of customers, each at the field that it is about. */
export function customerDeliveryProblems(customers: CustomerEntries, root: Path, stack: StackDelivery): Problem[] {
  const names = new Map<string, string>();
  const found = new Map<string, Problem>();
  for (const [customer, entry] of Object.entries(customers)) {
    const { deliverTo, apiKeys = {} } = entry;
    const readable = Object.fromEntries(
      Object.entries(apiKeys).filter(([, key]) => isReadable(deliverTo, entry) && isReadable(key.deliverTo, key)),
    );
    for (const planned of plannedDeliveries(customer, { ...entry, apiKeys: readable }, stack.deliverTo)) {
      const { key } = planned.named;
      const levels: [DeliverTo | undefined, Path][] = [
        [readable[key]?.deliverTo, [...root, customer, "apiKeys", key, "deliverTo"]],
        [deliverTo, [...root, customer, "deliverTo"]],
        [stack.deliverTo, [setting]],
      ];
      const problems = deliveryProblems(planned.settings, planned.named);
      for (const { field, message } of problems.length > 0 ? problems : takenName(planned, names)) {
        const [, path] = levels.find(([level]) => declares(level, field)) ?? [];
        const place = path === undefined ? [...root, customer, "apiKeys", key] : [...path, "awsSecretsManager", field];
        const position = path?.[0] === setting ? stack.locate(place, "value") : undefined;
        // Of a field that many keys share, only the first key is reported.
        const id = JSON.stringify(place);
        const code = "TSL-DELIVERY";
        found.set(id, found.get(id) ?? { code, path: place, message, ...(position !== undefined && { position }) });
      }
    }
  }
  return [...found.values()];
}

/** The customers, with the stack's declaration of deliveries merged into their keys. */
export function withStackDelivery(
  customers: CustomerEntries,
  { deliverTo: stackLevel }: StackDelivery,
): CustomerEntries {
  if (stackLevel === undefined) {
    return customers;
  }
  return Object.fromEntries(
    Object.entries(customers).map(([name, { deliverTo, ...entry }]) => {
      const { apiKeys } = entry;
      if (apiKeys === undefined) {
        return [name, entry];
      }
      const delivered = Object.entries(apiKeys).map(([key, { deliverTo: own, ...rest }]) => {
        const settings = deliveryOf(stackLevel, deliverTo, own);
        return [key, settings === undefined ? rest : { ...rest, deliverTo: { awsSecretsManager: settings } }];
      });
      return [name, { ...entry, apiKeys: Object.fromEntries(delivered) }];
    }),
  );
}

function takenName(planned: PlannedDelivery, names: Map<string, string>) {
  const { named, settings } = planned;
  const name = plannedName(planned);
  const place = JSON.stringify([settings.region, name]);
  const other = names.get(place);
  names.set(place, other ?? `${named.customer}.apiKeys.${named.key}`);
  return other === undefined
    ? []
    : [{ field: "name" as const, message: `gives ${name}, as it does for ${other}: ${sameSecretName}` }];
}

function declares(level: DeliverTo | undefined, field: string): boolean {
  return level !== undefined && level !== "none" && Object.hasOwn(level.awsSecretsManager, field);
}

/** Whether the declaration itself is right: wrong fields are undefined, and what depends on them cannot be judged. */
function isReadable(deliverTo: DeliverTo | undefined, holder: object): boolean {
  if (deliverTo === undefined || deliverTo === "none") {
    return deliverTo !== undefined || !Object.hasOwn(holder, "deliverTo");
  }
  const settings: object | undefined = deliverTo.awsSecretsManager;
  return settings !== undefined && Object.values(settings).every((value) => value !== undefined);
}
