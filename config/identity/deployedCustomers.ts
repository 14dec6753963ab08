import * as pulumi from "@pulumi/pulumi";
import { customerType } from "../../components/customer";
import { resourceTypes } from "../../providers/resourceTypes";

/** What is known of a customer that the stack has. */
export interface DeployedCustomer {
  /** Whether its organization was protected when the customer was last declared; true if that is not known. */
  protect: boolean;
}

type StateOutputs = Readonly<Record<string, { outputs?: Readonly<Record<string, unknown>> } | undefined>>;

/**
 * The customers of this stack that have an organization in Pulumi's state, by name. Those that a component or another program
 * declares are not among them. Call it before the first resource: what a running update has already done may be in the answer or not.
 *
 * The state is asked, not the stack's outputs: those of an update that failed or had a `--target` leave out customers that are still
 * there. A `StackReference` would also be a resource of its own, with a copy of every token. The answer holds the outputs of all
 * resources in plain text, so nothing of it is passed on but names and protection.
 */
export async function deployedCustomers(): Promise<Map<string, DeployedCustomer>> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: { outputs?: StateOutputs } | undefined = await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
  );
  // Only mocks answer without outputs; of a stack that was never deployed they are empty.
  const resources = answer?.outputs ?? {};
  const customer = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${customerType}`;
  const organization = `${customer}$${resourceTypes.organization.token}::`;
  const names = Object.keys(resources).flatMap((urn) =>
    urn.startsWith(organization) ? [urn.slice(organization.length)] : [],
  );
  return new Map(
    names.map((name) => [name, { protect: resources[`${customer}::${name}`]?.outputs?.protect !== false }]),
  );
}
