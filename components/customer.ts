import * as pulumi from "@pulumi/pulumi";
import { ManagedApiKey, Organization, type OrganizationArgs, Role } from "../providers";
import { keepCallersFrame } from "../providers/callersFrame";
import { refusal } from "../providers/refusal";
import { customerType } from "./customerType";
import { checkedDeliveries } from "./delivery/customerDeliveries";
import { deliver } from "./delivery/deliverer";
import type { DeliverTo } from "./delivery/deliverTo";

/** What a role and a key of a {@link Customer} have in common. */
interface CustomerChildArgs {
  /**
   * The name in this map that it had before, or several, the latest first: it is renamed, and stays what it is in Tesseral. Not counted
   * if the map has that name, too.
   */
  renamedFrom?: string | string[];
}

/** A role of a {@link Customer}. */
export interface CustomerRoleArgs extends CustomerChildArgs {
  /** The name shown in Tesseral. @default the role's name in `roles`, or the earliest of `renamedFrom` */
  displayName?: pulumi.Input<string>;
  /** What the role is for, shown in Tesseral. */
  description?: pulumi.Input<string>;
  /** The actions that the role allows, such as `widgets.read`. Each must exist in the project. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
}

/** A managed API key of a {@link Customer}. */
export interface CustomerApiKeyArgs extends CustomerChildArgs {
  /** The name shown in Tesseral. @default the key's name in `apiKeys`, or the earliest of `renamedFrom` */
  displayName?: pulumi.Input<string>;
  /** Names in the customer's `roles`. @default none: the key authenticates and may do nothing */
  roles?: string[];
  /** When the key stops working, RFC 3339. Changing this replaces the key: the token ends at once. @default never */
  expireTime?: pulumi.Input<string>;
  /** How long a token is the current one, ISO 8601 such as `P90D`. Needs `overlap`. @default the key is not rotated */
  rotateEvery?: pulumi.Input<string>;
  /** How long the token before goes on working beside the new one, ISO 8601; `PT0S`: not at all. */
  overlap?: pulumi.Input<string>;
  /** Any text: a change of it rotates now. Needs `overlap`. */
  rotate?: pulumi.Input<string>;
  /** How long a token lives at most, ISO 8601: at least `rotateEvery` and `overlap` together. @default for ever */
  expireAfter?: pulumi.Input<string>;
  /** How long before it ends a key with an `expireTime` is renewed, ISO 8601. @default it is not renewed */
  renewBefore?: pulumi.Input<string>;
  /**
   * Where the token is handed over; its fields replace those of the customer's `deliverTo`. Needs `pulumi-tesseral/delivery`.
   * @default the customer's
   */
  deliverTo?: DeliverTo;
}

/** What a {@link Customer} is made of. The settings of its organization are as in {@link OrganizationArgs}. */
export interface CustomerArgs extends Omit<OrganizationArgs, "apiKeysEnabled" | "onRemoval"> {
  /**
   * `enabled`: the customer's API keys work. `suspended`: Tesseral refuses all of them, and none is lost: `enabled` brings them
   * back. A suspended customer cannot get new keys. `offboarding`: the same for a customer that leaves; nothing protects it any more, so
   * that removing it deletes it. Until then `enabled` brings everything back.
   * @default "enabled"
   */
  apiAccess?: "enabled" | "suspended" | "offboarding";
  /** The roles of this customer, by name. @default none */
  roles?: Record<string, CustomerRoleArgs>;
  /** The managed API keys of this customer, by name. @default none */
  apiKeys?: Record<string, CustomerApiKeyArgs>;
  /**
   * Whether Pulumi refuses to delete the organization, which would delete everything in it. Its roles and keys can be removed
   * all the same.
   * @default the option `protect` of the component, else true; false with `onRemoval: release` or `apiAccess: offboarding`
   */
  protect?: boolean;
  /**
   * What becomes of the customer when it is not declared any more. `delete`: everything of it is deleted. `release`: the stack forgets
   * it, and organization, roles and keys stay in Tesseral as they are. It has to be deployed before the customer is removed.
   * @default "delete"
   */
  onRemoval?: "delete" | "release";
  /** Where the tokens of the customer's keys are handed over. Needs `pulumi-tesseral/delivery`. @default nowhere */
  deliverTo?: DeliverTo;
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
  /** The tokens that the customer calls the API with, by name of the key. Secret. */
  readonly secretTokens: pulumi.Output<Record<string, string>>;
  /** ARNs of the secrets in AWS Secrets Manager that hold the tokens, by name of the key; those that are delivered alone. */
  readonly secretArns: pulumi.Output<Record<string, string>>;

  /**
   * @throws pulumi.RunError if a key has a role that `roles` does not hold, if what is protected shall be released, or if a token cannot
   * be delivered as declared
   */
  constructor(name: string, args: CustomerArgs, opts?: pulumi.ComponentResourceOptions) {
    const restore = keepCallersFrame();
    try {
      super(customerType, name, {}, opts);
    } finally {
      restore();
    }
    const { apiAccess = "enabled", roles = {}, apiKeys = {}, protect: wanted = opts?.protect, ...rest } = args;
    const { deliverTo, ...settings } = rest;
    for (const [key, { roles: given = [] }] of Object.entries(apiKeys)) {
      checkRoles(`Customer ${name}: apiKeys.${key}.roles`, given, roles);
    }
    const contradiction = wanted === true ? protectionProblem(args) : undefined;
    if (contradiction !== undefined) {
      throw refusal(`Customer ${name}: protect: true ${contradiction}`);
    }
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
      const roleList = given.flatMap((role) => roleIds[role] ?? []);
      const suspended = apiAccess !== "enabled" && isRenewed(rest) ? { suspended: true } : {};
      const keyArgs = { organizationId, displayName: displayName ?? shown, roles: roleList, ...rest, ...suspended };
      const resource = new ManagedApiKey(`${name}-${key}`, keyArgs, { ...within, aliases });
      const delivery = deliveries.get(key);
      if (delivery !== undefined) {
        // What was handed over is not Tesseral's: it goes by the rules of where it is.
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
    this.secretTokens = pulumi.secret(mapValues(keys, (_, key) => key.secretToken));
    this.secretArns = pulumi.output(secretArns);
    this.registerOutputs({
      organizationId: this.organizationId,
      // Not for users: what the next update can know of this customer when it is no longer declared.
      protect,
    });
  }
}

/** Why a customer cannot be protected, as the end of a sentence that begins with the protection; undefined if it can. */
export function protectionProblem({
  apiAccess,
  onRemoval,
}: {
  apiAccess?: string | undefined;
  onRemoval?: string | undefined;
}): string | undefined {
  if (onRemoval === "release") {
    return "contradicts onRemoval: release, with which nothing of the customer is ever deleted: remove one of the two";
  }
  return apiAccess === "offboarding"
    ? "contradicts apiAccess: offboarding, which prepares the deletion of the customer: remove one of the two, or suspend it"
    : undefined;
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
  // A rename alone must not be seen in Tesseral.
  return { shown: earlier.at(-1) ?? name, aliases: resources.map((resource) => ({ name: resource })) };
}

/** Whether a key is made anew from time to time. Others need not know that their customer is suspended. */
function isRenewed({ rotateEvery, rotate, renewBefore }: CustomerApiKeyArgs): boolean {
  return [rotateEvery, rotate, renewBefore].some((one) => one !== undefined);
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
