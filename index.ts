// The program that `pulumi up` runs: the customers in the configuration, and the backend they call, if it asks for one.
import * as pulumi from "@pulumi/pulumi";
import { Customer, leaveOutSdkDebugging, loadCustomers, matchCustomers } from "pulumi-tesseral";
import type { BackendArgs } from "pulumi-tesseral/backend";

// The debug messages of Pulumi's SDK hold tokens.
leaveOutSdkDebugging();

/** What it returns are the stack's outputs. */
export = async () => {
  // Everything is checked before the first resource: the entries, and what would become of the customers that the stack has.
  const matched = await matchCustomers(loadCustomers());
  const customers = matched.map(({ name, args, options }) => {
    const { organizationId, apiKeyIds, secretTokens, secretArns } = new Customer(name, args, options);
    return [name, { organizationId, apiKeyIds, secretTokens, secretArns }] as const;
  });

  return {
    /**
     * The id of each customer's organization, the ids and tokens of its keys, and the ARNs of the secrets that they are delivered in. A token is
     * null where the stack does not know it, because the key was taken over and not rotated since.
     * `pulumi stack output customers --show-secrets`.
     * One secret, so that an update shows nothing of the customers that it does not change.
     */
    customers: pulumi.secret(Object.fromEntries(customers)).apply((all) => mapValues(all, shown)),

    /** Where the backend answers; null if none is deployed. */
    backendUrl: await deployBackend(),
  };
};

interface Outputs {
  organizationId: string;
  apiKeyIds: Record<string, string>;
  secretTokens: Record<string, string | undefined>;
  secretArns: Record<string, string>;
}

/** Outputs leave out what is undefined, but that a token is not known has to be seen. What is delivered nowhere has no place in them. */
function shown({ secretTokens, secretArns, ...ids }: Outputs) {
  const arns = Object.keys(secretArns).length > 0 ? { secretArns } : {};
  return { ...ids, secretTokens: mapValues(secretTokens, (token) => token ?? null), ...arns };
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
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
