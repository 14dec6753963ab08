/** What every format of an inventory says of a tenant. */

import type { InventoryKey, TenantInventory } from "./inventory";
import { count } from "./inWords";

/** Whether a key needs attention. */
export function needsCare({ state, old }: InventoryKey): boolean {
  return old === true || state === "expiring" || state === "expired" || state === "revoked" || state === "gone";
}

/** Why nothing of a tenant that is not empty is shown; undefined if something is. */
export function nothingShown({ totals, customers }: TenantInventory): string | undefined {
  return customers.length === 0 && totals.customers + totals.undeclared > 0
    ? "Nothing matches --customer and --state."
    : undefined;
}

/** `12 customers, 30 keys · 2 suspended · 1 organization that no stack knows`, and how much is shown if not all. */
export function tenantHeadline({ totals, others = [], customers: shown }: TenantInventory): string {
  const { customers, keys, suspended, undeclared, old } = totals;
  const elsewhere = others.reduce((sum, one) => sum + one.customers, 0);
  const shownKeys = shown.reduce((sum, one) => sum + one.keys.length, 0);
  return [
    `${count(customers, "customer")}, ${count(keys, "key")}`,
    ...(suspended > 0 ? [`${suspended} suspended`] : []),
    ...(old === undefined ? [] : [`${old} ${old === 1 ? "key is" : "keys are"} too old`]),
    ...(elsewhere > 0 ? [`${count(elsewhere, "customer")} of other stacks`] : []),
    ...(undeclared > 0
      ? [`${undeclared} ${undeclared === 1 ? "organization" : "organizations"} that no stack knows`]
      : []),
    ...(shown.length < customers + undeclared || shownKeys < keys
      ? [`shown: ${count(shown.length, "customer")}, ${count(shownKeys, "key")}`]
      : []),
  ].join(" · ");
}
