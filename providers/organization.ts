import type * as pulumi from "@pulumi/pulumi";
import { coded } from "../errors/coded";
import { organizationSwitches, type Organization as RemoteOrganization } from "../tesseral";
import {
  adoptedOnce,
  noteOrganization,
  organizationToTakeOver,
  refuseManaged,
  refuseOtherAdoption,
  takenOver,
} from "./adoption";
import { absentOutputs, DynamicResource, propertiesOf } from "./dynamicHost";
import { each } from "./fields";
import { requireId } from "./given";
import { idProblem, keepUntilInput, listProblems, nonEmptyText, sortedSet, switchValue } from "./inputs";
import { canonicalKeepUntil } from "./keepUntil";
import { warnOfKeysTurned } from "./keysTurned";
import type { Lifecycle } from "./lifecycle";
import { createMarked } from "./markedCreation";
import {
  domainListNames,
  type OrganizationInputs as Inputs,
  inputs,
  type OrganizationOutputs as Outputs,
  outputs,
  settingsOf,
} from "./organizationFields";
import type { ProviderProcess } from "./providerProcess";
import { refuseMfaWithoutFactor, refuseSameName, refuseWhatProjectForbids } from "./refusals";
import type { OnRemoval } from "./removal";
import { lifecycleOf, type Step } from "./resource";
import { resourceTypes } from "./resourceTypes";

export interface OrganizationArgs {
  /** Name of the customer, as its users see it. Not empty. Tesseral `Organization.display_name`. */
  displayName: pulumi.Input<string>;
  /** Whether managed API keys can be created for the organization and are accepted. @default true */
  apiKeysEnabled?: pulumi.Input<boolean>;
  /** Whether its users may log in with Google. Left out: not managed. The project must allow it too. */
  logInWithGoogle?: pulumi.Input<boolean>;
  /** Whether its users may log in with Microsoft. Left out: not managed. The project must allow it too. */
  logInWithMicrosoft?: pulumi.Input<boolean>;
  /** Whether its users may log in with GitHub. Left out: not managed. The project must allow it too. */
  logInWithGithub?: pulumi.Input<boolean>;
  /** Whether its users may log in with a link sent by email. Left out: not managed. The project must allow it too. */
  logInWithEmail?: pulumi.Input<boolean>;
  /** Whether its users may log in with a password. Left out: not managed. The project must allow it too. */
  logInWithPassword?: pulumi.Input<boolean>;
  /** Whether its users may log in by SAML. Left out: not managed. The project must allow it too. */
  logInWithSaml?: pulumi.Input<boolean>;
  /** Whether its users may log in by OpenID Connect. Left out: not managed. The project must allow it too. */
  logInWithOidc?: pulumi.Input<boolean>;
  /** Whether an authenticator app may be the second factor. Left out: not managed. The project must allow it too. */
  logInWithAuthenticatorApp?: pulumi.Input<boolean>;
  /** Whether a passkey may be the second factor. Left out: not managed. The project must allow it too. */
  logInWithPasskey?: pulumi.Input<boolean>;
  /** Whether a second factor is required; needs authenticator app or passkey. Left out: not managed. */
  requireMfa?: pulumi.Input<boolean>;
  /** Whether users may be provisioned by SCIM. Left out: not managed. */
  scimEnabled?: pulumi.Input<boolean>;
  /** Whether the organization may define roles of its own in Tesseral's self-service pages. Left out: not managed. */
  customRolesEnabled?: pulumi.Input<boolean>;
  /** Email domains whose users belong to the organization; the whole list, in any order. Left out: not managed. */
  domains?: pulumi.Input<pulumi.Input<string>[]>;
  /** Google Workspace domains; the whole list, in any order. Left out: not managed. */
  googleHostedDomains?: pulumi.Input<pulumi.Input<string>[]>;
  /** Microsoft Entra tenant ids; the whole list, in any order. Left out: not managed. */
  microsoftTenantIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Id of an existing organization (`org_…`) to take over instead of creating one. Read at creation only. */
  adopt?: pulumi.Input<string>;
  /** Create although an organization outside the stack has this display name. Read at creation only. @default false */
  allowDuplicateName?: pulumi.Input<boolean>;
  /**
   * What becomes of it once it is no longer declared. `delete`: it is deleted with everything in it. `release`: the stack forgets
   * it, and it stays in Tesseral as it is. It has to be deployed before the organization is removed.
   * @default "delete"
   */
  onRemoval?: pulumi.Input<OnRemoval>;
  /**
   * Until when it must not be deleted: a day in UTC, to its end, such as `2030-12-31`, or a time, RFC 3339. Until then its deletion is
   * refused, by Tesseral's clock. What is released is not deleted. It has to be deployed before the organization is removed.
   * @default it can be deleted at any time
   */
  keepUntil?: pulumi.Input<string>;
}

/** What is unchanged must not be sent again, since that can be refused. */
const settings: Step<Inputs, Outputs> = {
  fields: ["displayName", ...organizationSwitches],
  bring: async ({ tesseral, id, changes, inputs }) =>
    settingsOf((await tesseral.organizations.updateOrganization(id, changes)).organization, inputs),
  verify: (state, { apiKeysEnabled }) => {
    if (apiKeysEnabled && state.apiKeysEnabled === false) {
      throw new Error(
        coded(
          "TSL-API-KEYS-OFF",
          "Tesseral took the request to enable managed API keys and left them off: the project has them turned off, or is not entitled to them. " +
            "Turn them on in the Tesseral Console under Project settings, API Keys, or ask Tesseral for the entitlement; or declare apiKeysEnabled: false",
        ),
      );
    }
  },
};

const domainListSteps = domainListNames.map(
  (list): Step<Inputs, Outputs> => ({
    fields: [list],
    bring: async ({ tesseral, id, changes }) =>
      each([list], await tesseral.setDomainList(id, list, changes[list] ?? [])),
  }),
);

export function organizationLifecycle(provider: ProviderProcess): Lifecycle {
  return lifecycleOf<Inputs, Outputs, RemoteOrganization>(provider, {
    type: resourceTypes.organization,
    inputs,
    outputs,
    creationOnly: ["adopt", "allowDuplicateName", "managedBy"],
    stackOnly: ["onRemoval", "keepUntil"],
    replacing: [],
    steps: [settings, ...domainListSteps],

    normalized: (news) => ({
      apiKeysEnabled: news.apiKeysEnabled ?? true,
      keepUntil: canonicalKeepUntil(news.keepUntil),
      ...Object.fromEntries(domainListNames.map((name) => [name, sortedSet(news[name])])),
    }),

    problems: (inputs) => [
      nonEmptyText("displayName", inputs.displayName),
      ...organizationSwitches.map((name) => switchValue(name, inputs[name])),
      ...domainListNames.flatMap((name) => listProblems(name, inputs[name], (value) => nonEmptyText(name, value))),
      inputs.adopt === undefined ? undefined : idProblem("adopt", "organization", inputs.adopt),
      keepUntilInput(inputs.keepUntil),
    ],

    refuse: (inputs, { project }) => refuseWhatProjectForbids(project, inputs),

    async refuseNew(inputs) {
      if (inputs.adopt !== undefined) {
        await refuseManaged(provider, resourceTypes.organization, inputs.adopt, String(inputs.managedBy));
        await warnOfKeysTurned(provider, inputs);
        return;
      }
      refuseMfaWithoutFactor(inputs);
      if (!inputs.allowDuplicateName) {
        await refuseSameName(provider, inputs.displayName, String(inputs.managedBy));
      }
    },

    refuseChange: (olds, news) => refuseOtherAdoption(provider, resourceTypes.organization, olds, news),

    // No difference replaces an organization: everything in it would be lost.
    diff: () => ({}),

    declared(id, { apiKeysEnabled }) {
      if (apiKeysEnabled === false) {
        provider.keysOff.add(id);
      } else {
        provider.keysOff.delete(id);
      }
    },

    async begin(inputs, connection) {
      const { adopt, displayName, allowDuplicateName, managedBy } = inputs;
      if (adopt !== undefined) {
        return takenOver(provider, await organizationToTakeOver(connection, adopt));
      }
      if (!allowDuplicateName) {
        await refuseSameName(provider, displayName, managedBy);
      }
      const beginning = await createMarked<RemoteOrganization>(provider, {
        what: `organization ${JSON.stringify(displayName)}`,
        inputs,
        before: () => provider.organizationsBefore(),
        list: (operation) => operation.allOrganizations(),
        create: async (operation, displayName) =>
          (await operation.organizations.createOrganization({ displayName })).organization,
        remove: (operation, id) => operation.organizations.deleteOrganization(id),
      });
      if (beginning.isNew) {
        provider.createdOrganizations.add(beginning.remote.id);
      }
      return beginning;
    },

    seen: (remote, managed) => ({ inputs: settingsOf(remote, managed), outputs: { createTime: remote.createTime } }),

    async read(reads, id, state) {
      const organization = await reads.organization(id);
      const isLookup = state.projectId === undefined;
      const seen: Partial<Inputs> = settingsOf(organization, isLookup ? organization : state);
      for (const list of domainListNames) {
        if (isLookup || state[list] !== undefined) {
          seen[list] = await reads.tesseral.getDomainList(id, list);
        }
      }
      return { inputs: seen, outputs: { createTime: organization.createTime } };
    },

    remove: (tesseral, id) => tesseral.organizations.deleteOrganization(id),
  });
}

/**
 * A customer: a Tesseral organization, with managed API keys enabled.
 *
 * - create: `POST /v1/organizations`, then one `PATCH` with everything declared, then the declared domain lists.
 *   Until the `PATCH` the organization bears a marked name, by which an interrupted creation is recognized.
 * - adopt: with `adopt`, an organization that exists is taken over instead, unless the stack manages it already, and brought to what is
 *   declared. Pulumi's own `import` cannot do it by an id; its `--file` takes a file with inputs and outputs.
 * - update: one `PATCH` with what changed.
 * - delete: `DELETE /v1/organizations/{id}`, which takes its API keys, roles and users along. Not recoverable.
 *
 * ```ts
 * const acme = new Organization("acme", { displayName: "Acme Corp" }, { protect: true });
 * ```
 */
export class Organization extends DynamicResource {
  /** Name of the customer, as its users see it. */
  declare readonly displayName: pulumi.Output<string>;
  /** Whether managed API keys are enabled. */
  declare readonly apiKeysEnabled: pulumi.Output<boolean>;
  /** Whether its users may log in with Google; undefined: not managed. */
  declare readonly logInWithGoogle: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in with Microsoft; undefined: not managed. */
  declare readonly logInWithMicrosoft: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in with GitHub; undefined: not managed. */
  declare readonly logInWithGithub: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in with a link sent by email; undefined: not managed. */
  declare readonly logInWithEmail: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in with a password; undefined: not managed. */
  declare readonly logInWithPassword: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in by SAML; undefined: not managed. */
  declare readonly logInWithSaml: pulumi.Output<boolean | undefined>;
  /** Whether its users may log in by OpenID Connect; undefined: not managed. */
  declare readonly logInWithOidc: pulumi.Output<boolean | undefined>;
  /** Whether an authenticator app may be the second factor; undefined: not managed. */
  declare readonly logInWithAuthenticatorApp: pulumi.Output<boolean | undefined>;
  /** Whether a passkey may be the second factor; undefined: not managed. */
  declare readonly logInWithPasskey: pulumi.Output<boolean | undefined>;
  /** Whether a second factor is required; undefined: not managed. */
  declare readonly requireMfa: pulumi.Output<boolean | undefined>;
  /** Whether users may be provisioned by SCIM; undefined: not managed. */
  declare readonly scimEnabled: pulumi.Output<boolean | undefined>;
  /** Whether the organization may define roles of its own; undefined: not managed. */
  declare readonly customRolesEnabled: pulumi.Output<boolean | undefined>;
  /** Email domains whose users belong to the organization, sorted; undefined: not managed. */
  declare readonly domains: pulumi.Output<string[] | undefined>;
  /** Google Workspace domains, sorted; undefined: not managed. */
  declare readonly googleHostedDomains: pulumi.Output<string[] | undefined>;
  /** Microsoft Entra tenant ids, sorted; undefined: not managed. */
  declare readonly microsoftTenantIds: pulumi.Output<string[] | undefined>;
  /** What becomes of it once it is no longer declared; undefined: it is deleted. */
  declare readonly onRemoval: pulumi.Output<OnRemoval | undefined>;
  /** Until when it must not be deleted; undefined: it can be at any time. */
  declare readonly keepUntil: pulumi.Output<string | undefined>;
  /** Id of the organization to take over, as declared. */
  declare readonly adopt: pulumi.Output<string | undefined>;
  /** Whether another organization may have its name, as declared. */
  declare readonly allowDuplicateName: pulumi.Output<boolean | undefined>;
  /** When the organization was created, RFC 3339. Tesseral `Organization.create_time`. */
  declare readonly createTime: pulumi.Output<string>;
  /** Id of the Tesseral project that the organization belongs to, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: OrganizationArgs, opts?: pulumi.CustomResourceOptions) {
    const names = ["apiKeysEnabled", ...(opts?.id === undefined ? [] : inputs.names), ...outputs.names];
    const properties = propertiesOf("organization", name, args, inputs.names, names);
    const adopt = args.adopt === undefined ? {} : { adopt: adoptedOnce(resourceTypes.organization, name, args.adopt) };
    super(resourceTypes.organization, name, { ...properties, ...adopt }, opts);
    if (opts?.id === undefined) {
      noteOrganization(name, this.id);
    }
  }

  /**
   * Looks an existing organization up, without managing it: every setting and list has its value. Throws when there is none.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Organization {
    requireId("Organization", name, id);
    return new Organization(name, {} as OrganizationArgs, { ...opts, id });
  }
}

absentOutputs(Organization, [
  ...organizationSwitches,
  ...domainListNames,
  "adopt",
  "allowDuplicateName",
  "onRemoval",
  "keepUntil",
]);
