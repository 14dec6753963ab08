// The program that `pulumi up` runs: the customers in the configuration, and the backend they call, if it asks for one.
import * as pulumi from "@pulumi/pulumi";
import { Customer, checkRemovals, loadCustomers } from "pulumi-tesseral";
import type { BackendArgs } from "pulumi-tesseral/backend";

/** What it returns are the stack's outputs. */
export = async () => {
  const entries = Object.entries(await declaredCustomers());
  const customers = new Map(entries.map(([name, entry]) => [name, new Customer(name, entry)]));
  const byCustomer = <Value>(value: (customer: Customer) => Value): Record<string, Value> =>
    Object.fromEntries([...customers].map(([name, customer]) => [name, value(customer)]));

  return {
    /** The ids of the organizations in Tesseral, by customer. */
    organizationIds: byCustomer((customer) => customer.organizationId),

    /** The ids of the managed API keys, by customer and key. */
    apiKeyIds: byCustomer((customer) => customer.apiKeyIds),

    /** The tokens to hand to the customers, by customer and key: `pulumi stack output secretTokens --show-secrets`. */
    secretTokens: pulumi.secret(byCustomer((customer) => customer.secretTokens)),

    /** Where the backend answers; null if none is deployed. */
    backendUrl: await deployBackend(),
  };
};

/** Everything is checked before the first resource: the entries, and that few enough of them are gone. */
async function declaredCustomers() {
  const customers = loadCustomers();
  await checkRemovals(customers);
  return customers;
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
