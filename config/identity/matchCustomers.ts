import * as pulumi from "@pulumi/pulumi";
import { plannedDeliveries } from "../../components/delivery/customerDeliveries";
import { loadDeliverer } from "../../components/delivery/loadDeliverer";
import { listed } from "../../errors/coded";
import { requireObject } from "../../providers/given";
import { refusal } from "../../providers/refusal";
import { movedProblems, otherPartsOf } from "../parts/otherParts";
import { type Problem, problemLines } from "../problem";
import { configuredRemovalLimit, missingProblems, removalProblems } from "../removals/removalBrake";
import { shortList } from "../shortList";
import { deployedCustomers } from "./deployedCustomers";
import type { IdentifiedCustomer } from "./identifiedCustomer";
import { identify } from "./identities";
import { placesOf } from "./places";
import { type DeclaredDelivery, takenSecretProblems } from "./takenSecrets";

/** A customer to declare, as `new Customer(name, args, options)`. */
export interface MatchedCustomer<Args> {
  name: string;
  /** As declared, without the keys that cannot be made while the customer is suspended. */
  args: Omit<Args, "renamedFrom">;
  /** With the names that a renamed customer has in the state. */
  options: { aliases: { name: string }[] };
}

/**
 * Matches the customers that the program is going to declare with those that the stack has, and stops an update that would delete,
 * duplicate or abandon one without somebody having said so:
 *
 * - an entry that was renamed keeps its organization; `renamedFrom` says so, or `adopt` with the id that the vanished entry had;
 * - no organization belongs to two entries, and no entry changes its organization;
 * - no customer goes from one stack to another because its entry became another part's, or because the number of parts changed;
 * - protected customers are not deleted, nor those that are to be kept for longer, nor more than the setting `tesseral:maxRemovals` allows. Pulumi itself finds the
 *   protection of an organization only on the way, and without a preview that is after it has deleted other things.
 *
 * New keys of a suspended customer are left out, with a warning: Tesseral makes none, and the first update after it is enabled does.
 *
 * Call it, and await it, before the first resource. It is not asked in `pulumi destroy`, which runs no program.
 * @param declared all customers of the program, by name
 * @throws pulumi.RunError that names the customers and says what to do
 */
export async function matchCustomers<Args extends IdentifiedCustomer>(
  declared: Readonly<Record<string, Args>>,
): Promise<MatchedCustomer<Args>[]> {
  requireObject("matchCustomers: the customers, by name,", declared);
  for (const [name, entry] of Object.entries(declared)) {
    requireObject(`matchCustomers: ${name}`, entry);
    for (const [child, value] of [...Object.entries(entry.roles ?? {}), ...Object.entries(entry.apiKeys ?? {})]) {
      requireObject(`matchCustomers: ${child} of ${name}`, value);
    }
  }
  const limit = configuredRemovalLimit();
  const entries = new Map(Object.entries(declared));
  const { customers: deployed, secrets } = await deployedCustomers();
  const { root, locate, now } = placesOf(declared);
  const { problems, aliases, notes, waiting, vanished } = identify(entries, deployed, now);
  const deliveries = [...entries]
    .flatMap(([name, entry]) => deliveriesOf(name, entry, aliases.get(name) ?? []))
    .filter(({ named }) => !waiting.get(named.customer)?.has(named.key));
  const region = new pulumi.Config("aws").get("region") ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  problems.push(...takenSecretProblems(deliveries, secrets, region));
  const others = otherPartsOf(declared);
  problems.push(...(others === undefined ? [] : movedProblems(entries, deployed, others)));
  const missing = missingProblems(deployed, declared);
  const lines = (all: readonly Problem[]) =>
    problemLines(
      all.map((problem) => ({ ...problem, path: [...root, ...problem.path] })),
      locate,
    );
  const said = lines(problems);
  // Until it is clear who is who, it is not clear who vanishes: only the undeclared names are listed.
  const unclear =
    missing.length === 0 && said.length > 0 && vanished.length > 1
      ? [`No longer declared, by these or other names: ${shortList(vanished)}.`]
      : [];
  const [found = []] = [missing, said, removalProblems(deployed, vanished, limit, now)].filter(
    (each) => each.length > 0,
  );
  if (found.length > 0) {
    throw refusal(listed("Nothing was created, changed or deleted.", found, unclear));
  }
  if (deliveries.length > 0) {
    await loadDeliverer();
  }
  for (const note of notes) {
    void pulumi.log.info(note);
  }
  for (const warning of lines([...waiting.values()].flatMap((keys) => [...keys.values()]))) {
    void pulumi.log.warn(warning);
  }
  return [...entries].map(([name, entry]) => {
    const { renamedFrom: _, ...args } = withoutKeys(entry, waiting.get(name));
    return { name, args, options: { aliases: (aliases.get(name) ?? []).map((earlier) => ({ name: earlier })) } };
  });
}

/** What is declared of a customer, without the keys that are not made yet. */
function withoutKeys<Args extends IdentifiedCustomer>(
  entry: Args,
  waiting: ReadonlyMap<string, unknown> | undefined,
): Args {
  const apiKeys = Object.entries(entry.apiKeys ?? {}).filter(([key]) => !waiting?.has(key));
  return waiting === undefined ? entry : { ...entry, apiKeys: Object.fromEntries(apiKeys) };
}

function deliveriesOf(customer: string, entry: IdentifiedCustomer, earlier: readonly string[]): DeclaredDelivery[] {
  return plannedDeliveries(customer, entry).map((planned) => {
    const { key } = planned.named;
    const { renamedFrom = [] } = entry.apiKeys?.[key] ?? {};
    const keys = [key, ...[renamedFrom].flat().filter((each) => !Object.hasOwn(entry.apiKeys ?? {}, each))];
    const names = [customer, ...earlier].flatMap((each) => keys.map((one) => `${each}-${one}`));
    return { ...planned, earlier: names.slice(1) };
  });
}
