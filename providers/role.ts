import type * as pulumi from "@pulumi/pulumi";
import type { Role as RemoteRole } from "../tesseral";
import { adoptedOnce, readToTakeOver, refuseOtherAdoption, takenOver, toAdopt } from "./adoption";
import { refuseManagedWarnOfSecond } from "./alikeObjects";
import { absentOutputs, DynamicResource, propertiesOf } from "./dynamicHost";
import { optional, pick, type Shaped, shape, text, texts } from "./fields";
import { requireId } from "./given";
import { idProblem, listProblems, nonEmptyText, sortedSet } from "./inputs";
import { type Bag, type Lifecycle, unknownValue } from "./lifecycle";
import { createMarked } from "./markedCreation";
import type { Connection, ProviderProcess } from "./providerProcess";
import type { OnRemoval } from "./removal";
import { lifecycleOf, type Seen } from "./resource";
import { resourceTypes } from "./resourceTypes";

export interface RoleArgs {
  /** Id of the organization that the role is for, `org_…`. Left out: a role of the project. Changing this replaces the role. */
  organizationId?: pulumi.Input<string>;
  /** Name of the role. Not empty. Tesseral `Role.display_name`. */
  displayName: pulumi.Input<string>;
  /** What the role is for. Clearing it replaces the role, since Tesseral cannot. Tesseral `Role.description`. */
  description?: pulumi.Input<string>;
  /** Actions that the role allows, each defined in the Tesseral Console; the whole set. Clearing it replaces the role. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
  /** Id of an existing role (`role_…`) to take over instead of creating one. Read at creation only. */
  adopt?: pulumi.Input<string>;
  /** What becomes of the role once it is no longer declared: "release" leaves it in Tesseral as it is. @default "delete" */
  onRemoval?: pulumi.Input<OnRemoval>;
}

/** As `check` leaves them: an empty description is absent, actions are a sorted set. */
const inputs = shape({
  organizationId: optional(text),
  displayName: text,
  description: optional(text),
  actions: texts,
  adopt: optional(text),
  onRemoval: optional(text),
  managedBy: text,
});
const outputs = shape({ projectId: text, createTime: text });

type Inputs = Shaped<typeof inputs>;
type Outputs = Shaped<typeof outputs>;

function seenOf(role: RemoteRole): Seen<Inputs, Outputs> {
  const named = { displayName: role.displayName ?? "", actions: [...(role.actions ?? [])].sort() };
  return {
    inputs: { ...pick(role, ["organizationId", "description"]), ...named },
    outputs: { createTime: role.createTime },
  };
}

export function roleLifecycle(provider: ProviderProcess): Lifecycle {
  const type = resourceTypes.role;
  /** The role that is to be taken over; undefined where one is to be made. */
  const existingRole = async (inputs: Bag, connection: Connection): Promise<RemoteRole | undefined> => {
    const id = toAdopt(provider, inputs.adopt);
    const read = async (roleId: string) => (await connection.tesseral.begin().roles.getRole(roleId)).role;
    const problem = (role: RemoteRole) => adoptionProblem(inputs, role);
    return id === undefined ? undefined : readToTakeOver(connection, type, id, () => read(id), problem);
  };
  return lifecycleOf<Inputs, Outputs, RemoteRole>(provider, {
    type,
    inputs,
    outputs,
    creationOnly: ["adopt", "managedBy"],
    stackOnly: ["onRemoval"],
    replacing: ["organizationId"],
    steps: [
      {
        fields: ["displayName", "description", "actions"],
        bring: async ({ tesseral, id, changes }) => seenOf((await tesseral.roles.updateRole(id, changes)).role).inputs,
      },
    ],

    normalized: (news) => ({ description: news.description || undefined, actions: sortedSet(news.actions ?? []) }),

    problems: ({ organizationId, displayName, actions, adopt }) => [
      organizationId === undefined ? undefined : idProblem("organizationId", "organization", organizationId),
      nonEmptyText("displayName", displayName),
      ...listProblems("actions", actions, (action) => nonEmptyText("actions", action)),
      adopt === undefined ? undefined : idProblem("adopt", "role", adopt),
    ],

    async planned(inputs, olds, connection) {
      if (olds.managedBy === undefined) {
        await existingRole(inputs, connection);
      }
      return {};
    },

    refuseNew: (inputs) => refuseManagedWarnOfSecond(provider, type, inputs),

    refuseChange: (olds, news) => refuseOtherAdoption(provider, type, olds, news),

    // Tesseral takes an empty text or list for "as it is".
    diff: (olds, news, replaces) => ({
      replaces: [
        ...replaces,
        ...(olds.description !== undefined && news.description === undefined ? ["description"] : []),
        ...(isEmpty(news.actions) && !isEmpty(olds.actions) ? ["actions"] : []),
      ],
    }),

    async begin(inputs, connection) {
      const existing = await existingRole(inputs, connection);
      if (existing !== undefined) {
        return takenOver(provider, existing);
      }
      const { organizationId, displayName, actions } = inputs;
      const isOfNew = organizationId !== undefined && provider.createdOrganizations.has(organizationId);
      return createMarked<RemoteRole>(provider, {
        what: `role ${JSON.stringify(displayName)}${organizationId === undefined ? "" : ` of ${organizationId}`}`,
        inputs,
        // In an organization that this run created, no earlier run can have left a role.
        before: async (tesseral) => (isOfNew ? [] : tesseral.allRoles(organizationId)),
        list: (tesseral) => tesseral.allRoles(organizationId),
        create: async (tesseral, displayName) => {
          const sent = { ...pick(inputs, ["organizationId", "description"]), displayName, actions };
          return (await tesseral.roles.createRole(sent)).role;
        },
        remove: (tesseral, id) => tesseral.roles.deleteRole(id),
      });
    },

    seen: seenOf,

    read: async (reads, id, { organizationId }) => seenOf(await reads.role(id, organizationId)),

    remove: (tesseral, id) => tesseral.roles.deleteRole(id),
  });
}

/** Why a role cannot be taken over as declared, or undefined. What Tesseral cannot clear would replace it at the next update. */
function adoptionProblem({ organizationId, description, actions }: Bag, role: RemoteRole): string | undefined {
  if (organizationId !== unknownValue && organizationId !== role.organizationId) {
    const place = (id: unknown) => (id === undefined ? "of the project" : `of ${id}`);
    return `it is a role ${place(role.organizationId)}, not ${place(organizationId)}`;
  }
  if (description === undefined && role.description) {
    return `it has a description, which Tesseral cannot clear: declare description: ${JSON.stringify(role.description)}`;
  }
  return actions !== unknownValue && isEmpty(actions) && !isEmpty(role.actions)
    ? "it has actions, which Tesseral cannot clear: declare one at least"
    : undefined;
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}

/**
 * A role: a named set of actions that API keys can be given, of one organization or of the whole project.
 *
 * - create: `POST /v1/roles` under a marked name, then `PATCH` with the declared one.
 * - adopt: with `adopt`, a role that exists is taken over instead, and brought to what is declared. Pulumi's own `import` cannot do it by an id; its
 *   `--file` takes a file with inputs and outputs.
 * - update: `PATCH /v1/roles/{id}` with what changed; it takes effect on keys at once.
 * - delete: `DELETE /v1/roles/{id}`, which takes it from every key that has it.
 *
 * ```ts
 * const reader = new Role("acme-reader", { organizationId: acme.id, displayName: "reader", actions: ["widgets.read"] });
 * ```
 */
export class Role extends DynamicResource {
  /** Id of the organization that the role is for; undefined: a role of the project. */
  declare readonly organizationId: pulumi.Output<string | undefined>;
  /** Name of the role. */
  declare readonly displayName: pulumi.Output<string>;
  /** What the role is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Actions that the role allows, sorted. */
  declare readonly actions: pulumi.Output<string[]>;
  /** Id of the role to take over, as declared. */
  declare readonly adopt: pulumi.Output<string | undefined>;
  /** What becomes of it once it is no longer declared; undefined: it is deleted. */
  declare readonly onRemoval: pulumi.Output<OnRemoval | undefined>;
  /** When the role was created, RFC 3339. */
  declare readonly createTime: pulumi.Output<string>;
  /** Id of the Tesseral project, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: RoleArgs, opts?: pulumi.CustomResourceOptions) {
    const names = [...(opts?.id === undefined ? [] : inputs.names), ...outputs.names];
    const properties = propertiesOf("role", name, args, inputs.names, names);
    const adopt = args.adopt === undefined ? {} : { adopt: adoptedOnce(resourceTypes.role, name, args.adopt) };
    super(resourceTypes.role, name, { ...properties, ...adopt }, opts);
  }

  /** Looks an existing role up, without managing it. Throws when there is none. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Role {
    requireId("Role", name, id);
    return new Role(name, {} as RoleArgs, { ...opts, id });
  }
}

absentOutputs(Role, ["organizationId", "description", "adopt", "onRemoval"]);
