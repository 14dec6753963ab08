/** What Tesseral has and no stack knows, and what can be done about it. No I/O. */
import type { Finding } from "../../report/inventory";
import { type ApiKey, isMarkedName, type Organization, type Role } from "../../tesseral";
import { knownElsewhere, leftBy } from "../elsewhere";
import { endOf } from "../import/children";
import { adoptsIn, calledStack } from "../otherStacks";
import { adoptionsOf, type Command, ownerOf } from "./adoption";
import { age } from "./age";
import { ChildAdoptions } from "./childAdoption";
import type { Elsewhere, Stack, Stacks } from "./stacks";
import type { Tenant } from "./tenant";

/** What no stack knows, each with the ways out. `now` in milliseconds since 1970. */
export function unknownFindings(stacks: Stacks, tenant: Tenant, elsewhere: Elsewhere, now: number): Finding[] {
  const own = stacks.flatMap(({ resources }) => resources.map(({ id }) => id));
  const known = new Set([...own, ...knownElsewhere(elsewhere.others, adoptedBy(stacks))]);
  const isUnknown = ({ id }: { id: string }) => !known.has(id);
  return [
    ...unknownRoles(stacks, tenant, elsewhere, now, isUnknown),
    ...unknownOrganizations(stacks, tenant.organizations.filter(isUnknown), elsewhere, now),
    ...unknownKeys(stacks, tenant, elsewhere, now, isUnknown),
  ];
}

type IsUnknown = (one: { id: string }) => boolean;

/** Roles of the project can also be made in the Tesseral Console, so only those that an interrupted creation left are findings. */
function unknownRoles(stacks: Stacks, tenant: Tenant, elsewhere: Elsewhere, now: number, isUnknown: IsUnknown) {
  const adoptions = new ChildAdoptions(stacks, "role");
  const adopting = adoptedBy(stacks);
  return tenant.roles
    .filter((role) => isUnknown(role) && (role.organizationId !== undefined || isMarkedName(role.displayName)))
    .map((role) => {
      const adopter = adopting.get(role.id)?.name;
      const ways = () => waysOfChild("Role", role, stacks, adopter, () => adoptions.of(role));
      return content("Role", role, whose(adopter), tenant, now, waysOf("Role", role, stacks, elsewhere, ways));
    });
}

function unknownKeys(stacks: Stacks, tenant: Tenant, elsewhere: Elsewhere, now: number, isUnknown: IsUnknown) {
  const adoptions = new ChildAdoptions(stacks, "key");
  const adopting = adoptedBy(stacks);
  return tenant.apiKeys.filter(isUnknown).map((key) => {
    const hasEnded = endOf(key, now) !== undefined;
    const adopter = adopting.get(key.id)?.name;
    const ways = () =>
      hasEnded
        ? (recovery("ManagedApiKey", key, stacks) ?? [removal(key.id, managerOf(key, stacks))])
        : waysOfChild("ManagedApiKey", key, stacks, adopter, () => adoptions.of(key));
    const more = `${key.revoked ? ", revoked" : hasEnded ? ", expired" : ""}${whose(adopter)}`;
    return content("ManagedApiKey", key, more, tenant, now, waysOf("ManagedApiKey", key, stacks, elsewhere, ways));
  });
}

const whose = (adopter: string | undefined) => (adopter === undefined ? "" : `; entry ${adopter} adopts it`);

function content(
  kind: "ManagedApiKey" | "Role",
  { id, displayName = "", organizationId, createTime }: ApiKey | Role,
  more: string,
  { organizations }: Tenant,
  now: number,
  commands: Command[],
): Finding {
  const owner = organizations.find((one) => one.id === organizationId)?.displayName ?? "";
  const within = organizationId === undefined ? "" : ` of ${organizationId} (${JSON.stringify(owner)})`;
  const text = `${JSON.stringify(displayName)}${within}, created ${age(createTime, now)}${more}`;
  return { finding: "unknown", kind, id, text, commands };
}

/** In an organization that was taken over, everything is in use; in one that the stack made, an interrupted update may have left it. */
function waysOfChild(
  kind: "ManagedApiKey" | "Role",
  object: ApiKey | Role,
  stacks: Stacks,
  adopter: string | undefined,
  adoption: () => Command | undefined,
): Command[] {
  const recover = recovery(kind, object, stacks);
  if (recover !== undefined) {
    return recover;
  }
  const stack = managerOf(object, stacks);
  if (adopter !== undefined) {
    return [takeOver(adopter, stack)];
  }
  const owner = stack.resources.find((one) => one.kind === "Organization" && one.id === object.organizationId);
  const adopt = adoption();
  return [
    ...(adopt === undefined ? [] : [adopt]),
    ...(owner?.outputs.adopt === undefined ? [removal(object.id, stack)] : []),
  ];
}

/** The only way out for what an interrupted creation may have made: adopted, it would be declared twice; removed, the creation stays pending. */
function recovery(kind: "ManagedApiKey" | "Role", object: ApiKey | Role, stacks: Stacks): Command[] | undefined {
  const left = leftBy(kind, object, stacks, []);
  return left && [{ to: "recover", run: `npx pulumi-tesseral inventory --recover --stack ${left.stack}` }];
}

function takeOver(adopter: string, { stack }: Pick<Stack, "stack">): Command {
  return { to: `take it over as ${adopter}`, run: `pulumi up --stack ${stack}` };
}

/** The stack that manages the organization of something, or else the first. */
function managerOf({ organizationId }: ApiKey | Role, stacks: Stacks): Stack {
  return stacks.find(({ resources }) => resources.some(({ id }) => id === organizationId)) ?? stacks[0];
}

function unknownOrganizations(
  stacks: Stacks,
  organizations: readonly Organization[],
  elsewhere: Elsewhere,
  now: number,
): Finding[] {
  const adopting = adoptedBy(stacks);
  const homes = new Map(
    organizations.map((one) => [one.id, stacks.find((stack) => ownerOf(one.displayName ?? "", stack)) ?? stacks[0]]),
  );
  // Named together, so that no two get the same name.
  const adoptions = new Map(
    stacks.flatMap((stack) => [
      ...adoptionsOf(
        organizations.filter(({ id }) => homes.get(id) === stack && !adopting.has(id)),
        stack,
      ),
    ]),
  );
  return organizations.map((organization): Finding => {
    const { id, displayName = "", createTime } = organization;
    const left = isMarkedName(displayName) ? ", left by a creation that was interrupted" : "";
    const text = `${JSON.stringify(displayName)}, created ${age(createTime, now)}${left}`;
    const adopter = adopting.get(id);
    if (adopter !== undefined) {
      const commands = [takeOver(adopter.name, adopter)];
      return { finding: "unknown", kind: "Organization", id, text: `${text}${whose(adopter.name)}`, commands };
    }
    const adopt = adoptions.get(id);
    const ways = () => [...(adopt === undefined ? [] : [adopt]), removal(id, homes.get(id) ?? stacks[0])];
    return {
      ...{ finding: "unknown", kind: "Organization", id, text },
      commands: waysOf("Organization", organization, stacks, elsewhere, ways),
    };
  });
}

/** The entries of the stacks that adopt something, by the id of what they adopt. */
function adoptedBy(stacks: Stacks): Map<string, { name: string; stack: string }> {
  return new Map(
    stacks.flatMap(({ stack, customers }) =>
      [...adoptsIn(customers.entries)].map(([id, name]) => [id, { name, stack }] as const),
    ),
  );
}

/** What to do about something unknown: what may be another stack's is left to that stack. */
function waysOf(
  kind: Finding["kind"],
  object: Organization | ApiKey | Role,
  stacks: Stacks,
  { others, isPartial }: Elsewhere,
  ways: () => Command[],
): Command[] {
  const names = stacks.flatMap(({ customers }) => Object.keys(customers.entries));
  const other = leftBy(kind, object, others, names);
  if (other !== undefined) {
    const to = `recover what ${calledStack(other)} was creating`;
    return [{ to, run: `npx pulumi-tesseral inventory --recover --stack ${other.stack}` }];
  }
  return isPartial ? [] : ways();
}

function removal(id: string, { stack }: Stack): Command {
  return { to: "remove", run: `npx pulumi-tesseral remove ${id} --stack ${stack}` };
}
