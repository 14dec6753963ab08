/** What the other stacks of a Pulumi project have: no other stack may adopt or remove what one of them manages. */
import { isRecord } from "../config/isRecord";
import { CodedError, uncoded } from "../errors/coded";
import type { ExportedStack } from "../providers/exportedStack";
import { type InterruptedCreation, type StoredResource, storedStack } from "../providers/stackState";
import {
  configuredCustomers,
  type DeclaredCustomer,
  type DeclaredCustomers,
  declaredCustomers,
} from "./declaredCustomers";
import { partOfStack } from "./parts/partStacks";
import { exportStack } from "./pulumi/exportStack";
import type { PulumiProject } from "./pulumi/project";
import type { StackConfig } from "./stackConfig";
import { workOnEach } from "./workOnEach";
import { writtenConfig } from "./writtenConfig";

/** How many stacks are read at a time: each starts a Pulumi process. */
const atOnce = 4;

/** A stack of the project that was not opened, from its state; of the resources, only what tells whose something is. */
export interface OtherStack {
  stack: string;
  /** `organization/project/stack`. */
  home: string;
  /** The number of its part, where customers are divided over stacks. */
  part?: number;
  resources: (Pick<StoredResource, "kind" | "name" | "urn" | "id" | "isProtected"> & {
    organizationId?: string;
    projectId?: string;
  })[];
  interrupted: InterruptedCreation[];
  /** Entries that adopt something, by its id: the next update may be the one that takes it. */
  adopts: ReadonlyMap<string, string>;
}

/** A stack of which nothing is known. */
export interface UnreadStack {
  stack: string;
  reason: string;
}

export interface OtherStacks {
  read: OtherStack[];
  unread: UnreadStack[];
}

/** Reads the states of all stacks of the project but `opened`, by their full names. Nothing is decrypted, and Tesseral is not asked. */
export async function readOtherStacks(project: PulumiProject, opened: readonly string[]): Promise<OtherStacks> {
  const [home = ""] = opened;
  const names = (await stackNames(project)).filter((name) => !opened.some((one) => isSameStack(name, one)));
  const found = new Map<string, OtherStack | UnreadStack>();
  const entries = new EntriesOnce(project);
  await workOnEach(names, atOnce, async (stack) => {
    found.set(
      stack,
      await readOther(project, stack, home, entries).catch((error: unknown) => ({
        stack,
        reason: uncoded(error instanceof Error ? error.message : String(error)),
      })),
    );
  });
  const inOrder = names.flatMap((name) => found.get(name) ?? []);
  return {
    read: inOrder.filter((one) => "resources" in one),
    unread: inOrder.filter((one) => "reason" in one),
  };
}

/**
 * The stack, with the entries marked that other parts have deployed: all parts read the same entries, and know only their own customers.
 * A stack that is no part stays as it is.
 */
export function withParts<Opened extends { home: string; customers: DeclaredCustomers }>(
  project: PulumiProject,
  opened: Opened,
  others: readonly { stack: string; resources: readonly { kind: string; name: string }[] }[],
): Opened {
  const { home, customers } = opened;
  if (partOfStack(project, home.split("/").at(-1) ?? home) === undefined) {
    return opened;
  }
  const owners = new Map(
    others
      .filter(({ stack }) => partOfStack(project, stack.split("/").at(-1) ?? stack) !== undefined)
      .flatMap(({ stack, resources }) =>
        resources.filter(({ kind }) => kind === "Organization").map(({ name }) => [name, stack] as const),
      ),
  );
  const entries = Object.entries(customers.entries).map(([name, entry]) => {
    const deployedIn = owners.get(name);
    return [name, deployedIn === undefined ? entry : { ...entry, deployedIn }] as const;
  });
  return { ...opened, customers: { ...customers, entries: Object.fromEntries(entries) } };
}

/** The names of all stacks of a project, sorted. */
export async function stackNames(project: PulumiProject): Promise<string[]> {
  const listed: { name: string }[] = JSON.parse(await project.pulumi(["stack", "ls", "--json"]));
  return listed.map(({ name }) => name).sort();
}

/** Whether Pulumi lists a stack by this name. It leaves out the project, and an organization that is the user's own. */
function isSameStack(listed: string, home: string): boolean {
  const [organization, , stack] = home.split("/");
  const parts = listed.split("/");
  return parts.at(-1) === stack && (parts.length === 1 || parts[0] === organization);
}

async function readOther(
  project: PulumiProject,
  stack: string,
  home: string,
  entries: EntriesOnce,
): Promise<OtherStack> {
  const shortName = stack.split("/").at(-1) ?? stack;
  const { resources, interrupted } = ofState(await exportStack(project, ["--stack", stack]));
  const part = partOfStack(project, shortName)?.number;
  const [organization, projectName] = home.split("/");
  return {
    ...{ stack, home: [organization, projectName, shortName].join("/"), resources, interrupted },
    ...(part !== undefined && { part }),
    adopts: entries.adoptsOf(shortName),
  };
}

function ofState(exported: ExportedStack): Pick<OtherStack, "resources" | "interrupted"> {
  const { resources, interrupted } = storedStack(exported);
  return {
    resources: resources.map(({ kind, name, urn, id, isProtected, outputs: { organizationId, projectId } }) => ({
      ...{ kind, name, urn, id },
      ...(isProtected && { isProtected }),
      ...(typeof organizationId === "string" && { organizationId }),
      ...(typeof projectId === "string" && { projectId }),
    })),
    interrupted,
  };
}

/**
 * Where a customer is that a stack does not have: `; it is in stack prod-2 (part 2): npx pulumi-tesseral …`, or nothing. For the end of an error.
 * @param command the command that would find it, without `--stack`
 */
export async function whereElse(
  project: PulumiProject,
  stack: string | undefined,
  customer: string,
  command: string,
): Promise<string> {
  const chosen = stack === undefined ? [] : ["--stack", stack];
  const home = await project.pulumi(["stack", "--show-name", "--fully-qualify-stack-names", ...chosen]);
  const { read, unread } = await readOtherStacks(project, [home]);
  const found = read.find(({ resources }) =>
    resources.some(({ kind, name }) => kind === "Organization" && name === customer),
  );
  if (found !== undefined) {
    return `; it is in ${calledStack(found)}: ${command} --stack ${found.stack}`;
  }
  return unread.length === 0 ? "" : `; not looked at: ${unread.map((one) => one.stack).join(", ")}`;
}

/** What the entries of stacks adopt. A file that many stacks read is read once. */
class EntriesOnce {
  readonly #project: PulumiProject;
  readonly #files = new Map<string, ReadonlyMap<string, string>>();

  constructor(project: PulumiProject) {
    this.#project = project;
  }

  adoptsOf(stack: string): ReadonlyMap<string, string> {
    const config = writtenConfig(this.#project, stack);
    const customers = configuredCustomers(config);
    if (isRecord(customers) && Object.keys(customers).length > 0) {
      return this.#read(config, stack);
    }
    const file = config["tesseral:customersFile"]?.value ?? "";
    const known = this.#files.get(file) ?? this.#read(config, stack);
    this.#files.set(file, known);
    return known;
  }

  #read(config: StackConfig, stack: string): ReadonlyMap<string, string> {
    return adoptsIn(declaredCustomers(config, this.#project, stack).entries);
  }
}

type Entry = Pick<DeclaredCustomer, "adopt" | "roles" | "apiKeys">;

/** What adopts something, by the id of that: an entry, `acme`, or a role or a key of one, `acme.apiKeys.ci`. */
export function adoptsIn(entries: Readonly<Record<string, Entry>>): Map<string, string> {
  const adopts = Object.entries(entries).flatMap(([name, { adopt, roles, apiKeys }]) => [
    { name, adopt },
    ...Object.entries(roles ?? {}).map(([role, one]) => ({ name: `${name}.roles.${role}`, adopt: one.adopt })),
    ...Object.entries(apiKeys ?? {}).map(([key, one]) => ({ name: `${name}.apiKeys.${key}`, adopt: one.adopt })),
  ]);
  return new Map(adopts.flatMap(({ name, adopt }) => (adopt === undefined ? [] : [[adopt, name] as const])));
}

/**
 * Throws when a stack could not be read that nobody named in `excused` (`--unread-stack`): what it manages would be taken for nobody's.
 * @param then what is not done without it, such as "Nothing was removed"
 */
export function refuseUnread({ unread }: OtherStacks, excused: readonly string[], then: string): void {
  const left = unreadBut(unread, excused);
  if (left.length === 0) {
    return;
  }
  const named = left.map(({ stack, reason }) => `stack ${stack} cannot be read (${reason})`).join("; ");
  const options = left.map(({ stack }) => `--unread-stack ${stack}`).join(" ");
  throw new CodedError(
    "TSL-UNREAD-STACK",
    `${named}, so what ${left.length === 1 ? "it manages is" : "they manage is"} not known. ${then}. Make it readable, or, if nothing of this ` +
      `Tesseral project is in ${left.length === 1 ? "it" : "them"}, pass ${options}`,
  );
}

/** The stacks that could not be read and were not excused. */
export function unreadBut(unread: readonly UnreadStack[], excused: readonly string[]): UnreadStack[] {
  return unread.filter(({ stack }) => !excused.includes(stack));
}

/** `stack prod-2 (part 2)`. */
export function calledStack({ stack, part }: { stack: string; part?: number }): string {
  return `stack ${stack}${part === undefined ? "" : ` (part ${part})`}`;
}
