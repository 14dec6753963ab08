import { type PlannedDelivery, plannedName } from "../../components/delivery/customerDeliveries";
import type { Problem } from "../problem";

/** A secret in which the stack has delivered a key's token. */
export interface DeployedSecret {
  /** The name of its resource, such as `acme-production`. */
  resource: string;
  /** Its name in AWS, which it keeps whatever becomes of that of its resource. */
  name: string;
  region?: string;
}

/** A key whose token is to be delivered. */
export interface DeclaredDelivery extends PlannedDelivery {
  /** Earlier names of its resource that the state may still have. */
  earlier: readonly string[];
}

/**
 * The keys whose secret would get the name of another key's secret: that of a renamed entry, whose old name another
 * entry has taken. AWS would refuse it in the middle of the update.
 * @param region the region of secrets without one of their own; undefined if not known, so that all may be in the same
 */
export function takenSecretProblems(
  declared: readonly DeclaredDelivery[],
  deployed: readonly DeployedSecret[],
  region: string | undefined,
): Problem[] {
  const moved = new Set(declared.flatMap(({ earlier }) => earlier));
  return declared.flatMap((delivery): Problem[] => {
    const { named, settings, earlier } = delivery;
    const resource = `${named.customer}-${named.key}`;
    const own = new Set([...earlier, ...(moved.has(resource) ? [] : [resource])]);
    if (deployed.some((secret) => own.has(secret.resource))) {
      return [];
    }
    const [name, place] = [plannedName(delivery), settings.region ?? region];
    const taken = deployed.find(
      (secret) =>
        secret.name === name && (place === undefined || secret.region === undefined || secret.region === place),
    );
    const message =
      `would be delivered into a new secret ${JSON.stringify(name)}, but the stack has one of that name, for ${taken?.resource}: a secret keeps its ` +
      "name when its entry is renamed. Declare deliverTo.awsSecretsManager.name for this key, with another name";
    return taken === undefined
      ? []
      : [{ code: "TSL-NAME-TAKEN", path: [named.customer, "apiKeys", named.key], message }];
  });
}
