import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Coded, coded } from "../../errors/coded";
import { keptProblem } from "../../providers/keepUntil";
import { refusal } from "../../providers/refusal";
import type { DeployedCustomers } from "../identity/deployedCustomers";
import { shortList } from "../shortList";
import { undeclaredIn } from "../undeclared";
import {
  allowedRemovals,
  defaultRemovalLimit,
  type RemovalLimit,
  removalLimit,
  removalLimitProblem,
} from "./removalLimit";

/**
 * The setting `tesseral:maxRemovals`.
 * @throws pulumi.RunError if it cannot be understood
 */
export function configuredRemovalLimit(): RemovalLimit {
  const setting = new pulumi.Config("tesseral").get("maxRemovals");
  const limit = setting ? removalLimit(setting) : defaultRemovalLimit;
  if (limit === undefined) {
    throw refusal(coded("TSL-SETTING-VALUE", `tesseral:maxRemovals: ${removalLimitProblem}`));
  }
  return limit;
}

/** The problem of a vanished file, which removes nobody: `customers: {}` declares that there are none. */
export function missingProblems(deployed: DeployedCustomers, declared: object): Coded[] {
  const folder = undeclaredIn(declared);
  return folder === undefined || deployed.size === 0
    ? []
    : [
        coded(
          "TSL-CUSTOMERS-GONE",
          `No customers are declared, neither under tesseral:customers nor in ${join(folder, "customers.yaml")}, but this stack has ${count([...deployed.keys()])}: ${shortList([...deployed.keys()])}.\n` +
            "Put the file back, or name it with `pulumi config set tesseral:customersFile <file>`. A file with `customers: {}` declares that there are none.",
        ),
      ];
}

/** Why vanished customers must not be deleted; empty if they may. */
export function removalProblems(
  deployed: DeployedCustomers,
  vanished: readonly string[],
  limit: RemovalLimit,
  now: Date,
): Coded[] {
  const gone = vanished.flatMap((name) => {
    const customer = deployed.get(name);
    return customer === undefined || customer.onRemoval === "release" ? [] : [{ name, ...customer }];
  });
  const namesOf = (protect: boolean) => gone.flatMap((each) => (each.protect === protect ? [each.name] : []));
  const safe = namesOf(true);
  const leaving = namesOf(false);
  const problems: Coded[] = [];
  if (safe.length > 0) {
    problems.push(
      coded(
        "TSL-PROTECTED",
        `The entries of ${safe.length > 1 ? `${safe.length} ` : ""}protected customers are gone: ${shortList(safe)}.\n` +
          "Put them back. To delete a customer, set `apiAccess: offboarding` in its entry, run `pulumi up`, and only then remove the entry.",
      ),
    );
  }
  for (const { name, keepUntil } of gone) {
    const kept = keptProblem(keepUntil, now.getTime());
    if (kept !== undefined) {
      problems.push(
        coded(
          "TSL-KEEP-UNTIL",
          `${name} ${kept}: its removal is due later. Put its entry back until then. If it must go earlier, remove keepUntil from the entry, run \`pulumi up\`, and only then remove the entry.`,
        ),
      );
    }
  }
  const allowed = allowedRemovals(limit, deployed.size);
  if (leaving.length > allowed) {
    const share = limit.unit === "percent" ? ` (${limit.value}% of ${deployed.size})` : "";
    problems.push(
      coded(
        "TSL-BRAKE",
        `${count(leaving)} would be deleted, and tesseral:maxRemovals allows ${allowed}${share}: ${shortList(leaving)}.\n` +
          `If that is meant: pulumi config set tesseral:maxRemovals ${leaving.length}`,
      ),
    );
  }
  return problems;
}

function count(names: readonly string[]): string {
  return names.length === 1 ? "1 customer" : `${names.length} customers`;
}
