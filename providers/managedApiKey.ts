import * as pulumi from "@pulumi/pulumi";
import { AmbiguousCreateError, type ApiKey, isMarkedName, TesseralApiError, type TesseralClient } from "../tesseral";
import { canonicalTime } from "../tesseral/instant";
import { bootstrap } from "./bootstrap";
import {
  checked,
  compact,
  creationOnly,
  failuresOf,
  idProblem,
  listProblems,
  nonEmptyText,
  sortedSet,
  timeProblem,
} from "./inputs";
import { afterFirstWrite, type Bag, type Lifecycle, PartialFailure } from "./lifecycle";
import { createKey, discardKey, findCreated, nameOf, type Unresolved } from "./managedApiKeyCreation";
import { managedBy } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import { refuseInterrupted } from "./refusals";

export interface ManagedApiKeyArgs {
  /** Id of the organization that the key is for, `org_…`. Changing this replaces the key. */
  organizationId: pulumi.Input<string>;
  /** Name of the key, as the Console shows it. Not empty. Tesseral `ApiKey.display_name`. */
  displayName: pulumi.Input<string>;
  /** When the key ends, RFC 3339, in the future. Left out: never. Changing this replaces the key. Tesseral `ApiKey.expire_time`. */
  expireTime?: pulumi.Input<string>;
  /** Ids of the roles whose actions the key has; the whole set, in any order. Left out: not managed. */
  roles?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface ManagedApiKeyInputs {
  organizationId: string;
  displayName: string;
  expireTime?: string;
  roles?: string[];
  /** Set by the provider: "active", until a refresh finds the key "revoked" or "expired". A difference replaces the key. */
  status: string;
  managedBy: string;
}

export function managedApiKeyLifecycle(shared: ProviderProcess): Lifecycle {
  return {
    async configure({ config }) {
      shared.configure(config);
    },

    async check(olds, news) {
      const expireTime = canonicalTime(news.expireTime);
      const inputs = compact({
        ...news,
        expireTime,
        roles: sortedSet(news.roles),
        status: "active",
        ...creationOnly(olds, news, ["managedBy"]),
      });
      const isNewTime = expireTime !== olds.expireTime;
      const failures = failuresOf([
        idProblem("organizationId", "organization", inputs.organizationId),
        nonEmptyText("displayName", inputs.displayName),
        isNewTime ? timeProblem("expireTime", news.expireTime, Date.now()) : undefined,
        ...listProblems("roles", inputs.roles, (role) => idProblem("roles", "role", role)),
      ]);
      return checked(inputs, failures, async () => {
        await shared.connection();
        if (olds.managedBy === undefined) {
          await refuseInterrupted(shared, "ManagedApiKey", String(inputs.managedBy));
        }
      });
    },

    async diff(id, olds, news) {
      shared.seen.add(id);
      await shared.guarded(id, olds.projectId);
      // Nothing but a replacement can follow a creation whose outcome is unknown; the inputs do not show it.
      if (olds.unresolved !== undefined) {
        return { changes: true, replaces: ["status"], deleteBeforeReplace: true };
      }
      const replacing = ["organizationId", "expireTime", "status"];
      return { replaces: replacing.filter((name) => olds[name] !== news[name]) };
    },

    async create(bag) {
      const inputs = bag as unknown as ManagedApiKeyInputs;
      const { project } = await shared.connection();
      const { made, sweep } = await createKey(shared, inputs, (error, displayName) => {
        const unresolved: Unresolved = { ...error.lost, displayName };
        const id = `unresolved-${inputs.organizationId}-${Date.parse(error.lost.begin)}`;
        return new PartialFailure(id, { ...bag, projectId: project.id, unresolved }, [error.message]);
      });
      const outputs: Bag = { ...bag, ...outputsOf(made), secretToken: made.secretToken, projectId: project.id };
      delete outputs.roles;
      outputs.displayName = made.displayName;
      await afterFirstWrite(
        made.id,
        () => outputs,
        `API key ${made.id} was created, but is not yet as declared`,
        async () => {
          await sweep();
          await apply(shared, made.id, outputs, inputs, true);
        },
      );
      return { id: made.id, outs: outputs };
    },

    async read(id, props) {
      const { tesseral, project } = await shared.guarded(id, props.projectId);
      if (props.unresolved !== undefined) {
        return { id, props, inputs: inputsIn(props) };
      }
      const operation = tesseral.begin();
      const isLookup = props.organizationId === undefined;
      try {
        const { apiKey } = await operation.apiKeys.getApiKey(id);
        const seen: Bag = compact({
          organizationId: apiKey.organizationId,
          displayName: apiKey.displayName ?? "",
          expireTime: apiKey.expireTime,
          status: statusOf(apiKey, Date.now()),
        });
        if (isLookup || props.roles !== undefined) {
          seen.roles = await assignedRoles(operation, id);
        }
        const { expireTime: _, ...kept } = props;
        // The secret token is answered once, by the create: it is never lost here.
        return {
          id,
          props: { ...kept, ...outputsOf(apiKey), ...seen, projectId: project.id },
          inputs: { ...inputsIn(kept), ...seen },
        };
      } catch (error) {
        if (!(error instanceof TesseralApiError && error.isGone)) {
          throw error;
        }
        if (props.projectId === undefined) {
          throw new Error(`there is no API key ${id} in Tesseral project ${project.id}`);
        }
        return {};
      }
    },

    async update(id, olds, news) {
      await shared.guarded(id, olds.projectId);
      const outputs: Bag = { ...olds, ...news, displayName: olds.displayName };
      // What is known of the roles, until they are changed: what is not managed, or not known, leaves the state.
      if (news.roles === undefined || olds.roles === undefined) {
        delete outputs.roles;
      } else {
        outputs.roles = olds.roles;
      }
      await afterFirstWrite(
        id,
        () => outputs,
        `API key ${id} is not yet as declared`,
        () => apply(shared, id, outputs, news as unknown as ManagedApiKeyInputs),
      );
      return { outs: outputs };
    },

    async delete(id, props) {
      const { tesseral } = await shared.guarded(id, props.projectId);
      if (props.unresolved === undefined) {
        return discardKey(tesseral.begin(), id);
      }
      const unresolved = props.unresolved as Unresolved;
      const inputs = { ...(props as unknown as ManagedApiKeyInputs), displayName: unresolved.displayName };
      const operation = tesseral.begin();
      const found = await findCreated(shared, operation, inputs, unresolved);
      if (found.length > 1 && !isMarkedName(unresolved.displayName)) {
        throw new AmbiguousCreateError(nameOf(inputs), unresolved, found);
      }
      for (const key of found) {
        await discardKey(operation, key.id);
      }
    },
  };
}

/**
 * Brings the name and the roles of a key to what the inputs declare; keeps `outputs` at what is known to be true of it.
 * A key that was just created has no roles, so they are not asked for.
 */
async function apply(
  shared: ProviderProcess,
  id: string,
  outputs: Bag,
  inputs: ManagedApiKeyInputs,
  isNew = false,
): Promise<void> {
  const { tesseral } = await shared.connection();
  const operation = tesseral.begin();
  if (outputs.displayName !== inputs.displayName) {
    await operation.apiKeys.updateApiKey(id, { apiKey: { displayName: inputs.displayName } });
    outputs.displayName = inputs.displayName;
  }
  if (inputs.roles === undefined || JSON.stringify(outputs.roles) === JSON.stringify(inputs.roles)) {
    return;
  }
  const present = isNew ? [] : await operation.allApiKeyRoleAssignments(id);
  for (const roleId of inputs.roles) {
    if (!present.some((assignment) => assignment.roleId === roleId)) {
      await operation.apiKeyRoleAssignments.createApiKeyRoleAssignment({
        apiKeyRoleAssignment: { apiKeyId: id, roleId },
      });
    }
  }
  for (const { id: assignmentId, roleId } of present) {
    if (!inputs.roles.includes(roleId)) {
      await operation.apiKeyRoleAssignments.deleteApiKeyRoleAssignment(assignmentId);
    }
  }
  outputs.roles = inputs.roles;
}

async function assignedRoles(operation: TesseralClient, id: string): Promise<string[]> {
  return [...new Set((await operation.allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId))].sort();
}

/** What the server says of a key beside its inputs. */
function outputsOf(key: ApiKey): Bag {
  return compact({
    secretTokenSuffix: key.secretTokenSuffix ?? key.secretToken?.slice(-4),
    createTime: key.createTime,
    revoked: key.revoked ?? false,
  });
}

function statusOf(key: ApiKey, now: number): string {
  if (key.revoked) {
    return "revoked";
  }
  return key.expireTime !== undefined && Date.parse(key.expireTime) <= now ? "expired" : "active";
}

const outputsOnly = ["secretToken", "secretTokenSuffix", "createTime", "revoked", "projectId", "unresolved"];

function inputsIn(props: Bag): Bag {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !outputsOnly.includes(name)));
}

/**
 * A managed API key of an organization: what a customer calls the API with, as `Authorization: Bearer <secretToken>`.
 *
 * - create: `POST /v1/api-keys`, and an assignment for each role. The secret token is answered once and kept in the stack,
 *   encrypted; it cannot be recovered when the stack is lost.
 * - update: `PATCH /v1/api-keys/{id}` for the name; assignments are made and removed for the roles.
 * - replace: when the organization or the expiry changes, or a refresh finds the key revoked or expired: the new key is
 *   created first.
 * - delete: revoke, then delete. From then on the key is refused.
 *
 * ```ts
 * const key = new ManagedApiKey("acme-production", { organizationId: acme.id, displayName: "production" }, { deletedWith: acme });
 * export const token = key.secretToken;
 * ```
 */
export class ManagedApiKey extends pulumi.CustomResource {
  /** Id of the organization that the key is for. */
  declare readonly organizationId: pulumi.Output<string>;
  /** Name of the key. */
  declare readonly displayName: pulumi.Output<string>;
  /** When the key ends, RFC 3339 in UTC; undefined: never. */
  declare readonly expireTime: pulumi.Output<string | undefined>;
  /** What the customer sends; always a secret of the stack. Tesseral `ApiKey.secret_token`. */
  declare readonly secretToken: pulumi.Output<string>;
  /** Last four characters of the secret token, by which people recognize it. */
  declare readonly secretTokenSuffix: pulumi.Output<string>;
  /** When the key was created, RFC 3339. */
  declare readonly createTime: pulumi.Output<string>;
  /** Whether the key was revoked, as of the last refresh. */
  declare readonly revoked: pulumi.Output<boolean>;
  /** Id of the Tesseral project, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: ManagedApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    // Pulumi makes an output of what is named here, so arguments that can be left out are named too.
    const outputs = {
      expireTime: undefined,
      secretToken: undefined,
      secretTokenSuffix: undefined,
      createTime: undefined,
      revoked: undefined,
      projectId: undefined,
    };
    super(
      "pulumi-nodejs:dynamic/tesseral:ManagedApiKey",
      name,
      { ...outputs, ...args, managedBy: managedBy(name), __provider: bootstrap("managedApiKey") },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["secretToken"] }),
    );
  }
}
