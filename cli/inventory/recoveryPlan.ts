/** Decides how an interrupted update is settled, from the stack, the configuration and the Tesseral project, before anything is done. */
import { CodedError } from "../../errors/coded";
import type { InterruptedCreation } from "../../providers/stackState";
import { type ApiKey, isMarkedName, markedName, type Organization, plainName, type Role } from "../../tesseral";
import { type EntryPlace, placeOf } from "../declaredCustomers";
import type { OpenedStack } from "../openStack";
import { adoptsIn } from "../otherStacks";
import { adoption } from "./adoption";
import { age } from "./age";
import type { Tenant } from "./tenant";

/** What will be done, and what is left to the person. */
export interface RecoveryPlan {
  /** Organizations to adopt, by the name of the customer's entry. */
  adopt: { name: string; place: EntryPlace; id: string; text: string }[];
  /** API keys whose token is lost, and roles that nothing has. */
  remove: { kind: "ManagedApiKey" | "Role"; id: string; text: string }[];
  /** What looks like such a key or role but stays, since an entry adopts it; `name` is the entry's. */
  keep: { name: string; id: string; text: string }[];
  /** Interrupted creations that Pulumi will forget, as `kind name`. */
  forget: string[];
  /** What only the person can do, a sentence each. */
  byHand: string[];
}

/** Milliseconds before and after the last write of the state within which an update can have created something. */
const updateSpan = 60 * 60_000;

type Stack = Omit<OpenedStack, "rootUrn">;

/**
 * Finds at most one created object for each interrupted resource. Throws with every candidate where several fit.
 * @param elsewhere ids of what other stacks have: no creation of this one made it
 */
export function planRecovery(
  stack: Stack,
  { organizations: all, apiKeys, roles }: Tenant,
  now: number,
  elsewhere: ReadonlySet<string> = new Set(),
): RecoveryPlan {
  // Parts read the same entries, so what an entry here adopts is adopted elsewhere, too.
  const adopting = adoptsIn(stack.customers.entries);
  const isFree = ({ id }: { id: string }) => !elsewhere.has(id) || adopting.has(id);
  const tenant = { organizations: all.filter(isFree), apiKeys: apiKeys.filter(isFree), roles: roles.filter(isFree) };
  const problems: string[] = [];
  const organizations = organizationsLeft(stack, tenant, now, problems);
  const contents = contentsLeft(stack, tenant, adopting, now, problems);
  if (problems.length > 0) {
    const resolve =
      "Nothing was changed. Decide for each: write `adopt` into the entry or the argument, or `npx pulumi-tesseral remove` what nobody needs";
    throw new CodedError("TSL-RECOVER", `${problems.join("; ")}. ${resolve}, and run this again`);
  }
  return { ...organizations, ...contents, forget: stack.interrupted.map(({ kind, name }) => `${kind} ${name}`) };
}

type Left = Organization | ApiKey | Role;

/** Whether an object bears the mark of the resource `name`, and so certainly comes from its creation. */
const bearsMark = ({ home }: Stack, { displayName = "" }: Left, name: string) =>
  isMarkedName(displayName) && displayName === markedName(plainName(displayName), `${home}/${name}`);

/** Whether the interrupted update can have created it. */
function createdByUpdate({ writtenAt }: Stack, { createTime }: Left): boolean {
  return writtenAt !== undefined && Math.abs(Date.parse(createTime) - Date.parse(writtenAt)) <= updateSpan;
}

const described = ({ id, displayName = "", createTime }: Left, now: number) =>
  `${id} ${JSON.stringify(displayName)}, created ${age(createTime, now)}`;

function organizationsLeft(stack: Stack, { organizations }: Tenant, now: number, problems: string[]) {
  const { customers, resources, interrupted } = stack;
  const { entries } = customers;
  const taken = new Set([...resources.map(({ id }) => id), ...Object.values(entries).map(({ adopt }) => adopt)]);
  const known = new Set(resources.filter(({ kind }) => kind === "Organization").map(({ name }) => name));
  const unknown = organizations.filter(({ id }) => !taken.has(id));
  const creations = new Map(
    interrupted.filter(({ kind }) => kind === "Organization").map(({ name, inputs }) => [name, inputs]),
  );
  const adopt: RecoveryPlan["adopt"] = [];
  const byHand: string[] = [];
  const owners = new Map<string, string>();
  for (const name of new Set([...creations.keys(), ...Object.keys(entries)])) {
    const creation = creations.get(name);
    // An entry that adopts creates nothing.
    const { adopt: adopted, deployedIn } = entries[name] ?? {};
    if (known.has(name) || deployedIn !== undefined || adopted !== undefined || creation?.adopt !== undefined) {
      continue;
    }
    const names = creation === undefined ? [] : [creation.displayName, entries[name]?.displayName];
    // The name may be final already: the second request removes the mark.
    const fits = unknown.filter(
      (one) => bearsMark(stack, one, name) || (names.includes(one.displayName) && createdByUpdate(stack, one)),
    );
    const [left, ...others] = fits;
    if (left === undefined) {
      continue;
    }
    if (others.length > 0) {
      const candidates = fits.map((one) => described(one, now)).join("; ");
      problems.push(`${fits.length} organizations fit the interrupted creation of ${name}: ${candidates}`);
      continue;
    }
    const owner = owners.get(left.id);
    if (owner !== undefined) {
      problems.push(`organization ${described(left, now)} fits the interrupted creations of ${owner} and of ${name}`);
      continue;
    }
    owners.set(left.id, name);
    const entry = entries[name];
    if (entry !== undefined) {
      adopt.push({ name, place: entry.place, id: left.id, text: described(left, now) });
    } else if (placeOf(stack) === "program") {
      byHand.push(`${adoption(left, stack).run} (${described(left, now)})`);
    } else {
      byHand.push(
        `${name} is no longer declared, and its interrupted creation left ${described(left, now)}: declare ${name} with adopt: ${left.id}, or run npx pulumi-tesseral remove ${left.id} --stack ${stack.stack}`,
      );
    }
  }
  return { adopt, byHand };
}

/** API keys and roles that only an interruption can have left, in organizations that the stack manages. */
function contentsLeft(
  stack: Stack,
  tenant: Tenant,
  adopting: ReadonlyMap<string, string>,
  now: number,
  problems: string[],
): Pick<RecoveryPlan, "remove" | "keep"> {
  // What was to be taken over existed before, and is in use.
  const adopted = stack.interrupted.flatMap(({ inputs: { adopt } }) => (typeof adopt === "string" ? [adopt] : []));
  const known = new Set([...stack.resources.map(({ id }) => id), ...adopted]);
  const keep = new Map<string, RecoveryPlan["keep"][number]>();
  const left = (kind: "ManagedApiKey" | "Role", objects: readonly (ApiKey | Role)[]) => {
    const unknown = objects.filter(({ id }) => !known.has(id));
    const creations = stack.interrupted.filter((one) => one.kind === kind);
    const found = creations.flatMap((creation) => {
      const marked = unknown.filter((one) => bearsMark(stack, one, creation.name));
      // In an organization made by the same update, a key has its own name at once; a role gets it with the second request.
      const named = unknown.filter(
        (one) => creation.inputs.adopt === undefined && isAsSent(one, creation) && createdByUpdate(stack, one),
      );
      for (const one of [...marked, ...named]) {
        const name = adopting.get(one.id);
        if (name !== undefined) {
          keep.set(one.id, { name, id: one.id, text: described(one, now) });
        }
      }
      const fits = [...marked, ...named].filter(({ id }) => !keep.has(id));
      // A revoked key is of use to nobody: it is a lost creation that was being discarded, and the next one may exist beside it.
      const working = fits.filter((one) => !isRevoked(one));
      if (working.length > 1 && working.some((one) => named.includes(one))) {
        const candidates = working.map((one) => described(one, now)).join("; ");
        problems.push(
          `${working.length} objects fit the interrupted creation of ${kind} ${creation.name}: ${candidates}`,
        );
      }
      return fits;
    });
    return [...new Map(found.map((one) => [one.id, one])).values()].map((one) => ({
      kind,
      id: one.id,
      text: described(one, now),
    }));
  };
  const remove = [...left("ManagedApiKey", tenant.apiKeys), ...left("Role", tenant.roles)];
  return { remove, keep: [...keep.values()] };
}

const isRevoked = (object: ApiKey | Role) => "revoked" in object && object.revoked === true;

/** Whether an object is what the creation sent. One that is older than the plan, or has other actions, was made by hand. */
function isAsSent(object: ApiKey | Role, { inputs }: InterruptedCreation): boolean {
  const { displayName, organizationId, rotatedAt, actions } = inputs;
  return (
    displayName === object.displayName &&
    organizationId === object.organizationId &&
    !(typeof rotatedAt === "string" && Date.parse(object.createTime) < Date.parse(rotatedAt)) &&
    !("actions" in object && Array.isArray(actions) && !isSameSet(actions, object.actions ?? []))
  );
}

function isSameSet(one: readonly unknown[], other: readonly unknown[]): boolean {
  const [here, there] = [new Set(one), new Set(other)];
  return here.size === there.size && [...here].every((each) => there.has(each));
}
