import { execFile } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { optional, shape, text } from "./fields";
import { type ResourceType, resourceTypeOf } from "./resourceTypes";

/** What a stack's stored state says about this package's resources. */
export interface StackState {
  /** This package's resources. */
  resources: readonly StoredResource[];
  /** Ids of all custom resources. */
  ids: ReadonlySet<string>;
  /** `type::name` of the resources whose creation an earlier update did not get to record. */
  interruptedCreates: ReadonlySet<string>;
}

/** A resource of this package in the state. */
export interface StoredResource {
  type: ResourceType;
  /** Its own name in Pulumi. */
  name: string;
  id: string;
  managedBy?: string;
  onRemoval?: string;
  isProtected: boolean;
  /** Whether it was replaced and has still to be deleted. */
  isReplaced: boolean;
}

/** A deployment as `pulumi stack export` prints it. */
export interface ExportedStack {
  deployment?: {
    resources?: {
      urn: string;
      type: string;
      id?: string;
      inputs?: Record<string, unknown>;
      outputs?: Record<string, unknown>;
      protect?: boolean;
      delete?: boolean;
    }[];
    pending_operations?: { type: string; resource: { urn: string; type: string } }[];
  };
}

/**
 * Reads the stored state of a stack, `organization/project/stack`, with the Pulumi CLI that is running this process. It
 * takes no lock and decrypts nothing. Answers undefined, and says why on standard error, when it cannot be read: an
 * update must not depend on it.
 */
export async function readStackState(stack: string, environment: NodeJS.ProcessEnv): Promise<StackState | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const text = await run(runningCli(), ["stack", "export", "--stack", stack], environment);
      return summarize(JSON.parse(text) as ExportedStack);
    } catch (error) {
      // While an update writes the state, a read of it can fail for a moment.
      if (attempt < 3) {
        continue;
      }
      const reason = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
      console.warn(
        `pulumi-tesseral could not read the state of stack ${stack} and goes on without looking for interrupted creations: ${reason}`,
      );
      return undefined;
    }
  }
}

const recorded = shape({ managedBy: optional(text), onRemoval: optional(text) });

/** Reduces an exported stack to what matters here. */
export function summarize({ deployment }: ExportedStack): StackState {
  const resources = deployment?.resources ?? [];
  const interrupted = (deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");
  return {
    resources: resources.flatMap(({ urn, type: token, id, inputs = {}, protect, delete: isReplaced }) => {
      const type = resourceTypeOf(token);
      return type === undefined || id === undefined
        ? []
        : [
            {
              type,
              name: urn.split("::").slice(3).join("::"),
              id,
              ...recorded.readPartly(inputs, `the stored ${type.noun} ${id}`),
              isProtected: protect === true,
              isReplaced: isReplaced === true,
            },
          ];
    }),
    ids: new Set(resources.flatMap(({ id }) => (id === undefined ? [] : [id]))),
    interruptedCreates: new Set(
      interrupted.map(({ resource }) => `${resource.type}::${resource.urn.split("::").at(-1)}`),
    ),
  };
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
