/** What a stack's stored state holds of this package's resources, and how a provider process reads the state of its own stack. */
import { execFile } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { type ExportedStack, nameIn } from "./exportedStack";
import { optional, shape, text } from "./fields";
import { type ResourceType, resourceTypeOf } from "./resourceTypes";

/** A resource of this package in the stored state. */
export interface StoredResource {
  kind: ResourceType["kind"];
  /** The resource's name in the program. */
  name: string;
  urn: string;
  id: string;
  outputs: Record<string, unknown>;
  /** Whether Pulumi refuses to delete it; absent: it does not. */
  isProtected?: boolean;
}

/** A resource whose creation an earlier update did not manage to record. */
export interface InterruptedCreation {
  kind: ResourceType["kind"];
  name: string;
  /** Its declared inputs. */
  inputs: Record<string, unknown>;
}

/** A stack's stored state, reduced to what matters here. */
export interface StoredStack {
  resources: StoredResource[];
  interrupted: InterruptedCreation[];
  /** URNs of the resources of other packages whose creation was interrupted. */
  otherInterrupted: string[];
  /** URN of the stack's own resource; absent where nothing was ever deployed. */
  rootUrn?: string;
  /** When an update wrote the state for the last time, RFC 3339. */
  writtenAt?: string;
}

/** What a provider process needs of its stack's state. */
export interface StackState {
  /** This package's resources. */
  resources: readonly KnownResource[];
  /** Ids of all custom resources, and of both keys of an API key's resource. */
  ids: ReadonlySet<string>;
  /** `type::name` of the resources whose creation an earlier update did not manage to record. */
  interruptedCreates: ReadonlySet<string>;
}

/** What a provider process needs of a stored resource. */
export interface KnownResource {
  type: ResourceType;
  /** Its own name in Pulumi. */
  name: string;
  id: string;
  /** Ids of the keys that it has now, if that is not only its own id. */
  keyIds?: string[];
  managedBy?: string;
  onRemoval?: string;
  keepUntil?: string;
  /** Id of what it took over; absent: the stack made it. */
  adopt?: string;
  isProtected: boolean;
  /** Whether it was replaced and has still to be deleted. */
  isReplaced: boolean;
}

/** Reads what `pulumi stack export` printed. Throws a SyntaxError when that is not JSON. */
export function parseStack(text: string): StoredStack {
  return storedStack(JSON.parse(text));
}

/** The same for a parsed export. */
export function storedStack({ deployment }: ExportedStack): StoredStack {
  const { manifest, resources = [], pending_operations: pending = [] } = deployment ?? {};
  const creations = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    resources: resources.flatMap(({ urn, type, id = "", outputs = {}, protect }) => {
      const kind = resourceTypeOf(type)?.kind;
      const isProtected = protect === true ? { isProtected: true } : {};
      return kind === undefined ? [] : objectsOf({ kind, name: nameIn(urn), urn, id, outputs, ...isProtected });
    }),
    interrupted: creations.flatMap(({ urn, type, inputs = {} }) => {
      const kind = resourceTypeOf(type)?.kind;
      return kind === undefined ? [] : [{ kind, name: nameIn(urn), inputs }];
    }),
    otherInterrupted: creations.flatMap(({ urn, type }) => (resourceTypeOf(type) === undefined ? [urn] : [])),
    ...(root && { rootUrn: root.urn }),
    ...(manifest?.time !== undefined && { writtenAt: manifest.time }),
  };
}

/** A resource under the id of its object in Tesseral; a rotated key gives two while the previous one works. */
function objectsOf(resource: StoredResource): StoredResource[] {
  const { apiKeyId = resource.id, previousApiKeyId } = resource.outputs;
  const current = { ...resource, id: String(apiKeyId) };
  return previousApiKeyId === undefined
    ? [current]
    : [current, { ...resource, name: `${resource.name} (previous)`, id: String(previousApiKeyId) }];
}

/** Whether an error of Pulumi's says that a file backend still has the old layout without projects. */
export function isOldLayout(message: string): boolean {
  return message.includes("Legacy DIY state") || /invalid character '\/'/.test(message);
}

/** What to do about it; the end of a sentence that begins with the stack. */
export const oldLayoutAdvice =
  "lies in a backend of the old layout, in which stacks belong to no project, and this package cannot read its state there. Run `pulumi state upgrade`, then try again";

/**
 * Reads the stored state of a stack, `organization/project/stack`, with the Pulumi CLI that is running this process. It
 * takes no lock and decrypts nothing. Answers undefined, and says why on standard error, when it cannot be read: an
 * update must not depend on it.
 */
export async function readStackState(stack: string, environment: NodeJS.ProcessEnv): Promise<StackState | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const text = await run(runningCli(), ["stack", "export", "--stack", stack], environment);
      const exported: ExportedStack = JSON.parse(text);
      return summarize(exported);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const old = isOldLayout(message);
      // While an update writes the state, a read of it can fail for a moment.
      if (attempt < 3 && !old) {
        continue;
      }
      const reason = old ? `it ${oldLayoutAdvice}` : message.trim().split("\n").at(-1);
      console.warn(
        `pulumi-tesseral could not read the state of stack ${stack} and goes on without looking for interrupted creations: ${reason}`,
      );
      return undefined;
    }
  }
}

const recorded = shape({
  managedBy: optional(text),
  onRemoval: optional(text),
  keepUntil: optional(text),
  adopt: optional(text),
});

/** Reduces an exported stack to what matters here. */
export function summarize({ deployment }: ExportedStack): StackState {
  const resources = deployment?.resources ?? [];
  const interrupted = (deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");
  return {
    resources: resources.flatMap(({ urn, type: token, id, inputs = {}, outputs = {}, protect, delete: isReplaced }) => {
      const type = resourceTypeOf(token);
      return type === undefined || id === undefined
        ? []
        : [
            {
              type,
              name: nameIn(urn),
              id,
              ...keyIdsIn(id, outputs),
              ...recorded.readPartly(inputs, `the stored ${type.noun} ${id}`),
              isProtected: protect === true,
              isReplaced: isReplaced === true,
            },
          ];
    }),
    ids: new Set(resources.flatMap(idsOf)),
    interruptedCreates: new Set(
      interrupted.map(({ resource }) => `${resource.type}::${resource.urn.split("::").at(-1)}`),
    ),
  };
}

/** What the state knows through a resource: a rotated key has another id than the resource. */
export function idsOf({ id, outputs = {} }: { id?: string; outputs?: Record<string, unknown> }): string[] {
  return [id, outputs.apiKeyId, outputs.previousApiKeyId].filter((one) => typeof one === "string");
}

/** The ids of what a resource has in Tesseral. */
export function heldIds({ id, keyIds = [id] }: KnownResource): string[] {
  return keyIds;
}

function keyIdsIn(id: string, { apiKeyId = id, previousApiKeyId }: Record<string, unknown>): { keyIds?: string[] } {
  const keyIds = [apiKeyId, previousApiKeyId].filter((one) => typeof one === "string");
  return keyIds.length === 1 && keyIds[0] === id ? {} : { keyIds };
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, maxBuffer: 2 ** 30, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

/** The CLI among this process's ancestors, where the system shows them; else `pulumi` on PATH. */
function runningCli(): string {
  try {
    let pid = process.ppid;
    while (pid > 1) {
      const path = readlinkSync(`/proc/${pid}/exe`);
      if (/^pulumi(\.exe)?$/.test(basename(path))) {
        return path;
      }
      pid = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    }
  } catch {
    // No /proc here (macOS, Windows), or a process of somebody else: PATH has it, since the CLI was started from a shell.
  }
  return "pulumi";
}
