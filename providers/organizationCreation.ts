/** The first step of an organization's creation; everything declared is set by the steps that follow. */
import { AmbiguousCreateError, createOnce, markedName, type Organization as RemoteOrganization } from "../tesseral";
import { messageOf } from "./lifecycle";
import type { OrganizationInputs } from "./organization";
import type { ProviderProcess } from "./providerProcess";
import { refuseSameName } from "./refusals";

/** The organization to begin with, and what to do once it is recorded. */
export interface Beginning {
  remote: RemoteOrganization;
  sweep: () => Promise<void>;
}

/** Creates the organization under its marked name, or goes on with the one that an earlier run left under it. */
export async function createMarked(shared: ProviderProcess, inputs: OrganizationInputs): Promise<Beginning> {
  const { tesseral } = await shared.connection();
  const operation = tesseral.begin();
  const displayName = markedName(inputs.displayName, inputs.managedBy);
  const what = `organization ${JSON.stringify(inputs.displayName)}`;
  if (!inputs.allowDuplicateName) {
    await refuseSameName(shared, inputs.displayName, inputs.managedBy);
  }
  const marked = (all: RemoteOrganization[]) =>
    all.filter((one) => one.displayName === displayName && !shared.claimed.has(one.id));
  const left = marked(await shared.organizationsBefore());
  if (left.length > 1) {
    throw new AmbiguousCreateError(what, { begin: "", end: "" }, left);
  }
  if (left[0] !== undefined) {
    return { remote: left[0], sweep: async () => {} };
  }
  const { made, sweep } = await createOnce<RemoteOrganization>({
    what,
    operation: operation.operation,
    create: async () => (await operation.organizations.createOrganization({ displayName })).organization,
    find: async () => marked(await operation.allOrganizations()),
    settle: async (found) => found,
    discard: async (late) => {
      await operation.organizations.deleteOrganization(late.id);
    },
  });
  shared.createdOrganizations.add(made.id);
  return { remote: made, sweep };
}

/** Begins with the existing organization that `adopt` names. Throws when there is none. */
export async function takeOver(shared: ProviderProcess, inputs: OrganizationInputs): Promise<Beginning> {
  const { tesseral, project } = await shared.connection();
  const id = inputs.adopt ?? "";
  try {
    const { organization } = await tesseral.begin().organizations.getOrganization(id);
    return { remote: organization, sweep: async () => {} };
  } catch (error) {
    throw new Error(`organization ${id} cannot be taken over from Tesseral project ${project.id}: ${messageOf(error)}`);
  }
}
