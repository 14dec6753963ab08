/** What differs between stacks and their Tesseral project. */
import type { StoredResource } from "../../providers/stackState";
import type { Finding } from "../../report/inventory";
import { type ApiKey, isMarkedName, type Organization, type Role } from "../../tesseral";
import { before } from "../../tesseral/instant";
import { adoptsIn, calledStack, type OtherStack } from "../otherStacks";
import type { StackAndTenant } from "../stackAndTenant";
import { adoption, type Command, inTurn, ownerOf } from "./adoption";
import { knownElsewhere, leftBy } from "./elsewhere";
import { readTenant, type Tenant, type TenantProgress } from "./tenant";

/** Stacks whose backend API keys belong to the same Tesseral project. */
export type Stacks = readonly [Stack, ...Stack[]];
type Stack = Omit<StackAndTenant, "project" | "exported">;

/** What is known of the stacks of the project that were not opened. */
export interface Elsewhere {
  others: readonly OtherStack[];
  /** Whether there are some of which nothing is known: what looks unknown may be theirs, so nothing is proposed for it. */
  isPartial: boolean;
}

const nowhere: Elsewhere = { others: [], isPartial: false };

interface Period {
  now: number;
  /** Days within which an API key that ends is a finding. */
  expiringDays: number;
  /** An API key that is older is a finding, ISO 8601. @default none is */
  maxAge?: string;
}

/** Everything in which the stacks and the Tesseral project differ. */
export async function takeInventory(stacks: Stacks, period: Period, elsewhere = nowhere): Promise<Finding[]> {
  return findingsOf(stacks, await readTenantOf(stacks), period, elsewhere);
}

/** Reads the Tesseral project of the stacks. */
export function readTenantOf(stacks: Stacks, progress?: TenantProgress): Promise<Tenant> {
  return readTenant(stacks[0].tesseral, knownTo(stacks), progress);
}

/** The same of a tenant that was read already. */
export function findingsOf(stacks: Stacks, tenant: Tenant, period: Period, elsewhere = nowhere): Finding[] {
  return [
    ...interrupted(stacks),
    ...shared(stacks, elsewhere.others),
    ...unknown(stacks, tenant, elsewhere, period.now),
    ...expiring(stacks, tenant, period),
    ...old(stacks, tenant, period),
    ...gone(stacks, tenant),
  ];
}

function knownTo(stacks: Stacks): ReadonlySet<string> {
  return new Set(stacks.flatMap(({ resources }) => resources.map(({ id }) => id)));
}

/** Says of which stack something is, where there are several. */
const ofStack = (stacks: Stacks, { stack }: Stack) => (stacks.length === 1 ? "" : ` of stack ${stack}`);

function interrupted(stacks: Stacks): Finding[] {
  return stacks.flatMap((one) =>
    one.interrupted.map(({ kind, name }) => ({
      finding: "interrupted",
      kind,
      text: `${name}${ofStack(stacks, one)}: its creation was interrupted; if it exists, it is listed here as unknown`,
      commands: [{ to: "recover", run: `npx pulumi-tesseral inventory --recover --stack ${one.stack}` }],
    })),
  );
}

/** What two stacks manage, or one under two names: whoever removes it from the one takes it from the other. */
function shared(stacks: Stacks, others: readonly OtherStack[]): Finding[] {
  type Managed = Pick<StoredResource, "kind" | "name" | "urn"> & { stack: string };
  const own = knownTo(stacks);
  const managers = new Map<string, Managed[]>();
  for (const { stack, resources } of [...stacks, ...others]) {
    for (const { kind, name, urn, id } of resources.filter(({ id }) => own.has(id))) {
      managers.set(id, [...(managers.get(id) ?? []), { kind, name, urn, stack }]);
    }
  }
  return [...managers].flatMap(([id, all]): Finding[] => {
    const [first] = all;
    if (first === undefined || all.length === 1) {
      return [];
    }
    const named = all.map(({ stack, name }) => `stack ${stack} as ${JSON.stringify(name)}`);
    const commands = all.map(({ stack, name, urn }) => ({
      to: `take it from stack ${stack}, without a request to Tesseral, when ${JSON.stringify(name)} is declared there no more`,
      run: `pulumi state delete '${urn}' --target-dependents --force --yes --stack ${stack}`,
    }));
    return [{ finding: "shared", kind: first.kind, id, text: `is managed by ${named.join(" and by ")}`, commands }];
  });
}

function unknown(stacks: Stacks, tenant: Tenant, elsewhere: Elsewhere, now: number): Finding[] {
  const known = new Set([...knownTo(stacks), ...knownElsewhere(elsewhere.others, adoptedBy(stacks))]);
  const names = new Map(tenant.organizations.map(({ id, displayName = "" }) => [id, displayName]));
  const isUnknown = ({ id }: { id: string }) => !known.has(id);
  const contents = (kind: "ManagedApiKey" | "Role", object: ApiKey | Role): Finding => {
    const owner = object.organizationId;
    const within = owner === undefined ? "" : ` of ${owner} (${JSON.stringify(names.get(owner) ?? "")})`;
    const revoked = "revoked" in object && object.revoked ? ", revoked" : "";
    return {
      finding: "unknown",
      kind,
      id: object.id,
      text: `${JSON.stringify(object.displayName ?? "")}${within}, created ${age(object.createTime, now)}${revoked}`,
      commands: waysOf(kind, object, stacks, elsewhere, () => [removal(object.id, stacks[0])]),
    };
  };
  return [
    // Roles of the project are also made in the Tesseral Console; only those that an interrupted creation left are findings.
    ...tenant.roles
      .filter((role) => isUnknown(role) && (role.organizationId !== undefined || isMarkedName(role.displayName)))
      .map((role) => contents("Role", role)),
    ...tenant.organizations.filter(isUnknown).map((one) => unknownOrganization(one, stacks, elsewhere, now)),
    ...tenant.apiKeys.filter(isUnknown).map((key) => contents("ManagedApiKey", key)),
  ];
}

function unknownOrganization(organization: Organization, stacks: Stacks, elsewhere: Elsewhere, now: number): Finding {
  const { id, displayName = "", createTime } = organization;
  const left = isMarkedName(displayName) ? ", left by a creation that was interrupted" : "";
  const stack = stacks.find((one) => ownerOf(displayName, one) !== undefined) ?? stacks[0];
  const adopting = adoptedBy(stacks).get(id);
  const text = `${JSON.stringify(displayName)}, created ${age(createTime, now)}${left}`;
  if (adopting !== undefined) {
    return {
      ...{ finding: "unknown", kind: "Organization", id, text: `${text}; entry ${adopting.name} adopts it` },
      commands: [{ to: `take it over as ${adopting.name}`, run: `pulumi up --stack ${adopting.stack}` }],
    };
  }
  return {
    finding: "unknown",
    kind: "Organization",
    id,
    text,
    commands: waysOf("Organization", organization, stacks, elsewhere, () => [
      adoption(organization, stack),
      removal(id, stack),
    ]),
  };
}

/** Which entries of the stacks adopt an organization, by its id. */
function adoptedBy(stacks: Stacks): Map<string, { name: string; stack: string }> {
  return new Map(
    stacks.flatMap(({ stack, customers }) =>
      [...adoptsIn(customers.entries)].map(([id, name]) => [id, { name, stack }] as const),
    ),
  );
}

/** What to do about something unknown: what may be another stack's is left to that one. */
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
    return [
      {
        to: `recover what ${calledStack(other)} was creating`,
        run: `npx pulumi-tesseral inventory --recover --stack ${other.stack}`,
      },
    ];
  }
  return isPartial ? [] : ways();
}

function removal(id: string, { stack }: Stack): Command {
  return { to: "remove", run: `npx pulumi-tesseral remove ${id} --stack ${stack}` };
}

function gone(stacks: Stacks, { organizations, roles, apiKeys }: Tenant): Finding[] {
  const present = new Set([...organizations, ...roles, ...apiKeys].map(({ id }) => id));
  return stacks.flatMap((one) => {
    const again = {
      to: "create again",
      run: inTurn(`pulumi refresh --yes --stack ${one.stack}`, `pulumi up --stack ${one.stack}`),
    };
    const look = { to: "look and create again", run: `pulumi up --stack ${one.stack}` };
    return one.resources
      .filter(({ id }) => !present.has(id))
      .map(({ kind, name, id, outputs }): Finding => {
        const what = `${name}${ofStack(stacks, one)}`;
        return outputs.unresolved === undefined
          ? { finding: "gone", kind, id, text: `${what}: in the stack, gone from Tesseral`, commands: [again] }
          : { finding: "interrupted", kind, text: `${what}: its creation had no clear answer`, commands: [look] };
      });
  });
}

function expiring(stacks: Stacks, { apiKeys }: Tenant, { now, expiringDays }: Period): Finding[] {
  return apiKeys.flatMap((key) => {
    const ends = key.expireTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(key.expireTime);
    if (ends > now + expiringDays * 86_400_000) {
      return [];
    }
    return stacks.flatMap((one) =>
      one.resources
        .filter(({ id, outputs }) => id === key.id && !endsAsPlanned(id, outputs, key.expireTime, now))
        .map(({ name, outputs }) => ({
          finding: "expiring",
          kind: "ManagedApiKey",
          id: key.id,
          text: `${name}${ofStack(stacks, one)} ${ends <= now ? "ended" : "ends"} ${key.expireTime}`,
          commands: [
            isRenewed(outputs)
              ? { to: "rotate, which is due", run: `pulumi up --stack ${one.stack}` }
              : { to: "replace", run: `give ${name} another expireTime, then pulumi up` },
          ],
        })),
    );
  });
}

function old(stacks: Stacks, { apiKeys }: Tenant, { now, maxAge }: Period): Finding[] {
  if (maxAge === undefined) {
    return [];
  }
  const oldest = Date.parse(before(new Date(now).toISOString(), maxAge));
  const aged = new Map(
    apiKeys
      .filter(({ createTime, revoked }) => revoked !== true && Date.parse(createTime) < oldest)
      .map((key) => [key.id, key]),
  );
  return stacks.flatMap((one) =>
    one.resources.flatMap(({ id, name, outputs }): Finding[] => {
      const key = aged.get(id);
      return key === undefined || id === outputs.previousApiKeyId
        ? []
        : [
            {
              finding: "old",
              kind: "ManagedApiKey",
              id,
              text: `${name}${ofStack(stacks, one)} was made ${age(key.createTime, now)}`,
              commands: [
                {
                  to: "rotate",
                  run: `give ${name} an overlap such as P7D and another text for rotate, then pulumi up --stack ${one.stack}`,
                },
              ],
            },
          ];
    }),
  );
}

function isRenewed({ rotateEvery, renewBefore }: Record<string, unknown>): boolean {
  return rotateEvery !== undefined || renewBefore !== undefined;
}

/** Whether nobody needs to care that a key ends: another one has taken its place, or an update will make one in time. */
function endsAsPlanned(
  id: string,
  { previousApiKeyId, rotateAt, renewBefore }: Record<string, unknown>,
  expireTime: string | undefined,
  now: number,
): boolean {
  if (id === previousApiKeyId) {
    return true;
  }
  const due =
    typeof renewBefore === "string" && expireTime !== undefined ? before(expireTime, renewBefore) : String(rotateAt);
  return Date.parse(due) > now;
}

/** How long ago a time was, in the largest unit that gives a number of two or more. */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [unit, size] = ageUnits.find(([, length]) => seconds >= 2 * length) ?? ["second", 1];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago (${time})`;
}

const ageUnits: [string, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
