import * as pulumi from "@pulumi/pulumi";
import { customerType } from "../../components/customerType";
import { coded } from "../../errors/coded";
import { withAdvice } from "../../providers/advice";
import { refusal } from "../../providers/refusal";
import { type HandlerName, resourceTypes } from "../../providers/resourceTypes";
import { isOldLayout, oldLayoutAdvice } from "../../providers/stackState";
import { isRecord } from "../isRecord";
import type { DeployedSecret } from "./takenSecrets";

/** What is known of a customer that the stack has. */
export interface DeployedCustomer {
  /** Whether its organization was protected when the customer was last declared; true if not known. */
  protect: boolean;
  /** What becomes of it when its entry is removed. */
  onRemoval: "delete" | "release";
  /** Until when it must not be deleted: a day in UTC or a time, as the provider records it. */
  keepUntil?: string;
  /** The organization's id in Tesseral; undefined if nothing in the state tells. */
  organizationId?: string;
  /** The organization's display name as last declared. */
  displayName?: string;
  /** The names of the resources of its roles, such as `acme-reader`. */
  roles: string[];
  /** The names of the resources of its keys, such as `acme-production`. */
  apiKeys: string[];
  /** The `expireTime` of those that have one, in the canonical form, by the same names. */
  expireTimes: Map<string, string>;
  /** When their tokens in use end by themselves, in the same form. */
  tokenEnds: Map<string, string>;
}

/** The customers and delivered secrets of a stack. */
export interface Deployed {
  customers: DeployedCustomers;
  /** The secrets that tokens were delivered into. */
  secrets: DeployedSecret[];
}

/** The customers of a stack by name. */
export type DeployedCustomers = ReadonlyMap<string, DeployedCustomer>;

/**
 * The customers of this stack that have an organization in Pulumi's state, by name. Those that a component or another program
 * declares are not among them. Call it before the first resource: the answer may or may not have what a running update has done.
 *
 * The state is read, not the stack's outputs: those of an update that failed or had a `--target` leave out customers that are still
 * there. A `StackReference` would also be a resource of its own, with a copy of every token. The answer holds the outputs of all
 * resources in plain text, so nothing of it is passed on but what {@link DeployedCustomer} and {@link DeployedSecret} name.
 * @throws pulumi.RunError if the engine does not answer
 */
export async function deployedCustomers(): Promise<Deployed> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: { outputs?: unknown } | undefined = await pulumi.runtime
    .invoke("pulumi:pulumi:readStackResourceOutputs", { stackName })
    .catch((error: unknown) => {
      if (error instanceof Error && isOldLayout(error.message)) {
        throw refusal(coded("TSL-STATE", `Stack ${pulumi.getStack()} ${oldLayoutAdvice}.`));
      }
      // The Automation API takes an inline program that ends with an error of the connection for one that declares nothing.
      throw refusal(
        coded(
          "TSL-STATE",
          `Nothing was created, changed or deleted: the customers of stack ${stackName} cannot be read from its state: ${withAdvice(error)}`,
        ),
      );
    });
  // Only mocks answer without outputs; those of a stack that was never deployed are empty.
  const state = outputsByType(isRecord(answer?.outputs) ? answer.outputs : {});
  const components = state.get(customerType);
  const customers = new Map(
    [...(state.get(resourceType("organization")) ?? [])].map(([name, outputs]) => [
      name,
      deployedCustomer(outputs, components?.get(name) ?? {}),
    ]),
  );
  const byId = new Map(
    [...customers.values()].flatMap((customer) =>
      customer.organizationId === undefined ? [] : [[customer.organizationId, customer] as const],
    ),
  );
  for (const [kind, type] of childTypes) {
    for (const [resource, outputs] of state.get(resourceType(type)) ?? []) {
      const organizationId = text(outputs.organizationId);
      const [expireTime, tokenEnd] = [text(outputs.expireTime), text(outputs.currentExpireTime)];
      const owner = byId.get(organizationId ?? "") ?? ownerByName(resource, customers);
      owner?.[kind].push(resource);
      if (expireTime !== undefined) {
        owner?.expireTimes.set(resource, expireTime);
      }
      if (tokenEnd !== undefined) {
        owner?.tokenEnds.set(resource, tokenEnd);
      }
      // If an interrupted update has renamed only the component, only what is in the organization tells its id.
      if (owner !== undefined && organizationId !== undefined && owner.organizationId === undefined) {
        owner.organizationId = organizationId;
        byId.set(organizationId, owner);
      }
    }
  }
  const secrets = [...(state.get(`${customerType}$aws:secretsmanager/secret:Secret`) ?? [])].map(
    ([resource, { name, region }]) => ({
      resource,
      name: String(name),
      ...(typeof region === "string" && { region }),
    }),
  );
  return { customers, secrets };
}

const childTypes = [
  ["roles", "role"],
  ["apiKeys", "managedApiKey"],
] as const;

/** The type part of the URN of a resource in a customer. */
function resourceType(type: HandlerName): string {
  return `${customerType}$${resourceTypes[type].token}`;
}

type Outputs = Readonly<Record<string, unknown>>;

/** The outputs of the resources of this stack, by the type part of their URNs and by name. */
function outputsByType(resources: Outputs): Map<string, Map<string, Outputs>> {
  const prefix = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::`;
  const found = new Map<string, Map<string, Outputs>>();
  for (const [urn, resource] of Object.entries(resources)) {
    const [type = "", ...name] = urn.slice(prefix.length).split("::");
    if (urn.startsWith(prefix)) {
      const ofType = found.get(type) ?? new Map<string, Outputs>();
      ofType.set(name.join("::"), isRecord(resource) && isRecord(resource.outputs) ? resource.outputs : {});
      found.set(type, ofType);
    }
  }
  return found;
}

function deployedCustomer(organization: Outputs, component: Outputs): DeployedCustomer {
  // The component's outputs are missing if an interrupted update did not get that far.
  const organizationId = text(component.organizationId) ?? text(organization.adopt);
  const displayName = text(organization.displayName);
  const keepUntil = text(organization.keepUntil);
  return {
    protect: component.protect !== false,
    onRemoval: organization.onRemoval === "release" ? "release" : "delete",
    ...(keepUntil !== undefined && { keepUntil }),
    ...(organizationId !== undefined && { organizationId }),
    ...(displayName !== undefined && { displayName }),
    roles: [],
    apiKeys: [],
    expireTimes: new Map(),
    tokenEnds: new Map(),
  };
}

/** The customer whose name is the beginning of a resource's, among those without a known organization. */
function ownerByName(resource: string, customers: DeployedCustomers): DeployedCustomer | undefined {
  const [owner] = [...customers]
    .filter(([name, customer]) => customer.organizationId === undefined && resource.startsWith(`${name}-`))
    .sort(([one], [other]) => other.length - one.length);
  return owner?.[1];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
