import * as pulumi from "@pulumi/pulumi";
import type { ApiKey } from "../tesseral";
import { canonicalTime } from "../tesseral/instant";
import { adoptedOnce, readToTakeOver, refuseOtherAdoption, takenOver, toAdopt } from "./adoption";
import { refuseManagedWarnOfSecond } from "./alikeObjects";
import { declaredLifeFields } from "./declaredLife";
import { absentOutputs, DynamicResource, propertiesOf } from "./dynamicHost";
import { pick } from "./fields";
import { requireId } from "./given";
import { idProblem, listProblems, nonEmptyText, sortedSet, timeProblem } from "./inputs";
import type { Bag, Lifecycle } from "./lifecycle";
import { createKey, discardKey, discardUnresolved, UnresolvedKeyError } from "./managedApiKeyCreation";
import { inputs, type KeyInputs, type KeyOutputs, newKeyOf, outputs, ownFields } from "./managedApiKeyFields";
import {
  adoptionProblem,
  existingLife,
  keepsToken,
  lifeFieldProblems,
  planAdoptedLife,
  planLife,
  replacementWarnings,
} from "./managedApiKeyLife";
import { lookUp, readBothKeys, seenOf } from "./managedApiKeyReads";
import { bringLife, isLeft, nameNow, warnOfWaiting } from "./managedApiKeyRotation";
import { bringRoles, changeBothKeys } from "./managedApiKeyWrites";
import type { Connection, ProviderProcess } from "./providerProcess";
import type { OnRemoval } from "./removal";
import { lifecycleOf } from "./resource";
import { resourceTypes } from "./resourceTypes";
import { serverTime } from "./serverTime";

export interface ManagedApiKeyArgs {
  /** Id of the organization that the key is for, `org_…`. Changing this replaces the key. */
  organizationId: pulumi.Input<string>;
  /** Name of the key, as the Tesseral Console shows it. Not empty. Tesseral `ApiKey.display_name`. */
  displayName: pulumi.Input<string>;
  /**
   * When the key ends, RFC 3339, in the future. Left out: never. Changing this replaces the key, and the token ends at once, unless it has
   * that end already. Not with `rotateEvery`. Tesseral `ApiKey.expire_time`.
   */
  expireTime?: pulumi.Input<string>;
  /**
   * How long a token is the current one, ISO 8601 such as `P90D`, counted in UTC: the first update after it makes a new one. Needs
   * `overlap`. Left out: the key is not rotated.
   */
  rotateEvery?: pulumi.Input<string>;
  /**
   * How long the previous token keeps working once the new one exists, ISO 8601, shorter than `rotateEvery`. The first update after it
   * ends that token; `PT0S`: the update that rotates.
   */
  overlap?: pulumi.Input<string>;
  /** Any text: a change of it rotates now. Needs `overlap`. */
  rotate?: pulumi.Input<string>;
  /** How long a token lives at most, ISO 8601: every one ends by itself then. At least `rotateEvery` and `overlap` together. @default for ever */
  expireAfter?: pulumi.Input<string>;
  /**
   * How long before it ends a key with an `expireTime` is renewed, ISO 8601. The new token lives as long as the first; the one before
   * works until it ends by itself. @default it is not renewed
   */
  renewBefore?: pulumi.Input<string>;
  /** Whether the customer is suspended: Tesseral makes no keys for it then, so nothing is rotated meanwhile. @default false */
  suspended?: pulumi.Input<boolean>;
  /** Ids of the roles whose actions the key has; the whole set, in any order. Left out: not managed. */
  roles?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Id of an existing key (`api_key_…`) to take over instead of creating one: its token goes on working, and is not known here until a
   * rotation makes a new one. Read at creation only.
   */
  adopt?: pulumi.Input<string>;
  /** What becomes of the key once it is no longer declared: "release" leaves it in Tesseral as it is. @default "delete" */
  onRemoval?: pulumi.Input<OnRemoval>;
}

export function managedApiKeyLifecycle(provider: ProviderProcess): Lifecycle {
  const type = resourceTypes.managedApiKey;
  /** The key that is to be taken over; undefined where one is to be made. */
  const existingKey = async (inputs: Bag, connection: Connection): Promise<ApiKey | undefined> => {
    const id = toAdopt(provider, inputs.adopt);
    const read = async (keyId: string) => (await connection.tesseral.begin().apiKeys.getApiKey(keyId)).apiKey;
    const problem = (key: ApiKey) => adoptionProblem(inputs, key, serverTime(connection.tesseral));
    return id === undefined ? undefined : readToTakeOver(connection, type, id, () => read(id), problem);
  };
  return lifecycleOf<KeyInputs, KeyOutputs, ApiKey>(provider, {
    type,
    inputs,
    outputs,
    creationOnly: ["adopt", "managedBy"],
    stackOnly: ["onRemoval"],
    replacing: ["organizationId", "expireTime"],
    steps: [
      {
        fields: ownFields,
        recordsItself: true,
        bring: (change) => bringLife(provider, change),
      },
      {
        fields: ["displayName"],
        async bring({ tesseral, state, inputs: { displayName } }) {
          await changeBothKeys(state, (id) => tesseral.apiKeys.updateApiKey(id, { apiKey: { displayName } }));
          return { displayName };
        },
      },
      {
        fields: ["roles"],
        async bring({ tesseral, state, changes: { roles = [] }, isNew }) {
          await changeBothKeys(state, (id) => bringRoles(tesseral, id, roles, isNew));
          return { roles };
        },
      },
    ],

    normalized: (news) => ({ expireTime: canonicalTime(news.expireTime), roles: sortedSet(news.roles) }),

    problems: (inputs, olds, news) => [
      idProblem("organizationId", "organization", inputs.organizationId),
      nonEmptyText("displayName", inputs.displayName),
      inputs.expireTime === olds.expireTime ? undefined : timeProblem("expireTime", news.expireTime),
      ...listProblems("roles", inputs.roles, (role) => idProblem("roles", "role", role)),
      inputs.adopt === undefined ? undefined : idProblem("adopt", "apiKey", inputs.adopt),
      ...lifeFieldProblems(inputs),
    ],

    async planned(inputs, olds, connection) {
      const existing = olds.managedBy === undefined ? await existingKey(inputs, connection) : undefined;
      const now = serverTime(connection.tesseral);
      const { life, warnings } =
        existing === undefined ? planLife(inputs, olds, now, provider.keysOff) : planAdoptedLife(inputs, existing, now);
      const ending = replacementWarnings(inputs, olds, now);
      // What is said of the life of a key that is replaced does not hold for the new one.
      for (const warning of ending.length > 0 ? ending : warnings) {
        provider.warn(`API key ${nameNow(provider, String(inputs.managedBy))} ${warning}`);
      }
      return life;
    },

    refuseNew: (inputs) => refuseManagedWarnOfSecond(provider, type, inputs),

    refuseChange: (olds, news) => refuseOtherAdoption(provider, type, olds, news),

    diff(olds, news, replaces, { tesseral }) {
      for (const id of [olds.apiKeyId, olds.previousApiKeyId]) {
        provider.seen.add(id ?? "");
      }
      // Nothing but a replacement can follow a creation whose outcome is unknown; the inputs do not show it.
      if (olds.unresolved !== undefined && olds.apiKeyId === undefined) {
        return { changes: true, replaces: ["status"], deleteBeforeReplace: true };
      }
      const isKept = keepsToken(news, olds);
      const answer = { replaces: replaces.filter((name) => name !== "expireTime" || !isKept) };
      warnOfWaiting(provider, olds);
      return isLeft(provider, olds, serverTime(tesseral)) ? { ...answer, changes: true } : answer;
    },

    async begin(inputs, connection) {
      const existing = await existingKey(inputs, connection);
      if (existing !== undefined) {
        return takenOver(provider, existing);
      }
      return createKey(provider, newKeyOf(inputs)).catch((error: unknown) => {
        throw error instanceof UnresolvedKeyError ? error.recorded(inputs, connection.project.id) : error;
      });
    },

    // What is planned of a key that is taken over is brought about as an update does it.
    seen: (key, { adopt }) =>
      key.id === adopt ? { ...seenOf(key), inputs: { ...seenOf(key).inputs, ...existingLife(key) } } : seenOf(key),

    async read(reads, id, state) {
      if (state.unresolved !== undefined && state.apiKeyId === undefined) {
        return { inputs: pick(state, inputs.names), outputs: {} };
      }
      return state.projectId === undefined ? lookUp(reads, id) : readBothKeys(reads, id, state);
    },

    async remove(tesseral, id, state) {
      if (state.unresolved !== undefined) {
        await discardUnresolved(provider, tesseral, state.unresolved, state.organizationId ?? "");
      }
      const current = state.apiKeyId ?? (state.unresolved === undefined ? id : undefined);
      for (const slot of [state.previousApiKeyId, current]) {
        if (slot !== undefined) {
          await discardKey(tesseral, slot);
        }
      }
    },
  });
}

/** What people can read of what `check` sets. */
const shownOfLife = ["generation", "rotateAt", "currentExpireTime"];

/**
 * A managed API key of an organization: what a customer calls the API with, as `Authorization: Bearer <secretToken>`.
 *
 * - create: `POST /v1/api-keys`, and an assignment for each role. The secret token is answered once and kept in the stack,
 *   encrypted; it cannot be recovered when the stack is lost.
 * - adopt: a key that exists is taken over by its id, as it is: nothing is sent but what differs from what is declared. Its token goes on
 *   working; the stack does not know it, since Tesseral shows a token once, until a rotation makes a new one.
 *   Pulumi's own `import` cannot do it by an id; a token that you have gets into the stack by its `--file`, which takes a file with inputs and outputs.
 * - update: `PATCH /v1/api-keys/{id}` for the name; assignments are made and removed for the roles.
 * - rotation, and whenever a refresh finds the key revoked, expired or deleted: a new key is created within the same resource, whose id
 *   stays that of the first. The key before is revoked and deleted by the first update after its overlap, never earlier.
 * - replace: when the organization or the expiry changes: the new key is created first. The token in use ends in the same update, and the
 *   preview warns of it.
 * - delete: revoke, then delete, both keys. From then on they are refused.
 *
 * ```ts
 * const key = new ManagedApiKey("acme-production", { organizationId: acme.id, displayName: "production" }, { deletedWith: acme });
 * export const token = key.secretToken;
 * ```
 */
export class ManagedApiKey extends DynamicResource {
  /** Id of the organization that the key is for. */
  declare readonly organizationId: pulumi.Output<string>;
  /** Name of the key. */
  declare readonly displayName: pulumi.Output<string>;
  /** When the key ends, as declared, RFC 3339 in UTC; undefined: not declared. */
  declare readonly expireTime: pulumi.Output<string | undefined>;
  /** How long a token is the current one; undefined: the key is not rotated. */
  declare readonly rotateEvery: pulumi.Output<string | undefined>;
  /** How long the previous token keeps working. */
  declare readonly overlap: pulumi.Output<string | undefined>;
  /** The text whose change rotates. */
  declare readonly rotate: pulumi.Output<string | undefined>;
  /** How long a token lives at most. */
  declare readonly expireAfter: pulumi.Output<string | undefined>;
  /** How long before its end the key is renewed. */
  declare readonly renewBefore: pulumi.Output<string | undefined>;
  /** Whether the customer is suspended. */
  declare readonly suspended: pulumi.Output<boolean | undefined>;
  /** Ids of the roles whose actions the key has, sorted; undefined: not managed. */
  declare readonly roles: pulumi.Output<string[] | undefined>;
  /** Counts the keys of this resource; the first is 1. */
  declare readonly generation: pulumi.Output<number>;
  /** When the next rotation is due, RFC 3339; undefined: never. */
  declare readonly rotateAt: pulumi.Output<string | undefined>;
  /** When the current key ends by itself, RFC 3339; undefined: never. */
  declare readonly currentExpireTime: pulumi.Output<string | undefined>;
  /** Id of the key before the current one while it works, `api_key_…`. */
  declare readonly previousApiKeyId: pulumi.Output<string | undefined>;
  /** Its token, as long as the stack knows it; always a secret of the stack. */
  declare readonly previousSecretToken: pulumi.Output<string | undefined>;
  /** Until when it works at least, RFC 3339: the first update after that ends it. */
  declare readonly previousRetireAt: pulumi.Output<string | undefined>;
  /** Id of the current key in Tesseral, `api_key_…`. */
  declare readonly apiKeyId: pulumi.Output<string>;
  /**
   * What the customer sends; always a secret of the stack. Undefined for a key that was taken over and not rotated since: Tesseral shows
   * a token once. Tesseral `ApiKey.secret_token`.
   */
  declare readonly secretToken: pulumi.Output<string | undefined>;
  /** Last four characters of the secret token, by which people recognize it. */
  declare readonly secretTokenSuffix: pulumi.Output<string>;
  /** Id of the key to take over, as declared. */
  declare readonly adopt: pulumi.Output<string | undefined>;
  /** What becomes of it once it is no longer declared; undefined: it is deleted. */
  declare readonly onRemoval: pulumi.Output<OnRemoval | undefined>;
  /** When the key was created, RFC 3339. */
  declare readonly createTime: pulumi.Output<string>;
  /** Whether the key was revoked, as of the last refresh. */
  declare readonly revoked: pulumi.Output<boolean>;
  /** Id of the Tesseral project, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: ManagedApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    const names = [...(opts?.id === undefined ? shownOfLife : inputs.names), ...outputs.names];
    const properties = propertiesOf("managedApiKey", name, args, inputs.names, names);
    const adopt = args.adopt === undefined ? {} : { adopt: adoptedOnce(resourceTypes.managedApiKey, name, args.adopt) };
    super(
      resourceTypes.managedApiKey,
      name,
      { ...properties, ...adopt },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["secretToken", "previousSecretToken"] }),
    );
  }

  /**
   * Looks an existing key up, without managing it. Its secret token is nowhere to be had, nor are the last characters of it
   * once it is revoked. Throws when there is none.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ExistingApiKey {
    requireId("ManagedApiKey", name, id);
    return new ManagedApiKey(name, {} as ManagedApiKeyArgs, { ...opts, id });
  }
}

absentOutputs(ManagedApiKey, [...declaredLifeFields, "roles", "adopt", "onRemoval"]);

/** A key that is only looked up. */
export interface ExistingApiKey
  extends pulumi.CustomResource,
    Omit<ManagedApiKey, "secretToken" | "secretTokenSuffix" | keyof pulumi.CustomResource> {
  /** Last four characters of the secret token; undefined once the key is revoked. */
  secretTokenSuffix: pulumi.Output<string | undefined>;
}
