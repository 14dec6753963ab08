import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../providers/refusal";
import { undeclaredIn } from "../undeclared";
import { type DeployedCustomer, deployedCustomers } from "./deployedCustomers";
import {
  allowedRemovals,
  defaultRemovalLimit,
  type RemovalLimit,
  removalLimit,
  removalLimitProblem,
} from "./removalLimit";

/**
 * Stops an update that would delete a protected customer, or more customers than the setting `tesseral:maxRemovals` allows. Pulumi
 * itself finds the protection of an organization only on the way, and without a preview that is after it has deleted other things.
 *
 * Call it, and await it, before the first resource. It is not asked in `pulumi destroy`, which runs no program.
 * @param declared the customers that the program is going to declare, by name
 * @throws pulumi.RunError that names the customers and says what to do
 */
export async function checkRemovals(declared: Readonly<Record<string, unknown>>): Promise<void> {
  const setting = new pulumi.Config("tesseral").get("maxRemovals");
  const limit = setting ? removalLimit(setting) : defaultRemovalLimit;
  if (limit === undefined) {
    throw refusal(`tesseral:maxRemovals: ${removalLimitProblem}`);
  }
  const deployed = await deployedCustomers();
  const problem = missingProblem(deployed, declared) ?? removalProblem(deployed, declared, limit);
  if (problem !== undefined) {
    throw refusal(problem);
  }
}

/** A file that vanished removes nobody: who means it says so. */
function missingProblem(
  deployed: ReadonlyMap<string, DeployedCustomer>,
  declared: Readonly<Record<string, unknown>>,
): string | undefined {
  const folder = undeclaredIn(declared);
  return folder === undefined || deployed.size === 0
    ? undefined
    : [
        "Nothing was created, changed or deleted.",
        `No customers are declared, neither under tesseral:customers nor in ${join(folder, "customers.yaml")}, but this stack has ${count([...deployed.keys()])}: ${[...deployed.keys()].sort().join(", ")}.`,
        "Put the file back, or name it with `pulumi config set tesseral:customersFile <file>`. A file with `customers: {}` declares that there are none.",
      ].join("\n");
}

/** Why the customers that are deployed and not declared must not be deleted, or undefined if they may. */
export function removalProblem(
  deployed: ReadonlyMap<string, DeployedCustomer>,
  declared: Readonly<Record<string, unknown>>,
  limit: RemovalLimit,
): string | undefined {
  const gone = [...deployed].filter(([name]) => !Object.hasOwn(declared, name)).sort(byName);
  const namesOf = (protect: boolean) => gone.flatMap(([name, each]) => (each.protect === protect ? [name] : []));
  const safe = namesOf(true);
  const leaving = namesOf(false);
  const lines: string[] = [];
  if (safe.length > 0) {
    lines.push(
      `The entries of protected customers are gone: ${safe.join(", ")}.`,
      "Put them back. To delete a customer, set `protect: false` in its entry, run `pulumi up`, and only then remove the entry.",
    );
  }
  const allowed = allowedRemovals(limit, deployed.size);
  if (leaving.length > allowed) {
    const share = limit.unit === "percent" ? ` (${limit.value}% of ${deployed.size})` : "";
    lines.push(
      `${count(leaving)} would be deleted, and tesseral:maxRemovals allows ${allowed}${share}: ${leaving.join(", ")}.`,
      `If that is meant: pulumi config set tesseral:maxRemovals ${leaving.length}`,
    );
  }
  return lines.length === 0 ? undefined : ["Nothing was created, changed or deleted.", ...lines].join("\n");
}

function count(names: readonly string[]): string {
  return names.length === 1 ? "1 customer" : `${names.length} customers`;
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
