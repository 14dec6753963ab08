/** What differs between stacks and their Tesseral project. */
import type { StoredResource } from "../../providers/stackState";
import type { Finding } from "../../report/inventory";
import { type ApiKey, isMarkedName, type Organization, type Role } from "../../tesseral";
import { before } from "../../tesseral/instant";
import type { StackAndTenant } from "../stackAndTenant";
import { adoption, type Command, inTurn, ownerOf } from "./adoption";
import { readTenant, type Tenant, type TenantProgress } from "./tenant";

/** Stacks whose backend API keys belong to the same Tesseral project. */
export type Stacks = readonly [Stack, ...Stack[]];
type Stack = Omit<StackAndTenant, "project" | "exported">;

interface Period {
  now: number;
  /** Days within which an API key that ends is a finding. */
  expiringDays: number;
  /** An API key that is older is a finding, ISO 8601. @default none is */
  maxAge?: string;
}

/** Everything in which the stacks and the Tesseral project differ. */
export async function takeInventory(stacks: Stacks, period: Period): Promise<Finding[]> {
  return findingsOf(stacks, await readTenantOf(stacks), period);
}

/** Reads the Tesseral project of the stacks. */
export function readTenantOf(stacks: Stacks, progress?: TenantProgress): Promise<Tenant> {
  return readTenant(stacks[0].tesseral, knownTo(stacks), progress);
}

/** The same of a tenant that was read already. */
export function findingsOf(stacks: Stacks, tenant: Tenant, period: Period): Finding[] {
  const known = knownTo(stacks);
  return [
    ...interrupted(stacks),
    ...shared(stacks),
    ...unknown(stacks, tenant, known, period.now),
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
function shared(stacks: Stacks): Finding[] {
  const managers = new Map<string, (StoredResource & { stack: string })[]>();
  for (const { stack, resources } of stacks) {
    for (const resource of resources) {
      managers.set(resource.id, [...(managers.get(resource.id) ?? []), { ...resource, stack }]);
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

function unknown(stacks: Stacks, tenant: Tenant, known: ReadonlySet<string>, now: number): Finding[] {
  const names = new Map(tenant.organizations.map(({ id, displayName = "" }) => [id, displayName]));
  const isUnknown = ({ id }: { id: string }) => !known.has(id);
  const contents = (kind: Finding["kind"], object: ApiKey | Role): Finding => {
    const owner = object.organizationId;
    const within = owner === undefined ? "" : ` of ${owner} (${JSON.stringify(names.get(owner) ?? "")})`;
    const revoked = "revoked" in object && object.revoked ? ", revoked" : "";
    return {
      finding: "unknown",
      kind,
      id: object.id,
      text: `${JSON.stringify(object.displayName ?? "")}${within}, created ${age(object.createTime, now)}${revoked}`,
      commands: [removal(object.id, stacks[0])],
    };
  };
  return [
    // Roles of the project are also made in the Tesseral Console; only those that an interrupted creation left are findings.
    ...tenant.roles
      .filter((role) => isUnknown(role) && (role.organizationId !== undefined || isMarkedName(role.displayName)))
      .map((role) => contents("Role", role)),
    ...tenant.organizations.filter(isUnknown).map((organization) => unknownOrganization(organization, stacks, now)),
    ...tenant.apiKeys.filter(isUnknown).map((key) => contents("ManagedApiKey", key)),
  ];
}

function unknownOrganization(organization: Organization, stacks: Stacks, now: number): Finding {
  const { id, displayName = "", createTime } = organization;
  const left = isMarkedName(displayName) ? ", left by a creation that was interrupted" : "";
  const stack = stacks.find((one) => ownerOf(displayName, one) !== undefined) ?? stacks[0];
  return {
    finding: "unknown",
    kind: "Organization",
    id,
    text: `${JSON.stringify(displayName)}, created ${age(createTime, now)}${left}`,
    commands: [adoption(organization, stack), removal(id, stack)],
  };
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
