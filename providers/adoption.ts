/** That an organization belongs to one resource. All of these throw before anything is changed. */
import * as pulumi from "@pulumi/pulumi";
import type { Organization } from "../tesseral";
import { type Bag, messageOf, unknownValue } from "./lifecycle";
import { resourceName } from "./managedBy";
import { type Beginning, existing } from "./markedCreation";
import type { Connection, ProviderProcess } from "./providerProcess";
import { refusal } from "./refusal";
import { resourceTypes } from "./resourceTypes";

/** A new resource must not take over what another one of the stack manages, or is going to take over in the same update. */
export async function refuseManaged(provider: ProviderProcess, adopt: unknown, owner: string): Promise<void> {
  if (adopt === unknownValue) {
    return;
  }
  const id = String(adopt);
  const other = provider.adopting.get(id) ?? owner;
  provider.adopting.set(id, other);
  if (other !== owner) {
    throw new Error(adoptedTwice(id, resourceName(other)));
  }
  const stored = (await provider.stackState(owner))?.resources ?? [];
  const holder = stored.find((one) => one.type === resourceTypes.organization && one.id === id && !one.isReplaced);
  if (holder !== undefined) {
    throw new Error(
      `adopt: ${id} is managed by this stack already, as ${JSON.stringify(holder.name)}: an organization belongs to one resource. ` +
        `If that is the old name of ${JSON.stringify(resourceName(owner))}, use the option aliases: [{ name: ${JSON.stringify(holder.name)} }] ` +
        `(in an entry: renamedFrom: ${holder.name}). Otherwise remove one of the two`,
    );
  }
}

/** Takes over an organization that exists instead of creating one. */
export async function takeOver(
  provider: ProviderProcess,
  { tesseral, project }: Connection,
  id: string,
): Promise<Beginning<Organization>> {
  try {
    const { organization } = await tesseral.begin().organizations.getOrganization(id);
    provider.adopted.add(organization.id);
    return existing(organization, "taken over");
  } catch (error) {
    throw new Error(`organization ${id} cannot be taken over from Tesseral project ${project.id}: ${messageOf(error)}`);
  }
}

/** A resource keeps its organization: an `adopt` that names another one would be passed over. */
export async function refuseOtherAdoption(provider: ProviderProcess, olds: Bag, news: Bag): Promise<void> {
  const { adopt } = news;
  if (adopt === undefined || adopt === unknownValue || adopt === olds.adopt) {
    return;
  }
  const name = resourceName(String(news.managedBy));
  const stored = ((await provider.stackState(String(olds.managedBy)))?.resources ?? []).filter(
    ({ type }) => type === resourceTypes.organization,
  );
  const named = stored.filter((one) => one.name === name);
  // By its old name, where it is being renamed.
  const own = named.length > 0 ? named : stored.filter(({ managedBy }) => managedBy === olds.managedBy);
  if (own.some(({ id }) => id === adopt)) {
    return;
  }
  const [{ id } = { id: olds.adopt ?? "another organization" }] = own;
  throw new Error(
    `adopt: ${JSON.stringify(name)} manages ${id}, and a resource keeps its organization. Remove adopt, or adopt ${adopt} in a resource of its own. ` +
      `To give ${id} up without deleting it, set onRemoval: "release", run \`pulumi up\`, and remove the resource`,
  );
}

/** The organizations that a program takes over, by the run of the program: each provider is a process, and knows only its own. */
const adoptions = new WeakMap<object, Map<string, string>>();

/** An `adopt` that throws when another resource of the program has the same. */
export function adoptedOnce(name: string, adopt: pulumi.Input<string>): pulumi.Input<string> {
  const run = pulumi.runtime.getMonitor();
  if (run === undefined) {
    return adopt;
  }
  const adopted = adoptions.get(run) ?? new Map<string, string>();
  adoptions.set(run, adopted);
  const once = (id: string) => {
    const other = adopted.get(id) ?? name;
    adopted.set(id, other);
    if (other !== name) {
      throw refusal(`Organization ${name}: ${adoptedTwice(id, other)}`);
    }
    return id;
  };
  return typeof adopt === "string" ? once(adopt) : pulumi.output(adopt).apply(once);
}

function adoptedTwice(id: string, other: string): string {
  return `adopt: ${id} is taken over by ${JSON.stringify(other)} as well: an organization belongs to one resource`;
}
