import type * as pulumi from "@pulumi/pulumi";
import type { OrganizationArgs } from "../providers";
import { declaredLifeFields } from "../providers/declaredLife";
import { each } from "../providers/fields";
import { inputs as organizationInputs } from "../providers/organizationFields";
import { type DeliverTo, deliverToRule } from "./delivery/deliverTo";
import { later, mapLater } from "./later";
import { fields, flag, list, oneOf, plain, type Rule, record, text } from "./rules";

/** What a role and a key of a `Customer` have in common. */
interface CustomerChildArgs {
  /**
   * The name in this map that it had before, or several, the latest first: it is renamed, and stays what it is in Tesseral. Not counted
   * if the map has that name, too.
   */
  renamedFrom?: string | string[];
}

/** A role of a `Customer`. */
export interface CustomerRoleArgs extends CustomerChildArgs {
  /** The name shown in Tesseral. @default the role's name in `roles`, or the earliest of `renamedFrom` */
  displayName?: pulumi.Input<string>;
  /** What the role is for, shown in Tesseral. */
  description?: pulumi.Input<string>;
  /** The actions that the role allows, such as `widgets.read`. Each must exist in the project. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
  /** Id of a role that the organization has already (`role_…`), to take over instead of making one. Read at creation only. */
  adopt?: pulumi.Input<string>;
}

/** A managed API key of a `Customer`. */
export interface CustomerApiKeyArgs extends CustomerChildArgs {
  /** The name shown in Tesseral. @default the key's name in `apiKeys`, or the earliest of `renamedFrom` */
  displayName?: pulumi.Input<string>;
  /**
   * Names in the customer's `roles`. `unmanaged`: the key keeps those that it has in Tesseral, whatever they are.
   * @default none: the key authenticates and may do nothing
   */
  roles?: string[] | "unmanaged";
  /** When the key stops working, RFC 3339. Changing this replaces the key, and the token ends at once, unless it has that end already. @default never */
  expireTime?: pulumi.Input<string>;
  /** How long a token is the current one, ISO 8601 such as `P90D`. Needs `overlap`. @default the key is not rotated */
  rotateEvery?: pulumi.Input<string>;
  /** How long the previous token keeps working beside the new one, ISO 8601; `PT0S`: not at all. */
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
  /**
   * Id of a key that the organization has already (`api_key_…`), to take over instead of making one. Its token goes on working, and is
   * not known here until a rotation makes a new one. Read at creation only.
   */
  adopt?: pulumi.Input<string>;
}

/** What a `Customer` is made of. The settings of its organization are as in {@link OrganizationArgs}. */
export interface CustomerArgs extends Omit<OrganizationArgs, "apiKeysEnabled" | "onRemoval"> {
  /**
   * `enabled`: the customer's API keys work. `suspended`: Tesseral refuses all of them, and none is lost: `enabled` brings them
   * back. A suspended customer cannot get new keys. `offboarding`: the same for a customer that leaves: it is no longer protected, so
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
   * What becomes of the customer once it is no longer declared. `delete`: everything of it is deleted. `release`: the stack forgets
   * it, and organization, roles and keys stay in Tesseral as they are. It has to be deployed before the customer is removed.
   * @default "delete"
   */
  onRemoval?: "delete" | "release";
  /** Where the tokens of the customer's keys are handed over. Needs `pulumi-tesseral/delivery`. @default nowhere */
  deliverTo?: DeliverTo;
}

/** Arguments that the resources check themselves. */
const checkedByResource: Rule = () => [];
const names: Rule = (given, place) => (typeof given === "string" ? [] : list(text, 0)(given, place));
const roleNames: Rule = (given, place) => (given === "unmanaged" ? [] : list(plain(text), 0)(given, place));
const child = { displayName: checkedByResource, renamedFrom: names, adopt: checkedByResource };
const { managedBy: _, apiKeysEnabled: __, ...settings } = each(organizationInputs.names, checkedByResource);
const shape = fields({
  ...settings,
  apiAccess: plain(oneOf("enabled", "suspended", "offboarding")),
  roles: record(fields({ ...child, description: checkedByResource, actions: checkedByResource }), () => undefined),
  apiKeys: record(
    fields({
      ...child,
      ...each(declaredLifeFields, checkedByResource),
      roles: plain(roleNames),
      deliverTo: deliverToRule,
    }),
    () => undefined,
  ),
  protect: plain(flag),
  onRemoval: plain(oneOf("delete", "release")),
  deliverTo: deliverToRule,
});

/** What is wrong with the arguments of a customer. @param inherited the option `protect` of the component */
export function customerProblems(args: CustomerArgs, inherited: boolean | undefined): string[] {
  const found = shape(
    mapLater<object>(args, () => later),
    "",
  );
  if (found.length > 0) {
    return found;
  }
  const { roles = {}, apiKeys = {}, protect = inherited } = args;
  const contradiction = protect === true ? protectionProblem(args) : undefined;
  return [
    ...Object.entries(apiKeys).flatMap(([key, { roles: wanted = [] }]) =>
      (wanted === "unmanaged" ? [] : wanted).flatMap((role) => roleProblem(`apiKeys.${key}.roles`, role, roles)),
    ),
    ...(contradiction === undefined ? [] : [`protect: true ${contradiction}`]),
  ];
}

function roleProblem(place: string, role: string, roles: object): string[] {
  const known = Object.keys(roles).join(", ") || "none";
  return Object.hasOwn(roles, role)
    ? []
    : [`${place} names ${JSON.stringify(role)}, which is not one of its roles (${known})`];
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
