import * as pulumi from "@pulumi/pulumi";
import type { ApiKey, TesseralClient } from "../tesseral";
import { canonicalTime } from "../tesseral/instant";
import { absentOutputs, propertiesOf } from "./dynamicHost";
import { flag, optional, pick, type Shaped, shape, text, texts } from "./fields";
import { idProblem, listProblems, nonEmptyText, sortedSet, timeProblem } from "./inputs";
import type { Lifecycle } from "./lifecycle";
import { createKey, discardKey, discardUnresolved, unresolved } from "./managedApiKeyCreation";
import { resourceName } from "./managedBy";
import type { ProviderProcess } from "./providerProcess";
import type { OnRemoval } from "./removal";
import { type Change, lifecycleOf, type Seen } from "./resource";
import { resourceTypes } from "./resourceTypes";

export interface ManagedApiKeyArgs {
  /** Id of the organization that the key is for, `org_…`. Changing this replaces the key. */
  organizationId: pulumi.Input<string>;
  /** Name of the key, as the Console shows it. Not empty. Tesseral `ApiKey.display_name`. */
  displayName: pulumi.Input<string>;
  /** When the key ends, RFC 3339, in the future. Left out: never. Changing this replaces the key. Tesseral `ApiKey.expire_time`. */
  expireTime?: pulumi.Input<string>;
  /** Ids of the roles whose actions the key has; the whole set, in any order. Left out: not managed. */
  roles?: pulumi.Input<pulumi.Input<string>[]>;
  /** What becomes of the key when it is not declared any more: "release" leaves it in Tesseral as it is. @default "delete" */
  onRemoval?: pulumi.Input<OnRemoval>;
}

/** As `check` leaves them: times are canonical, roles are a sorted set. */
const inputs = shape({
  organizationId: text,
  displayName: text,
  expireTime: optional(text),
  roles: optional(texts),
  /** Set by the provider: "active", until a refresh finds the key "revoked" or "expired". A difference replaces the key. */
  status: text,
  onRemoval: optional(text),
  managedBy: text,
});
const outputs = shape({
  apiKeyId: text,
  /** Answered once, by the create. */
  secretToken: optional(text),
  secretTokenSuffix: optional(text),
  createTime: text,
  revoked: flag,
  projectId: text,
  unresolved: optional(unresolved),
});

type Inputs = Shaped<typeof inputs>;
type Outputs = Shaped<typeof outputs>;

/** What an answer tells; of the roles it says nothing. */
function seenOf(key: ApiKey): Seen<Inputs, Outputs> {
  const suffix = key.secretTokenSuffix ?? key.secretToken?.slice(-4);
  return {
    inputs: {
      ...pick(key, ["organizationId", "expireTime"]),
      displayName: key.displayName ?? "",
      status: statusOf(key),
    },
    outputs: {
      ...pick(key, ["secretToken", "createTime"]),
      ...(suffix === undefined ? {} : { secretTokenSuffix: suffix }),
      apiKeyId: key.id,
      revoked: key.revoked ?? false,
    },
  };
}

function statusOf(key: ApiKey): string {
  if (key.revoked) {
    return "revoked";
  }
  return hasPassed(key.expireTime) ? "expired" : "active";
}

function hasPassed(time: unknown): boolean {
  return typeof time === "string" && Date.parse(time) <= Date.now();
}

async function assignedRoles(tesseral: TesseralClient, id: string): Promise<string[]> {
  return [...new Set((await tesseral.allApiKeyRoleAssignments(id)).map(({ roleId }) => roleId))].sort();
}

/** Brings the roles of a key to what is declared. A key that was just created has none, so they are not asked for. */
async function bringRoles({ tesseral, id, changes: { roles = [] }, isNew }: Change<Inputs>) {
  const present = isNew ? [] : await tesseral.allApiKeyRoleAssignments(id);
  for (const roleId of roles) {
    if (!present.some((assignment) => assignment.roleId === roleId)) {
      const apiKeyRoleAssignment = { apiKeyId: id, roleId };
      await tesseral.apiKeyRoleAssignments.createApiKeyRoleAssignment({ apiKeyRoleAssignment });
    }
  }
  for (const { id: assignmentId, roleId } of present) {
    if (!roles.includes(roleId)) {
      await tesseral.apiKeyRoleAssignments.deleteApiKeyRoleAssignment(assignmentId);
    }
  }
  return { roles };
}

export function managedApiKeyLifecycle(provider: ProviderProcess): Lifecycle {
  return lifecycleOf<Inputs, Outputs, ApiKey>(provider, {
    type: resourceTypes.managedApiKey,
    inputs,
    outputs,
    creationOnly: ["managedBy"],
    replacing: ["organizationId", "expireTime", "status"],
    steps: [
      {
        fields: ["displayName"],
        bring: async ({ tesseral, id, inputs: { displayName } }) => {
          await tesseral.apiKeys.updateApiKey(id, { apiKey: { displayName } });
          return { displayName };
        },
      },
      { fields: ["roles"], bring: bringRoles },
    ],

    normalized: (news) => ({
      expireTime: canonicalTime(news.expireTime),
      roles: sortedSet(news.roles),
      // One that is declared already may have passed: the key has ended, and a new one would be born dead.
      status: hasPassed(canonicalTime(news.expireTime)) ? "expired" : "active",
    }),

    problems: (inputs, olds, news) => [
      idProblem("organizationId", "organization", inputs.organizationId),
      nonEmptyText("displayName", inputs.displayName),
      inputs.expireTime === olds.expireTime ? undefined : timeProblem("expireTime", news.expireTime, Date.now()),
      ...listProblems("roles", inputs.roles, (role) => idProblem("roles", "role", role)),
    ],

    // Nothing but a replacement can follow a creation whose outcome is unknown; the inputs do not show it.
    diff: ({ unresolved }, news, replaces) =>
      unresolved === undefined
        ? { replaces: replaces.filter((name) => name !== "status" || news.status === "active") }
        : { changes: true, replaces: ["status"], deleteBeforeReplace: true },

    async refuseChange(_olds, news) {
      const expireTime = canonicalTime(news.expireTime);
      if (hasPassed(expireTime)) {
        provider.warn(
          `API key ${JSON.stringify(resourceName(String(news.managedBy)))} has ended at ${expireTime}, and Tesseral refuses it. ` +
            "A later expireTime makes a new key; or remove it",
        );
      }
    },

    begin: (inputs, { project }) => createKey(provider, inputs, project.id),

    seen: seenOf,

    async read(tesseral, id, state) {
      if (state.unresolved !== undefined) {
        return { inputs: pick(state, inputs.names), outputs: {} };
      }
      const seen = seenOf((await tesseral.apiKeys.getApiKey(id)).apiKey);
      if (state.projectId === undefined || state.roles !== undefined) {
        seen.inputs.roles = await assignedRoles(tesseral, id);
      }
      return seen;
    },

    remove: (tesseral, id, state) =>
      state.unresolved === undefined
        ? discardKey(tesseral, id)
        : discardUnresolved(provider, tesseral, state.unresolved, state),
  });
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
  /** Ids of the roles whose actions the key has, sorted; undefined: not managed. */
  declare readonly roles: pulumi.Output<string[] | undefined>;
  /** Id of the key in Tesseral, `api_key_…`. */
  declare readonly apiKeyId: pulumi.Output<string>;
  /** What the customer sends; always a secret of the stack. Tesseral `ApiKey.secret_token`. */
  declare readonly secretToken: pulumi.Output<string>;
  /** Last four characters of the secret token, by which people recognize it. */
  declare readonly secretTokenSuffix: pulumi.Output<string>;
  /** What becomes of it when it is not declared any more; undefined: it is deleted. */
  declare readonly onRemoval: pulumi.Output<OnRemoval | undefined>;
  /** When the key was created, RFC 3339. */
  declare readonly createTime: pulumi.Output<string>;
  /** Whether the key was revoked, as of the last refresh. */
  declare readonly revoked: pulumi.Output<boolean>;
  /** Id of the Tesseral project, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: ManagedApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    const names = [...(opts?.id === undefined ? [] : inputs.names), ...outputs.names];
    super(
      resourceTypes.managedApiKey.token,
      name,
      propertiesOf("managedApiKey", name, args, names),
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["secretToken"] }),
    );
  }

  /**
   * Looks an existing key up, without managing it. Its secret token is nowhere to be had, nor are the last characters of it
   * once it is revoked. Throws when there is none.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ExistingApiKey {
    return new ManagedApiKey(name, {} as ManagedApiKeyArgs, { ...opts, id });
  }
}

absentOutputs(ManagedApiKey, ["expireTime", "roles", "onRemoval"]);

/** A key that is only looked up. */
export interface ExistingApiKey
  extends pulumi.CustomResource,
    Omit<ManagedApiKey, "secretToken" | "secretTokenSuffix" | keyof pulumi.CustomResource> {
  /** Last four characters of the secret token; undefined once the key is revoked. */
  secretTokenSuffix: pulumi.Output<string | undefined>;
}
