/** The differences between stacks and their Tesseral project. */
import type { StoredResource } from "../../providers/stackState";
import type { Finding } from "../../report/inventory";
import { before } from "../../tesseral/instant";
import type { OtherStack } from "../otherStacks";
import { inTurn } from "./adoption";
import { age } from "./age";
import { nowhere, type Stack, type Stacks } from "./stacks";
import { readTenant, type Tenant, type TenantProgress } from "./tenant";
import { unknownFindings } from "./unknown";

interface Period {
  now: number;
  /** Days within which an API key that ends is a finding. */
  expiringDays: number;
  /** Age from which an API key is a finding, ISO 8601. @default no age is */
  maxAge?: string;
}

/** All differences between the stacks and the Tesseral project. */
export async function takeInventory(stacks: Stacks, period: Period, elsewhere = nowhere): Promise<Finding[]> {
  return findingsOf(stacks, await readTenantOf(stacks), period, elsewhere);
}

/** Reads the Tesseral project of the stacks. */
export function readTenantOf(stacks: Stacks, progress?: TenantProgress): Promise<Tenant> {
  return readTenant(stacks[0].tesseral, knownTo(stacks), progress);
}

/** The same for a tenant that has been read already. */
export function findingsOf(stacks: Stacks, tenant: Tenant, period: Period, elsewhere = nowhere): Finding[] {
  return [
    ...interrupted(stacks),
    ...managedTwice(stacks, elsewhere.others),
    ...unknownFindings(stacks, tenant, elsewhere, period.now),
    ...expiring(stacks, tenant, period),
    ...old(stacks, tenant, period),
    ...gone(stacks, tenant),
  ];
}

function knownTo(stacks: Stacks): ReadonlySet<string> {
  return new Set(stacks.flatMap(({ resources }) => resources.map(({ id }) => id)));
}

/** Names the stack of something, where there are several. */
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

/** What two stacks manage, or one stack under two names: removing it from one takes it from the other. */
function managedTwice(stacks: Stacks, others: readonly OtherStack[]): Finding[] {
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
      to: `take it from stack ${stack}, without a request to Tesseral, when ${JSON.stringify(name)} is no longer declared there`,
      run: `pulumi state delete '${urn}' --target-dependents --force --yes --stack ${stack}`,
    }));
    return [{ finding: "shared", kind: first.kind, id, text: `is managed by ${named.join(" and by ")}`, commands }];
  });
}

function gone(stacks: Stacks, { organizations, roles, apiKeys }: Tenant): Finding[] {
  const present = new Set([...organizations, ...roles, ...apiKeys].map(({ id }) => id));
  return stacks.flatMap((one) => {
    const again = {
      to: "create again",
      run: inTurn(`pulumi refresh --yes --stack ${one.stack}`, `pulumi up --stack ${one.stack}`),
    };
    const look = { to: "find or create it", run: `pulumi up --stack ${one.stack}` };
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
              commands: [rotation(name, outputs, one, now)],
            },
          ];
    }),
  );
}

/** How to rotate a token now; while the previous one works, that is refused. */
function rotation(name: string, outputs: Record<string, unknown>, { stack }: Stack, now: number) {
  const { previousApiKeyId, previousRetireAt, overlap } = outputs;
  const isOverlapping =
    previousApiKeyId !== undefined && typeof previousRetireAt === "string" && Date.parse(previousRetireAt) > now;
  const wait = isOverlapping ? `wait until its previous token ends at ${previousRetireAt}, then ` : "";
  const declare =
    overlap === undefined ? "an overlap such as P7D and another text for rotate" : "another text for rotate";
  return { to: "rotate", run: `${wait}give ${name} ${declare}, then pulumi up --stack ${stack}` };
}

function isRenewed({ rotateEvery, renewBefore }: Record<string, unknown>): boolean {
  return rotateEvery !== undefined || renewBefore !== undefined;
}

/** Whether the end of a key can be ignored: another one has taken its place, or an update will make one in time. */
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
