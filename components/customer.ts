import * as pulumi from "@pulumi/pulumi";
import { ManagedApiKey, Organization, type OrganizationArgs, Role } from "../providers";
import { refusal } from "../providers/refusal";

/** How a {@link Customer} is called in Pulumi's state. */
export const customerType = "tesseral:index:Customer";

/** A role of a {@link Customer}. */
export interface CustomerRoleArgs {
  /** The name shown in Tesseral. @default the role's name in `roles` */
  displayName?: pulumi.Input<string>;
  /** What the role is for, shown in Tesseral. */
  description?: pulumi.Input<string>;
  /** The actions that the role allows, such as `widgets.read`. Each must exist in the project. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
}

/** A managed API key of a {@link Customer}. */
export interface CustomerApiKeyArgs {
  /** The name shown in Tesseral. @default the key's name in `apiKeys` */
  displayName?: pulumi.Input<string>;
  /** Names in the customer's `roles`. @default none: the key authenticates and may do nothing */
  roles?: string[];
  /** When the key stops working, RFC 3339. Changing this replaces the key. @default never */
  expireTime?: pulumi.Input<string>;
}

/** What a {@link Customer} is made of. The settings of its organization are as in {@link OrganizationArgs}. */
export interface CustomerArgs extends Omit<OrganizationArgs, "apiKeysEnabled"> {
  /**
   * `enabled`: the customer's API keys work. `suspended`: Tesseral refuses all of them, and none is lost: `enabled` brings them
   * back. A suspended customer cannot get new keys.
   * @default "enabled"
   */
  apiAccess?: "enabled" | "suspended";
  /** The roles of this customer, by name. @default none */
  roles?: Record<string, CustomerRoleArgs>;
  /** The managed API keys of this customer, by name. @default none */
  apiKeys?: Record<string, CustomerApiKeyArgs>;
  /**
   * Whether Pulumi refuses to delete the organization, which would delete everything in it. Its roles and keys can be removed
   * all the same.
   * @default the option `protect` of the component, else true
   */
  protect?: boolean;
}

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
 * To remove a customer, set `protect` to false, run `pulumi up`, and then remove the customer: a deleted organization and its
 * keys cannot be brought back.
 */
export class Customer extends pulumi.ComponentResource {
  /** The organization's id. */
  readonly organizationId: pulumi.Output<string>;
  /** The ids of the managed API keys, by name. */
  readonly apiKeyIds: pulumi.Output<Record<string, string>>;
  /** The tokens that the customer calls the API with, by name of the key. Secret. */
  readonly secretTokens: pulumi.Output<Record<string, string>>;

  /** @throws pulumi.RunError if a key has a role that `roles` does not hold */
  constructor(name: string, args: CustomerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(customerType, name, {}, opts);
    const { apiAccess = "enabled", roles = {}, apiKeys = {}, protect = opts?.protect ?? true, ...settings } = args;
    for (const [key, { roles: wanted = [] }] of Object.entries(apiKeys)) {
      checkRoles(`Customer ${name}: apiKeys.${key}.roles`, wanted, roles);
    }

    const organization = new Organization(
      name,
      { ...settings, apiKeysEnabled: apiAccess === "enabled" },
      { parent: this, protect },
    );
    const organizationId = organization.id;
    // Children would take over the component's protection, which is meant for the organization. What is in an organization that may
    // be deleted goes with it, without a request. In a protected one it stays alive, so Pulumi must not believe it gone.
    const within: pulumi.CustomResourceOptions = {
      parent: this,
      protect: false,
      ...(!protect && { deletedWith: organization }),
    };

    const roleIds = mapValues(
      roles,
      (role, { displayName = role, ...rest }) =>
        new Role(`${name}-${role}`, { organizationId, displayName, ...rest }, within).id,
    );
    const keys = mapValues(
      apiKeys,
      (key, { displayName = key, roles: wanted = [], ...rest }) =>
        new ManagedApiKey(
          `${name}-${key}`,
          { organizationId, displayName, roles: wanted.flatMap((role) => roleIds[role] ?? []), ...rest },
          within,
        ),
    );

    this.organizationId = organizationId;
    this.apiKeyIds = pulumi.output(mapValues(keys, (_, key) => key.apiKeyId));
    this.secretTokens = pulumi.secret(mapValues(keys, (_, key) => key.secretToken));
    this.registerOutputs({
      organizationId: this.organizationId,
      apiKeyIds: this.apiKeyIds,
      secretTokens: this.secretTokens,
      // Not for users: what the next update can know of this customer when it is no longer declared.
      protect,
    });
  }
}

function checkRoles(place: string, wanted: readonly string[], roles: object): void {
  for (const role of wanted) {
    if (!Object.hasOwn(roles, role)) {
      const known = Object.keys(roles).join(", ") || "none";
      throw refusal(`${place} names ${JSON.stringify(role)}, which is not one of its roles (${known}).`);
    }
  }
}

function mapValues<From, To>(record: Record<string, From>, map: (name: string, value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));
}
