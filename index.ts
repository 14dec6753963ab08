// The program that `pulumi up` runs: the customers in the configuration, and the backend they call, if it asks for one.
import * as pulumi from "@pulumi/pulumi";
import { Customer, loadCustomers } from "pulumi-tesseral";
import type { BackendArgs } from "pulumi-tesseral/backend";

const customers = new Map<string, Customer>();
for (const [name, entry] of Object.entries(loadCustomers())) {
  customers.set(name, new Customer(name, entry));
}

/** The ids of the organizations in Tesseral, by customer. */
export const organizationIds = byCustomer((customer) => customer.organizationId);

/** The ids of the managed API keys, by customer and key. */
export const apiKeyIds = byCustomer((customer) => customer.apiKeyIds);

/** The tokens to hand to the customers, by customer and key: `pulumi stack output secretTokens --show-secrets`. */
export const secretTokens = pulumi.secret(byCustomer((customer) => customer.secretTokens));

/** Where the backend answers; null if none is deployed. */
export const backendUrl = deployBackend();

function byCustomer<Value>(value: (customer: Customer) => Value): Record<string, Value> {
  return Object.fromEntries([...customers].map(([name, customer]) => [name, value(customer)]));
}

/** Only a stack that asks for a backend needs `@pulumi/aws`, and only such a stack loads it. */
async function deployBackend(): Promise<pulumi.Output<string | null> | null> {
  const settings = new pulumi.Config("tesseral").getObject<BackendArgs>("backend") ?? {};
  if (Object.keys(settings).length === 0) {
    return null;
  }
  const { Backend } = await import("pulumi-tesseral/backend");
  const { url } = new Backend("backend", settings as BackendArgs);
  return pulumi.output(url).apply((answeringAt) => answeringAt ?? null);
}
