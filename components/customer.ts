import * as pulumi from "@pulumi/pulumi";
import { ManagedApiKey, Organization, Role } from "../providers";
import { keepCallersFrame } from "../providers/callersFrame";
import { requireArgs } from "../providers/given";
import { type CustomerApiKeyArgs, type CustomerArgs, customerProblems, protectionProblem } from "./customerArgs";
import { customerType } from "./customerType";
import { checkedDeliveries } from "./delivery/customerDeliveries";
import { deliver } from "./delivery/deliverer";
import { ifKnown } from "./ifKnown";
import { refuse } from "./refuse";

/**
 * One customer of the API: an organization in Tesseral with managed API keys enabled, its roles, and its keys.
 *
 * ```ts
 * const acme = new Customer("acme", {
 *   displayName: "Acme Corp",
 *   roles: { reader: { actions: ["widgets.read"] } },
 *   apiKeys: { production: { roles: ["reader"] } },
 * });
 * export const token = acme.secretTokens.apply((tokens) => tokens.production);
 * ```
 *
 * The organization is named after the component, a role or a key after both, joined by a hyphen: `acme`, `acme-production`.
 * To remove a customer, set `apiAccess` to `offboarding`, run `pulumi up`, and then remove the customer: a deleted organization and its
 * keys cannot be brought back. With `onRemoval: "release"` instead, they stay in Tesseral and only the stack forgets them.
 *
 * To rename a customer, give its old name as an alias, which holds for its roles and keys, too:
 * `new Customer("acme-corp", args, { aliases: [{ name: "acme" }] })`.
 */
export class Customer extends pulumi.ComponentResource {
  /** The organization's id. */
  readonly organizationId: pulumi.Output<string>;
  /** The ids of the managed API keys, by name. */
  readonly apiKeyIds: pulumi.Output<Record<string, string>>;
  /**
   * The tokens that the customer calls the API with, by name of the key; undefined where the stack does not know it, because the key was taken
   * over and not rotated since. Secret.
   */
  readonly secretTokens: pulumi.Output<Record<string, string | undefined>>;
  /** ARNs of the secrets in AWS Secrets Manager that hold the tokens, by name of the key; those that are delivered alone. */
  readonly secretArns: pulumi.Output<Record<string, string>>;

  /**
   * @throws pulumi.RunError naming every argument that is wrong, before anything is registered: such as a role that `roles` does not hold,
   * what is protected and is to be released, or a token that cannot be delivered as declared
   */
  constructor(name: string, args: CustomerArgs, opts?: pulumi.ComponentResourceOptions) {
    requireArgs("Customer", name, args);
    refuse(name, customerProblems(args, opts?.protect), "Customer", "TSL-ARGUMENT");
    const restore = keepCallersFrame("component");
    try {
      super(customerType, name, {}, opts);
    } finally {
      restore();
    }
    const { apiAccess = "enabled", roles = {}, apiKeys = {}, protect: wanted = opts?.protect, ...rest } = args;
    const { deliverTo, ...settings } = rest;
    const protect = wanted ?? protectionProblem(args) === undefined;
    const deliveries = checkedDeliveries(name, args);

    const entries = [name, ...earlierNames(opts)];
    const organization = new Organization(
      name,
      { ...settings, apiKeysEnabled: apiAccess === "enabled" },
      { parent: this, protect, aliases: entries.slice(1).map((earlier) => ({ name: earlier })) },
    );
    const organizationId = organization.id;
    // Children would take over the component's protection, which is meant for the organization. What is in an organization that may
    // be deleted or released goes with it, without a request. In a protected one it stays alive, so Pulumi must not believe it gone, nor
    // in one that the provider may refuse to delete.
    const within: pulumi.CustomResourceOptions = {
      parent: this,
      protect: false,
      ...(!protect && settings.keepUntil === undefined && { deletedWith: organization }),
    };

    const roleIds = mapValues(roles, (role, { displayName, renamedFrom, ...rest }) => {
      const { shown, aliases } = namesOf(entries, role, renamedFrom, roles);
      const roleArgs = { organizationId, displayName: displayName ?? shown, ...rest };
      return new Role(`${name}-${role}`, roleArgs, { ...within, aliases }).id;
    });
    const secretArns: Record<string, pulumi.Output<string>> = {};
    const keys = mapValues(apiKeys, (key, { displayName, renamedFrom, roles: given = [], deliverTo: _, ...rest }) => {
      const { shown, aliases } = namesOf(entries, key, renamedFrom, apiKeys);
      const roleList = given === "unmanaged" ? {} : { roles: given.flatMap((role) => roleIds[role] ?? []) };
      const suspended = apiAccess !== "enabled" && isRenewed(rest) ? { suspended: true } : {};
      const keyArgs = { organizationId, displayName: displayName ?? shown, ...roleList, ...rest, ...suspended };
      const resource = new ManagedApiKey(`${name}-${key}`, keyArgs, { ...within, aliases });
      const delivery = deliveries.get(key);
      if (delivery !== undefined) {
        // A delivered secret is not Tesseral's: the rules of its own place apply to its deletion.
        const options = { parent: this, protect: false, aliases };
        secretArns[key] = deliver({
          ...delivery,
          name: `${name}-${key}`,
          key: resource,
          options,
          isReleased: args.onRemoval === "release",
        });
      }
      return resource;
    });

    this.organizationId = organizationId;
    this.apiKeyIds = pulumi.output(mapValues(keys, (_, key) => key.apiKeyId));
    this.secretTokens = pulumi.secret(mapValues(keys, (_, key) => tokenOf(key)));
    this.secretArns = pulumi.output(secretArns);
    this.registerOutputs({
      organizationId: this.organizationId,
      // Not for users: by these, the next update knows the customer if it is no longer declared.
      protect,
    });
  }
}

/** The token of a key; undefined if the stack does not have it. */
function tokenOf({ apiKeyId, secretToken }: ManagedApiKey): pulumi.Output<string | undefined> {
  // A preview knows the id if nothing about the key changes. What is unknown although the id is known does not exist.
  return apiKeyId.apply(() => ifKnown<string | undefined>(secretToken));
}

/**
 * The names that a customer had before. Pulumi hands the aliases of a component on to its children, but no longer when an interrupted
 * update has renamed the component alone.
 */
function earlierNames(opts: pulumi.ComponentResourceOptions | undefined): string[] {
  return (opts?.aliases ?? []).flatMap((alias) => {
    const isNameAlone = typeof alias === "object" && Object.keys(alias).join() === "name" && "name" in alias;
    return isNameAlone && typeof alias.name === "string" ? [alias.name] : [];
  });
}

/** The name that Tesseral shows if none is declared, and the names that the resource may have in the state. */
function namesOf(
  [customer = "", ...earlierCustomers]: readonly string[],
  name: string,
  renamedFrom: string | readonly string[] | undefined,
  siblings: object,
): { shown: string; aliases: pulumi.Alias[] } {
  const earlier = typeof renamedFrom === "string" ? [renamedFrom] : (renamedFrom ?? []);
  const free = earlier.filter((each) => !Object.hasOwn(siblings, each));
  const resources = [
    ...free.map((each) => `${customer}-${each}`),
    ...earlierCustomers.flatMap((entry) => [name, ...free].map((each) => `${entry}-${each}`)),
  ];
  // A rename alone must not change anything in Tesseral.
  return { shown: earlier.at(-1) ?? name, aliases: resources.map((resource) => ({ name: resource })) };
}

/** Whether a key is ever replaced by a new one. Other keys need not know that their customer is suspended. */
function isRenewed({ rotateEvery, rotate, renewBefore }: CustomerApiKeyArgs): boolean {
  return [rotateEvery, rotate, renewBefore].some((one) => one !== undefined);
}

function mapValues<From, To>(record: Record<string, From>, map: (name: string, value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));
}
