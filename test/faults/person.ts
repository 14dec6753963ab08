// What a person does when an error or a warning says what to do.
import { planRecovery } from "../../cli/inventory/recoveryPlan";
import { readTenant } from "../../cli/inventory/tenant";
import type { Emulator } from "../../emulator";
import { resourceTypes } from "../../providers/resourceTypes";
import { idsOf } from "../../providers/stackState";
import { TesseralClient } from "../../tesseral";
import type { ModelEngine } from "./modelEngine";
import { type Bystanders, type Customers, owner } from "./tenant";

/**
 * Runs `pulumi-tesseral inventory --recover` where the errors ask for it, by the plan that the command makes: `adopt` is written into the
 * customers. Answers whether they asked.
 */
export async function recover(
  emulator: Emulator,
  engine: ModelEngine,
  customers: Customers,
  errors: readonly string[],
): Promise<boolean> {
  if (!errors.some((error) => error.includes("inventory --recover"))) {
    return false;
  }
  const known = engine.known.flatMap((stored) =>
    idsOf(stored).map((id) => ({ ...stored, kind: resourceTypes[stored.kind].kind, urn: stored.name, id })),
  );
  const place = { file: "customers.yaml", path: "customers.yaml", at: [] };
  const entries = Object.entries(customers).map(([name, { displayName, adopt }]) => [
    name,
    { displayName, place, ...(adopt !== undefined && { adopt }) },
  ]);
  const stack: Parameters<typeof planRecovery>[0] = {
    stack: "test",
    home: owner,
    resources: known,
    interrupted: [...engine.interrupted].map(([name, { kind, inputs }]) => ({
      kind: resourceTypes[kind].kind,
      name,
      inputs,
    })),
    otherInterrupted: [],
    writtenAt: emulator.clock.now().toISOString(),
    customers: { entries: Object.fromEntries(entries), source: { kind: "customers file", name: "customers.yaml" } },
  };
  const tesseral = new TesseralClient({ backendApiKey: emulator.backendApiKey, apiUrl: emulator.url });
  const tenant = await readTenant(tesseral, new Set(known.map(({ id }) => id)));
  const { adopt, remove } = planRecovery(stack, tenant, Date.now());
  for (const { name, id } of adopt) {
    const customer = customers[name];
    if (customer !== undefined) {
      customers[name] = { ...customer, adopt: id };
    }
  }
  for (const { kind, id } of remove) {
    if (kind === "Role") {
      emulator.console.deleteRole(id);
    } else {
      emulator.console.deleteApiKey(id);
    }
  }
  engine.interrupted.clear();
  return true;
}

/** Does what an error message tells a person to do; false when it tells nothing. */
export function helpAsTold(emulator: Emulator, bystanders: Bystanders, errors: string[]): boolean {
  let helped = false;
  for (const error of errors) {
    const named =
      /objects fit: (.+?)\. None was touched/.exec(error)?.[1]?.match(/(org|api_key|role)_[0-9a-z]{25}/g) ?? [];
    for (const id of named.filter((one) => !bystanders.has(one))) {
      if (id.startsWith("org_")) {
        emulator.console.deleteOrganization(id);
      } else if (id.startsWith("api_key_")) {
        emulator.console.deleteApiKey(id);
      } else {
        emulator.console.deleteRole(id);
      }
      helped = true;
    }
  }
  return helped;
}

/** Removes what a warning names, and nobody made by hand. */
export function removeAsWarned(emulator: Emulator, bystanders: Bystanders, warnings: readonly string[]): void {
  const named = warnings.flatMap((text) => [...text.matchAll(/npx pulumi-tesseral remove (api_key_\w+)/g)]);
  for (const [, id = ""] of named) {
    if (!bystanders.has(id) && emulator.store.apiKeys.has(id)) {
      emulator.console.deleteApiKey(id);
    }
  }
}
