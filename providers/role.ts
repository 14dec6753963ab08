import * as pulumi from "@pulumi/pulumi";
import { AmbiguousCreateError, createOnce, markedName, type Role as RemoteRole, TesseralApiError } from "../tesseral";
import { bootstrap } from "./bootstrap";
import { checked, compact, creationOnly, failuresOf, idProblem, listProblems, nonEmptyText, sortedSet } from "./inputs";
import { afterFirstWrite, type Bag, type Lifecycle } from "./lifecycle";
import { managedBy } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import { refuseInterrupted } from "./refusals";

export interface RoleArgs {
  /** Id of the organization that the role is for, `org_…`. Left out: a role of the project. Changing this replaces the role. */
  organizationId?: pulumi.Input<string>;
  /** Name of the role. Not empty. Tesseral `Role.display_name`. */
  displayName: pulumi.Input<string>;
  /** What the role is for. Clearing it replaces the role, since Tesseral cannot. Tesseral `Role.description`. */
  description?: pulumi.Input<string>;
  /** Actions that the role allows, each defined in the Tesseral Console; the whole set. Clearing it replaces the role. */
  actions: pulumi.Input<pulumi.Input<string>[]>;
}

interface Inputs {
  organizationId?: string;
  displayName: string;
  description?: string;
  actions: string[];
  managedBy: string;
}

/** What the server says of what the inputs declare. */
function seenOf(role: RemoteRole): Bag {
  return compact({
    organizationId: role.organizationId,
    displayName: role.displayName ?? "",
    description: role.description,
    actions: [...(role.actions ?? [])].sort(),
  });
}

export function roleLifecycle(shared: ProviderProcess): Lifecycle {
  return {
    async configure({ config }) {
      shared.configure(config);
    },

    async check(olds, news) {
      const inputs = compact({
        ...news,
        description: news.description || undefined,
        actions: sortedSet(news.actions ?? []),
        ...creationOnly(olds, news, ["managedBy"]),
      });
      const { organizationId } = inputs;
      const failures = failuresOf([
        organizationId === undefined ? undefined : idProblem("organizationId", "organization", organizationId),
        nonEmptyText("displayName", inputs.displayName),
        ...listProblems("actions", inputs.actions, (action) => nonEmptyText("actions", action)),
      ]);
      return checked(inputs, failures, async () => {
        await shared.connection();
        if (olds.managedBy === undefined) {
          await refuseInterrupted(shared, "Role", String(inputs.managedBy));
        }
      });
    },

    async diff(id, olds, news) {
      await shared.guarded(id, olds.projectId);
      const replaces: string[] = [];
      if (olds.organizationId !== news.organizationId) {
        replaces.push("organizationId");
      }
      // Tesseral takes an empty text or list for "as it is".
      if (olds.description !== undefined && news.description === undefined) {
        replaces.push("description");
      }
      if (isEmpty(news.actions) && !isEmpty(olds.actions)) {
        replaces.push("actions");
      }
      return { replaces };
    },

    async create(bag) {
      const inputs = bag as unknown as Inputs;
      const { project } = await shared.connection();
      const { made, sweep } = await createMarked(shared, inputs);
      shared.claimed.add(made.id);
      const outputs: Bag = { ...bag, ...seenOf(made), projectId: project.id, createTime: made.createTime };
      await afterFirstWrite(
        made.id,
        () => outputs,
        `role ${made.id} was created, but is not yet as declared`,
        async () => {
          await sweep();
          await apply(shared, made.id, outputs, inputs);
        },
      );
      return { id: made.id, outs: outputs };
    },

    async read(id, props) {
      const { tesseral, project } = await shared.guarded(id, props.projectId);
      try {
        const { role } = await tesseral.begin().roles.getRole(id);
        const { description: _, ...kept } = props;
        const { projectId: _id, createTime: _time, ...inputs } = kept;
        const seen = seenOf(role);
        return {
          id,
          props: { ...kept, ...seen, projectId: project.id, createTime: role.createTime },
          inputs: { ...inputs, ...seen },
        };
      } catch (error) {
        if (!(error instanceof TesseralApiError && error.isGone)) {
          throw error;
        }
        if (props.projectId === undefined) {
          throw new Error(`there is no role ${id} in Tesseral project ${project.id}`);
        }
        return {};
      }
    },

    async update(id, olds, news) {
      await shared.guarded(id, olds.projectId);
      const { displayName, description, actions } = olds;
      const outputs: Bag = compact({ ...olds, ...news, displayName, description, actions });
      await afterFirstWrite(
        id,
        () => outputs,
        `role ${id} is not yet as declared`,
        () => apply(shared, id, outputs, news as unknown as Inputs),
      );
      return { outs: outputs };
    },

    async delete(id, props) {
      const { tesseral } = await shared.guarded(id, props.projectId);
      await tesseral
        .begin()
        .roles.deleteRole(id)
        .catch((error: unknown) => {
          if (!(error instanceof TesseralApiError && error.isGone)) {
            throw error;
          }
        });
    },
  };
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}

/** Creates the role under its marked name, or goes on with the one that an earlier run left under it. */
async function createMarked(shared: ProviderProcess, inputs: Inputs) {
  const { tesseral } = await shared.connection();
  const operation = tesseral.begin();
  const { organizationId } = inputs;
  const displayName = markedName(inputs.displayName, inputs.managedBy);
  const what = `role ${JSON.stringify(inputs.displayName)}${organizationId === undefined ? "" : ` of ${organizationId}`}`;
  const marked = async () =>
    (await operation.allRoles(organizationId)).filter(
      (role) => role.displayName === displayName && !shared.claimed.has(role.id),
    );
  // An organization that this run created has no roles that an earlier one could have left.
  const left = organizationId !== undefined && shared.createdOrganizations.has(organizationId) ? [] : await marked();
  if (left.length > 1) {
    throw new AmbiguousCreateError(what, { begin: "", end: "" }, left);
  }
  if (left[0] !== undefined) {
    return { made: left[0], sweep: async () => {} };
  }
  return createOnce<RemoteRole>({
    what,
    operation: operation.operation,
    create: async () => (await operation.roles.createRole({ ...sentOf(inputs), displayName })).role,
    find: marked,
    settle: async (found) => found,
    discard: async (late) => {
      await operation.roles.deleteRole(late.id);
    },
  });
}

function sentOf({ organizationId, displayName, description, actions }: Inputs) {
  return {
    ...(organizationId === undefined ? {} : { organizationId }),
    displayName,
    ...(description === undefined ? {} : { description }),
    actions,
  };
}

/** Brings a role to what the inputs declare; keeps `outputs` at what is known to be true of it. */
async function apply(shared: ProviderProcess, id: string, outputs: Bag, inputs: Inputs): Promise<void> {
  const { organizationId: _, ...wanted } = sentOf(inputs);
  const changes = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(outputs[name])),
  );
  if (Object.keys(changes).length === 0) {
    return;
  }
  const { tesseral } = await shared.connection();
  const { role } = await tesseral.begin().roles.updateRole(id, changes);
  Object.assign(outputs, seenOf(role));
}

/**
 * A role: a named set of actions that API keys can be given, of one organization or of the whole project.
 *
 * - create: `POST /v1/roles` under a marked name, then `PATCH` with the declared one.
 * - update: `PATCH /v1/roles/{id}` with what changed; it takes effect on keys at once.
 * - delete: `DELETE /v1/roles/{id}`, which takes it from every key that has it.
 *
 * ```ts
 * const reader = new Role("acme-reader", { organizationId: acme.id, displayName: "reader", actions: ["widgets.read"] });
 * ```
 */
export class Role extends pulumi.CustomResource {
  /** Id of the organization that the role is for; undefined: a role of the project. */
  declare readonly organizationId: pulumi.Output<string | undefined>;
  /** Name of the role. */
  declare readonly displayName: pulumi.Output<string>;
  /** What the role is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Actions that the role allows, sorted. */
  declare readonly actions: pulumi.Output<string[]>;
  /** When the role was created, RFC 3339. */
  declare readonly createTime: pulumi.Output<string>;
  /** Id of the Tesseral project, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: RoleArgs, opts?: pulumi.CustomResourceOptions) {
    // Pulumi makes an output of what is named here, so arguments that can be left out are named too.
    const outputs = {
      organizationId: undefined,
      description: undefined,
      createTime: undefined,
      projectId: undefined,
    };
    super(
      "pulumi-nodejs:dynamic/tesseral:Role",
      name,
      { ...outputs, ...args, managedBy: managedBy(name), __provider: bootstrap("role") },
      opts,
    );
  }
}
