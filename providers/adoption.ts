/** Makes sure that an existing object belongs to one resource only. Everything here throws before anything is changed. */
import * as pulumi from "@pulumi/pulumi";
import { coded, codedOr, continued } from "../errors/coded";
import { type Organization, TesseralApiError } from "../tesseral";
import { withAdvice } from "./advice";
import { type Bag, unknownValue } from "./lifecycle";
import { resourceName } from "./managedBy";
import { type Beginning, existing, type RemoteObject } from "./markedCreation";
import type { Connection, ProviderProcess } from "./providerProcess";
import { refusal } from "./refusal";
import { type ResourceType, resourceTypes } from "./resourceTypes";
import { heldIds, type KnownResource } from "./stackState";

/** A new resource must not take over what another one of the stack manages, or takes over in the same update. */
export async function refuseManaged(
  provider: ProviderProcess,
  type: ResourceType,
  adopt: unknown,
  owner: string,
): Promise<void> {
  if (adopt === unknownValue) {
    return;
  }
  const id = String(adopt);
  const other = provider.adopting.get(id) ?? owner;
  provider.adopting.set(id, other);
  if (other !== owner) {
    throw new Error(coded("TSL-ADOPT-TWICE", adoptedTwice(type, id, resourceName(other))));
  }
  const madeFor = provider.madeFor.get(id) ?? owner;
  if (madeFor !== owner) {
    throw new Error(coded("TSL-ADOPT-TWICE", madeForOther(type, id, resourceName(madeFor))));
  }
  const stored = (await provider.stackState(owner))?.resources ?? [];
  const holder = stored.find((one) => one.type === type && holds(one, id) && !one.isReplaced);
  if (holder === undefined) {
    return;
  }
  const name = resourceName(owner);
  if (holder.name === name) {
    throw new Error(
      coded(
        "TSL-ADOPT",
        `adopt: ${id} is what ${JSON.stringify(name)} has, and it is to be replaced by something new: remove adopt from it, then run the update again`,
      ),
    );
  }
  const inEntry = type === resourceTypes.organization ? `renamedFrom: ${holder.name}` : "renamedFrom";
  throw new Error(
    coded(
      "TSL-ADOPT-TWICE",
      `adopt: ${id} is managed by this stack already, as ${JSON.stringify(holder.name)}: ${belongs(type)}. ` +
        `If that is the old name of ${JSON.stringify(name)}, use the option aliases: [{ name: ${JSON.stringify(holder.name)} }] ` +
        `(in an entry: ${inEntry}). Otherwise remove one of the two`,
    ),
  );
}

/** Reads what is to be taken over. Throws if it does not exist, or if `problem` says why it cannot be taken over. */
export async function readToTakeOver<Remote>(
  { project }: Connection,
  { noun }: ResourceType,
  id: string,
  read: () => Promise<Remote>,
  problem: (remote: Remote) => string | undefined = () => undefined,
): Promise<Remote> {
  const from = `${noun} ${id} cannot be taken over from Tesseral project ${project.id}`;
  const remote = await read().catch((error: unknown) => {
    const isGone = error instanceof TesseralApiError && error.isGone;
    throw isGone
      ? new Error(
          coded(
            "TSL-ADOPT",
            continued(
              `${from}: ${withAdvice(error)}`,
              `. If the ${noun} was deleted, remove adopt, and a new one is made`,
            ),
          ),
        )
      : new Error(codedOr("TSL-ADOPT", `${from}: ${withAdvice(error)}`));
  });
  const found = problem(remote);
  if (found !== undefined) {
    throw new Error(coded("TSL-ADOPT", `${from}: ${found}`));
  }
  return remote;
}

/** The organization that is to be taken over. */
export function organizationToTakeOver(connection: Connection, adopt: string): Promise<Organization> {
  const read = async () => (await connection.tesseral.begin().organizations.getOrganization(adopt)).organization;
  return readToTakeOver(connection, resourceTypes.organization, adopt, read);
}

/** Takes over what exists instead of creating it. */
export function takenOver<Remote extends RemoteObject>(provider: ProviderProcess, remote: Remote): Beginning<Remote> {
  provider.adopted.add(remote.id);
  return existing(remote, "taken over");
}

/** The id that a new resource takes over. What is replaced is not taken over again: something new takes its place. */
export function toAdopt(provider: ProviderProcess, adopt: unknown): string | undefined {
  return typeof adopt === "string" && !provider.replaced.has(adopt) ? adopt : undefined;
}

/** A resource keeps what it has: an `adopt` that names another object would be ignored. */
export async function refuseOtherAdoption(
  provider: ProviderProcess,
  type: ResourceType,
  olds: Bag,
  news: Bag,
): Promise<void> {
  const { adopt } = news;
  if (adopt === undefined || adopt === unknownValue || adopt === olds.adopt) {
    return;
  }
  const name = resourceName(String(news.managedBy));
  const stored = ((await provider.stackState(String(olds.managedBy)))?.resources ?? []).filter(
    (one) => one.type === type,
  );
  const named = stored.filter((one) => one.name === name);
  // By its old name, if it is being renamed.
  const own = named.length > 0 ? named : stored.filter(({ managedBy }) => managedBy === olds.managedBy);
  if (own.some((one) => holds(one, String(adopt)))) {
    return;
  }
  const [managed = olds.adopt ?? `another ${type.noun}`] = own.flatMap(heldIds);
  throw new Error(
    coded(
      "TSL-ADOPT-CHANGED",
      `adopt: ${JSON.stringify(name)} manages ${managed}, and a resource keeps its ${type.noun}. Remove adopt, or adopt ${adopt} in a resource of its own. ` +
        `To give ${managed} up without deleting it, set onRemoval: "release", run \`pulumi up\`, and remove the resource`,
    ),
  );
}

function holds(resource: KnownResource, id: string): boolean {
  return heldIds(resource).includes(id);
}

/** What a program has declared so far, by run of the program: each provider is a process, and knows only its own. */
interface Owners {
  /** Who takes over what, by its id. */
  adopted: Map<string, string>;
  /** Who has which organization so far in the update, by its id. */
  has: Map<string, string>;
}

const owners = new WeakMap<object, Owners>();

/** Undefined if no program runs. */
function ownersOfRun(): Owners | undefined {
  const run = pulumi.runtime.getMonitor();
  if (run === undefined) {
    return undefined;
  }
  const known = owners.get(run) ?? { adopted: new Map<string, string>(), has: new Map<string, string>() };
  owners.set(run, known);
  return known;
}

/** Remembers the organization of a resource, as soon as its id is known, for {@link adoptedOnce}. */
export function noteOrganization(name: string, id: pulumi.Output<string>): void {
  const known = ownersOfRun();
  if (known !== undefined) {
    id.apply((is) => known.has.set(is, name));
  }
}

/** An `adopt` that throws when another resource of the program has the same, or is known to have that object. */
export function adoptedOnce(type: ResourceType, name: string, adopt: pulumi.Input<string>): pulumi.Input<string> {
  const known = ownersOfRun();
  if (known === undefined) {
    return adopt;
  }
  const once = (id: string) => {
    const other = known.adopted.get(id) ?? name;
    known.adopted.set(id, other);
    if (other !== name) {
      throw refusal(coded("TSL-ADOPT-TWICE", `${type.kind} ${name}: ${adoptedTwice(type, id, other)}`));
    }
    const owner = known.has.get(id) ?? name;
    if (owner !== name) {
      throw refusal(coded("TSL-ADOPT-TWICE", `${type.kind} ${name}: ${madeForOther(type, id, owner)}`));
    }
    return id;
  };
  return typeof adopt === "string" ? once(adopt) : pulumi.output(adopt).apply(once);
}

function adoptedTwice(type: ResourceType, id: string, other: string): string {
  return `adopt: ${id} is taken over by ${JSON.stringify(other)} as well: ${belongs(type)}`;
}

function madeForOther(type: ResourceType, id: string, other: string): string {
  return `adopt: ${id} is what ${JSON.stringify(other)} has: ${belongs(type)}. Remove one of the two`;
}

function belongs({ noun }: ResourceType): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun} belongs to one resource`;
}
