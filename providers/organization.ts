import * as pulumi from "@pulumi/pulumi";
import {
  type DomainList,
  domainLists,
  type OrganizationSettings,
  organizationSwitches,
  type Organization as RemoteOrganization,
  sameList,
  TesseralApiError,
} from "../tesseral";
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
  switchValue,
} from "./inputs";
import { afterFirstWrite, type Bag, type Lifecycle } from "./lifecycle";
import { managedBy } from "./managedBy";
import { createMarked, takeOver } from "./organizationCreation";
import type { Connection, ProviderProcess } from "./providerProcess";
import { refuseInterrupted, refuseMfaWithoutFactor, refuseSameName, refuseWhatProjectForbids } from "./refusals";

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
}

const domainListNames = Object.keys(domainLists) as DomainList[];

/** The inputs as `check` leaves them: unmanaged ones are absent, lists are sorted sets. */
export type OrganizationInputs = OrganizationSettings &
  Partial<Record<DomainList, string[]>> & {
    displayName: string;
    apiKeysEnabled: boolean;
    managedBy: string;
    adopt?: string;
    allowDuplicateName?: boolean;
  };

/** What the server says of the settings that the inputs manage. */
function managed(remote: RemoteOrganization, inputs: Partial<OrganizationInputs>): OrganizationSettings {
  const settings: OrganizationSettings = { displayName: remote.displayName ?? "" };
  for (const name of organizationSwitches) {
    if (inputs[name] !== undefined) {
      settings[name] = remote[name];
    }
  }
  return settings;
}

/** The settings of `wanted` that are not so in `present`: what is unchanged must not be sent again. */
function changedSettings(present: OrganizationSettings, wanted: Partial<OrganizationInputs>): OrganizationSettings {
  const changes: OrganizationSettings = {};
  if (wanted.displayName !== undefined && wanted.displayName !== present.displayName) {
    changes.displayName = wanted.displayName;
  }
  for (const name of organizationSwitches) {
    const value = wanted[name];
    if (value !== undefined && value !== present[name]) {
      changes[name] = value;
    }
  }
  return changes;
}

export function organizationLifecycle(shared: ProviderProcess): Lifecycle {
  return {
    async configure({ config }) {
      shared.configure(config);
    },

    async check(olds, news) {
      const inputs: Bag = compact({
        ...news,
        apiKeysEnabled: news.apiKeysEnabled ?? true,
        ...Object.fromEntries(domainListNames.map((name) => [name, sortedSet(news[name])])),
        ...creationOnly(olds, news, ["adopt", "allowDuplicateName", "managedBy"]),
      });
      const failures = failuresOf([
        nonEmptyText("displayName", inputs.displayName),
        ...organizationSwitches.map((name) => switchValue(name, inputs[name])),
        ...domainListNames.flatMap((name) => listProblems(name, inputs[name], (value) => nonEmptyText(name, value))),
        inputs.adopt === undefined ? undefined : idProblem("adopt", "organization", inputs.adopt),
      ]);
      return checked(inputs, failures, async () => {
        const { project } = await shared.connection();
        refuseWhatProjectForbids(project, inputs);
        if (olds.managedBy !== undefined) {
          return;
        }
        const owner = String(inputs.managedBy);
        await refuseInterrupted(shared, "Organization", owner);
        if (inputs.adopt !== undefined) {
          return;
        }
        refuseMfaWithoutFactor(inputs);
        if (!inputs.allowDuplicateName) {
          await refuseSameName(shared, inputs.displayName, owner);
        }
      });
    },

    async diff(id, olds, _news) {
      shared.seen.add(id);
      await shared.guarded(id, olds.projectId);
      return {};
    },

    async create(bag) {
      const inputs = bag as unknown as OrganizationInputs;
      const connection = await shared.connection();
      refuseWhatProjectForbids(connection.project, bag);
      const { remote, sweep } =
        inputs.adopt === undefined ? await createMarked(shared, inputs) : await takeOver(shared, inputs);
      const id = remote.id;
      shared.claimed.add(id);
      const outputs: Bag = {
        ...bag,
        ...managed(remote, inputs),
        projectId: connection.project.id,
        createTime: remote.createTime,
      };
      for (const list of domainListNames) {
        delete outputs[list];
      }
      const what = `organization ${id} was ${inputs.adopt === undefined ? "created" : "taken over"}, but is not yet as declared`;
      await afterFirstWrite(
        id,
        () => outputs,
        what,
        async () => {
          await sweep();
          await apply(connection, id, outputs, inputs);
        },
      );
      return { id, outs: outputs };
    },

    async read(id, props) {
      const { tesseral, project } = await shared.guarded(id, props.projectId);
      const operation = tesseral.begin();
      const isLookup = props.displayName === undefined;
      try {
        const { organization } = await operation.organizations.getOrganization(id);
        const seen: Bag = {
          ...managed(organization, isLookup ? organization : (props as unknown as OrganizationInputs)),
        };
        for (const list of domainListNames) {
          if (isLookup || props[list] !== undefined) {
            seen[list] = await operation.getDomainList(id, list);
          }
        }
        const inputs = { ...inputsIn(props), ...seen };
        return { id, props: { ...props, ...seen, projectId: project.id, createTime: organization.createTime }, inputs };
      } catch (error) {
        if (!(error instanceof TesseralApiError && error.isGone)) {
          throw error;
        }
        // Without the project on record, "not there" may mean "in another project": nothing is dropped on such ground.
        if (props.projectId === undefined) {
          throw new Error(`there is no organization ${id} in Tesseral project ${project.id}`);
        }
        return {};
      }
    },

    async update(id, olds, news) {
      const connection = await shared.guarded(id, olds.projectId);
      const inputs = news as unknown as OrganizationInputs;
      const outputs: Bag = { ...olds, ...news };
      const before = olds as Partial<OrganizationInputs>;
      // What is not managed any more stays as it is in Tesseral and leaves the state.
      for (const name of [...organizationSwitches, ...domainListNames]) {
        if (news[name] === undefined) {
          delete outputs[name];
        }
      }
      for (const name of ["displayName", ...organizationSwitches, ...domainListNames] as const) {
        if (news[name] !== undefined) {
          outputs[name] = before[name];
        }
      }
      await afterFirstWrite(
        id,
        () => compact(outputs),
        `organization ${id} is not yet as declared`,
        () => apply(connection, id, outputs, inputs),
      );
      return { outs: compact(outputs) };
    },

    async delete(id, props) {
      const { tesseral } = await shared.guarded(id, props.projectId);
      await tesseral.begin().organizations.deleteOrganization(id).catch(unlessGone);
    },
  };
}

/** Brings an organization to what the inputs declare; keeps `outputs` at what is known to be true of it. */
async function apply({ tesseral }: Connection, id: string, outputs: Bag, inputs: OrganizationInputs): Promise<void> {
  const operation = tesseral.begin();
  const changes = changedSettings(outputs as OrganizationSettings, inputs);
  if (Object.keys(changes).length > 0) {
    const { organization } = await operation.organizations.updateOrganization(id, changes);
    Object.assign(outputs, managed(organization, inputs));
    if (inputs.apiKeysEnabled && !organization.apiKeysEnabled) {
      throw new Error(
        "Tesseral took the request to enable managed API keys and left them off: the project has them turned off, or is not entitled to them. " +
          "Turn them on in the Tesseral Console under Project settings, API Keys, or ask Tesseral for the entitlement; or declare apiKeysEnabled: false",
      );
    }
  }
  for (const list of domainListNames) {
    const wanted = inputs[list];
    const present = outputs[list] as string[] | undefined;
    if (wanted === undefined || (present !== undefined && sameList(present, wanted))) {
      continue;
    }
    outputs[list] = await operation.setDomainList(id, list, wanted);
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof TesseralApiError && error.isGone)) {
    throw error;
  }
}

const outputsOnly = ["projectId", "createTime"];

/** The inputs among the properties of a resource. */
function inputsIn(props: Bag): Bag {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !outputsOnly.includes(name)));
}

/**
 * A customer: a Tesseral organization, with managed API keys enabled.
 *
 * - create: `POST /v1/organizations`, then one `PATCH` with everything declared, then the declared domain lists.
 *   Until the `PATCH` the organization bears a marked name, by which an interrupted creation is recognized.
 * - update: one `PATCH` with what changed.
 * - delete: `DELETE /v1/organizations/{id}`, which takes its API keys, roles and users along. Not recoverable.
 *
 * ```ts
 * const acme = new Organization("acme", { displayName: "Acme Corp" }, { protect: true });
 * ```
 */
export class Organization extends pulumi.CustomResource {
  /** Name of the customer, as its users see it. */
  declare readonly displayName: pulumi.Output<string>;
  /** Whether managed API keys are enabled. */
  declare readonly apiKeysEnabled: pulumi.Output<boolean>;
  /** When the organization was created, RFC 3339. Tesseral `Organization.create_time`. */
  declare readonly createTime: pulumi.Output<string>;
  /** Id of the Tesseral project that the organization belongs to, `project_…`. */
  declare readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: OrganizationArgs, opts?: pulumi.CustomResourceOptions) {
    // Pulumi makes an output of what is named here, so arguments that can be left out are named too.
    const outputs = {
      displayName: undefined,
      apiKeysEnabled: undefined,
      createTime: undefined,
      projectId: undefined,
    };
    super(
      "pulumi-nodejs:dynamic/tesseral:Organization",
      name,
      { ...outputs, ...args, managedBy: managedBy(name), __provider: bootstrap("organization") },
      opts,
    );
  }

  /** Looks an existing organization up, without managing it. Throws when there is none. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Organization {
    return new Organization(name, {} as OrganizationArgs, { ...opts, id });
  }
}
